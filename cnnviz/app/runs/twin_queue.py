"""Twins that wait for the end of the run under way, in the order in which they were asked for."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnnviz.app.runs.twin_plan import TwinPlan


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class WaitingTwin:
    """A twin of the run `original`, an id, that is to be trained under a name."""

    original: str
    plan: TwinPlan
    name: str


@dataclasses.dataclass(frozen=True, slots=True)
class DroppedTwin:
    """A twin that was given up, and where it waited."""

    twin: WaitingTwin
    place: int
    is_held: bool


class TwinQueue(QObject):
    """Keeps what waits, in its order: each twin until its run has begun, or nobody wants it any more.

    One that is held has no turn before it is released: nobody may be there who wants it.

    Signals
    -------
    changed()
        `waiting` is another, or which are `held`, or why one of them could not begin.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[WaitingTwin] = []
        self._reasons: dict[WaitingTwin, str] = {}
        self._held: set[WaitingTwin] = set()

    @property
    def waiting(self) -> tuple[WaitingTwin, ...]:
        """All that wait, the next one first."""
        return tuple(self._waiting)

    @property
    def reasons(self) -> Mapping[WaitingTwin, str]:
        """Why those could not begin whose turn has been."""
        return dict(self._reasons)

    @property
    def held(self) -> frozenset[WaitingTwin]:
        """Those that have no turn before somebody says so."""
        return frozenset(self._held)

    @property
    def next(self) -> WaitingTwin | None:
        """The first one whose turn has not been; None where there is none."""
        passed = self._held | self._reasons.keys()
        return next((twin for twin in self._waiting if twin not in passed), None)

    def add(self, *twins: WaitingTwin, are_held: bool = False) -> None:
        """Let twins wait behind the others."""
        self._waiting += twins
        if are_held:
            self._held.update(twins)
        self.changed.emit()

    def release(self, *twins: WaitingTwin) -> None:
        """Give twins that are held their turn; all of them where none is named."""
        released = self._held & set(twins or self._waiting)
        if released:
            self._held -= released
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
        self.drop(twin)

    def drop(self, *twins: WaitingTwin) -> tuple[DroppedTwin, ...]:
        """Give up those of the twins that wait, and return what brings them back."""
        dropped = tuple(
            DroppedTwin(twin, place, twin in self._held)
            for place, twin in enumerate(self._waiting)
            if twin in twins
        )
        for one in dropped:
            self._waiting.remove(one.twin)
            self._held.discard(one.twin)
            self._reasons.pop(one.twin, None)
        if dropped:
            self.changed.emit()
        return dropped

    def put_back(self, dropped: Sequence[DroppedTwin]) -> None:
        """Let twins wait again that were given up, where they did."""
        for one in dropped:
            self._waiting.insert(one.place, one.twin)
        self._held.update(one.twin for one in dropped if one.is_held)
        if dropped:
            self.changed.emit()
