"""Which data sets are known by name, and opening one by its name or its path."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from cnnviz.data import digits, shapes
from cnnviz.data.dataset import Dataset, Split
from cnnviz.data.downloading import entries
from cnnviz.data.downloading.cache import DownloadCache
from cnnviz.data.downloading.reading import open_download
from cnnviz.data.idx import find_pairs, looks_like_idx, open_idx
from cnnviz.data.npz import open_npz
from cnnviz.data.table_names import TABLE_SUFFIXES
from cnnviz.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnviz.data.downloading.entry import DownloadEntry
    from cnnviz.data.importing.recipe import Recipe
    from cnnviz.data.importing.watch import Watch


@dataclasses.dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What is known of a data set before it is opened.

    Attributes
    ----------
    name
        What `open_dataset` takes.
    title
        What the user reads.
    image_shape
        Height, width, channels.
    class_count
        Number of classes; 1 where numbers are learned.
    target_count
        How many numbers are learned for each image; 0 where classes are.
    sizes
        Number of images in every split.
    credit, licence
        Who made the images, and the terms of their use.
    on_disk
        Whether it can be opened without a network connection.
    download_bytes
        How much is to be downloaded before it can be opened; 0 where it comes with the program.
    """

    name: str
    title: str
    image_shape: tuple[int, int, int]
    class_count: int
    sizes: Mapping[Split, int]
    credit: str
    licence: str
    on_disk: bool
    target_count: int = 0
    download_bytes: int = 0


def _shapes_info(task: shapes.ShapesTask) -> DatasetInfo:
    tenth = shapes.IMAGES // 10
    sizes = {Split.TRAIN: shapes.IMAGES - 2 * tenth, Split.VALIDATION: tenth, Split.TEST: tenth}
    return DatasetInfo(
        name=task.value,
        title=task.title,
        image_shape=shapes.IMAGE_SHAPE,
        class_count=len(task.class_names),
        sizes=MappingProxyType(sizes),
        credit=shapes.CREDIT,
        licence=shapes.LICENCE,
        on_disk=True,
        target_count=task.target_count,
    )


def _download_info(entry: DownloadEntry, cache: DownloadCache) -> DatasetInfo:
    return DatasetInfo(
        name=entry.name,
        title=entry.title,
        image_shape=entry.image_shape,
        class_count=len(entry.class_names),
        sizes=entry.sizes,
        credit=entry.credit,
        licence=entry.licence,
        on_disk=cache.is_complete(entry),
        download_bytes=entry.download_bytes,
    )


CATALOG: tuple[DatasetInfo, ...] = (
    DatasetInfo(
        name=digits.NAME,
        title=digits.TITLE,
        image_shape=digits.IMAGE_SHAPE,
        class_count=digits.CLASS_COUNT,
        sizes=MappingProxyType(
            {
                Split.TRAIN: digits.TRAIN_COUNT,
                Split.VALIDATION: digits.VALIDATION_COUNT,
                Split.TEST: digits.TEST_COUNT,
            }
        ),
        credit=digits.CREDIT,
        licence=digits.LICENCE,
        on_disk=True,
    ),
    *(_shapes_info(task) for task in shapes.ShapesTask),
)


def known_datasets(cache: DownloadCache | None = None) -> tuple[DatasetInfo, ...]:
    """Return what is known by name, in the order in which it is offered.

    Whether downloaded files are there is looked up now, in the user's cache unless another is given.
    """
    cache = cache or DownloadCache()
    return (*CATALOG, *(_download_info(entry, cache) for entry in entries.DOWNLOADS))


def is_known(name: str) -> bool:
    """Return whether `open_dataset` takes `name` for that of a known data set, and not for a path."""
    return name == digits.NAME or shapes.is_shapes_name(name) or entries.find_download(name) is not None


def is_there(source: str) -> bool:
    """Return whether `source` is an absolute path, perhaps with settings behind it, of what is there."""
    paths = [Path(source)]
    if "#" in source:
        paths.append(Path(source.rpartition("#")[0]))
    try:
        return any(path.is_absolute() and path.exists() for path in paths)
    except (OSError, ValueError):
        return False


