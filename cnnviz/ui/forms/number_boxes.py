"""Spin boxes for whole numbers, and for numbers from a hundred-millionth up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox, QWidget

from cnnviz.ui.forms.typing_guard import TypingGuard, allowed_words, number_of, state_of, whole_number_of
from cnnviz.ui.widgets.undo_keys import left_to_window

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QValidator, QWheelEvent

_DECIMALS = 12
_SIGNIFICANT_DIGITS = 8
_SMALLEST_PLAIN = 1e-4


class IntegerBox(QSpinBox):
    """A spin box that leaves the wheel to the panel around it, unless it is being edited.

    Undo and redo are left to the design, which takes each change at once. A number that is not allowed can be
    typed and stays in sight; `typing` tells of it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.typing = TypingGuard(self, self._is_wrong)

    @property
    def allowed(self) -> str:
        """What may be typed, in words."""
        return allowed_words(self.minimum(), self.maximum(), "a whole number")

    @property
    def value_text(self) -> str:
        """The value as it is shown, whatever is being typed."""
        is_special = self.value() == self.minimum()
        return (self.specialValueText() if is_special else "") or self.textFromValue(self.value())

    def setRange(self, minimum: int, maximum: int) -> None:
        super().setRange(minimum, maximum)
        self.typing.rest()

    def setValue(self, value: int) -> None:
        super().setValue(value)
        self.typing.rest()

    def stepBy(self, steps: int) -> None:
        super().stepBy(steps)
        self.typing.rest()

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        words = self.specialValueText()
        if words and text.startswith(words) and text[len(words) :].isdecimal():
            text = text[len(words) :]  # who clicks behind the words and types means a number in their place
            position = len(text)
        number = whole_number_of(text)
        is_allowed = number is not None and self.minimum() <= number <= self.maximum()
        is_allowed = is_allowed or (words != "" and text == words)
        return state_of(text, is_allowed=is_allowed), text, position

    def fixup(self, text: str) -> str:
        self.typing.give_up(text)
        return text

    def event(self, event: QEvent) -> bool:
        return not left_to_window(event) and super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _is_wrong(self, text: str) -> bool:
        """Return whether no digits behind `text` can make it right."""
        number = number_of(text)
        if number is None:
            return False
        is_whole = whole_number_of(text) is not None
        return not is_whole or number > self.maximum() or number < min(1, self.minimum())


class NumberBox(QDoubleSpinBox):
    """The same for numbers with decimals. Small ones are written, and may be typed, as `1e-08`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.typing = TypingGuard(self, self._is_wrong)
        self.setDecimals(_DECIMALS)

    @property
    def allowed(self) -> str:
        """What may be typed, in words."""
        return allowed_words(self.minimum(), self.maximum())

    @property
    def value_text(self) -> str:
        """The value as it is shown, whatever is being typed."""
        return self.textFromValue(self.value())

    def setRange(self, minimum: float, maximum: float) -> None:
        super().setRange(minimum, maximum)
        self.typing.rest()

    def setValue(self, value: float) -> None:
        super().setValue(value)
        self.typing.rest()

    def stepBy(self, steps: int) -> None:
        super().stepBy(steps)
        self.typing.rest()

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
        number = number_of(text)
        return self.minimum() if number is None else number

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        number = number_of(text)
        is_allowed = number is not None and self.minimum() <= number <= self.maximum()
        return state_of(text, is_allowed=is_allowed), text, position

    def fixup(self, text: str) -> str:
        self.typing.give_up(text)
        return text

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _is_wrong(self, text: str) -> bool:
        """Return whether no digits behind `text` can make it right: those of a small number begin with 0."""
        number = number_of(text)
        return number is not None and (number > self.maximum() or number < min(0.0, self.minimum()))
