"""How much memory the machine has left, and whether a run fits into it."""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.errors import TrainingError
from cnnviz.spec.memory import training_bytes

if TYPE_CHECKING:
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")


def available_bytes() -> int | None:
    """Return how many bytes a program may still take without others being pushed out; None if unknown.

    Linux: what the kernel calls available, or what a container has left of its limit if that is less.
    Windows: the free physical memory. macOS fills free memory with caches, so its whole memory is returned.
    """
    if sys.platform == "win32":
        return _windows_bytes()
    if sys.platform == "darwin":
        return _mac_bytes()
    known = [number for number in (_linux_bytes(), _container_bytes()) if number is not None]
    return min(known, default=None)


def check_memory(spec: NetworkSpec, training: TrainingSpec, threads: int) -> None:
    """Raise `TrainingError`, naming the largest layer, where a run would need more memory than is free.

    Nothing is allocated. Where the machine does not tell how much is free, every design passes.
    """
    free = available_bytes()
    if free is None:
        return
    estimate = training_bytes(spec, training.batch_size, threads, training.optimizer)
    if estimate.total <= free:
        return
    raise TrainingError(
        f"Training this design with {training.batch_size} images in a batch needs about "
        f"{_in_words(estimate.total)} of memory; {_in_words(free)} are free. The largest layer is "
        f'"{estimate.largest_layer}" with {_in_words(estimate.largest_bytes)}. Try a smaller batch, or make '
        f"that layer smaller."
    )


def _in_words(number: int) -> str:
    return f"{number / 1e9:,.1f} GB" if number >= 1e9 else f"{number / 1e6:,.0f} MB"


def _linux_bytes() -> int | None:
    try:
        lines = _MEMINFO.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    words = next((line.split() for line in lines if line.startswith("MemAvailable:")), None)
    return int(words[1]) * 1024 if words else None


def _container_bytes() -> int | None:
    """Return what this process's control group has left of its limit (version 2), or None without one."""
    try:
        limit = (_CGROUP / "memory.max").read_text(encoding="ascii").strip()
        used = int((_CGROUP / "memory.current").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return max(0, int(limit) - used) if limit.isdigit() else None


def _mac_bytes() -> int | None:
    path = ctypes.util.find_library("c")
    total, size = ctypes.c_uint64(), ctypes.c_size_t(ctypes.sizeof(ctypes.c_uint64))
    if path is None:
        return None
    library = ctypes.CDLL(path)
    failed = library.sysctlbyname(
        b"hw.memsize", ctypes.byref(total), ctypes.byref(size), None, ctypes.c_size_t(0)
    )
    return None if failed else total.value


class _MemoryStatus(ctypes.Structure):
    """What `GlobalMemoryStatusEx` fills in."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        *((name, ctypes.c_uint64) for name in ("total", "free", "page_total", "page_free")),
        *((name, ctypes.c_uint64) for name in ("virtual_total", "virtual_free", "extended_free")),
    )


def _windows_bytes() -> int | None:
    status = _MemoryStatus()
    status.length = ctypes.sizeof(status)
    library = ctypes.CDLL("kernel32")
    return int(status.free) if library.GlobalMemoryStatusEx(ctypes.byref(status)) else None
