"""All images of a data set in another colour and size: small sets in memory, large ones kept on disk.

They are kept where imported pictures are, under the hash of what they were made of, and mapped into memory.
So preparing a large set takes no more memory than a block of images, and the second time next to no time.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.importing.cache import CacheKey, PictureCache, Prepared
from cnnviz.data.importing.decoding import Block, digests_of
from cnnviz.data.importing.watch import Stage
from cnnviz.data.refitting import fit_blocks, fitting_of
from cnnviz.errors import DataError
from cnnviz.spec.shapes import format_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.data.dataset import Dataset
    from cnnviz.data.fitting import Fitting
    from cnnviz.data.importing.watch import Watch
    from cnnviz.spec.preparing import Preparing

SMALL_BYTES = 64 << 20
"""Images that take less all together are held in memory: 64 MiB."""
MAX_MEMORY_BYTES = 1 << 30
"""Where there is no room on the disk, no more is held in memory: 1 GiB."""


def fitted_images(
    original: Dataset, preparing: Preparing, watch: Watch, cache: PictureCache | None
) -> tuple[Dataset, Prepared | None]:
    """Return the data set in its new colour and size, and the entry of the cache that its images are in.

    Without a cache they are held in memory, however large they are.

    Raises
    ------
    DataError
        There is neither room on the disk nor in memory.
    ImportCancelled
        Nobody wants them any more.
    """
    fitting = fitting_of(original.image_shape, preparing)
    if fitting.shape == original.image_shape:
        return original, None
    needed = len(original) * math.prod(fitting.shape)
    kept = _kept(original, fitting, needed, watch, cache) if cache and needed >= SMALL_BYTES else None
    if kept is not None:
        return dataclasses.replace(original, images=kept.pixels, max_value=255), kept
    if cache and needed > MAX_MEMORY_BYTES:
        raise DataError(
            f"{len(original):,} images of {format_shape(fitting.shape)} would take {needed:,} bytes. There "
            f"is no room for them in {cache.folder}; in memory, at most {MAX_MEMORY_BYTES:,} are allowed. "
            "Make the images smaller."
        )
    images = np.empty((len(original), *fitting.shape), np.uint8)
    done = 0
    for block in fit_blocks(original.images, original.max_value, fitting, watch):
        images[done : done + len(block)] = block
        done += len(block)
    return dataclasses.replace(original, images=images, max_value=255), None


def settle_hash(dataset: Dataset, made: Prepared | None, cache: PictureCache | None, watch: Watch) -> None:
    """Give a prepared data set its content hash: as it was found before, or from the pixels on their way.

    Raises
    ------
    ImportCancelled
        Nobody wants it any more.
    """
    if made is None or cache is None:
        return
    name = f"{dataset.treatment.signature} {dataset.original.take_content_hash(watch)}"
    known = dict(made.contents).get(name)
    if known is not None:
        dataset.remember_content_hash(known)
        return
    if made.begun_hash is not None:
        dataset.finish_content_hash(made.begun_hash)
    cache.remember(made, name, dataset.take_content_hash(watch))


def _kept(
    original: Dataset, fitting: Fitting, needed: int, watch: Watch, cache: PictureCache
) -> Prepared | None:
    """Find the images in the cache, or write them there; None where it has no room."""
    key = CacheKey(f"prepared {original.take_content_hash(watch)}", str(original.max_value), fitting)
    watch.tell(Stage.CHECKING, 0, 0)
    found = cache.find(key, watch.is_stopping)
    watch.check()
    if found is not None:
        return found
    if needed > cache.room():
        return None
    try:
        return cache.store(key, _blocks(original, fitting, watch), len(original))
    except OSError:  # it is full after all, or may not be written
        return None


def _blocks(original: Dataset, fitting: Fitting, watch: Watch) -> Iterator[Block]:
    for block in fit_blocks(original.images, original.max_value, fitting, watch):
        yield Block(block, digests_of(block), (), 0)
