"""What the measurements of looking have in common: a figure with its goal, a window, and images of noise."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.app.settings import Settings
from cnnviz.data.dataset import Dataset, Split
from cnnviz.resource_files import resource_path
from cnnviz.spec.io import load
from cnnviz.ui.dialogs import Dialogs
from cnnviz.ui.launch import make_window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

    from cnnviz.spec.network import NetworkSpec
    from cnnviz.ui.main_window import MainWindow

WINDOW_SIZE = (1440, 900)
_CLASSES = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """A measured number and what it should be: at most `goal`, or at least where `is_least`.

    Without a goal it is for information. `beside` are other numbers of the same measurement, in words.
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    is_least: bool = False
    beside: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether it is as good as it should be."""
        if self.goal is None:
            return True
        return self.value >= self.goal if self.is_least else self.value <= self.goal

    @property
    def line(self) -> str:
        """The figure in one line."""
        goal = ""
        if self.goal is not None:
            word = "reached" if self.is_reached else "MISSED"
            goal = f"goal {'≥' if self.is_least else '≤'} {self.goal:g}, {word}"
        return f"{self.name:<52} {self.value:7.1f} {self.unit:<5} {goal:<20} {self.beside}".rstrip()


def p99_figure(name: str, times: np.ndarray, goal: float) -> Figure:
    """Return the 99th percentile of times in ms, with the median and the worst beside."""
    p50, p99, worst = (float(np.percentile(times, share)) for share in (50, 99, 100))
    return Figure(name, p99, "ms", goal, beside=f"p50 {p50:.1f}, worst {worst:.1f}")


def design(name: str) -> NetworkSpec:
    """Return a bundled design."""
    return load(resource_path("networks", f"{name}.json"))


@functools.cache
def noise(height: int, width: int, channels: int, count: int) -> Dataset:
    """Return a data set of images that are nothing but noise."""
    images = np.random.default_rng(0).integers(0, 256, (count, height, width, channels), np.uint8)
    places = np.arange(count)
    splits = {
        Split.TRAIN: places[places % 10 < 8],
        Split.VALIDATION: places[places % 10 == 8],
        Split.TEST: places[places % 10 == 9],
    }
    names = tuple(str(one) for one in range(_CLASSES))
    return Dataset("noise", "Noise", images, places % _CLASSES, names, splits)


@contextlib.contextmanager
def opened_window(app: QApplication) -> Iterator[MainWindow]:
    """Give the program's window, shown, with settings of its own; all of it is closed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        window = make_window(app, Settings(Path(folder) / "settings.ini"), Dialogs())
        window.resize(*WINDOW_SIZE)
        window.show()
        app.processEvents()
        try:
            yield window
        finally:
            window.workbench.session.close()
            window.hide()
            window.workbench.close()
            app.processEvents()
