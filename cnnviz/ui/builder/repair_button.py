"""A button with two lines: what is done, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from cnnviz.ui.builder import repair_words
from cnnviz.ui.theme import SPACE_4, SPACE_12, caption_font
from cnnviz.ui.widgets.breakable import shortened

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from cnnviz.spec.repairs import Repair

_LINES_GAP_PX = 2
_EDGE_PX = SPACE_4 + 2


class RepairButton(QPushButton):
    """Offers one repair. Its words wrap, so it is as high as its width makes them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label, self._note = QLabel(self), QLabel(self)
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, _EDGE_PX, SPACE_12, _EDGE_PX)
        layout.setSpacing(_LINES_GAP_PX)
        for line in (self._label, self._note):
            line.setWordWrap(True)
            line.setTextFormat(Qt.TextFormat.PlainText)
            line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(line)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._adopt_look()

    def offer(self, repair: Repair) -> None:
        """Show what a repair does."""
        self._label.setText(shortened(repair.label))
        self._note.setText(shortened(repair_words.note(repair)))
        self._note.setVisible(bool(self._note.text()))
        self.setToolTip(repair_words.tooltip(repair))
        self.setAccessibleName(repair_words.sentence(repair))
        self.updateGeometry()
        self._keep_height()

    def sizeHint(self) -> QSize:
        return self._layout.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._layout.totalMinimumSize()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._layout.totalHeightForWidth(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_height()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._adopt_look()

    def _keep_height(self) -> None:
        """Never be lower than the words: splitters and scroll areas do not ask for the height of a width."""
        needed = max(self.heightForWidth(self.width()), 0)
        if needed != self.minimumHeight():
            self.setMinimumHeight(needed)

    def _adopt_look(self) -> None:
        self._note.setFont(caption_font(self))
