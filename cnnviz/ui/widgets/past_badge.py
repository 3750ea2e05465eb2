"""Words on a panel which say that what it shows is of earlier weights, and lead back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from cnnviz.ui.icons import icon, on_accent
from cnnviz.ui.theme import LOOK_CHANGES, SPACE_4, SPACE_8, caption_font, colors_of

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QPaintEvent

_ICON_PX = 14
_HEIGHT_PX = 24

_MOVES = frozenset({QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide})


class PastPill(QWidget):
    """Rounded, in the accent colour: what is said, and with an action a `back_button` that does it."""

    def __init__(self, parent: QWidget, action: QAction | None = None) -> None:
        super().__init__(parent)
        self._icon, self._label = QLabel(self), QLabel(self)
        self._label.setObjectName("badge-words")
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self.back_button = QToolButton(self)
        self.back_button.setObjectName("badge-button")
        self.back_button.setVisible(action is not None)
        if action is not None:
            self.back_button.setDefaultAction(action)
            self.back_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            self.back_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_8, 0, SPACE_4 if action is not None else SPACE_8, 0)
        row.setSpacing(SPACE_4)
        for widget in (self._icon, self._label, self.back_button):
            row.addWidget(widget)
        self.setFixedHeight(_HEIGHT_PX)
        self._apply_look()

    @property
    def words(self) -> str:
        """What is said."""
        return self._label.text()

    def set_words(self, words: str) -> None:
        """Say something else."""
        if words != self._label.text():
            self._label.setText(words)
            self.setAccessibleName(words)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in LOOK_CHANGES:
            self._apply_look()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors_of(self).accent)
            painter.drawRoundedRect(self.rect(), _HEIGHT_PX / 2, _HEIGHT_PX / 2)
        finally:
            painter.end()

    def _apply_look(self) -> None:
        self._icon.setPixmap(on_accent(icon("timer")).pixmap(_ICON_PX, _ICON_PX))
        for widget in (self._label, self.back_button):
            widget.setFont(caption_font(self))


class PastBadge(PastPill):
    """Lies over the upper right corner of its panel, which does not move for it; hidden with no words."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self._panel = panel
        self.hide()
        panel.installEventFilter(self)

    @property
    def text(self) -> str:
        """What is said; empty while nothing is."""
        return "" if self.isHidden() else self.words

    def show_text(self, text: str) -> None:
        """Say something, or nothing where it is empty."""
        self.set_words(text)
        self.setVisible(bool(text))
        if text:
            self._place()
            self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES and not self.isHidden():
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        """Take the size that the words need, also when another style has changed it."""
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._place()
        return done

    def _place(self) -> None:
        room = self._panel.width()
        width = min(self.sizeHint().width(), room - 2 * SPACE_4)
        self.setGeometry(room - width - SPACE_8, SPACE_4, width, _HEIGHT_PX)


class PastStrip(QWidget):
    """A line of its own above what it speaks of, with the way back at its right.

    It takes its room with the first words, and keeps it without any until `give_up_room`: whoever compares
    earlier weights with the newest ones by eye does not see the rest move.
    """

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pill = PastPill(self, action)
        self._pill.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_8, SPACE_4, SPACE_8, 0)
        row.addStretch(1)
        row.addWidget(self._pill)
        self.setFixedHeight(_HEIGHT_PX + SPACE_4)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.hide()

    @property
    def back_button(self) -> QToolButton:
        """What leads back."""
        return self._pill.back_button

    @property
    def text(self) -> str:
        """What is said; empty while nothing is."""
        return "" if self._pill.isHidden() else self._pill.words

    def show_text(self, text: str) -> None:
        """Say something, or nothing where it is empty."""
        self._pill.set_words(text)
        self._pill.setVisible(bool(text))
        if text:
            self.show()

    @Slot()
    def give_up_room(self) -> None:
        """Take no more room than the words need: none where there are none."""
        self.setVisible(bool(self.text))
