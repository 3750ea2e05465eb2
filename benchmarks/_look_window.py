"""Times of looking in the program's window: another image, the mouse over the network, large designs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from benchmarks._look import Figure, design, noise, opened_window, p99_figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnnviz.spec.network import NetworkSpec
    from cnnviz.ui.main_window import MainWindow

IMAGE_GOALS_MS = {"two-conv": 50.0, "resnet-small": 150.0}
HOVER_GOAL_MS, BLOCKED_GOAL_MS, FIRST_GOAL_MS = 16.0, 50.0, 1000.0
HOVERED = ("two-conv", "resnet-small", "alexnet")
LARGE = ("alexnet", "vgg-small", "resnet20")
_IMAGES, _MOVES = 60, 300
_PATIENCE_S = 30.0
_BEAT_MS = 2
_WAIT = QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents


def measure_window(app: QApplication) -> Iterator[Figure]:
    """Measure all of it, figure by figure."""
    with opened_window(app) as window:
        for name, goal in IMAGE_GOALS_MS.items():
            show(app, window, design(name))
            yield p99_figure(f"another image, {name}: all maps on screen", _images(app, window), goal)
        for name in HOVERED:
            show(app, window, design(name))
            yield p99_figure(f"mouse over the network, {name}", _moves(app, window), HOVER_GOAL_MS)
        for name in LARGE:
            yield from _opening(app, window, name)


def show(app: QApplication, window: MainWindow, spec: NetworkSpec) -> None:
    """Show a design with an image that it takes, and wait until all is painted."""
    bench = window.workbench
    bench.selection.set_dataset(noise(*spec.input.shape, 200))
    bench.document.new(spec)
    _wait(app, window, lambda: _is_shown(window, spec))
    _settle(app, 0.5)  # studies of the layer are made


def _is_shown(window: MainWindow, spec: NetworkSpec) -> bool:
    inspection = window.workbench.inspector.inspection
    return (
        inspection is not None
        and inspection.spec == spec
        and inspection.image_view.problem is None
        and not window.workbench.inspector.is_busy
    )


def _images(app: QApplication, window: MainWindow) -> np.ndarray:
    """Return the times in ms from the choice of an image until the network and the layer are painted."""
    selection, inspector, times = window.workbench.selection, window.workbench.inspector, []
    for _ in range(_IMAGES):
        began = time.perf_counter()
        selection.next()
        pixels = selection.pixels

        def is_there(pixels: np.ndarray = pixels) -> bool:
            inspection = inspector.inspection
            return inspection is not None and np.array_equal(inspection.image_view.image, pixels)

        _wait(app, window, is_there)
        app.processEvents()  # all that is to be painted now, is
        times.append(1000 * (time.perf_counter() - began))
        _settle(app, 0.03)
    return np.array(times[3:])


def _moves(app: QApplication, window: MainWindow) -> np.ndarray:
    """Return the times in ms from a move of the mouse to the painted network, over all that is in sight."""
    canvas = window.network_view.canvas
    viewport = canvas.viewport()
    rng, times = np.random.default_rng(0), []
    width, height = viewport.width(), viewport.height()
    for place in range(_MOVES):
        x, y = width * (place + 0.5) / _MOVES, 60 + (height - 90) * rng.random()
        point = QPointF(round(x), round(y))
        began = time.perf_counter()
        none = Qt.MouseButton.NoButton
        move = QMouseEvent(
            QEvent.Type.MouseMove, point, viewport.mapToGlobal(point), none, none, Qt.KeyboardModifier(0)
        )
        QApplication.sendEvent(viewport, move)
        app.processEvents()
        times.append(1000 * (time.perf_counter() - began))
    QApplication.sendEvent(viewport, QEvent(QEvent.Type.Leave))
    app.processEvents()
    return np.array(times[3:])


def _opening(app: QApplication, window: MainWindow, name: str) -> Iterator[Figure]:
    """Open a design after a small one: when its first columns and all of them stand, how long it blocks."""
    show(app, window, design("digits-cnn"))
    spec, bench = design(name), window.workbench
    bench.selection.set_dataset(noise(*spec.input.shape, 200))
    _settle(app, 0.5)
    beats: list[float] = []
    beat = QTimer(window, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
    beat.timeout.connect(lambda: beats.append(time.perf_counter()))
    beat.start()
    app.processEvents()
    began = time.perf_counter()
    first: list[float] = []

    def has_first() -> bool:
        inspection = bench.inspector.inspection
        if not first and inspection is not None and inspection.spec == spec:
            app.processEvents()
            first.append(time.perf_counter())
        return _is_shown(window, spec)

    bench.document.new(spec)
    _wait(app, window, has_first)
    app.processEvents()
    whole = time.perf_counter()
    _settle(app, 1.0)
    beat.stop()
    gaps = 1000 * np.diff([began, *beats])
    yield Figure(f"opened, {name}: first columns", 1000 * (first[0] - began), "ms", FIRST_GOAL_MS)
    yield Figure(f"opened, {name}: all columns", 1000 * (whole - began), "ms")
    yield Figure(f"opened, {name}: longest the window waits", float(gaps.max()), "ms", BLOCKED_GOAL_MS)


def _wait(app: QApplication, window: MainWindow, is_done: Callable[[], bool]) -> None:
    """Let the window work until something is so. It rests meanwhile: going round takes the interpreter."""
    tick = QTimer(window, interval=20)
    tick.start()
    until = time.perf_counter() + _PATIENCE_S
    while not is_done():
        if time.perf_counter() > until:
            raise SystemExit("The window does not show what was asked for.")
        app.processEvents(_WAIT)
    tick.stop()


def _settle(app: QApplication, seconds: float) -> None:
    """Let the window do what it has still to do."""
    loop = QEventLoop(app)
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()
