"""Turning pages: which one there is, and buttons for the ones before and after it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_4, caption_font


class Pager(QWidget):
    """Shows `64–127 of 512 filters` between two buttons; nothing where all is on one page.

    Signals
    -------
    page_requested(int)
        Another page is wanted, from 0.
    """

    page_requested = Signal(int)

    def __init__(self, nouns: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._nouns = nouns
        self._page, self._pages = 0, 1
        self.label = QLabel(self)
        self.label.setFont(caption_font(self.label))
        self.label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.before = self._button("previous", f"The {nouns} before these")
        self.after = self._button("next", f"The {nouns} after these")
        self.before.clicked.connect(self._on_before_clicked)
        self.after.clicked.connect(self._on_after_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_4)
        for widget in (self.before, self.label, self.after):
            row.addWidget(widget)
        row.addStretch(1)
        self.hide()

    @property
    def page(self) -> int:
        """The page that is shown, from 0."""
        return self._page

    def set_page(self, page: int, size: int, count: int) -> None:
        """Show which of `count` things are on a page of `size`; nothing is sent."""
        self._page, self._pages = page, max(1, -(-count // size))
        first, last = page * size + 1, min((page + 1) * size, count)
        self.label.setText(f"{first:,}–{last:,} of {count:,} {self._nouns}")
        self.before.setEnabled(page > 0)
        self.after.setEnabled(page + 1 < self._pages)
        self.setVisible(self._pages > 1)

    def _button(self, name: str, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name))
        button.setAutoRaise(True)
        button.setToolTip(words)
        button.setAccessibleName(words)
        return button

    @Slot()
    def _on_before_clicked(self) -> None:
        self.page_requested.emit(self._page - 1)

    @Slot()
    def _on_after_clicked(self) -> None:
        self.page_requested.emit(self._page + 1)
