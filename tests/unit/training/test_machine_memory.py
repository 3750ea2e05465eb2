from __future__ import annotations

import gc
import types

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
from cnnviz.training.machine_memory import available_bytes, check_memory, memory_in_words, used_bytes


def _spec(name):
    return load(resource_path("networks", f"{name}.json"))


def test_this_machine_tells_what_is_free_and_what_is_used():
    free = available_bytes()
    assert free is not None
    assert 10e6 < free < 1e15
    gc.collect()
    before = used_bytes()
    held = np.ones(32_000_000)  # 256 MB, written to
    assert used_bytes() - before > held.nbytes / 2  # what other tests have left may be freed meanwhile


def test_what_does_not_fit_is_refused_with_its_largest_layer(monkeypatch):
    monkeypatch.setattr(machine_memory, "available_bytes", lambda: 100_000_000)
    check_memory(_spec("digits-cnn"), TrainingSpec(), 2)
    with pytest.raises(TrainingError, match=r'100 MB are free.*largest layer is "conv2"'):
        check_memory(_spec("vgg-small"), TrainingSpec(batch_size=128), 2)


def test_nothing_is_refused_where_the_machine_does_not_tell(monkeypatch):
    monkeypatch.setattr(machine_memory, "available_bytes", lambda: None)
    check_memory(_spec("alexnet"), TrainingSpec(batch_size=4096), 64)


def test_a_container_may_have_less_left_than_the_machine(monkeypatch, tmp_path):
    monkeypatch.setattr(machine_memory, "_CGROUP", tmp_path)
    monkeypatch.setattr(
        machine_memory.psutil, "virtual_memory", lambda: types.SimpleNamespace(available=102_400)
    )
    assert available_bytes() == 102_400
    (tmp_path / "memory.max").write_text("50000\n")
    (tmp_path / "memory.current").write_text("20000\n")
    (tmp_path / "memory.stat").write_text("anon 15000\ninactive_file 4000\nactive_file 1000\n")
    assert available_bytes() == 34_000
    (tmp_path / "memory.max").write_text("max\n")
    assert available_bytes() == 102_400


def test_a_machine_that_does_not_tell(monkeypatch):
    def fail() -> None:
        raise OSError("no such file")

    monkeypatch.setattr(machine_memory.psutil, "virtual_memory", fail)
    monkeypatch.setattr(machine_memory, "_this_process", fail)
    assert available_bytes() is None
    assert used_bytes() == 0


@pytest.mark.parametrize(("number", "words"), [(95_400_000, "95 MB"), (2_100_000_000, "2.1 GB")])
def test_memory_in_words(number, words):
    assert memory_in_words(number) == words


def test_a_run_is_refused_before_it_begins(monkeypatch):
    monkeypatch.setattr(machine_memory, "available_bytes", lambda: 1_000_000)
    network = build(_spec("digits-cnn"), np.random.default_rng(0))
    with pytest.raises(TrainingError, match="1 MB are free"):
        train(network, open_dataset("digits"), TrainingSpec(), threads=1)
