"""How long a frame of the browser of a data set takes, however many images it has.

Images of MNIST's size are scrolled as a person would, a few pixels at a time, and in jumps of whole pages,
where every image of a frame is new. A frame is all that the window's thread does for it, with the painting.

Usage: python -m benchmarks.browse_data [--images 70000] [--size 28] [--channels 1] [--frames 300] [--json]
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

    from cnnviz.data.dataset import Dataset
    from cnnviz.ui.browser.image_grid import ImageGrid

GOAL_MS = 1000 / 60
_SIZE = (1200, 800)
_STEP_PX = 24


def main() -> int:
    """Measure, print, and return 0 where 99 of 100 frames of every kind are within the goal."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    arguments = _parse()
    figures = measure(_images(arguments.images, arguments.size, arguments.channels), arguments.frames)
    for kind, times in figures.items():
        median, p99 = times["median_ms"], times["p99_ms"]
        print(f"{kind:<18} median {median:5.2f} ms, p99 {p99:5.2f} ms (goal {GOAL_MS:.1f})")
    if arguments.json:
        print(json.dumps(figures))
    return 0 if all(times["p99_ms"] <= GOAL_MS for times in figures.values()) else 1


def measure(dataset: Dataset, frames: int) -> dict[str, dict[str, float]]:
    """Return median and 99th percentile in ms of each kind of frame."""
    from PySide6.QtWidgets import QApplication

    from cnnviz.ui.browser.image_grid import ImageGrid

    app = QApplication([])
    grid = ImageGrid(dataset, str)
    grid.resize(*_SIZE)
    grid.show()
    app.processEvents()
    began = time.perf_counter()
    grid.show_images(dataset, np.arange(len(dataset)), "")
    grid.viewport().repaint()
    print(f"{len(dataset):,} images listed and painted in {1000 * (time.perf_counter() - began):.1f} ms")
    bar = grid.verticalScrollBar()
    jumps = np.random.default_rng(0).integers(0, bar.maximum(), frames)
    kinds: dict[str, Callable[[int], None]] = {
        "scrolling": lambda frame: bar.setValue(frame * _STEP_PX),
        "jumping": lambda frame: bar.setValue(int(jumps[frame])),
        "walking with keys": lambda frame: grid.mark(frame * grid.columns),
    }
    figures = {name: _figures(_timed(grid, change, frames)) for name, change in kinds.items()}
    grid.close()
    return figures


def _timed(grid: ImageGrid, change: Callable[[int], None], frames: int) -> list[float]:
    """Return the ms of each frame, from the change to the painted grid."""
    from PySide6.QtWidgets import QApplication

    times = []
    for frame in range(frames):
        began = time.perf_counter()
        change(frame)
        grid.viewport().repaint()
        times.append(1000 * (time.perf_counter() - began))
        QApplication.processEvents()
    return times


def _figures(times: list[float]) -> dict[str, float]:
    return {"median_ms": float(np.median(times)), "p99_ms": float(np.percentile(times, 99))}


def _images(count: int, size: int, channels: int) -> Dataset:
    from cnnviz.data.dataset import Dataset, Split

    rng, places = np.random.default_rng(0), np.arange(count)
    splits = {Split.TRAIN: places[2:], Split.VALIDATION: places[:1], Split.TEST: places[1:2]}
    images = rng.integers(0, 256, (count, size, size, channels), dtype=np.uint8)
    return Dataset("noise", "Noise", images, places % 10, tuple("0123456789"), splits)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=70_000)
    parser.add_argument("--size", type=int, default=28)
    parser.add_argument("--channels", type=int, choices=(1, 3), default=1)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
