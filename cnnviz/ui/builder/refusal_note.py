"""Why an edit was refused, said over the list of layers beside the card it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from cnnviz.ui.forms.problem_label import ProblemLabel
from cnnviz.ui.theme import SPACE_4, SPACE_8, colors_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QListView

_STAYS_MS = 8_000


class RefusalNote(ProblemLabel):
    """Lies over the list for a while, so that nothing below it moves; clicks go through it.

    Where its sentence is shortened, the mouse over it brings all of it. It stands under the current card, or
    above it where there is no room below.
    """

    def __init__(self, view: QListView) -> None:
        super().__init__(view.viewport())
        self._view = view
        self._stays = QTimer(self, singleShot=True, interval=_STAYS_MS)
        self._stays.timeout.connect(self.forget)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.viewport().installEventFilter(self)
        view.verticalScrollBar().valueChanged.connect(self._place)

    @Slot(str)
    def say(self, reason: str) -> None:
        """Show a reason, until it is forgotten or some seconds have passed."""
        self.show_problems([reason])
        self._place()
        self.raise_()
        self._stays.start()

    @Slot()
    def forget(self) -> None:
        """Say nothing any more."""
        if self.text:
            self._stays.stop()
            self.show_problems([])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and self.text:
            self._place()
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            return self._tell_all(event)
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colors_of(self).problem, 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), SPACE_4, SPACE_4)
        finally:
            painter.end()

    def _tell_all(self, event: QHelpEvent) -> bool:
        """Show the whole sentence: the list gets what the mouse does here. Return whether it was meant."""
        is_here = self.isVisible() and self.geometry().contains(event.pos())
        if is_here and self.toolTip():
            QToolTip.showText(event.globalPos(), self.toolTip(), self._view.viewport(), self.geometry())
        return is_here

    @Slot()
    def _place(self) -> None:
        layout = self.layout()
        if not self.text or layout is None:
            return
        room, card = self._view.viewport().rect(), self._view.visualRect(self._view.currentIndex())
        width = room.width() - 2 * SPACE_8
        height = max(layout.heightForWidth(width), layout.minimumSize().height())
        top = card.bottom() + SPACE_4 if card.isValid() else SPACE_8
        if top + height > room.bottom():
            top = card.top() - SPACE_4 - height
        top = min(max(top, SPACE_4), max(SPACE_4, room.bottom() - SPACE_4 - height))
        self.setGeometry(QRect(SPACE_8, top, width, height))
