"""A box with a list of choices whose text gives way: without room it ends in an ellipsis.

Qt cuts it in the middle of a letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_TEXT_INSET_PX, _LIST_INSET_PX = 2, 16
SHORT_ROLE = Qt.ItemDataRole.UserRole + 7
"""Of an item: what stands in the box where there is no room for its text."""


class ElidedCombo(QComboBox):
    """Shows what it can of the chosen text; every line of its list has the room it needs."""

    @property
    def shown_text(self) -> str:
        """What can be read of the chosen text at the present width."""
        metrics, room, text = self.fontMetrics(), self.room_for_text, self.currentText()
        short = self.currentData(SHORT_ROLE)
        if short and metrics.horizontalAdvance(text) > room:
            text = short
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)

    @property
    def room_for_text(self) -> int:
        """The pixels between the frame and the arrow."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        kind, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        return self.style().subControlRect(kind, option, part, self).width() - _TEXT_INSET_PX

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown_text
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def showPopup(self) -> None:
        """Open the list."""
        self.fit_list()
        super().showPopup()

    def fit_list(self) -> None:
        """Give every line of the list the room it needs, however narrow the box is."""
        metrics = self.view().fontMetrics()
        widest = max((metrics.horizontalAdvance(self.itemText(k)) for k in range(self.count())), default=0)
        self.view().setMinimumWidth(max(self.view().sizeHintForColumn(0), widest) + _LIST_INSET_PX)
