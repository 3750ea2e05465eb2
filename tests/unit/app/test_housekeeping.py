"""Dead objects are looked for in pauses between edits, and never while a run is on."""

from __future__ import annotations

import gc
import weakref

import pytest

from cnnviz.app import housekeeping
from cnnviz.app.housekeeping import EDITS_BETWEEN, Housekeeper
from cnnviz.spec.layers import ReLU


class Ring:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def running():
    return []


@pytest.fixture
def keeper(document, running, monkeypatch):
    monkeypatch.setattr(housekeeping, "QUIET_MS", 1)
    keeper = Housekeeper(document, lambda: bool(running), document)
    keeper.begin()
    yield keeper
    keeper.end()


def edit(document, times):
    for _ in range(times):
        document.insert_layer(ReLU(), 0)


def old_ring():
    """Return a reference to a dead ring that a look at new objects does not find."""
    ring = Ring()
    gc.collect(1)
    gc.collect(1)
    return weakref.ref(ring)


def test_python_looks_through_everything_rarely_until_the_end(document):
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()
    keeper = Housekeeper(document, lambda: False, document)
    keeper.begin()
    assert gc.get_threshold()[:2] == usual[:2]
    assert gc.get_threshold()[2] > 10 * usual[2]
    assert gc.get_freeze_count() > frozen
    keeper.end()
    assert gc.get_threshold() == usual
    assert gc.get_freeze_count() == 0


def test_after_edits_a_pause_frees_what_is_dead(document, keeper, qtbot):
    ring = old_ring()
    assert ring() is not None
    edit(document, EDITS_BETWEEN)
    assert ring() is not None
    qtbot.waitUntil(lambda: ring() is None)


def test_few_edits_are_no_occasion(document, keeper):
    edit(document, EDITS_BETWEEN - 1)
    assert not keeper.is_waiting
    edit(document, 1)
    assert keeper.is_waiting


def test_a_run_is_not_held_up(document, keeper, running, qtbot):
    running.append("run")
    ring = old_ring()
    edit(document, EDITS_BETWEEN)
    with qtbot.waitSignals([keeper.postponed, keeper.postponed]):
        pass
    assert ring() is not None
    running.clear()
    qtbot.waitUntil(lambda: ring() is None)
