"""Dead objects are looked for in the window's thread, and at all of them in pauses between edits."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from cnnviz.app import housekeeping
from cnnviz.app.housekeeping import EDITS_BETWEEN, Housekeeper
from cnnviz.spec.layers import ReLU
from tests.helpers.long_lived import freezing_as_in_the_program


class Ring:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def running():
    return []


@pytest.fixture
def freezing():
    with freezing_as_in_the_program():
        yield


@pytest.fixture
def keeper(document, running, monkeypatch):
    monkeypatch.setattr(housekeeping, "QUIET_MS", 1)
    monkeypatch.setattr(housekeeping, "LOOK_MS", 1)
    keeper = Housekeeper(document, lambda: bool(running), document)
    keeper.begin()
    yield keeper
    keeper.end()


@pytest.fixture
def without_rest(monkeypatch):
    monkeypatch.setattr(housekeeping, "REST_MS", 1)


def edit(document, times):
    for _ in range(times):
        document.insert_layer(ReLU(), 0)


def old_ring():
    """Return a reference to a dead ring that a look at new objects does not find."""
    ring = Ring()
    gc.collect(1)
    gc.collect(1)
    return weakref.ref(ring)


def test_python_looks_no_more_by_itself_until_the_end(freezing, document):
    gc.enable()
    frozen = gc.get_freeze_count()
    keeper = Housekeeper(document, lambda: False, document)
    keeper.begin()
    assert not gc.isenabled()
    assert gc.get_freeze_count() > frozen
    keeper.end()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_where_python_did_not_look_before_it_does_not_afterwards(document):
    gc.disable()
    keeper = Housekeeper(document, lambda: False, document)
    keeper.begin()
    keeper.end()
    assert not gc.isenabled()


def test_dead_objects_are_freed_by_the_windows_thread_alone(keeper, qtbot):
    freed_by = []

    class DeadTimer(QTimer):
        def __init__(self):
            super().__init__()
            self.me = self

        def __del__(self):
            freed_by.append(threading.current_thread())

    for _ in range(5):
        DeadTimer()
    worker = threading.Thread(target=lambda: [Ring() for _ in range(20_000)])
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: len(freed_by) == 5)
    assert set(freed_by) == {threading.main_thread()}


def test_what_is_a_little_older_is_looked_through_now_and_then(keeper, qtbot):
    ring = Ring()
    gc.collect(0)
    ref = weakref.ref(ring)
    del ring
    new = []

    def is_freed():
        new.extend([] for _ in range(1000))
        return ref() is None

    qtbot.waitUntil(is_freed)


def test_after_very_many_looks_everything_is_looked_through(keeper, running, monkeypatch, qtbot):
    running.append("run")
    ring = old_ring()
    monkeypatch.setattr(housekeeping, "_RARELY", 1)
    qtbot.waitUntil(lambda: ring() is None)


def test_after_edits_a_pause_frees_what_is_dead(document, keeper, qtbot):
    ring = old_ring()
    assert ring() is not None
    edit(document, EDITS_BETWEEN)
    assert ring() is not None
    qtbot.waitUntil(lambda: ring() is None)


def test_what_was_alive_the_time_before_is_looked_at_again(freezing, keeper):
    ring = Ring()
    ref = weakref.ref(ring)
    keeper.tidy()
    del ring
    gc.collect()
    assert ref() is not None
    keeper.tidy()
    assert ref() is None


def test_what_has_died_old_is_freed_when_many_objects_were_made_and_it_is_quiet_again(
    without_rest, keeper, qtbot
):
    ring = old_ring()
    new = [[] for _ in range(1000)]
    qtbot.waitUntil(lambda: ring() is None)
    assert len(new) == 1000


def test_what_dies_with_a_window_is_freed_though_hardly_anything_was_made(without_rest, keeper, qtbot):
    ring = old_ring()
    assert ring() is not None
    qtbot.waitUntil(lambda: gc.get_count()[0] <= gc.get_threshold()[0])
    assert ring() is not None
    QGuiApplication.instance().focusWindowChanged.emit(None)
    qtbot.waitUntil(lambda: ring() is None)


def test_windows_are_no_occasion_before_the_beginning_and_after_the_end(without_rest, document, qtbot):
    keeper = Housekeeper(document, lambda: False, document)
    app = QGuiApplication.instance()
    app.focusWindowChanged.emit(None)
    assert not keeper.is_resting
    keeper.begin()
    app.focusWindowChanged.emit(None)
    assert keeper.is_resting
    keeper.end()
    app.focusWindowChanged.emit(None)
    assert not keeper.is_resting


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
