"""A number that is not allowed, but typed: it stays in sight, and the value is what it was before."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QValidator

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.ui.forms.number_boxes import IntegerBox, NumberBox

_UNFINISHED = frozenset("0123456789.,-+eE")


class TypingGuard(QObject):
    """Follows what is typed into a spin box.

    Of `99999999`, where 4096 is the most, the first digits were no wish for 999: once a number is wrong, the
    box has the value again that it had before the typing began, although the text stays.

    Signals
    -------
    typing_changed(str)
        This text is wrong whatever is typed behind it; empty where what is typed may be right.
    given_up(str)
        This text was left although it is wrong, and gives way to the value.
    """

    typing_changed = Signal(str)
    given_up = Signal(str)

    def __init__(self, box: IntegerBox | NumberBox, is_wrong: Callable[[str], bool]) -> None:
        super().__init__(box)
        self._box = box
        self._is_wrong = is_wrong
        self._resting: float = box.value()
        box.lineEdit().textEdited.connect(self._on_text_edited)
        box.editingFinished.connect(self.rest)

    @property
    def text_of_value(self) -> str:
        """The value, whatever is being typed."""
        return self._box.value_text

    @Slot()
    def rest(self) -> None:
        """Say that the value is one to come back to: it was not typed just now."""
        self._resting = self._box.value()

    def settle(self) -> None:
        """Show the value in the place of what is being typed."""
        if self._box.text() != self.text_of_value:
            self._box.lineEdit().setText(self.text_of_value)

    def give_up(self, text: str) -> None:
        """Say that a text was left that is not allowed."""
        if text:
            self.given_up.emit(text)

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        wrong = text if self._is_wrong(text) else ""
        if wrong and self._box.value() != self._resting:
            edit, resting = self._box.lineEdit(), self._resting
            cursor = edit.cursorPosition()
            self._box.setValue(resting)  # type: ignore[arg-type]  # it is the box's own
            edit.setText(text)
            edit.setCursorPosition(cursor)
        self.typing_changed.emit(wrong)


def state_of(text: str, *, is_allowed: bool) -> QValidator.State:
    """Return whether a text is a number that is allowed, may be on the way to one, or never will be."""
    if is_allowed:
        return QValidator.State.Acceptable
    return QValidator.State.Intermediate if set(text) <= _UNFINISHED else QValidator.State.Invalid


def allowed_words(minimum: float, maximum: float, noun: str = "") -> str:
    """Return what a box takes, such as `a whole number from 1 to 4,096`."""
    words = f"from {_plain(minimum)} to {_plain(maximum)}"
    return f"{noun} {words}" if noun else words


def number_of(text: str) -> float | None:
    """Return the number that a text means, with a point or a comma; None where it means none."""
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def whole_number_of(text: str) -> int | None:
    """Return the whole number that a text means; None where it means none."""
    try:
        return int(text) if set(text) <= _UNFINISHED else None
    except ValueError:
        return None


def _plain(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:,g}"
