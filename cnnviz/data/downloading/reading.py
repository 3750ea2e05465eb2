"""Downloaded files as a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.cifar import CIFAR_10, CIFAR_100, read_cifar
from cnnviz.data.dataset import Dataset, Split
from cnnviz.data.downloading.entry import Format
from cnnviz.data.idx import read_idx
from cnnviz.data.splitting import stratified_splits
from cnnviz.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cnnviz.data.downloading.cache import DownloadCache
    from cnnviz.data.downloading.entry import DownloadEntry

_IMAGES, _LABELS = (3,), (1,)  # ranks; images are (N, H, W)
_CIFAR = {Format.CIFAR_10: CIFAR_10, Format.CIFAR_100: CIFAR_100}


def open_download(entry: DownloadEntry, cache: DownloadCache) -> Dataset:
    """Open a data set whose files are on this computer.

    The official test part is the test split. Validation is taken from the official training part, class by
    class and always the same images.

    Raises
    ------
    DataError
        A file is missing or is not the published one, or does not hold what it should.
    """
    folder = cache.folder_of(entry)
    if not cache.is_complete(entry):
        raise DataError(how_to_get(entry))
    wrong = cache.wrong(entry)
    if wrong:
        names = ", ".join(file.name for file in wrong)
        raise DataError(
            f"{names} in {folder} {'is' if len(wrong) == 1 else 'are'} not as published for {entry.title}: "
            "the hash differs. Remove the data set and download it again."
        )
    if entry.format in _CIFAR:
        content = read_cifar(folder / entry.files[0].name, _CIFAR[entry.format])
        images, labels, train_count = content.images, content.labels, content.train_count
    else:
        images, labels, train_count = _read_four(entry, folder)
    return _as_dataset(entry, images, labels, train_count)


def how_to_get(entry: DownloadEntry) -> str:
    """Say that a data set is not on this computer, and what brings it there."""
    return (
        f"{entry.title} is not on this computer yet. Get it with File > Get More Data Sets, or with: "
        f"cnnviz datasets --get {entry.name}"
    )


def _read_four(entry: DownloadEntry, folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64], int]:
    """Return images (N, H, W, 1), labels (N,) and how many of them are for training."""
    paths = [folder / file.name for file in entry.files]
    images = [read_idx(path, _IMAGES) for path in paths[::2]]
    labels = [read_idx(path, _LABELS) for path in paths[1::2]]
    for part, path in zip(images, paths[::2], strict=True):
        if part.shape[1:] != entry.image_shape[:2]:
            raise DataError(f"{path}: images must be {entry.image_shape[:2]}; received {part.shape[1:]}.")
    all_images, all_labels = np.concatenate(images), np.concatenate(labels).astype(np.int64)
    if entry.format is Format.EMNIST_LETTERS:
        all_images, all_labels = all_images.transpose(0, 2, 1), all_labels - 1
    return np.ascontiguousarray(all_images)[..., None], all_labels, len(images[0])


def _as_dataset(
    entry: DownloadEntry, images: NDArray[np.uint8], labels: NDArray[np.int64], train_count: int
) -> Dataset:
    expected = (entry.sizes[Split.TRAIN] + entry.sizes[Split.VALIDATION], sum(entry.sizes.values()))
    received = (train_count, len(images))
    if received != expected or len(labels) != len(images):
        raise DataError(
            f"{entry.title} must have {expected[0]:,} training images of {expected[1]:,} with labels; "
            f"received {received[0]:,} of {received[1]:,}, and {len(labels):,} labels."
        )
    if labels.min() < 0 or labels.max() >= len(entry.class_names):
        raise DataError(
            f"{entry.title}: labels must be 0 to {len(entry.class_names) - 1}; "
            f"received {labels.min()} to {labels.max()}."
        )
    splits = stratified_splits(labels[:train_count], validation=entry.sizes[Split.VALIDATION], test=0)
    splits[Split.TEST] = np.arange(train_count, len(labels), dtype=np.int64)
    return Dataset(
        name=entry.name,
        title=entry.title,
        images=images,
        labels=labels,
        class_names=entry.class_names,
        splits=splits,
        credit=entry.credit,
        licence=entry.licence,
        source=entry.name,
    )
