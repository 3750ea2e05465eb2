"""Data sets in NumPy's .npz archives: arrays ``images`` and ``labels``, and ``class_names`` where wanted."""

from __future__ import annotations

import zipfile
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from cnnviz.data.dataset import MAX_CLASSES, Dataset, numbered_classes
from cnnviz.data.splitting import default_splits
from cnnviz.errors import DataError
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MAX_BYTES = 1 << 30
"""Decompressed size of all arrays together that is accepted: 1 GiB."""

_MAX_MEMBERS = 16
_MAX_RATIO = 500  # photographs shrink twice, drawings 50 times; a zip bomb a thousand times
_RATIO_FREE_BYTES = 16 << 20  # small arrays may be as regular as they like: sorted labels shrink 1000 times
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_HEADER_BYTES = 10_000


def open_npz(path: Path) -> Dataset:
    """Open an archive with images uint8 (N, H, W) or (N, H, W, C) and integer labels (N,).

    The optional ``class_names`` are one string per class; without them the classes are numbered. The images
    are divided by class, 80 / 10 / 10 %.

    Raises
    ------
    DataError
        The file cannot be read, is damaged or too large, an array is missing or of another type, or images
        and labels do not fit each other.
    """
    arrays = read_arrays(path, required=("images", "labels"), optional=("class_names",))
    images, labels = _images(arrays["images"], path), _labels(arrays["labels"], path)
    if len(images) != len(labels):
        raise DataError(
            f"{path} holds {counted(len(images), 'image')}, but {counted(len(labels), 'label')}; "
            "there must be as many labels as images."
        )
    names = numbered_classes(labels, str(path))
    if "class_names" in arrays:
        names = _class_names(arrays["class_names"], path)
    return Dataset(
        name=f"npz:{path.stem}",
        title=f"{path.stem}: {counted(len(images), 'image')} {images.shape[1]}×{images.shape[2]}",
        images=images,
        labels=labels,
        class_names=names,
        splits=default_splits(labels, str(path)),
    )


def read_arrays(
    path: Path, *, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> dict[str, NDArray[Any]]:
    """Read the named arrays of an .npz archive; nothing else in it is opened, and no pickle ever.

    The directory of the archive and the header of each array are checked before any data are decompressed.

    Raises
    ------
    DataError
        The file cannot be read or is damaged, is larger than `MAX_BYTES` when decompressed, is packed
        suspiciously well, or lacks a required array.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked_members(archive, path)
            missing = [name for name in required if name not in members]
            if missing:
                found = ", ".join(sorted(members)) or "none"
                raise DataError(f"{path} has no array named {', '.join(missing)}. Found: {found}.")
            wanted = [name for name in (*required, *optional) if name in members]
            return {name: _read_member(archive, members[name], path) for name in wanted}
    except DataError:
        raise
    except OSError as error:
        raise DataError(f"Cannot read {path}: {error.strerror or error}.") from error
    except Exception as error:
        # zipfile, zlib and NumPy's header parser raise about a dozen types for damaged bytes; all mean this.
        raise DataError(f"{path} is not a readable .npz archive: {_reason(error)}.") from error


def _checked_members(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """Return the arrays in the archive by name, after checking what its directory says."""
    infos = archive.infolist()
    if len(infos) > _MAX_MEMBERS:
        raise DataError(f"{path} holds {len(infos)} files; at most {_MAX_MEMBERS} are allowed.")
    total = sum(info.file_size for info in infos)
    if total > MAX_BYTES:
        raise DataError(f"{path} is too large: {total:,} bytes unpacked; at most {MAX_BYTES:,} are allowed.")
    for info in infos:
        if info.file_size > _RATIO_FREE_BYTES and info.file_size > _MAX_RATIO * info.compress_size:
            raise DataError(
                f"{path}: {info.filename} would grow more than {_MAX_RATIO} times when unpacked, "
                "which no real images do. It is not opened."
            )
        if info.compress_type not in _METHODS or info.flag_bits & _ENCRYPTED:
            raise DataError(f"{path}: {info.filename} is encrypted or packed in a way that is not read here.")
    return {info.filename.removesuffix(".npy"): info for info in infos if info.filename.endswith(".npy")}


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> NDArray[Any]:
    with archive.open(info) as stream:
        shape, fortran_order, dtype = _read_header(stream)
        if dtype.hasobject:
            raise DataError(f"{path}: {info.filename} holds Python objects, which are never read.")
        expected = int(np.prod(shape, dtype=object)) * dtype.itemsize
        if expected > info.file_size:
            raise DataError(
                f"{path} is damaged: {info.filename} promises {expected:,} bytes of values "
                f"in a file of {info.file_size:,}."
            )
        content = stream.read(expected)
        excess = stream.read(1)
    if len(content) != expected or excess:
        raise DataError(f"{path} is damaged: {info.filename} has not the {expected:,} bytes it promises.")
    return np.ndarray(shape, dtype, content, order="F" if fortran_order else "C")


def _read_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return shape, whether columns come first, and type, as the .npy header gives them."""
    version = np.lib.format.read_magic(stream)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if read is None:
        raise ValueError(f"version {version} of the .npy format is not known")
    shape, fortran_order, dtype = read(stream, max_header_size=_HEADER_BYTES)
    if any(size < 0 for size in shape):
        raise ValueError(f"a shape must not be negative, received {shape}")
    return shape, fortran_order, dtype


def _images(array: NDArray[Any], path: Path) -> NDArray[np.uint8]:
    if array.dtype != np.uint8 or array.ndim not in (3, 4):
        raise DataError(
            f"{path}: images must be uint8 (count, height, width) or (count, height, width, channels); "
            f"received {array.dtype} {array.shape}."
        )
    return array[..., None] if array.ndim == 3 else array


def _labels(array: NDArray[Any], path: Path) -> NDArray[np.int64]:
    if array.dtype.kind not in "iu" or array.ndim != 1:
        raise DataError(
            f"{path}: labels must be whole numbers (count,); received {array.dtype} {array.shape}."
        )
    if array.size and array.max() > np.iinfo(np.int64).max:
        raise DataError(f"{path}: a label is {array.max()}, which is no class number.")
    return array.astype(np.int64)


def _class_names(array: NDArray[Any], path: Path) -> tuple[str, ...]:
    if array.dtype.kind != "U" or array.ndim != 1:
        raise DataError(
            f"{path}: class_names must be strings (classes,); received {array.dtype} {array.shape}."
        )
    if len(array) > MAX_CLASSES:
        raise DataError(f"{path} names {len(array):,} classes; at most {MAX_CLASSES:,} are allowed.")
    return tuple(str(name) for name in array)


def _reason(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
