"""Room for the palette: a few lines of chips, and the rest by scrolling, for the layers need the height."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from cnnviz.ui.builder.palette_view import PaletteView

_SMALLEST_SHARE = 0.4  # of the usual height: about one line of chips and the start of the next
_MOST_LINES = 13.5  # of text: four lines of chips with their captions; half a line shows that there is more


class PaletteArea(QScrollArea):
    """Holds a palette. It takes no more height than it needs at its width, nor more than its share."""

    def __init__(self, palette_view: PaletteView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette_view = palette_view
        self.setWidget(palette_view)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        hint = self._palette_view.sizeHint()
        most = round(_MOST_LINES * self.fontMetrics().height())
        return QSize(hint.width(), min(most, self._palette_view.heightForWidth(self.width())))

    def minimumSizeHint(self) -> QSize:
        width = self._palette_view.minimumSizeHint().width()
        return QSize(width, round(self.sizeHint().height() * _SMALLEST_SHARE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.updateGeometry()
