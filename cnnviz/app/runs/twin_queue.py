"""Twins that wait for the end of the run under way, in the order in which they were asked for."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from cnnviz.app.runs.twin_plan import TwinPlan


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class WaitingTwin:
    """A twin of the run `original`, an id, that is to be trained under a name."""

    original: str
    plan: TwinPlan
    name: str


class TwinQueue(QObject):
    """Keeps what waits, in its order.

    Signals
    -------
    changed()
        `waiting` is another.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[WaitingTwin] = []

    @property
    def waiting(self) -> tuple[WaitingTwin, ...]:
        """All that wait, the next one first."""
        return tuple(self._waiting)

    def add(self, *twins: WaitingTwin) -> None:
        """Let twins wait behind the others."""
        self._waiting += twins
        self.changed.emit()

    def take(self) -> WaitingTwin | None:
        """Return the next one, which waits no longer; None where there is none."""
        if not self._waiting:
            return None
        twin = self._waiting.pop(0)
        self.changed.emit()
        return twin

    def cancel(self, twin: WaitingTwin) -> None:
        """Give one up; nothing happens where it waits no longer."""
        if twin in self._waiting:
            self._waiting.remove(twin)
            self.changed.emit()

    def clear(self) -> None:
        """Give all of them up."""
        if self._waiting:
            self._waiting.clear()
            self.changed.emit()
