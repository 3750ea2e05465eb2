"""Memory for the engine's buffers in the largest pages that the system has."""

from __future__ import annotations

import contextlib
import mmap
import sys
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

LINE_BYTES = 64
"""A cache line: vector loads that straddle two of them are slower."""
PAGE_BYTES = 2 * 1024 * 1024
"""The size of a large page where there are any."""
SMALL_BYTES = 1024 * 1024
"""So much is taken from the usual pages first: making a large one ready takes as long as 40 small ones."""


def aligned_empty(count: int) -> Bytes:
    """Return `count` uninitialised bytes that begin on a cache line."""
    return _aligned(np.empty(count + LINE_BYTES, np.uint8), LINE_BYTES)[:count]


class Pages:
    """Hands out memory for what is kept, one piece after the other, and frees it together.

    Buffers of some megabytes lie in hundreds of usual pages, wherever the system had some free. Where they
    happen to share places of the cache, a run is slower, from its first step to its last, than the same run
    in another process; and looking up pages takes time. Large pages end both. Where there are none, each
    piece is an array of its own.
    """

    def __init__(self) -> None:
        self._handed_out = 0
        self._rest: Bytes = np.empty(0, np.uint8)

    def empty(self, count: int) -> Bytes:
        """Return `count` bytes that begin on a cache line, content undefined."""
        self._handed_out += count
        if self._handed_out <= SMALL_BYTES or not _has_large_pages():
            return aligned_empty(count)
        if len(self._rest) < count:
            self._rest = _large_pages(count)
        piece, self._rest = self._rest[:count], self._rest[-(-count // LINE_BYTES) * LINE_BYTES :]
        return piece


def _has_large_pages() -> bool:
    return sys.platform == "linux" and hasattr(mmap, "MADV_HUGEPAGE")


def _large_pages(count: int) -> Bytes:
    """Return at least `count` bytes in pages that the system is asked to make large.

    Raises
    ------
    MemoryError
        There is no room, as where an array is made; `mmap` calls that an error of the system.
    """
    whole = -(-count // PAGE_BYTES) * PAGE_BYTES
    try:
        # One more than needed, to begin where a large page does; what nobody touches takes no memory.
        mapped = mmap.mmap(-1, whole + PAGE_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError as error:
        raise MemoryError(f"There is no room for {whole} bytes.") from error
    pages = _aligned(np.frombuffer(mapped, np.uint8), PAGE_BYTES)[:whole]
    offset = pages.ctypes.data - np.frombuffer(mapped, np.uint8).ctypes.data
    with contextlib.suppress(OSError):  # a system that was built without large pages
        mapped.madvise(mmap.MADV_HUGEPAGE, offset, whole)
    return pages


def _aligned(raw: Bytes, boundary: int) -> Bytes:
    return raw[-raw.ctypes.data % boundary :]