def open_dataset(name_or_path: str, watch: Watch | None = None) -> Dataset:
    """Open a data set by its catalog name, or by the path of files of one's own.

    A path leads to a folder of IDX files or one of them, a folder of pictures, a table of names and labels of
    pictures beside it, or an .npz archive. A catalog name goes before a path of the same spelling. The names
    of shapes take settings: `shapes:noise=0.2,seed=7`; so does the path of a folder of pictures:
    `pets#size=32x32&color=gray`. Nothing is downloaded here.
    `watch` is told of a folder of pictures, and asked whether it is still wanted; the rest takes no time.

    Raises
    ------
    DataError
        Nothing of that name or path exists, or what is there cannot be read, or it is not downloaded yet.
    ImportCancelled
        Nobody wants it any more.
    """
    if name_or_path == digits.NAME:
        return dataclasses.replace(digits.open_digits(), source=digits.NAME)
    if shapes.is_shapes_name(name_or_path):
        return shapes.open_shapes(*shapes.read_shapes_name(name_or_path))
    entry = entries.find_download(name_or_path)
    if entry is not None:
        return open_download(entry, DownloadCache())
    pictures = picture_folder(name_or_path)
    if pictures is not None:
        from cnnviz.data.importing.opening import import_folder

        return import_folder(*pictures, watch).dataset
    try:
        path = Path(name_or_path).expanduser()
        exists, is_folder = path.exists(), path.is_dir()
    except (OSError, ValueError, RuntimeError):  # an overlong or impossible path, or no home folder
        exists = is_folder = False
    if not name_or_path or not exists:
        raise DataError(f"There is no data set '{name_or_path}'. {_allowed()}")
    dataset = open_idx(path) if is_folder else _open_file(path)
    return dataclasses.replace(dataset, source=str(path.resolve()))


def picture_folder(name: str) -> tuple[Path, Recipe | None] | None:
    """Return the folder of pictures that `open_dataset` takes `name` for, and the settings behind its path.

    None where it is something else.

    Raises
    ------
    DataError
        A setting is not allowed, or the folder cannot be read.
    """
    if not name or is_known(name):
        return None
    with contextlib.suppress(OSError, ValueError, RuntimeError):  # no path, or no home folder
        path = Path(name).expanduser()
        if path.is_dir():
            return None if find_pairs(path) else (path, None)
        if path.suffix.lower() in TABLE_SUFFIXES and path.is_file():
            return _of_table(path, None)
        if "#" in name and not path.exists():
            from cnnviz.data.importing.recipe import read_source  # Pillow: not loaded for the other kinds

            path, recipe = read_source(name)
            path = path.expanduser()
            if recipe is None:
                return None
            return _of_table(path, recipe) if path.is_file() else (path, recipe)
    return None


def _of_table(path: Path, recipe: Recipe | None) -> tuple[Path, Recipe]:
    """Return the folder that a table lies in, and a recipe by which this table counts."""
    from cnnviz.data.importing.recipe import Recipe

    return path.parent, dataclasses.replace(recipe or Recipe(), table=path.name)


def suited(
    source: str,
    shape: tuple[int, int, int],
    like: str = "",
    *,
    numbers: tuple[str, ...] = (),
    has_classes: bool = False,
) -> str:
    """Return what opens `source` with images of this height, width and channels, where it leaves that open.

    That is a folder of pictures, or a table in it, without settings behind its path: one that is named for a
    run which knows other pictures, or that a run of an earlier version learned from. Else it is `source`
    itself. Pictures of other proportions are fitted as those of the source `like`. Of a table that does not
    say itself what is to be learned, the columns of these `numbers` are, or else classes where the run
    `has_classes`: a few whole numbers would be taken for classes, and many classes for numbers.

    Raises
    ------
    DataError
        As for `picture_folder`.
    """
    pictures = picture_folder(source)
    if pictures is None:
        return source
    from cnnviz.data.fitting import Color
    from cnnviz.data.importing.recipe import Goal, Recipe, fit_of, read_source, to_source

    folder, recipe = pictures[0], pictures[1] or Recipe()
    if read_source(source)[1] is None:
        recipe = dataclasses.replace(recipe, fit=fit_of(like))
    if recipe.goal is None and not recipe.columns and source != like:
        goal = Goal.NUMBERS if numbers else Goal.CLASSES if has_classes else None
        recipe = dataclasses.replace(recipe, goal=goal, columns=numbers)
    size, color = recipe.size or shape[:2], recipe.color or Color.of_channels(shape[2])
    return to_source(folder, dataclasses.replace(recipe, size=size, color=color))


def _open_file(path: Path) -> Dataset:
    if path.suffix.lower() == ".npz":
        return open_npz(path)
    if looks_like_idx(path):
        return open_idx(path)
    raise DataError(f"{path} is not a data set. {_allowed()}")


def _allowed() -> str:
    known = [*(info.name for info in CATALOG), *(entry.name for entry in entries.DOWNLOADS)]
    names = ", ".join(f"'{name}'" for name in known)
    return (
        f"Allowed are: {names}; a folder of IDX files (…-images-idx3-ubyte.gz and …-labels-idx1-ubyte.gz) "
        "or one of them; a folder with one folder of pictures per class, or with pictures and a table (.csv) "
        "of their names and labels, or this table; an .npz file."
    )
