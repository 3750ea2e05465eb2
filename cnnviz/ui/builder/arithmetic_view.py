"""The arithmetic of a layer, in the fixed font, under its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font, colors_of, mono_font
from cnnviz.ui.widgets.breakable import with_breaks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.spec.formulas import Formula


class ArithmeticView(QWidget):
    """Shows lines of arithmetic, each under its name; hidden while there are none.

    With `ruled`, a line divides it from what is above.
    """

    def __init__(self, parent: QWidget | None = None, *, ruled: bool = True) -> None:
        super().__init__(parent)
        self._ruled = ruled
        self._lines: tuple[Formula, ...] = ()
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, SPACE_8 if ruled else 0, 0, 0)
        self._layout.setHorizontalSpacing(SPACE_12)
        self._layout.setVerticalSpacing(SPACE_4)
        self._layout.setColumnStretch(1, 1)
        self.setAccessibleName("Where the numbers come from")

    @property
    def lines(self) -> tuple[Formula, ...]:
        """What is shown."""
        return self._lines

    def show_lines(self, lines: Sequence[Formula]) -> None:
        """Show these lines."""
        if tuple(lines) == self._lines:
            return
        self._lines = tuple(lines)
        while len(self._rows) < len(lines):
            self._add_row()
        for place, (name, text) in enumerate(self._rows):
            used = place < len(lines)
            if used:
                name.setText(lines[place].name)
                text.setText(with_breaks(lines[place].text))
                text.setAccessibleName(f"{lines[place].name}: {lines[place].text}")
            name.setVisible(used)
            text.setVisible(used)
        self.setVisible(bool(lines))

    def set_ruled(self, ruled: bool) -> None:
        """Divide the lines from what is above, where there is something."""
        self._ruled = ruled
        self._layout.setContentsMargins(0, SPACE_8 if ruled else 0, 0, 0)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            for row in self._rows:
                self._set_fonts(*row)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._ruled:
            return
        painter = QPainter(self)
        try:
            painter.setPen(QPen(colors_of(self).hairline, 1))
            painter.drawLine(QPointF(0, 0.5), QPointF(self.width(), 0.5))
        finally:
            painter.end()

    def _add_row(self) -> None:
        name, text = QLabel(self), QLabel(self)
        name.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        name.setContentsMargins(0, 1, 0, 0)  # the fixed font stands one pixel lower
        self._set_fonts(name, text)
        row = len(self._rows)
        self._rows.append((name, text))
        self._layout.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._layout.addWidget(text, row, 1)

    def _set_fonts(self, name: QLabel, text: QLabel) -> None:
        name.setFont(caption_font(self))
        text.setFont(mono_font(name))
