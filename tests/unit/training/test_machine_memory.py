from __future__ import annotations

import ctypes
import struct
import sys

import numpy as np
import pytest

from cnnviz.data.catalog import open_dataset
from cnnviz.engine.build import build
from cnnviz.errors import TrainingError
from cnnviz.resource_files import resource_path
from cnnviz.spec.io import load
from cnnviz.spec.training import TrainingSpec
from cnnviz.training import machine_memory
from cnnviz.training.loop import train
from cnnviz.training.machine_memory import available_bytes, check_memory


def _spec(name):
    return load(resource_path("networks", f"{name}.json"))


@pytest.mark.skipif(sys.platform not in ("linux", "darwin", "win32"), reason="memory is not known elsewhere")
def test_this_machine_tells_what_is_free():
    free = available_bytes()
    assert free is not None
    assert 10e6 < free < 1e15


def test_what_does_not_fit_is_refused_with_its_largest_layer(monkeypatch):
    monkeypatch.setattr(machine_memory, "available_bytes", lambda: 100_000_000)
    check_memory(_spec("digits-cnn"), TrainingSpec(), 2)
    with pytest.raises(TrainingError, match=r'100 MB are free.*largest layer is "conv2"'):
        check_memory(_spec("vgg-small"), TrainingSpec(batch_size=128), 2)


def test_nothing_is_refused_where_the_machine_does_not_tell(monkeypatch):
    monkeypatch.setattr(machine_memory, "available_bytes", lambda: None)
    check_memory(_spec("alexnet"), TrainingSpec(batch_size=4096), 64)


def test_linux_files(monkeypatch, tmp_path):
    (tmp_path / "meminfo").write_text("MemTotal: 200 kB\nMemAvailable:     100 kB\n")
    monkeypatch.setattr(machine_memory, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(machine_memory, "_CGROUP", tmp_path)
    monkeypatch.setattr(machine_memory.sys, "platform", "linux")
    assert available_bytes() == 102_400
    (tmp_path / "memory.max").write_text("50000\n")
    (tmp_path / "memory.current").write_text("20000\n")
    assert available_bytes() == 30_000
    (tmp_path / "memory.max").write_text("max\n")
    assert available_bytes() == 102_400
    (tmp_path / "meminfo").unlink()
    assert available_bytes() is None


def test_a_run_is_refused_before_it_begins(monkeypatch):
    monkeypatch.setattr(machine_memory, "available_bytes", lambda: 1_000_000)
    network = build(_spec("digits-cnn"), np.random.default_rng(0))
    with pytest.raises(TrainingError, match="1 MB are free"):
        train(network, open_dataset("digits"), TrainingSpec(), threads=1)


class FakeMac:
    """The C library of macOS, as far as it is asked."""

    def __init__(self, total: int, failure: int = 0) -> None:
        self.total = total
        self.failure = failure
        self.asked = []

    def sysctlbyname(self, name, value, size, new, new_size) -> int:
        self.asked.append((name, size._obj.value, new, new_size.value))
        value._obj.value = self.total
        return self.failure


def on_a_mac(monkeypatch, library: FakeMac, path: str | None = "/usr/lib/libc.dylib") -> int | None:
    monkeypatch.setattr(machine_memory.sys, "platform", "darwin")
    monkeypatch.setattr(machine_memory.ctypes.util, "find_library", lambda name: path)
    monkeypatch.setattr(machine_memory.ctypes, "CDLL", lambda name: library)
    return available_bytes()


def test_a_mac_tells_its_whole_memory(monkeypatch):
    library = FakeMac(17_179_869_184)
    assert on_a_mac(monkeypatch, library) == 17_179_869_184
    assert library.asked == [(b"hw.memsize", 8, None, 0)]


def test_a_mac_that_does_not_tell_lets_every_design_pass(monkeypatch):
    assert on_a_mac(monkeypatch, FakeMac(1, failure=-1)) is None
    assert on_a_mac(monkeypatch, FakeMac(1), path=None) is None
    check_memory(_spec("alexnet"), TrainingSpec(batch_size=4096), 64)


class FakeWindows:
    """`kernel32`, as far as it is asked: it fills the structure only where its length is right."""

    def __init__(self, free: int, succeeds: bool = True) -> None:
        self.free = free
        self.succeeds = succeeds

    def GlobalMemoryStatusEx(self, reference) -> int:
        status = reference._obj
        assert status.length == 64, "the documented size of MEMORYSTATUSEX"
        content = struct.pack("<IIQQQQQQQ", 64, 50, 2 * self.free, self.free, 1, 2, 3, 4, 5)
        ctypes.memmove(ctypes.addressof(status), content, len(content))
        return int(self.succeeds)


def on_windows(monkeypatch, library: FakeWindows) -> int | None:
    names = []
    monkeypatch.setattr(machine_memory.sys, "platform", "win32")
    monkeypatch.setattr(machine_memory.ctypes, "CDLL", lambda name: names.append(name) or library)
    free = available_bytes()
    assert names == ["kernel32"]
    return free


def test_windows_tells_its_free_memory(monkeypatch):
    assert on_windows(monkeypatch, FakeWindows(8_000_000_000)) == 8_000_000_000


def test_windows_that_does_not_tell_lets_every_design_pass(monkeypatch):
    assert on_windows(monkeypatch, FakeWindows(1, succeeds=False)) is None


def test_too_little_memory_is_refused_on_every_machine(monkeypatch):
    on_windows(monkeypatch, FakeWindows(50_000_000))
    with pytest.raises(TrainingError, match="50 MB are free"):
        check_memory(_spec("vgg-small"), TrainingSpec(), 2)
