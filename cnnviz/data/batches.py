"""The order in which images are fed to a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray


def epoch_batches(
    indices: NDArray[np.int64], batch_size: int, rng: np.random.Generator, *, skip_images: int = 0
) -> Iterator[NDArray[np.int64]]:
    """Yield the batches of one epoch: every one of `indices` (N,) once, shuffled by `rng`.

    An epoch that was interrupted goes on where it was with `skip_images` of its images left out.

    The generator is used when this is called, not while iterating, so a seed gives the same order however
    slowly the batches are taken. The last batch is smaller where N is not a multiple of `batch_size`.

    Raises
    ------
    DataError
        `batch_size` is below 1.
    """
    _check_batch_size(batch_size)
    return _cut(rng.permutation(indices)[skip_images:], batch_size)


def ordered_batches(indices: NDArray[np.int64], batch_size: int) -> Iterator[NDArray[np.int64]]:
    """Yield `indices` (N,) in their own order, for evaluation; the last batch may be smaller.

    Raises
    ------
    DataError
        `batch_size` is below 1.
    """
    _check_batch_size(batch_size)
    return _cut(indices, batch_size)


def batch_count(image_count: int, batch_size: int) -> int:
    """Return how many batches `image_count` images make.

    Raises
    ------
    DataError
        `batch_size` is below 1.
    """
    _check_batch_size(batch_size)
    return -(-image_count // batch_size)


def _check_batch_size(batch_size: int) -> None:
    if batch_size < 1:
        raise DataError(f"The batch size must be at least 1; received {batch_size}.")


def _cut(indices: NDArray[np.int64], batch_size: int) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(indices), batch_size):
        yield indices[start : start + batch_size]
