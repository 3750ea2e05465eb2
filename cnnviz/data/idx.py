"""Data sets in IDX files, the format of MNIST and its relatives: one file of images, one of labels.

An IDX file is a magic number (two zero bytes, a type byte, the rank), the dimensions as big-endian unsigned
32-bit numbers, then the values row by row. Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of
handwritten digits".
"""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import numpy as np

from cnnviz.data.dataset import Dataset, Split, numbered_classes
from cnnviz.data.splitting import default_splits, stratified_splits
from cnnviz.errors import DataError
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

MAX_BYTES = 1 << 30
"""Decompressed size that is accepted: 1 GiB, above EMNIST's 640 MB."""

_UINT8 = 0x08
_GZIP_MAGIC = b"\x1f\x8b"
_READ_BYTES = 1 << 18
_MNIST_SHAPE = (28, 28, 1)
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class IdxPair:
    """The two files of one set of images."""

    images: Path
    labels: Path

    @property
    def is_training(self) -> bool:
        """Whether the name says that these are training images."""
        return "train" in self.images.name.lower() and not self.is_test

    @property
    def is_test(self) -> bool:
        """Whether the name says that these are test images; MNIST writes ``t10k``."""
        name = self.images.name.lower()
        return "t10k" in name or "test" in name


def looks_like_idx(path: Path) -> bool:
    """Tell by its name whether `path` is an IDX file of images or labels."""
    name = path.name.lower()
    return "idx" in name and ("images" in name or "labels" in name)


def find_pairs(folder: Path) -> list[IdxPair]:
    """Return the pairs of image and label files in `folder`, sorted by name.

    Raises
    ------
    DataError
        The folder cannot be read, or a file of images lacks its file of labels, or the other way round.
    """
    pairs = {_key(path): pair_of(path) for path in _idx_files(folder)}
    return [pairs[key] for key in sorted(pairs)]


def pair_of(path: Path) -> IdxPair:
    """Return the pair that `path`, a file of images or of labels, belongs to.

    Raises
    ------
    DataError
        The folder cannot be read, or the other file of the pair is missing.
    """
    has_images = _holds_images(path)
    for other in _idx_files(path.parent):
        if _holds_images(other) != has_images and _key(other) == _key(path):
            return IdxPair(path, other) if has_images else IdxPair(other, path)
    missing, present = ("labels", "images") if has_images else ("images", "labels")
    raise DataError(
        f"{path.name} needs its file of {missing}, of the same name with '{missing}' for '{present}'; "
        f"there is none in {path.parent}."
    )


def open_idx(path: Path) -> Dataset:
    """Open a folder of IDX files, or the pair that one file belongs to.

    In a folder with a training and a test pair the test pair is the test split and a tenth of the training
    pair is for validation. A single pair is divided by class, 80 / 10 / 10 %.

    Raises
    ------
    DataError
        A file is missing, damaged, too large or of another kind, or images and labels do not fit each other.
    """
    if not path.is_dir():
        pair = pair_of(path)
        return _single(pair, name=f"idx:{_stem(pair.images.name)}")
    pairs = find_pairs(path)
    name = f"idx:{path.resolve().name}"
    if len(pairs) == 1:
        return _single(pairs[0], name=name)
    training = [pair for pair in pairs if pair.is_training]
    test = [pair for pair in pairs if pair.is_test]
    if len(pairs) == 2 and len(training) == len(test) == 1 and training != test:
        return _train_and_test(training[0], test[0], name=name)
    found = ", ".join(pair.images.name for pair in pairs) or "none"
    raise DataError(
        f"{path} must hold one pair of IDX files, or one for training (train-…) and one for test (t10k-…). "
        f"Found: {found}. One of the files can be opened instead of the folder."
    )


def read_idx(path: Path, ranks: tuple[int, ...]) -> NDArray[np.uint8]:
    """Read the array in an IDX file of bytes, plain or compressed with gzip.

    At most `MAX_BYTES` and no more than the header promises are ever decompressed.

    Parameters
    ----------
    path
        The file.
    ranks
        The numbers of dimensions that are allowed.

    Raises
    ------
    DataError
        The file cannot be read, is not IDX, holds another type or rank, or is shorter or longer than its
        header says.
    """
    try:
        with path.open("rb") as file:
            compressed = file.read(2) == _GZIP_MAGIC
            file.seek(0)
            if not compressed:
                return _read_stream(file, path, ranks)
            with gzip.GzipFile(fileobj=file) as stream:
                return _read_stream(stream, path, ranks)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise DataError(f"{path} is damaged or cut off: its gzip data end early or are wrong.") from error
    except OSError as error:
        raise DataError(f"Cannot read {path}: {error.strerror or error}.") from error


