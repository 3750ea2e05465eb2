"""How strongly each pixel moves one number, computed on a thread; the latest wish wins."""

from __future__ import annotations

import dataclasses
import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.errors import CnnvizError
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
    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = threading.Condition()
        self._waiting: tuple[Look, Unit] | None = None
        self._newest: tuple[Look, Unit] | None = None
        self._closing = False
        self._thread: threading.Thread | None = None
        self._answered.connect(self._on_answered)

    def request(self, look: Look, unit: Unit) -> None:
        """Ask for the field of a unit; a wish that waits is replaced."""
        self._newest = (look, unit)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="cnnviz-unit-field", daemon=True)
            self._thread.start()
        with self._changed:
            self._waiting = self._newest
            self._changed.notify()

    def close(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """End the thread, waiting at most `seconds`, and return whether it has ended."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (wish := self._next_wish()) is not None:
            answer = UnitField(*wish, None)
            try:
                answer = UnitField(*wish, effective_field(unit_gradient(*wish)))
            except CnnvizError as error:
                _log.info("No field of %s: %s", wish[1], error)
            except Exception:
                _log.exception("The field of a unit could not be computed")
            if not self._closing:
                self._answered.emit(answer)

    def _next_wish(self) -> tuple[Look, Unit] | None:
        with self._changed:
            while self._waiting is None and not self._closing:
                self._changed.wait()
            wish, self._waiting = self._waiting, None
            return None if self._closing else wish

    @Slot(object)
    def _on_answered(self, answer: UnitField) -> None:
        if self._newest is not None and answer.unit == self._newest[1]:
            self.found.emit(answer)
