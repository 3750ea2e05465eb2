"""Many picture files decoded and fitted on several threads, in order, a block at a time."""

from __future__ import annotations

import collections
import hashlib
import os
import zlib
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
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL import Image

    from cnnviz.data.fitting import Fitting
    from cnnviz.data.importing.listing import Listing
    from cnnviz.data.importing.watch import Watch

DIGEST_BYTES = 16
MAX_THREADS = 8
_BLOCK_PICTURES = 64
_BLOCK_BYTES = 8 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some pictures, ready.

    Attributes
    ----------
    pixels
        uint8 (n, H, W, C).
    digests
        uint8 (n, `DIGEST_BYTES`): a hash of the pixels of each.
    check
        CRC-32 of all pixels.
    skipped
        Which pictures, by their place in the listing, could not be read, and why.
    colored
        How many were in colour and were made grey.
    """

    pixels: NDArray[np.uint8]
    digests: NDArray[np.uint8]
    check: int
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
    pixels = np.empty((len(places), *fitting.shape), np.uint8)
    digests = np.empty((len(places), DIGEST_BYTES), np.uint8)
    skipped: list[tuple[int, str]] = []
    count = colored = 0
    for place in places:
        path = listing.path(place)
        try:
            image = decode(path, at_least=(fitting.width, fitting.height)).image
        except DataError as error:
            skipped.append((place, _reason(error, path)))
            continue
        colored += fitting.color is Color.GRAY and is_colored(image)
        pixels[count] = fitted(image, fitting)[0]
        digest = hashlib.blake2b(pixels[count].data, digest_size=DIGEST_BYTES).digest()
        digests[count] = np.frombuffer(digest, np.uint8)
        count += 1
    pixels, digests = pixels[:count], digests[:count]
    return Block(pixels, digests, zlib.crc32(pixels.data) if count else 0, tuple(skipped), colored)


def is_colored(image: Image.Image) -> bool:
    """Return whether a picture of mode ``RGB`` has a pixel that is not grey, among a few hundred of them."""
    if image.mode != "RGB":
        return False
    stride = (max(1, image.height // 24), max(1, image.width // 24))
    some = np.asarray(image)[:: stride[0], :: stride[1]].astype(np.int16)
    return bool(np.ptp(some, axis=2).max() > _GREY_NOISE)


_GREY_NOISE = 12
"""By so much the three colours of a grey pixel may be apart after JPEG's rounding."""


def _reason(error: DataError, path: Path) -> str:
    """Return why a picture cannot be read, without the path, which is told beside it."""
    text = str(error).replace(str(path), "").strip().removesuffix(".")
    return text.removeprefix("Cannot read the picture :").strip() or "cannot be read"
