from __future__ import annotations

import gc
import subprocess
import sys

import numpy as np
import pytest

from cnnviz.engine import pages
from cnnviz.engine.pages import LINE_BYTES, PAGE_BYTES, SMALL_BYTES, Pages

COUNTS = (1, 100, SMALL_BYTES, 3_000_001, 5, 64, PAGE_BYTES, 3 * PAGE_BYTES + 1)


def _mapped_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * 4096


@pytest.mark.parametrize("has_large_pages", [True, False])
def test_pieces_begin_on_a_cache_line_and_none_overlaps_another(monkeypatch, has_large_pages):
    if not has_large_pages:
        monkeypatch.setattr(pages, "_has_large_pages", lambda: False)
    source = Pages()
    pieces = [source.empty(count) for count in COUNTS]
    for number, piece in enumerate(pieces):
        piece[:] = number
    for number, (piece, count) in enumerate(zip(pieces, COUNTS, strict=True)):
        assert piece.ctypes.data % LINE_BYTES == 0
        assert len(piece) == count
        assert np.all(piece == number)
        assert piece.flags.writeable


@pytest.mark.skipif(not pages._has_large_pages(), reason="the system has no large pages")
def test_pieces_beyond_the_first_lie_in_large_pages_that_are_shared():
    source = Pages()
    source.empty(SMALL_BYTES)
    first, second = source.empty(1000), source.empty(1000)
    assert first.ctypes.data % PAGE_BYTES == 0
    assert second.ctypes.data == first.ctypes.data + 1024  # whole cache lines


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux tells of a process")
def test_memory_goes_back_when_the_last_piece_is_gone():
    source = Pages()
    pieces = [source.empty(count) for count in (SMALL_BYTES, 64 * PAGE_BYTES, 64 * PAGE_BYTES)]
    held = _mapped_bytes()
    del source
    assert _mapped_bytes() == held
    pieces.clear()
    gc.collect()
    assert _mapped_bytes() <= held - 128 * PAGE_BYTES


_WITHOUT_ROOM = """
import resource
from cnnviz.engine.pages import Pages
source = Pages()
source.empty(4_000_000)
pages = int(open("/proc/self/statm", encoding="ascii").read().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 50_000_000,) * 2)
try:
    source.empty(200_000_000)
except MemoryError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
def test_too_little_memory_is_told_as_it_is_of_arrays():
    told = subprocess.run([sys.executable, "-c", _WITHOUT_ROOM], capture_output=True, text=True, check=False)
    assert told.stdout.startswith("There is no room for 20"), told.stderr
