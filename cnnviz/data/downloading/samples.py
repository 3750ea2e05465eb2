"""A few pictures of a downloaded data set, so that it is seen before it is opened."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.data.downloading.reading import open_download
from cnnviz.data.npz import read_arrays
from cnnviz.errors import DataError, FileError
from cnnviz.files import write_atomic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset
    from cnnviz.data.downloading.cache import DownloadCache
    from cnnviz.data.downloading.entry import DownloadEntry

COUNT = 10
"""Pictures; as many as most of these sets have classes."""
_FILE = "samples.npz"


def samples(entry: DownloadEntry, cache: DownloadCache) -> NDArray[np.uint8]:
    """Return pictures of different classes, uint8 (`COUNT` or fewer, H, W, C).

    The first time the whole data set is opened, which takes a moment; they are kept beside its files.

    Raises
    ------
    DataError
        The data set cannot be opened.
    """
    path = cache.folder_of(entry) / _FILE
    try:
        kept = read_arrays(path, required=("images",))["images"]
    except DataError:  # not made yet, or damaged
        kept = None
    if kept is not None and _fits(kept, entry):
        return kept
    images = choose(open_download(entry, cache))
    buffer = io.BytesIO()
    np.savez(buffer, images=images)
    try:
        write_atomic(path, buffer.getvalue())
    except FileError:  # they are made anew the next time
        return images
    return images


def choose(dataset: Dataset) -> NDArray[np.uint8]:
    """Return one image for each of at most `COUNT` classes, which are spread over all: the first of each."""
    first_of = np.unique(dataset.labels, return_index=True)[1]
    count = min(COUNT, len(first_of))
    chosen = first_of[np.arange(count) * len(first_of) // count]
    images: NDArray[np.uint8] = dataset.images[chosen]
    return images


def _fits(images: NDArray[Any], entry: DownloadEntry) -> bool:
    return images.dtype == np.uint8 and images.shape[1:] == entry.image_shape and 0 < len(images) <= COUNT
