"""How much memory the machine has left, what this program takes of it, and whether a run fits into it."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from cnnviz.errors import TrainingError
from cnnviz.spec.memory import training_bytes
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec

_CGROUP = Path("/sys/fs/cgroup")


def available_bytes() -> int | None:
    """Return how many bytes a program may still take without others being pushed out; None if unknown.

    What the system calls available, or what a container has left of its limit if that is less.
    """
    try:
        free: int = psutil.virtual_memory().available
    except (OSError, psutil.Error):
        return None
    left = _container_bytes()
    return free if left is None else min(free, left)


def used_bytes() -> int:
    """Return how many bytes of physical memory this process holds; 0 if unknown. Takes microseconds."""
    try:
        used: int = _this_process().memory_info().rss
    except (OSError, psutil.Error):
        return 0
    return used


@functools.cache
def _this_process() -> psutil.Process:
    """Return the handle of this process; to make one takes a hundred times as long as to use it."""
    return psutil.Process()


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
        f"Training this design with {counted(training.batch_size, 'image')} in a batch needs about "
        f"{memory_in_words(estimate.total)} of memory; {memory_in_words(free)} are free. The largest layer "
        f'is "{estimate.largest_layer}" with {memory_in_words(estimate.largest_bytes)}. Try a smaller batch, '
        f"or make that layer smaller."
    )


def memory_in_words(number: int) -> str:
    """Return a number of bytes for people: "95 MB", "2.1 GB"."""
    return f"{number / 1e9:,.1f} GB" if number >= 1e9 else f"{number / 1e6:,.0f} MB"


def _container_bytes() -> int | None:
    """Return what this process's control group has left of its limit (version 2), or None without one.

    Files that are only cached count as used there, but make room for whoever needs it.
    """
    try:
        limit = (_CGROUP / "memory.max").read_text(encoding="ascii").strip()
        used = int((_CGROUP / "memory.current").read_text(encoding="ascii"))
        lines = (_CGROUP / "memory.stat").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return None
    cached = next((int(line.split()[1]) for line in lines if line.startswith("inactive_file ")), 0)
    return max(0, int(limit) - used + cached) if limit.isdigit() else None
