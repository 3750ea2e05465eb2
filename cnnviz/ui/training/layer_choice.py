"""The legend of curves of layers, in which each can be shown and hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QCheckBox, QMenu, QToolButton, QWidget, QWidgetAction

from cnnviz.ui.plots.curve_plot import color_of
from cnnviz.ui.theme import SPACE_8, colors_of_palette

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QColor

    from cnnviz.ui.plots.curves import Curve

SWATCH = QSize(22, 12)


class LayerChoice(QToolButton):
    """A button with a menu of the layers that have a curve, each with its colour and dashes.

    Signals
    -------
    changed()
        Another choice was made.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: tuple[Curve, ...] = ()
        self._hidden: set[str] = set()
        self._boxes: dict[str, QCheckBox] = {}
        self.setText("Layers")
        self.setToolTip("Which layers are drawn, and in which colours")
        self.setAccessibleName(self.toolTip())
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(QMenu(self))

    @property
    def hidden(self) -> frozenset[str]:
        """The names of the layers that are left out."""
        return frozenset(self._hidden)

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Offer the layers of these curves. One that was left out stays so, also in another run."""
        before, self._curves = self._names(), tuple(curves)
        if self._names() != before:
            self._make_boxes()

    def box(self, layer: str) -> QCheckBox:
        """Return the check box of a layer."""
        return self._boxes[layer]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange):
            self._color_boxes()

    def _names(self) -> list[str]:
        return [curve.name for curve in self._curves]

    def _make_boxes(self) -> None:
        menu = self.menu()
        menu.clear()
        self._boxes = {name: self._box(name, menu) for name in self._names()}
        self._color_boxes()

    def _box(self, name: str, menu: QMenu) -> QCheckBox:
        """Return a check box in the menu: unlike an entry, it shows a colour and whether it is checked."""
        box = QCheckBox(name.replace("&", "&&"), menu)
        box.setIconSize(SWATCH)
        box.setMinimumHeight(box.fontMetrics().height() + SPACE_8)
        box.setChecked(name not in self._hidden)
        box.toggled.connect(self._on_toggled)
        place = QWidgetAction(menu)
        place.setDefaultWidget(box)
        menu.addAction(place)
        return box

    def _color_boxes(self) -> None:
        colors = colors_of_palette(QGuiApplication.palette())  # a styled widget may lag behind
        for curve in self._curves:
            style = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
            picture = swatch(color_of(curve, colors), style, self.devicePixelRatioF())
            self._boxes[curve.name].setIcon(picture)

    @Slot()
    def _on_toggled(self) -> None:
        for name, box in self._boxes.items():
            (self._hidden.discard if box.isChecked() else self._hidden.add)(name)
        self.changed.emit()


def swatch(color: QColor, style: Qt.PenStyle, ratio: float) -> QIcon:
    """Return a picture of a piece of a curve."""
    pixmap = QPixmap(SWATCH * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    try:
        painter.setPen(QPen(color, 2, style))
        painter.drawLine(0, SWATCH.height() // 2, SWATCH.width(), SWATCH.height() // 2)
    finally:
        painter.end()
    return QIcon(pixmap)
