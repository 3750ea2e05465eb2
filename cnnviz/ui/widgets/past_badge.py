"""A word in the corner of a panel that says that what it shows is of earlier weights."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from cnnviz.ui.icons import icon, on_accent
from cnnviz.ui.theme import LOOK_CHANGES, SPACE_4, SPACE_8, caption_font, colors_of

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QPaintEvent

_ICON_PX = 14
_HEIGHT_PX = 24
_NARROW_PX = 640
"""In a panel narrower than this, what stands at the bottom needs its room."""

_MOVES = frozenset({QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide})


class Corner(enum.Enum):
    """Where in its panel a badge is, at the right."""

    TOP = "at the top"
    BOTTOM = "at the bottom, or at the top of a narrow panel"


class PastBadge(QWidget):
    """Lies over a corner of its panel, which does not move for it, and hides while there is nothing to say.

    With an action, a click on its `back_button` brings back what is shown otherwise. While a part of the
    panel named by `over` is in sight, a badge at the bottom stays over that, off the controls below it.
    """

    def __init__(
        self,
        panel: QWidget,
        corner: Corner = Corner.TOP,
        action: QAction | None = None,
        *,
        over: QWidget | None = None,
    ) -> None:
        super().__init__(panel)
        self._panel, self._over = panel, over
        self._corner = corner
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
        self._apply_look()
        self.hide()
        for watched in (panel, over):
            if watched is not None:
                watched.installEventFilter(self)

    @property
    def text(self) -> str:
        """What is said; empty while nothing is."""
        return "" if self.isHidden() else self._label.text()

    def show_text(self, text: str) -> None:
        """Say something, or nothing where it is empty."""
        if text != self._label.text():
            self._label.setText(text)
            self.setAccessibleName(text)
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

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in LOOK_CHANGES:
            self._apply_look()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors_of(self._panel).accent)
            painter.drawRoundedRect(self.rect(), _HEIGHT_PX / 2, _HEIGHT_PX / 2)
        finally:
            painter.end()

    def _place(self) -> None:
        room = self._panel.size()
        width = min(self.sizeHint().width(), room.width() - 2 * SPACE_4)
        is_high = self._corner is Corner.TOP or room.width() < _NARROW_PX
        top = SPACE_4 if is_high else self._bottom() - _HEIGHT_PX - SPACE_8
        self.setGeometry(room.width() - width - SPACE_8, top, width, _HEIGHT_PX)

    def _bottom(self) -> int:
        """Return the lowest pixel of the panel that the badge may take."""
        if self._over is None or not self._over.isVisibleTo(self._panel):
            return self._panel.height()
        return self._over.mapTo(self._panel, self._over.rect().bottomLeft()).y()

    def _apply_look(self) -> None:
        self._icon.setPixmap(on_accent(icon("timer")).pixmap(_ICON_PX, _ICON_PX))
        for widget in (self._label, self.back_button):
            widget.setFont(caption_font(self._panel))
        self._place()
