"""What looking costs a run: its speed while something is looked at, against its speed while nobody looks.

Both are of the same run in the same window, in turns of a few seconds, so that both see the same noise of the
machine. While nobody looks the window is hidden: no curves are drawn and no maps are computed.

On a machine that others use, too, that says little. What looking takes of the processors is told as well, in
per cent of all of them (where the system tells it by thread): what a run has less on a machine of its own.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer

from benchmarks._look import Figure, design, noise, opened_window
from cnnviz.interpret.attribution.methods import SmoothGrad
from cnnviz.spec.training import TrainingSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication

    from cnnviz.ui.main_window import MainWindow

LIVE_DESIGN = "two-conv"
GOAL_SHARE, GOAL_HZ, GOAL_PROCESSORS = 90.0, 10.0, 10.0
ROUNDS, WARM_UP_S = 3, 0.7
_IMAGES = 6000
_THREADS = Path("/proc/self/task")
_RUN_THREADS = ("cnnviz-run", "cnnviz-lane")


@dataclasses.dataclass(frozen=True, slots=True)
class _Way:
    """A way of looking: what is done to begin with it, and to end it."""

    name: str
    begin: Callable[[MainWindow], None]
    end: Callable[[MainWindow], None]


def measure_cost(app: QApplication, seconds: float) -> Iterator[Figure]:
    """Measure each way of looking in rounds of so many seconds, figure by figure."""
    with opened_window(app) as window:
        spec, bench = design(LIVE_DESIGN), window.workbench
        bench.selection.set_dataset(noise(*spec.input.shape, _IMAGES))
        bench.document.new(spec)
        window.training_form.set_training(TrainingSpec(epochs=100_000, batch_size=128))
        _run(app, 1.0)
        window.commands["train"].trigger()
        _run(app, 2.0)
        for way in _WAYS:
            yield from _cost(app, window, way, seconds)


def _cost(app: QApplication, window: MainWindow, way: _Way, seconds: float) -> Iterator[Figure]:
    shares, drawn, taken = [], [], []
    counts = [0]

    def count() -> None:
        counts[0] += 1

    window.workbench.inspector.inspected.connect(count)
    for _ in range(ROUNDS):
        window.hide()
        alone = _rate(app, window, seconds)
        window.show()
        way.begin(window)
        _run(app, WARM_UP_S)  # opening it is not looking
        counts[0], began, busy = 0, time.perf_counter(), _busy_seconds()
        looked_at = _rate(app, window, seconds)
        passed = time.perf_counter() - began
        drawn.append(counts[0] / passed)
        taken.append(100 * (_busy_seconds() - busy) / passed / (os.cpu_count() or 1))
        way.end(window)
        shares.append(100 * looked_at / alone)
    window.workbench.inspector.inspected.disconnect(count)
    share, spread = float(np.median(shares)), f"{min(shares):.1f} to {max(shares):.1f}"
    yield Figure(f"{LIVE_DESIGN} trains, {way.name}: speed", share, "%", GOAL_SHARE, True, spread)
    yield Figure(f"{LIVE_DESIGN} trains, {way.name}: maps", float(np.median(drawn)), "/s", GOAL_HZ, True)
    if _THREADS.is_dir():
        label = f"{LIVE_DESIGN} trains, {way.name}: processors"
        yield Figure(label, float(np.median(taken)), "%", GOAL_PROCESSORS)


def _busy_seconds() -> float:
    """Return the processor time of all threads so far but those of the run; nothing where it is not told."""
    of_run = {
        str(thread.native_id) for thread in threading.enumerate() if thread.name.startswith(_RUN_THREADS)
    }
    busy = 0
    for folder in _THREADS.iterdir() if _THREADS.is_dir() else ():
        with contextlib.suppress(OSError):  # it has just ended
            busy += int((folder / "schedstat").read_text().split()[0]) if folder.name not in of_run else 0
    return busy / 1e9


def _rate(app: QApplication, window: MainWindow, seconds: float) -> float:
    """Return the images per second that the run learns from."""
    _run(app, WARM_UP_S)
    images = window.workbench.session.history.steps.images
    first, began = images[-1], time.perf_counter()
    _run(app, seconds)
    images = window.workbench.session.history.steps.images
    return float((images[-1] - first) / (time.perf_counter() - began))


def _run(app: QApplication, seconds: float) -> None:
    loop = QEventLoop(app)
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def _nothing(_window: MainWindow) -> None:
    """Look at what is in sight anyway."""


def _open_number(window: MainWindow) -> None:
    window.network_view.unit_clicked.emit("conv2", 0, 5, 5)


def _open_reach(window: MainWindow) -> None:
    _open_number(window)
    window.stage.unit_page.reach_button.setChecked(True)


def _leave_number(window: MainWindow) -> None:
    window.stage.unit_page.reach_button.setChecked(False)
    window.stage.show_network()


def _ask_why(window: MainWindow) -> None:
    window.docks.bring(window.docks.why)
    window.workbench.attributions.why.set_method(SmoothGrad())


def _ask_no_more(window: MainWindow) -> None:
    window.docks.bring(window.docks.training)


_WAYS = (
    _Way("network, layer and curves", _nothing, _nothing),
    _Way("a number open", _open_number, _leave_number),
    _Way("what a number sees", _open_reach, _leave_number),
    _Way("why, by SmoothGrad", _ask_why, _ask_no_more),
)
