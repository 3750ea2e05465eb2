"""Data sets in folders: one folder per class, named after it, with pictures in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.dataset import Dataset
from cnnviz.data.fitting import Color, Fitting, fitted
from cnnviz.data.pictures import SUFFIXES, decode
from cnnviz.data.splitting import default_splits
from cnnviz.errors import DataError
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MAX_BYTES = 1 << 30
"""Size of all decoded pictures together that is accepted: 1 GiB."""

MAX_SIDE = 256
"""Longest side of the images where no size is given; photographs are larger than a network here takes."""

_COLOUR = 3


def class_folders(path: Path) -> dict[str, list[Path]]:
    """Return the picture files of every class, by the name of its folder, all sorted by name.

    Folders without pictures, hidden folders and files of other kinds are left out.

    Raises
    ------
    DataError
        A folder cannot be read.
    """
    try:
        folders = sorted(entry for entry in path.iterdir() if entry.is_dir() and entry.name[0] != ".")
        classes = {folder.name: _pictures_in(folder) for folder in folders}
    except OSError as error:
        raise DataError(f"Cannot read the folder {path}: {error.strerror or error}.") from error
    return {name: files for name, files in classes.items() if files}


def open_folder(path: Path, size: tuple[int, int] | None = None) -> Dataset:
    """Open a folder of class folders; grey if every picture is grey, else colour.

    Every picture is fitted to `size` (height, width), keeping its proportions and padding the rest. Without
    `size` the first picture decides, made smaller where its longest side is above `MAX_SIDE` pixels. The
    images are divided by class, 80 / 10 / 10 %.

    Raises
    ------
    DataError
        There is no class folder with pictures, a picture cannot be read, or they are too many.
    """
    classes = class_folders(path)
    if not classes:
        raise DataError(
            f"{path} must hold one folder per class with pictures in it ({', '.join(sorted(SUFFIXES))}); "
            "there is none."
        )
    files = [file for members in classes.values() for file in members]
    height, width = size or _size_of(files[0])
    images = _decoded(files, height, width, path)
    labels = np.repeat(np.arange(len(classes)), [len(members) for members in classes.values()])
    name = path.resolve().name
    return Dataset(
        name=f"folder:{name}",
        title=f"{name}: {counted(len(files), 'image')} {height}×{width}",
        images=images,
        labels=labels.astype(np.int64),
        class_names=tuple(classes),
        splits=default_splits(labels, str(path)),
    )


def _pictures_in(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.iterdir()
        if file.suffix.lower() in SUFFIXES and file.name[0] != "." and file.is_file()
    )


def _size_of(first: Path) -> tuple[int, int]:
    """Return the height and width that the first picture gives to all."""
    width, height = decode(first).image.size
    scale = min(1.0, MAX_SIDE / max(width, height))
    return max(1, round(height * scale)), max(1, round(width * scale))


def _decoded(files: list[Path], height: int, width: int, path: Path) -> NDArray[np.uint8]:
    """Return all pictures as uint8 (N, height, width, 1 or 3)."""
    needed = len(files) * height * width * _COLOUR
    if needed > MAX_BYTES:
        raise DataError(
            f"{path} is too large: {len(files):,} pictures of {height}×{width} need {needed:,} bytes; "
            f"at most {MAX_BYTES:,} are allowed. Smaller pictures, or fewer, can be opened."
        )
    images = np.empty((len(files), height, width, _COLOUR), np.uint8)
    for index, file in enumerate(files):
        images[index], _ = fitted(decode(file).image, Fitting(height, width, Color.RGB))
    grey = all(np.array_equal(images[..., 0], images[..., other]) for other in (1, 2))
    return np.ascontiguousarray(images[..., :1]) if grey else images
