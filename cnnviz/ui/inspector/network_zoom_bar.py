"""Buttons below the network that make it larger, smaller, or as large as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from cnnviz.ui.icons import icon
from cnnviz.ui.inspector.network_zoom import FIT, LARGEST, LEAST

if TYPE_CHECKING:
    from cnnviz.ui.inspector.network_canvas import NetworkCanvas


class ZoomBar(QWidget):
    """What the wheel with Ctrl and the keys +, - and 0 do, for the mouse alone."""

    def __init__(self, canvas: NetworkCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.smaller = self._button("zoom-out", "Smaller", "Smaller (-, or Ctrl and the wheel)")
        self.fitted = self._button("fit", "Fit", "As large as there is room (0)")
        self.larger = self._button("zoom-in", "Larger", "Larger (+, or Ctrl and the wheel)")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for button in (self.smaller, self.fitted, self.larger):
            layout.addWidget(button)
        self.smaller.clicked.connect(canvas.zoom_out)
        self.fitted.clicked.connect(canvas.fit)
        self.larger.clicked.connect(canvas.zoom_in)
        canvas.zoom_changed.connect(self._update_buttons)
        self._update_buttons()

    def _button(self, picture: str, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(picture))
        button.setAutoRaise(True)
        button.setAccessibleName(f"{name} network")
        button.setToolTip(tip)
        return button

    @Slot()
    def _update_buttons(self) -> None:
        zoom = self._canvas.zoom
        self.smaller.setEnabled(zoom > LEAST)
        self.fitted.setEnabled(zoom != FIT)
        self.larger.setEnabled(zoom < LARGEST)
