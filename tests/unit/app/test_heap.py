"""What is freed goes back to the system, also where small things lie between large ones."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from cnnviz.app import heap
from cnnviz.app.heap import tune_heap

# What is kept is too large for the gaps that the imports left in the heap: it lies between the large buffers.
_LEAVE_HOLES = """
import sys
import numpy as np
from cnnviz.app.heap import tune_heap
from cnnviz.training.machine_memory import used_bytes

if sys.argv[1] == "tuned":
    assert tune_heap()
np.ones(30_000_000, np.uint8)
before, kept = used_bytes(), []
for _ in range(100):
    large = [np.ones(1_000_000, np.uint8)]
    kept.append(large)
    kept.append(bytes(50_000))
for large in kept[::2]:
    large.clear()
print(used_bytes() - before)
"""


def is_glibc():
    return sys.platform.startswith("linux") and "CS_GNU_LIBC_VERSION" in os.confstr_names


def held_after(how):
    command = [sys.executable, "-c", _LEAVE_HOLES, how]
    untold = {name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "GLIBC_"))}
    return int(subprocess.run(command, check=True, capture_output=True, text=True, env=untold).stdout)


@pytest.mark.skipif(not is_glibc(), reason="another C library")
def test_freed_arrays_leave_no_holes_between_what_is_kept():
    held, held_by_itself = held_after("tuned"), held_after("as it is")
    assert held < 20_000_000
    if held_by_itself < 20_000_000:
        pytest.skip(f"this C library leaves no holes by itself: {held_by_itself} bytes")


@pytest.mark.skipif(not is_glibc(), reason="another C library")
def test_glibc_can_be_told():
    assert tune_heap()


def test_elsewhere_nothing_is_changed(monkeypatch):
    monkeypatch.setattr(heap.sys, "platform", "win32")
    assert not tune_heap()


def test_another_c_library_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(heap.sys, "platform", "linux")
    monkeypatch.setattr(heap.ctypes, "CDLL", lambda _: object())
    assert not tune_heap()
