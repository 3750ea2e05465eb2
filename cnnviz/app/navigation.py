"""Where one is in the window, how one got there, and the way back."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.attribution.attribution_work import ClassChoice
    from cnnviz.app.selection import Selected
    from cnnviz.interpret.attribution.methods import Method
    from cnnviz.interpret.explain.place import Unit

MOST_PATHS = 50
"""So many are remembered; the oldest go first."""


@dataclasses.dataclass(frozen=True, slots=True)
class Mistakes:
    """Evaluated images: all mistakes, those of a class, or those of a cell of the confusion matrix."""

    true_class: int | None = None
    predicted: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """One image, with its maps in the network."""

    selected: Selected


@dataclasses.dataclass(frozen=True, slots=True)
class Reason:
    """Why the image gets a class, by a method; an empty layer is the usual one."""

    kind: type[Method]
    choice: ClassChoice | int
    layer_id: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Number:
    """One number of the network, taken apart."""

    unit: Unit


Place = Mistakes | Picture | Reason | Number
Path = tuple[Place, ...]
"""The places from the widest to the one where one is: evaluation, cell, image, reason, number."""


class History(QObject):
    """Paths in the order in which they were taken, as a browser remembers pages.

    Paths that differ in nothing but a last place of the same kind are steps of one look-around, such as image
    after image of a list, or the arrow keys in a map: the newer one takes the place of the older one.

    Signals
    -------
    changed()
        One is elsewhere, or what lies before or behind is other.
    """

    changed = Signal()

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths: list[Path] = [path]
        self._at = 0

    @property
    def path(self) -> Path:
        """Where one is."""
        return self._paths[self._at]

    @property
    def before(self) -> Path | None:
        """Where `back` leads to; None where nothing lies behind."""
        return self._paths[self._at - 1] if self._at else None

    @property
    def after(self) -> Path | None:
        """Where `forward` leads to; None where one has not gone back."""
        return self._paths[self._at + 1] if self._at + 1 < len(self._paths) else None

    def visit(self, path: Path) -> None:
        """Go to a path; what lay ahead is forgotten."""
        if path == self.path:
            return
        if _are_steps_of_one_look(self.path, path):
            self.amend(path)
            return
        self._paths[self._at + 1 :] = [path]
        del self._paths[:-MOST_PATHS]
        self._at = len(self._paths) - 1
        self.changed.emit()

    def amend(self, path: Path) -> None:
        """Say that where one is has become another path, without a step that could be taken back."""
        if path == self.path:
            return
        self._paths[self._at :] = [path]
        self._drop_repeats()
        self.changed.emit()

    def back(self) -> Path:
        """Go where one was before, if there is anything, and return where one is."""
        return self._go_to(max(self._at - 1, 0))

    def forward(self) -> Path:
        """Go where one was before going back, if there is anything, and return where one is."""
        return self._go_to(min(self._at + 1, len(self._paths) - 1))

    def start(self, path: Path) -> None:
        """Forget everything and begin anew."""
        self._paths, self._at = [path], 0
        self.changed.emit()

    def keep(self, is_there: Callable[[Place], bool]) -> None:
        """End every path before the first place that is there no more."""
        here = self._paths[self._at]
        paths = [_as_far_as(path, is_there) for path in self._paths]
        if paths == self._paths:
            return
        self._at = sum(bool(path) for path in paths[: self._at])
        kept = [path for path in paths if path]
        self._paths = kept or [here[:1]]
        self._at = min(self._at, len(self._paths) - 1)
        self._drop_repeats()
        self.changed.emit()

    def _go_to(self, place: int) -> Path:
        if place != self._at:
            self._at = place
            self.changed.emit()
        return self.path

    def _drop_repeats(self) -> None:
        """Let no path follow on itself."""
        paths: list[Path] = []
        at = 0
        for number, path in enumerate(self._paths):
            if not paths or paths[-1] != path:
                paths.append(path)
            if number == self._at:
                at = len(paths) - 1
        self._paths, self._at = paths, at


def _are_steps_of_one_look(one: Path, other: Path) -> bool:
    return one[:-1] == other[:-1] and len(one) == len(other) and type(one[-1]) is type(other[-1])


def _as_far_as(path: Path, is_there: Callable[[Place], bool]) -> Path:
    for number, place in enumerate(path):
        if not is_there(place):
            return path[:number]
    return path
