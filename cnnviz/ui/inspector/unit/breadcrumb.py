"""Where one is, from the network by the layer and the map to the number, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_4, strong_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QFont

_ARROW = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"


class Breadcrumb(QWidget):
    """A way back, and the path to what is shown.

    Signals
    -------
    back_requested()
        One step back is wanted.
    network_requested()
        The whole network is wanted.
    """

    back_requested = Signal()
    network_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = QToolButton(self)
        self.back.setIcon(icon("previous"))
        self.back.setToolTip("Back (Esc)")
        self.back.setAccessibleName("Back")
        self.back.clicked.connect(self.back_requested)
        self.network = QToolButton(self)
        self.network.setText("network")
        self.network.setToolTip("Back to the whole network")
        self.network.clicked.connect(self.network_requested)
        for button in (self.back, self.network):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._path, self._value = ElidedLabel(parent=self), QLabel(self)
        self._path.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_4)
        row.addWidget(self.back)
        row.addWidget(self.network)
        row.addWidget(self._path, 1)
        row.addWidget(self._value)
        self.set_fonts()

    @property
    def path(self) -> str:
        """All of it as text."""
        return f"network {self._path.text()}"

    def offer(self, command: QAction) -> None:
        """Put a command of the window behind the number, as an icon."""
        button = QToolButton(self)
        button.setDefaultAction(command)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row.addWidget(button)

    def set_fonts(self) -> None:
        """Take the fonts of the theme."""
        bold: QFont = strong_font(self)
        self._path.setFont(bold)
        self._value.setFont(bold)

    @Slot(str)
    def show_path(self, parts: tuple[str, ...], value: str) -> None:
        """Show where one is, and the number there."""
        self._path.setText("".join(f"{_ARROW} {part} " for part in parts).rstrip())
        self._value.setText(value)
