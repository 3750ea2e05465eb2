"""One line about work that takes a while: how far it is, what it has found, and the button that goes on."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cnnviz.ui.theme import SPACE_8
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.work_bar import WorkBar

_CANCEL = "Cancel"


class WorkStrip(QWidget):
    """Says something, with a bar while there is work and one button at most.

    Signals
    -------
    cancel_requested()
        The work is to be given up.
    again_requested()
        The button beside a sentence was pressed.
    """

    cancel_requested = Signal()
    again_requested = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Show nothing yet; `name` is what a screen reader calls the bar."""
        super().__init__(parent)
        self._words = ElidedLabel(parent=self)
        self._words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.bar = WorkBar(name, self)
        self.button = QPushButton(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self.bar)
        layout.addWidget(self._words, 1)
        layout.addWidget(self.button)
        self.button.clicked.connect(self._on_clicked)
        self._is_working = False
        self.setVisible(False)

    @property
    def text(self) -> str:
        """What is said; empty where nothing is."""
        return "" if self.isHidden() else self._words.text()

    def show_work(self, words: str, share: float) -> None:
        """Say what is being done and how far it is, 0 to 1; the button gives it up."""
        self.bar.set_share(share)
        self._show(words, _CANCEL, is_working=True)

    def show_words(self, words: str, button: str = "") -> None:
        """Say something; with a text for its button, it can be pressed. Without words nothing is shown."""
        self._show(words, button, is_working=False)

    def _show(self, words: str, button: str, *, is_working: bool) -> None:
        self._is_working = is_working
        self._words.setText(words)
        self.bar.setVisible(is_working)
        if button and button != self.button.text():
            self.button.setText(button)
        self.button.setVisible(bool(button))
        self.setVisible(bool(words))

    @Slot()
    def _on_clicked(self) -> None:
        if self._is_working:
            self.cancel_requested.emit()
        else:
            self.again_requested.emit()
