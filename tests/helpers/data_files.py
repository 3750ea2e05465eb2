"""Small data sets and files of the true formats, made on the spot."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from cnnviz.data.dataset import Dataset, Split
from cnnviz.errors import DataError

T = TypeVar("T")


def small_dataset(
    count: int = 30, shape: tuple[int, int, int] = (5, 4, 1), classes: int = 3, **changes
) -> Dataset:
    """A data set of random images; `changes` replace fields."""
    rng = np.random.default_rng(7)
    order = np.arange(count)
    fields = {
        "name": "small",
        "title": "Small set",
        "images": rng.integers(0, 256, (count, *shape), dtype=np.uint8),
        "labels": order % classes,
        "class_names": tuple("abcdefghij"[:classes]),
        "splits": {
            Split.TRAIN: order[: count - 10],
            Split.VALIDATION: order[count - 10 : count - 5],
            Split.TEST: order[count - 5 :],
        },
    }
    return Dataset(**(fields | changes))


def idx_bytes(array: np.ndarray) -> bytes:
    """`array` of bytes as an IDX file."""
    header = struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(np.uint8).tobytes()


def write_idx(path: Path, array: np.ndarray) -> Path:
    """Write `array` as an IDX file, compressed where the name ends in .gz."""
    content = idx_bytes(array)
    path.write_bytes(gzip.compress(content, 1) if path.suffix == ".gz" else content)
    return path


def write_idx_pair(folder: Path, images: np.ndarray, labels: np.ndarray, prefix: str = "t10k") -> Path:
    """Write a pair named as MNIST names it; returns the file of images."""
    folder.mkdir(exist_ok=True)
    write_idx(folder / f"{prefix}-labels-idx1-ubyte.gz", labels)
    return write_idx(folder / f"{prefix}-images-idx3-ubyte.gz", images)


def outcome(read: Callable[..., T], *args, **kwargs) -> T | str:
    """What `read` returns, or the sentence of the `DataError` it raises; nothing else may escape."""
    try:
        return read(*args, **kwargs)
    except DataError as error:
        return str(error)


def mutated(content: bytes, changes: list[tuple[int, int]], length: int) -> bytes:
    """`content` with some bytes replaced, cut to `length`; positions wrap around."""
    damaged = bytearray(content)
    for position, value in changes:
        damaged[position % len(damaged)] = value
    return bytes(damaged[: length % (len(damaged) + 1)])
