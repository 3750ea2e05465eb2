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
from cnnviz.data.importing.room import ROOM_BYTES, DecodingRoom
from cnnviz.data.importing.watch import Stage
from cnnviz.data.pictures import decode_image
from cnnviz.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from numpy.typing import NDArray
    from PIL import Image

    from cnnviz.data.fitting import Fitting
    from cnnviz.data.importing.listing import Listing
    from cnnviz.data.importing.watch import Watch

MAX_THREADS = 8
_BLOCK_PICTURES = 64
_BLOCK_BYTES = 8 << 20
_WAITING_BYTES = 128 << 20
"""Room of the blocks that are being filled or wait to be taken, where they are larger than usual."""
_MODES = {Color.GRAY: "L", Color.RGB: "RGB"}
_WORDS = tuple(np.dtype(kind) for kind in (np.uint32, np.uint16, np.uint8))
_DIGEST_SEED = 20260101
_GREY_NOISE = 12
"""By so much the three colours of a grey pixel may be apart after JPEG's rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some pictures, ready.

    Attributes
    ----------
    pixels
        uint8 (n, H, W, C), until the next block is asked for; then others are written in their place.
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

    Pillow decodes without Python's lock, so threads help. Only a few blocks are in memory at a time, always
    in the same places: fresh memory costs a good part of what decoding costs.

    Raises
    ------
    ImportCancelled
        Nobody wants them any more.
    """
    size = math.prod(fitting.shape)
    length = max(1, min(_BLOCK_PICTURES, _BLOCK_BYTES // size))
    parts = [places[start : start + length].tolist() for start in range(0, len(places), length)]
    workers = threads or min(MAX_THREADS, os.cpu_count() or 1)
    ahead = max(2, min(workers * 2 + 1, _WAITING_BYTES // (length * size)))
    free = [np.empty((length, *fitting.shape), np.uint8) for _ in range(min(ahead, len(parts)))]
    waiting: collections.deque[tuple[Future[Block], NDArray[np.uint8]]] = collections.deque()
    begin = functools.partial(decode_block, listing, fitting=fitting, room=DecodingRoom(ROOM_BYTES))
    done = given = 0
    with ThreadPoolExecutor(min(workers, ahead), thread_name_prefix="cnnviz-decode") as pool:
        try:
            while done < len(parts):
                watch.check()
                while free and given < len(parts):
                    out = free.pop()
                    waiting.append((pool.submit(begin, parts[given], out=out), out))
                    given += 1
                future, out = waiting.popleft()
                yield future.result()
                free.append(out)
                done += 1
                watch.tell(Stage.READING, min(done * length, len(places)), len(places))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def decode_block(
    listing: Listing, places: list[int], *, fitting: Fitting, room: DecodingRoom, out: NDArray[np.uint8]
) -> Block:
    """Decode and fit some pictures of a listing into `out`, uint8 (at least as many, H, W, C)."""
    root, length = f"{listing.root}/", math.prod(fitting.shape)
    flat, share = out.reshape(-1).data, room.share()
    skipped: list[tuple[int, str]] = []
    colored = end = 0
    # Each step that gives up Python's lock waits for the other threads to get it back; so bytes are collected
    # here, and all that is computed of them is done for the whole block at once.
    for place, in_file in zip(places, listing.stamps[places, 0].tolist(), strict=True):
        path = root + listing.pictures[place]
        try:
            content, is_grayed = _fitted_bytes(path, in_file, fitting, share.claim)
        except DataError as error:
            skipped.append((place, _reason(error, path)))
        else:
            flat[end : end + length] = content
            end += length
            colored += is_grayed
        finally:
            share.give_back()
    pixels = out[: end // length]
    return Block(pixels, digests_of(pixels), tuple(skipped), colored)


def _fitted_bytes(
    path: str, length: int, fitting: Fitting, claim: Callable[[int], None]
) -> tuple[bytes | memoryview, bool]:
    """Return the bytes of a picture, decoded and fitted, and whether it was in colour and was made grey.

    Its file had `length` bytes when it was found.
    """
    size = fitting.width, fitting.height
    image = decode_image(path, at_least=size, claim=claim, length=length)
    if image.mode == _MODES[fitting.color] and image.size == size:
        return image.tobytes(), False
    pixels = np.ascontiguousarray(fitted(image, fitting)[0])
    return pixels.data.cast("B"), fitting.color is Color.GRAY and is_colored(image)


def digests_of(pixels: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return a hash of each image (N, H, W, C), uint64 (N,): the sum of its words, each times a fixed number.

    Images with the same pixels have the same hash; others have another but for a chance of 1 to 2^40 or less.
    """
    values = math.prod(pixels.shape[1:])
    kind = next(kind for kind in _WORDS if values % kind.itemsize == 0)
    words = pixels.reshape(len(pixels), values).view(kind)
    # A product of matrices takes twice as long, and the words in 64 bits beside it.
    digests: NDArray[np.uint64] = np.einsum("ij,j->i", words, _factors(words.shape[1]))
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
