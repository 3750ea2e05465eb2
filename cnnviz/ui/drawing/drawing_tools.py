"""The tools of the canvas: pen, eraser, undo, redo, clear, and the width of strokes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSlider, QToolButton, QWidget

from cnnviz.ui.drawing.canvas import LEAST_WIDTH, MOST_WIDTH
from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_4

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.ui.drawing.canvas import DrawingCanvas

_LEAST_SLIDER_PX = 44


class DrawingTools(QWidget):
    """Buttons that do to a canvas what its keys do."""

    def __init__(self, canvas: DrawingCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.pen = self._button("pen", "Pen", "P", self._on_pen_clicked)
        self.eraser = self._button("eraser", "Eraser", "E", self._on_eraser_clicked)
        tools = QButtonGroup(self)
        for tool in (self.pen, self.eraser):
            tool.setCheckable(True)
            tools.addButton(tool)
        self.undo = self._button("undo", "Undo Stroke", "Ctrl+Z", canvas.undo)
        self.redo = self._button("redo", "Redo Stroke", "Ctrl+Y", canvas.redo)
        self.clear = self._button("delete", "Clear Drawing", "Del", canvas.clear)
        self.width_slider = self._slider()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        for widget in (self.pen, self.eraser, self.width_slider, self.undo, self.redo, self.clear):
            layout.addWidget(widget)
        canvas.tool_changed.connect(self._on_tool_changed)
        canvas.ink_changed.connect(self._on_ink_changed)
        self._on_tool_changed()
        self._on_ink_changed()

    def _button(self, name: str, words: str, key: str, slot: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name))
        button.setAccessibleName(words)
        button.setToolTip(f"{words} ({key} while the drawing has the focus)")
        button.clicked.connect(slot)
        return button

    def _slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(LEAST_WIDTH, MOST_WIDTH)
        slider.setMinimumWidth(_LEAST_SLIDER_PX)
        slider.setAccessibleName("Width of strokes")
        slider.valueChanged.connect(self._canvas.set_stroke_width)
        return slider

    @Slot()
    def _on_pen_clicked(self) -> None:
        self._canvas.set_erases(erases=False)

    @Slot()
    def _on_eraser_clicked(self) -> None:
        self._canvas.set_erases(erases=True)

    @Slot()
    def _on_tool_changed(self) -> None:
        self.pen.setChecked(not self._canvas.erases)
        self.eraser.setChecked(self._canvas.erases)
        self.width_slider.setValue(self._canvas.stroke_width)
        self.width_slider.setToolTip(f"Width of strokes: {self._canvas.stroke_width} of 320 pixels ([ and ])")

    @Slot()
    def _on_ink_changed(self) -> None:
        sheet = self._canvas.sheet
        self.undo.setEnabled(sheet.can_undo)
        self.redo.setEnabled(sheet.can_redo)
        self.clear.setEnabled(sheet.has_ink)
