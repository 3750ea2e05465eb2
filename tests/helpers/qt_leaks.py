"""Find what a test left running or standing: threads, timers, animations, windows; and where it was started.

Nearly every crash of a Qt test suite comes from a thread or timer that outlives the objects it touches, and
it shows in some later, innocent test. So each test is held to leave nothing behind.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import (
    QAbstractAnimation,
    QCoreApplication,
    QEvent,
    QObject,
    QThread,
    QThreadPool,
    QTimer,
)
from PySide6.QtWidgets import QApplication, QWidget

GRACE_S = 2.0
"""How long a thread that is on its way out may take; spent only where something is left."""

_REPOSITORY = Path(__file__).resolve().parents[2]
_UNKNOWN_PLACE = "an unknown place (outside Python)"


@dataclass(frozen=True, slots=True)
class Leak:
    """One thing left behind, and the line of our code that started it."""

    what: str
    started_at: str

    def __str__(self) -> str:
        return f"{self.what}, started at {self.started_at}"


class LeakWatch:
    """Record what is started from now on; `leaks()` names what of it is still alive.

    The start methods of Qt's classes are wrapped for as long as the watch lasts (`with watch.recording():`).
    """

    def __init__(self) -> None:
        self._started: list[tuple[weakref.ref[Any], str]] = []
        self._threads_before = set(threading.enumerate())
        self._windows_before = {id(widget) for widget in _visible_windows()}

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            self._wrap(patch, QThread, "start", QThread.Priority)
            self._wrap(patch, QTimer, "start", int)
            self._wrap(patch, QAbstractAnimation, "start", QAbstractAnimation.DeletionPolicy)
            self._wrap(patch, QWidget, "show", ())
            self._wrap(patch, threading.Thread, "start", ())
            yield

    def leaks(self, grace_s: float = GRACE_S) -> list[Leak]:
        """Return what is left, after giving deleted objects and finishing threads the time to go."""
        deadline = time.monotonic() + grace_s
        _delete_what_is_due()
        found = self._find()
        while found and time.monotonic() < deadline:
            gc.collect()
            QCoreApplication.processEvents()
            _delete_what_is_due()
            QThreadPool.globalInstance().waitForDone(10)
            found = self._find()
        return found

    def put_out(self) -> None:
        """Stop what is left as far as possible, so that the next test is not blamed for it."""
        for thing in self._alive():
            if isinstance(thing, QTimer | QAbstractAnimation):
                thing.stop()
            elif isinstance(thing, QThread):
                thing.requestInterruption()
                thing.quit()
        for widget in _visible_windows():
            if id(widget) not in self._windows_before:
                widget.hide()
                widget.deleteLater()
        _delete_what_is_due()

    def _wrap(self, patch: pytest.MonkeyPatch, owner: type, name: str, accepted: Any) -> None:
        original: Callable[..., None] = getattr(owner, name)

        @functools.wraps(original)
        def start(thing: Any, *args: Any, **kwargs: Any) -> None:
            self._started.append((weakref.ref(thing), _place_of_call()))
            original(thing, *_as_qt_would_pass(args, accepted), **kwargs)

        patch.setattr(owner, name, start)

    def _alive(self) -> list[QObject]:
        things = (reference() for reference, _ in self._started)
        return [thing for thing in things if isinstance(thing, QObject) and shiboken6.isValid(thing)]

    def _find(self) -> list[Leak]:
        found = {
            id(thing): Leak(text, self._place_of(thing))
            for thing in self._alive()
            if (text := _why_it_runs(thing)) is not None
        }
        for thread in set(threading.enumerate()) - self._threads_before:
            # Python invents a _DummyThread for a Qt thread that ran Python code, and keeps it for ever.
            if thread.is_alive() and not isinstance(thread, threading._DummyThread):
                found[id(thread)] = Leak(f"thread {thread.name!r} still runs", self._place_of(thread))
        for widget in _visible_windows():
            if id(widget) not in self._windows_before:
                found[id(widget)] = Leak(f"{_describe(widget)} is still shown", self._place_of(widget))
        if (busy := QThreadPool.globalInstance().activeThreadCount()) > 0:
            found[0] = Leak(f"{busy} job(s) of the global QThreadPool still run", _UNKNOWN_PLACE)
        return list(found.values())

    def _place_of(self, thing: object) -> str:
        places = [place for reference, place in self._started if reference() is thing]
        return places[-1] if places else _UNKNOWN_PLACE


def _why_it_runs(thing: object) -> str | None:
    if isinstance(thing, QThread) and thing.isRunning():
        return f"{_describe(thing)} still runs"
    if isinstance(thing, QTimer) and thing.isActive():
        return f"{_describe(thing)} of {thing.interval()} ms is still active"
    if isinstance(thing, QAbstractAnimation) and thing.state() == QAbstractAnimation.State.Running:
        return f"{_describe(thing)} still runs"
    return None


def _describe(thing: QObject) -> str:
    parent = thing.parent()
    name = f" {thing.objectName()!r}" if thing.objectName() else ""
    return f"{type(thing).__name__}{name}" + (f" of {type(parent).__name__}" if parent is not None else "")


def _visible_windows() -> list[QWidget]:
    if QApplication.instance() is None:
        return []
    return [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]


def _delete_what_is_due() -> None:
    """Carry out every deleteLater: processEvents leaves them for an event loop that never comes."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _as_qt_would_pass(args: tuple[Any, ...], accepted: Any) -> tuple[Any, ...]:
    """Drop a signal's arguments that the wrapped slot does not take, as Qt does for its own slots."""
    fitting = bool(args) and isinstance(args[0], accepted)
    if fitting and accepted is int and isinstance(args[0], bool):
        fitting = False
    return args[:1] if fitting else ()


def _place_of_call() -> str:
    """Return file and line of the innermost caller that lies in this repository."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(_REPOSITORY) and ".venv" not in path.parts:
            return f"{path.relative_to(_REPOSITORY)}:{frame.f_lineno} in {frame.f_code.co_name}"
        frame = frame.f_back
    return _UNKNOWN_PLACE
