"""Spin boxes for whole numbers, and for numbers from a hundred-millionth up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox, QWidget

from cnnviz.ui.widgets.undo_keys import left_to_window

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QWheelEvent

_DECIMALS = 12
_SIGNIFICANT_DIGITS = 8
_SMALLEST_PLAIN = 1e-4
_UNFINISHED = frozenset("0123456789.,-+eE")


class IntegerBox(QSpinBox):
    """A spin box that leaves the wheel to the panel around it, unless it is being edited.

    Undo and redo are left to the design, which takes each change at once.
    """

    def event(self, event: QEvent) -> bool:
        return not left_to_window(event) and super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class NumberBox(QDoubleSpinBox):
    """The same for numbers with decimals. Small ones are written, and may be typed, as `1e-08`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(_DECIMALS)

    def event(self, event: QEvent) -> bool:
        return not left_to_window(event) and super().event(event)

    def follow_size(self) -> None:
        """Let the arrows move the second digit of the number, whatever its size."""
        self.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)

    def textFromValue(self, value: float) -> str:
        if 0 < abs(value) < _SMALLEST_PLAIN:
            return f"{value:.{_SIGNIFICANT_DIGITS}g}"
        return f"{value:.{_SIGNIFICANT_DIGITS}f}".rstrip("0").rstrip(".") or "0"

    def valueFromText(self, text: str) -> float:
        number = _parsed(text)
        return self.minimum() if number is None else number

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        number = _parsed(text)
        if number is not None and self.minimum() <= number <= self.maximum():
            state = QValidator.State.Acceptable
        elif set(text) <= _UNFINISHED:
            state = QValidator.State.Intermediate
        else:
            state = QValidator.State.Invalid
        return state, text, position

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _parsed(text: str) -> float | None:
    """Return the number that a text means, with a point or a comma; None where it means none."""
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
