"""How the C library keeps memory that was given back to it."""

from __future__ import annotations

import ctypes
import sys

MAPPED_BYTES = 256 * 1024
"""A buffer of so many bytes or more gets pages of its own, which go back to the system with it."""
_TOP_BYTES = 4 * 1024 * 1024
_ARENAS = 2
# The numbers of these settings in glibc's <malloc.h>.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8


def tune_heap() -> bool:
    """Have large buffers go back to the system when they are freed; return whether the C library can be told.

    By itself, glibc raises the size from which a buffer gets pages of its own whenever a larger one is freed,
    up to 32 MiB. From then on arrays and pictures lie between small objects, which outlive them and keep the
    holes they leave: after minutes more than half of the heap was holes. Other C libraries stay as they are.
    """
    if not sys.platform.startswith("linux"):
        return False
    library = ctypes.CDLL(None)
    if not hasattr(library, "gnu_get_libc_version"):
        return False
    settings = (
        (_MMAP_THRESHOLD, MAPPED_BYTES),
        (_TRIM_THRESHOLD, _TOP_BYTES),
        (_ARENA_MAX, _ARENAS),
    )
    return all(library.mallopt(setting, value) == 1 for setting, value in settings)