def _read_stream(stream: IO[bytes] | gzip.GzipFile, path: Path, ranks: tuple[int, ...]) -> NDArray[np.uint8]:
    shape = _read_header(stream, path, ranks)
    expected = int(np.prod(shape, dtype=object))
    if not 0 < expected <= MAX_BYTES:
        raise DataError(
            f"{path}: the header promises {_times(shape)} values; "
            f"allowed are 1 to {MAX_BYTES:,} (sizes are 4-byte numbers after the magic number)."
        )
    # What grows is copied again and again, and the window waits for it; pages not written to cost nothing.
    values, filled = np.empty(expected, np.uint8), 0
    while chunk := stream.read(min(_READ_BYTES, expected - filled)):
        values[filled : filled + len(chunk)] = np.frombuffer(chunk, np.uint8)
        filled += len(chunk)
    excess = filled == expected and stream.read(1)  # a file that is too long; this checks gzip's end, too
    if filled != expected or excess:
        amount = "more" if excess else f"only {filled:,}"
        raise DataError(
            f"{path} is damaged: its header promises {_times(shape)} = {expected:,} values, "
            f"the file holds {amount}."
        )
    return values.reshape(shape)


def _read_header(stream: IO[bytes] | gzip.GzipFile, path: Path, ranks: tuple[int, ...]) -> tuple[int, ...]:
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise DataError(
            f"{path} is not an IDX file: it must start with 00 00 08 and the rank; "
            f"received {magic.hex(' ') or 'nothing'}."
        )
    if magic[2] != _UINT8:
        raise DataError(f"{path}: only bytes (type 08) are read; received type {magic[2]:02x}.")
    rank = magic[3]
    if rank not in ranks:
        allowed = " or ".join(str(number) for number in ranks)
        raise DataError(f"{path} has {rank} dimensions; expected {allowed}.")
    sizes = stream.read(4 * rank)
    if len(sizes) < 4 * rank:
        raise DataError(f"{path} is cut off inside its header.")
    return tuple(int(size) for size in np.frombuffer(sizes, ">u4"))


def _read_pair(pair: IdxPair) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return images (N, H, W, C) and labels (N,) of a pair."""
    images = read_idx(pair.images, ranks=(3, 4))
    labels = read_idx(pair.labels, ranks=(1,))
    if len(images) != len(labels):
        raise DataError(
            f"{pair.images.name} holds {counted(len(images), 'image')}, but {pair.labels.name} holds "
            f"{counted(len(labels), 'label')}; there must be as many labels as images."
        )
    if images.ndim == 3:
        images = images[..., None]
    return images, labels.astype(np.int64)


def _single(pair: IdxPair, *, name: str) -> Dataset:
    images, labels = _read_pair(pair)
    return Dataset(
        name=name,
        title=_title(name, images),
        images=images,
        labels=labels,
        class_names=_class_names(images, labels, [pair]),
        splits=default_splits(labels, str(pair.images)),
    )


def _train_and_test(training: IdxPair, test: IdxPair, *, name: str) -> Dataset:
    train_images, train_labels = _read_pair(training)
    test_images, test_labels = _read_pair(test)
    if train_images.shape[1:] != test_images.shape[1:]:
        raise DataError(
            f"Images in {training.images.name} are {_times(train_images.shape[1:])}, in {test.images.name} "
            f"{_times(test_images.shape[1:])}; they must be the same size."
        )
    images = np.concatenate([train_images, test_images])
    labels = np.concatenate([train_labels, test_labels])
    splits = stratified_splits(train_labels, validation=max(1, round(len(train_labels) / 10)), test=0)
    splits[Split.TEST] = np.arange(len(train_labels), len(labels), dtype=np.int64)
    return Dataset(
        name=name,
        title=_title(name, images),
        images=images,
        labels=labels,
        class_names=_class_names(images, labels, [training, test]),
        splits=splits,
    )


def _class_names(
    images: NDArray[np.uint8], labels: NDArray[np.int64], pairs: Iterable[IdxPair]
) -> tuple[str, ...]:
    """Name the classes by their numbers; MNIST's ten even where a small file lacks some of them."""
    where = " and ".join(pair.labels.name for pair in pairs)
    names = numbered_classes(labels, where)
    if images.shape[1:] == _MNIST_SHAPE and len(names) <= _DIGITS:
        return tuple(str(digit) for digit in range(_DIGITS))
    if len(names) <= _DIGITS:
        return names
    present = np.unique(labels)
    gap = np.flatnonzero(np.diff(present) > 1)
    if gap.size:
        before, after = int(present[gap[0]]), int(present[gap[0] + 1])
        raise DataError(
            f"{where}: label {after} is out of range. Labels must be numbered without gaps, "
            f"but nothing lies between {before} and {after}."
        )
    return names


def _title(name: str, images: NDArray[np.uint8]) -> str:
    count, height, width, _ = images.shape
    return f"{name.partition(':')[2]}: {counted(count, 'image')} {height}×{width}"


def _idx_files(folder: Path) -> list[Path]:
    """Return the IDX files in `folder`; a plain file comes before the same one compressed."""
    try:
        return sorted(path for path in folder.iterdir() if looks_like_idx(path) and path.is_file())
    except OSError as error:
        raise DataError(f"Cannot read the folder {folder}: {error.strerror or error}.") from error


def _holds_images(path: Path) -> bool:
    return "images" in path.name.lower()


def _stem(name: str) -> str:
    return name[:-3] if name.lower().endswith(".gz") else name


def _key(path: Path) -> str:
    """Return what the names of both files of a pair have in common."""
    return re.sub(r"images|labels|idx\d", "", _stem(path.name.lower()))


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(f"{size:,}" for size in shape)
