"""The head of the settings form: which layer this is, and what it does in one line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from cnnviz.ui.icons import layer_icon
from cnnviz.ui.theme import LOOK_CHANGES, SPACE_4, SPACE_8, caption_font, strong_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

_ICON_PX = 18


class FormHeader(QWidget):
    """Icon, title, id, and a short note in italics."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._type_name = ""
        self._sign, self._title, self._note = (QLabel(self) for _ in range(3))
        self._id = ElidedLabel(parent=self, mode=Qt.TextElideMode.ElideMiddle)
        for quiet in (self._id, self._note):
            quiet.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._note.setWordWrap(True)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(SPACE_8)
        layout.setVerticalSpacing(SPACE_4)
        layout.addWidget(self._sign, 0, 0)
        layout.addWidget(self._title, 0, 1)
        layout.addWidget(self._id, 0, 2)
        layout.setColumnStretch(2, 1)
        layout.addWidget(self._note, 1, 0, 1, 3)
        self._adopt_look()

    def describe(self, type_name: str, title: str, layer_id: str, note: str) -> None:
        """Show the name of a layer and what it does."""
        if type_name != self._type_name:
            self._type_name = type_name
            self._adopt_look()
        self._title.setText(title)
        self._id.setText(layer_id)
        self._note.setText(note)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self._adopt_look()

    def _adopt_look(self) -> None:
        self._title.setFont(strong_font(self))
        self._id.setFont(caption_font(self))
        note = caption_font(self)
        note.setItalic(True)
        self._note.setFont(note)
        if self._type_name:
            self._sign.setPixmap(layer_icon(self._type_name).pixmap(_ICON_PX, _ICON_PX))
