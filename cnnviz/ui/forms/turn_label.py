"""Labels of numbers: dragging one sideways turns the number beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QEnterEvent, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnviz.ui.forms.number_boxes import IntegerBox, NumberBox

    Boxes = Sequence[IntegerBox | NumberBox]

TURN_HINT = "Drag this label sideways to turn the number: Shift is faster, Ctrl is finer, Esc takes it back."
STEP_PX = 4
"""Way of the mouse for one step of the number."""
_DEAD_PX = 3
_FASTER, _FINER = 10.0, 0.1


class TurnLabel(QLabel):
    """Turns boxes by as many steps as it is dragged; `boxes` says which, at the time. None: a plain label.

    Signals
    -------
    turning_began(), turning_ended()
        What changes between the two is one step of undo.
    """

    turning_began = Signal()
    turning_ended = Signal()

    def __init__(self, text: str, boxes: Callable[[], Boxes], parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._boxes = boxes
        self._pressed_at: float | None = None
        self._turned: list[tuple[IntegerBox | NumberBox, float]] = []  # with the values they had
        self._last_x = self._way = 0.0

    @property
    def is_turning(self) -> bool:
        """Whether the label is being dragged."""
        return bool(self._turned)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        if self._can_turn:
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        else:
            self.unsetCursor()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._end()  # where the release of the last press has gone elsewhere
        if event.button() == Qt.MouseButton.LeftButton and self._can_turn:
            self._pressed_at = event.globalPosition().x()
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.globalPosition().x()
        if self._pressed_at is not None and abs(x - self._pressed_at) >= _DEAD_PX:
            self._begin(x)
        if self.is_turning:
            self._turn(x - self._last_x, event.modifiers())
            self._last_x = x

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Escape while the number is turned, wherever the keyboard is."""
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return False
        event.accept()  # or it would be looked for among the window's commands first
        if event.type() is QEvent.Type.KeyPress:
            for box, value in self._turned:
                box.setValue(value)  # type: ignore[arg-type]  # it is the box's own
            self._end()
        return True

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._end()

    @property
    def _can_turn(self) -> bool:
        boxes = self._boxes()
        return bool(boxes) and all(box.isEnabled() for box in boxes)

    def _begin(self, x: float) -> None:
        for box in self._boxes():
            box.typing.settle()
            self._turned.append((box, box.value()))
        self._pressed_at, self._last_x, self._way = None, x, 0.0
        _application().installEventFilter(self)
        self.turning_began.emit()

    def _turn(self, way_px: float, keys: Qt.KeyboardModifier) -> None:
        if keys & Qt.KeyboardModifier.ShiftModifier:
            way_px *= _FASTER
        elif keys & Qt.KeyboardModifier.ControlModifier:
            way_px *= _FINER
        self._way += way_px / STEP_PX
        steps = int(self._way)
        self._way -= steps
        if steps:
            for box, _ in self._turned:
                box.stepBy(steps)

    def _end(self) -> None:
        self._pressed_at = None
        if self._turned:
            self._turned.clear()
            _application().removeEventFilter(self)
            self.turning_ended.emit()


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
