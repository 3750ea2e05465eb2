"""How long a frame of the training curves takes, however many points they have.

The loss of a run of a million steps, smoothed, with its single batches and its validation, is drawn in a plot
of the usual size: while it grows, while it is panned and zoomed, and while the mouse walks over it. A frame
is all that the window's thread does for it: new numbers or another range, and the painting.

Usage: python -m benchmarks.plot_frames [--points 1000000] [--frames 200] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import time
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.training.history import History
    from cnnviz.ui.plots.curve_plot import CurvePlot

GOAL_MS = 4.0
_SIZE = (560, 190)
_GROWTH = 400
"""Steps that a fast run does between two frames."""
_EPOCH = 1000


def main() -> int:
    """Measure, print, and return 0 where the median of every kind of frame is within the goal."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    arguments = _parse()
    figures = measure(arguments.points, arguments.frames)
    for kind, times in figures.items():
        median, p99 = times["median_ms"], times["p99_ms"]
        print(f"{kind:<16} median {median:5.2f} ms, p99 {p99:5.2f} ms (goal {GOAL_MS:g})")
    if arguments.json:
        print(json.dumps(figures))
    return 0 if all(times["median_ms"] <= GOAL_MS for times in figures.values()) else 1


def measure(points: int, frames: int) -> dict[str, dict[str, float]]:
    """Return median and 99th percentile in ms of each kind of frame, at about so many points."""
    from PySide6.QtWidgets import QApplication

    from cnnviz.ui.plots.curve_plot import CurvePlot
    from cnnviz.ui.plots.smoothing import TrailingMean
    from cnnviz.ui.training.quantities import WORDS, Quantity, curves_of

    app = QApplication([])
    plot, means = CurvePlot("Loss", WORDS[Quantity.LOSS].written), TrailingMean(20)
    plot.resize(*_SIZE)
    plot.show()
    app.processEvents()
    histories = list(_growing(points, frames))

    def grow(frame: int) -> None:
        plot.set_curves(curves_of(Quantity.LOSS, histories[frame], means))

    def pan(frame: int) -> None:
        width = points / 10
        plot.view.setXRange(frame * width / frames, frame * width / frames + width, padding=0)

    def zoom(frame: int) -> None:
        width = points * (1 - 0.99 * frame / frames)
        plot.view.setXRange(points / 2 - width / 2, points / 2 + width / 2, padding=0)

    def point(frame: int) -> None:
        plot.set_pointed(points * frame / frames)

    first = _timed(plot, grow, 1)
    kinds = {"growing": grow, "panning": pan, "zooming": zoom, "mouse over it": point}
    figures = {name: _figures(_timed(plot, change, frames)) for name, change in kinds.items()}
    print(f"first frame of {points:,} points: {first[0]:.0f} ms")
    plot.close()
    return figures


def _timed(plot: CurvePlot, change: Callable[[int], None], frames: int) -> list[float]:
    """Return the ms of each frame, from the change to the painted plot."""
    from PySide6.QtWidgets import QApplication

    times = []
    for frame in range(frames):
        began = time.perf_counter()
        change(frame)
        plot.view.viewport().repaint()
        times.append(1000 * (time.perf_counter() - began))
        QApplication.processEvents()
    return times


def _figures(times: list[float]) -> dict[str, float]:
    return {"median_ms": float(np.median(times)), "p99_ms": float(np.percentile(times, 99))}


def _growing(points: int, frames: int) -> list[History]:
    """Return histories that share their columns, each a little longer, the first `points` steps long."""
    from cnnviz.training.history import EpochColumns, History, StepColumns

    count = points + frames * _GROWTH
    step = np.arange(1, count + 1)
    rng = np.random.default_rng(0)
    loss = 2.3 * np.exp(-step / (points / 5)) + 0.05 + rng.exponential(0.05, count)
    zeros, seconds = np.zeros(count), step.astype(np.float64) * 0.001
    steps = StepColumns(step, step // _EPOCH + 1, loss, zeros, 32 * step, seconds, zeros, zeros)
    ends = step[_EPOCH - 1 :: _EPOCH]
    flat = np.zeros(len(ends))
    validation = 2.3 * np.exp(-ends / (points / 5)) + 0.08
    epochs = EpochColumns(ends // _EPOCH, ends, validation, flat, validation, flat, flat, flat, flat, flat)
    whole = History(steps, epochs)
    return [
        whole.until(points + frame * _GROWTH, (points + frame * _GROWTH) // _EPOCH) for frame in range(frames)
    ]


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time of a frame of the training curves.")
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
