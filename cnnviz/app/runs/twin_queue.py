"""Twins that wait for the end of the run under way, in the order in which they were asked for."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnviz.app.runs.twin_plan import TwinPlan


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class WaitingTwin:
    """A twin of the run `original`, an id, that is to be trained under a name."""

    original: str
    plan: TwinPlan
    name: str


class TwinQueue(QObject):
    """Keeps what waits, in its order: each twin until its run has begun, or nobody wants it any more.

    Signals
    -------
    changed()
        `waiting` is another, or why one of them could not begin.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[WaitingTwin] = []
        self._reasons: dict[WaitingTwin, str] = {}

    @property
    def waiting(self) -> tuple[WaitingTwin, ...]:
        """All that wait, the next one first."""
        return tuple(self._waiting)

    @property
    def reasons(self) -> Mapping[WaitingTwin, str]:
        """Why those could not begin whose turn has been."""
        return dict(self._reasons)

    @property
    def next(self) -> WaitingTwin | None:
        """The first one whose turn has not been; None where there is none."""
        return next((twin for twin in self._waiting if twin not in self._reasons), None)

    def add(self, *twins: WaitingTwin) -> None:
        """Let twins wait behind the others."""
        self._waiting += twins
        self.changed.emit()

    def put_off(self, twin: WaitingTwin, reason: str) -> None:
        """Let a twin wait, behind the others where it did not wait before, as it could not begin."""
        if twin not in self._waiting:
            self._waiting.append(twin)
        self._reasons[twin] = reason
        self.changed.emit()

    def forgive(self, *twins: WaitingTwin) -> None:
        """Let it be the turn of twins once more that could not begin; all of them where none is named."""
        before = len(self._reasons)
        for twin in twins or self._waiting:
            self._reasons.pop(twin, None)
        if len(self._reasons) < before:
            self.changed.emit()

    def remove(self, twin: WaitingTwin) -> None:
        """Let one wait no longer; nothing happens where it does not."""
        if twin in self._waiting:
            self._waiting.remove(twin)
            self._reasons.pop(twin, None)
            self.changed.emit()

    def clear(self) -> None:
        """Give all of them up."""
        if self._waiting:
            self._waiting.clear()
            self._reasons.clear()
            self.changed.emit()
