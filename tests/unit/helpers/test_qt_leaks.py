"""The guard of all Qt tests is itself tested: it must find every kind of leak, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QObject, QPropertyAnimation, QRunnable, QThread, QThreadPool, QTimer, Signal
from PySide6.QtWidgets import QWidget

from tests.helpers.qt_leaks import LeakWatch

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def watch() -> Iterator[LeakWatch]:
    watch = LeakWatch()
    with watch.recording():
        yield watch


def _only(watch: LeakWatch) -> str:
    leaks = watch.leaks(grace_s=0.0)
    assert len(leaks) == 1, leaks
    return str(leaks[0])


def test_a_quiet_test_leaves_nothing(watch: LeakWatch, qtbot) -> None:
    timer = QTimer()
    with qtbot.waitSignal(timer.timeout):
        timer.start(1)
    timer.stop()
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()
    assert watch.leaks() == []


def test_an_active_timer_is_found_with_the_line_that_started_it(watch: LeakWatch) -> None:
    timer = QTimer(objectName="pulse")
    timer.start(50_000)
    text = _only(watch)
    assert "QTimer 'pulse' of 50000 ms is still active" in text
    assert "tests/unit/helpers/test_qt_leaks.py:" in text
    assert "in test_an_active_timer_is_found" in text
    timer.stop()
    assert watch.leaks() == []


def test_a_running_qthread_is_found(watch: LeakWatch) -> None:
    thread = QThread()
    thread.start()
    assert "QThread still runs" in _only(watch)
    thread.quit()
    assert thread.wait(5_000)
    assert watch.leaks() == []


def test_a_running_python_thread_is_found(watch: LeakWatch) -> None:
    release = threading.Event()
    thread = threading.Thread(target=release.wait, name="trainer", daemon=True)
    thread.start()
    text = _only(watch)
    assert "thread 'trainer' still runs" in text
    assert "test_qt_leaks.py" in text
    release.set()
    assert watch.leaks() == []


def test_a_thread_about_to_end_is_waited_for(watch: LeakWatch, qapp) -> None:
    release = threading.Event()
    threading.Thread(target=release.wait, daemon=True).start()
    QTimer.singleShot(0, qapp, release.set)
    assert watch.leaks() == []


def test_a_busy_thread_pool_is_found(watch: LeakWatch) -> None:
    release = threading.Event()
    QThreadPool.globalInstance().start(QRunnable.create(release.wait))
    assert "1 job(s) of the global QThreadPool" in _only(watch)
    release.set()
    assert watch.leaks() == []


def test_a_running_animation_is_found(watch: LeakWatch) -> None:
    widget = QWidget()
    animation = QPropertyAnimation(widget, b"windowOpacity", widget)
    animation.setDuration(60_000)
    animation.setEndValue(0.5)
    animation.start()
    assert "QPropertyAnimation of QWidget still runs" in _only(watch)
    animation.stop()
    assert watch.leaks() == []


def test_a_window_that_nobody_closes_is_found(watch: LeakWatch) -> None:
    window = QWidget(objectName="stray")
    window.show()
    text = _only(watch)
    assert "QWidget 'stray' is still shown" in text
    assert "test_qt_leaks.py" in text
    window.close()
    assert watch.leaks() == []


def test_a_timer_dies_with_the_widget_that_owns_it(watch: LeakWatch) -> None:
    widget = QWidget()
    timer = QTimer(widget)
    timer.start(50_000)
    widget.deleteLater()
    assert watch.leaks() == []


def test_what_was_there_before_is_not_blamed(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    assert LeakWatch().leaks() == []


def test_put_out_stops_what_was_left(watch: LeakWatch) -> None:
    timer = QTimer()
    timer.start(50_000)
    thread = QThread()
    thread.start()
    window = QWidget()
    window.show()
    watch.put_out()
    assert not timer.isActive()
    assert not shiboken6.isValid(window)
    assert thread.wait(5_000)
    assert watch.leaks() == []


class _Source(QObject):
    text_changed = Signal(str)
    clicked = Signal(bool)
    delay_chosen = Signal(int)


@pytest.mark.parametrize(("signal", "value", "interval"), [("text_changed", "a", 70), ("clicked", True, 70)])
def test_a_watched_timer_takes_signals_as_an_unwatched_one(
    watch: LeakWatch, signal: str, value: object, interval: int
) -> None:
    source = _Source()
    timer = QTimer(interval=interval)
    getattr(source, signal).connect(timer.start)
    getattr(source, signal).emit(value)
    assert timer.isActive()
    assert timer.interval() == interval
    timer.stop()


def test_a_watched_timer_takes_an_interval_from_a_signal(watch: LeakWatch) -> None:
    source, timer = _Source(), QTimer()
    source.delay_chosen.connect(timer.start)
    source.delay_chosen.emit(80)
    assert timer.interval() == 80
    timer.stop()
