"""What is typed into spin boxes and is not allowed: it stays in sight, and the reason is told beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

if TYPE_CHECKING:
    from cnnviz.ui.forms.number_boxes import IntegerBox, NumberBox

_LONGEST_TEXT = 24


class TypingWatch(QObject):
    """Watches the boxes of one setting and says what is wrong with the number being typed.

    While it is wrong, the setting is as it was before the typing began: of `99999999` where 4096 is the most,
    the first digits are no wish for 999. A number that is left wrong gives way to that value, and what was
    wrong with it is told until something else is typed.

    Signals
    -------
    changed()
        There is something else to say, or nothing any more.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._names: dict[IntegerBox | NumberBox, str] = {}
        self._text = ""

    @property
    def text(self) -> str:
        """What is wrong, in a sentence or two; empty where nothing is."""
        return self._text

    def watch(self, box: IntegerBox | NumberBox, name: str) -> None:
        """Watch a box that is called `name` in sentences."""
        self._names[box] = name
        box.typing.typing_changed.connect(self._on_box_typing_changed)
        box.typing.given_up.connect(self._on_box_given_up)

    def forget(self) -> None:
        """Say nothing any more, and show the values of the boxes as they are."""
        for box in self._names:
            box.typing.settle()
        self._say("")

    @Slot(str)
    def _on_box_typing_changed(self, wrong: str) -> None:
        box = self._sending_box()
        self._say(self._reason(box, wrong) if wrong else "")

    @Slot(str)
    def _on_box_given_up(self, text: str) -> None:
        box = self._sending_box()
        self._say(f"{self._reason(box, text)} It is {box.typing.text_of_value} again.")

    def _sending_box(self) -> IntegerBox | NumberBox:
        sender = self.sender()
        return next(box for box in self._names if box.typing is sender)

    def _reason(self, box: IntegerBox | NumberBox, text: str) -> str:
        received = text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
        return f"{self._names[box]} must be {box.allowed}; received {received}."

    def _say(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.changed.emit()
