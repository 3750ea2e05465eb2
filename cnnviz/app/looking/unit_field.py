"""How strongly each pixel moves one number, computed on a thread; the latest wish wins."""

from __future__ import annotations

import dataclasses
import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.threads.answering import answer_or_reason
from cnnviz.app.threads.newest_thread import NewestThread
from cnnviz.interpret.explain.effective import effective_field, unit_gradient

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.interpret.explain.place import Look, Unit

_log = logging.getLogger(__name__)
_CLOSE_SECONDS = 5.0


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class UnitField:
    """The effective receptive field of a unit: float32 (H, W), 1 at the most; None where there is none."""

    look: Look
    unit: Unit
    field: NDArray[np.float32] | None


class FieldFinder(QObject):
    """Meets wishes on its own thread, which is started by the first.

    Signals
    -------
    found(UnitField)
        A wish for the unit that was asked for last is met; newer weights of it may be on their way.
    """

    found = Signal(object)
    _answered = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest: tuple[Look, Unit] | None = None
        self._thread = NewestThread("cnnviz-unit-field", self._met, self._answered.emit)
        self._answered.connect(self._on_answered)

    def request(self, look: Look, unit: Unit) -> None:
        """Ask for the field of a unit; a wish that waits is replaced."""
        self._newest = (look, unit)
        self._thread.put(self._newest)

    def close(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """End the thread, waiting at most `seconds`, and return whether it has ended."""
        return self._thread.close(seconds)

    @staticmethod
    def _met(wish: tuple[Look, Unit]) -> UnitField:
        found = answer_or_reason(
            lambda: effective_field(unit_gradient(*wish)), "The field of a unit could not be computed"
        )
        if isinstance(found, str):
            _log.info("No field of %s: %s", wish[1], found)
        return UnitField(*wish, None if isinstance(found, str) else found)

    @Slot(object, object)
    def _on_answered(self, wish: tuple[Look, Unit], answer: UnitField) -> None:
        if self._newest is not None and wish[1] == self._newest[1]:
            self.found.emit(answer)
