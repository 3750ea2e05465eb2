"""Many picture files decoded and fitted on several threads, in order, a block at a time."""

from __future__ import annotations

import collections
import functools
import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.fitting import Color, fitted
from cnnviz.data.importing.watch import Stage
from cnnviz.data.pictures import decode
from cnnviz.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from numpy.typing import NDArray
    from PIL import Image

    from cnnviz.data.fitting import Fitting
    from cnnviz.data.importing.listing import Listing
    from cnnviz.data.importing.watch import Watch

MAX_THREADS = 8
_BLOCK_PICTURES = 64
_BLOCK_BYTES = 8 << 20
_MODES = {Color.GRAY: "L", Color.RGB: "RGB"}
_WORDS = tuple(np.dtype(kind) for kind in (np.uint32, np.uint16, np.uint8))
_DIGEST_SEED = 20260101
_DIGESTED_AT_ONCE = 4
_GREY_NOISE = 12
"""By so much the three colours of a grey pixel may be apart after JPEG's rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some pictures, ready.

    Attributes
    ----------
    pixels
        uint8 (n, H, W, C).
    digests
        uint64 (n,): a hash of the pixels of each, not made to withstand those who want to deceive.
    skipped
        Which pictures, by their place in the listing, could not be read, and why.
    colored
        How many were in colour and were made grey.
    """

    pixels: NDArray[np.uint8]
    digests: NDArray[np.uint64]
    skipped: tuple[tuple[int, str], ...]
    colored: int


def decode_all(
    listing: Listing, places: NDArray[np.int64], fitting: Fitting, watch: Watch, threads: int | None = None
) -> Iterator[Block]:
    """Yield these pictures of a listing in blocks, in order. Those that cannot be read are told in `skipped`.

    Pillow decodes without Python's lock, so threads help. Only a few blocks are in memory at a time.

    Raises
    ------
    ImportCancelled
        Nobody wants them any more.
    """
    height, width, channels = fitting.shape
    length = max(1, min(_BLOCK_PICTURES, _BLOCK_BYTES // (height * width * channels)))
    parts = [places[start : start + length].tolist() for start in range(0, len(places), length)]
    workers = threads or min(MAX_THREADS, os.cpu_count() or 1)
    waiting: collections.deque[Future[Block]] = collections.deque()
    done = 0
    with ThreadPoolExecutor(workers, thread_name_prefix="cnnviz-decode") as pool:
        try:
            for number in range(len(parts) + workers * 2):
                if number < len(parts):
                    waiting.append(pool.submit(decode_block, listing, parts[number], fitting))
                if waiting and (len(waiting) > workers * 2 or number >= len(parts)):
                    yield waiting.popleft().result()
                    done = min(done + length, len(places))
                    watch.tell(Stage.READING, done, len(places))
                watch.check()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def decode_block(listing: Listing, places: list[int], fitting: Fitting) -> Block:
    """Decode and fit some pictures of a listing."""
    height, width, channels = fitting.shape
    mode, size, at_least = _MODES[fitting.color], (width, height), (width, height)
    root, parts = str(listing.root), list[bytes]()
    skipped: list[tuple[int, str]] = []
    colored = 0
    # Each step that gives up Python's lock waits for the other threads to get it back; so bytes are collected
    # here, and all that is computed of them is done for the whole block at once.
    for place in places:
        path = f"{root}/{listing.pictures[place]}"
        try:
            image = decode(path, at_least=at_least).image
        except DataError as error:
            skipped.append((place, _reason(error, path)))
            continue
        if image.mode == mode and image.size == size:
            parts.append(image.tobytes())
        else:
            colored += fitting.color is Color.GRAY and is_colored(image)
            parts.append(fitted(image, fitting)[0].tobytes())
    joined = b"".join(parts)
    pixels = np.frombuffer(joined, np.uint8).reshape(len(parts), height, width, channels)
    return Block(pixels, digests_of(pixels), tuple(skipped), colored)


def digests_of(pixels: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return a hash of each image (N, H, W, C), uint64 (N,): the sum of its words, each times a fixed number.

    Images with the same pixels have the same hash; others have another but for a chance of 1 to 2^40 or less.
    """
    values = math.prod(pixels.shape[1:])
    kind = next(kind for kind in _WORDS if values % kind.itemsize == 0)
    words = pixels.reshape(len(pixels), values).view(kind)
    factors = _factors(words.shape[1])
    digests = np.empty(len(pixels), np.uint64)
    wide = np.empty((_DIGESTED_AT_ONCE, words.shape[1]), np.uint64)  # small enough to stay in the cache
    for start in range(0, len(pixels), _DIGESTED_AT_ONCE):
        some = words[start : start + _DIGESTED_AT_ONCE]
        wide[: len(some)] = some
        np.matmul(wide[: len(some)], factors, out=digests[start : start + len(some)])
    return digests


@functools.lru_cache(maxsize=4)
def _factors(count: int) -> NDArray[np.uint64]:
    factors = np.random.PCG64(_DIGEST_SEED).random_raw(count) | np.uint64(1)
    factors.flags.writeable = False
    return factors


def is_colored(image: Image.Image) -> bool:
    """Return whether a picture of mode ``RGB`` has a pixel that is not grey, among a few hundred of them."""
    if image.mode != "RGB":
        return False
    stride = (max(1, image.height // 24), max(1, image.width // 24))
    some = np.asarray(image)[:: stride[0], :: stride[1]].astype(np.int16)
    return bool(np.ptp(some, axis=2).max() > _GREY_NOISE)


def _reason(error: DataError, path: str) -> str:
    """Return why a picture cannot be read, without the path, which is told beside it."""
    text = str(error).replace(path, "").strip().removesuffix(".")
    return text.removeprefix("Cannot read the picture :").strip() or "cannot be read"
