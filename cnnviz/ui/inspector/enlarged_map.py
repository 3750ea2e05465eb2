"""One map of the layer panel, enlarged: by itself, or over the image that it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from cnnviz.spec.trace import trace
from cnnviz.ui.format import number
from cnnviz.ui.plots.map_view import MapView
from cnnviz.ui.theme import SPACE_4, caption_font
from cnnviz.ui.widgets.steady_label import SteadyLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from cnnviz.app.looking.inspection import Inspection
    from cnnviz.interpret.activations import LayerView
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.receptive import ReceptiveField

_OVER_TIP = (
    "Lay the map over the image, each number where it sees the image; the larger, the more of its colour"
)


class EnlargedMap(QWidget):
    """Shows one map with its numbers. Whether it lies over the image stays as chosen from layer to layer.

    Signals
    -------
    hovered(int, int), left(), cell_chosen(int, int)
        As those of `MapView`.
    """

    hovered = Signal(int, int)
    left = Signal()
    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._traced: tuple[NetworkSpec, dict[str, ReceptiveField]] | None = None
        self._shown: tuple[Inspection, LayerView] | None = None
        self.view = MapView("Enlarged feature map", self)
        self._caption = SteadyLabel(self)
        self._caption.setFont(caption_font(self._caption))
        self._caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.over = QCheckBox("Over the image", self)
        self.over.setToolTip(_OVER_TIP)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_4)
        for widget in (self._caption, self.over, self.view):
            column.addWidget(widget)
        self.over.toggled.connect(self._lay_over)
        self.view.hovered.connect(self.hovered)
        self.view.left.connect(self.left)
        self.view.cell_chosen.connect(self.cell_chosen)

    @property
    def caption(self) -> str:
        """What is said about the map."""
        return self._caption.text()

    def show_map(self, inspection: Inspection, view: LayerView | None, map_index: int) -> None:
        """Show a map of a layer's view; where the layer has none, that hides it."""
        has_maps = view is not None and view.values.ndim == 3
        self.setVisible(has_maps)
        if view is None or not has_maps:
            self._shown = None
            self.view.set_map(None, 0, None)
            return
        self._shown = (inspection, view)
        values = view.values[map_index]
        self.view.set_map(view.atlas, map_index, values)
        self._lay_over()
        low, high = number(float(values.min())), number(float(values.max()))
        count = len(view.values)
        place = f"Map {map_index} (of 0 to {count - 1:,})" if count > 1 else "The only map"
        self._caption.setText(f"{place}: values from {low} to {high}; click one to see where it comes from")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view.setFixedHeight(self.view.wanted_height())

    @Slot()
    def _lay_over(self) -> None:
        if self._shown is None:
            return
        inspection, view = self._shown
        field = self._field_of(inspection.spec, view.layer_id)
        self.over.setVisible(field is not None)
        is_over = self.over.isChecked() and field is not None
        self.view.set_image(inspection.image_view.picture if is_over else None, field if is_over else None)
        self.view.setFixedHeight(self.view.wanted_height())

    def _field_of(self, spec: NetworkSpec, layer_id: str) -> ReceptiveField | None:
        """Return what the numbers of a layer see; None where they do not see one part of the image each."""
        if self._traced is None or self._traced[0] is not spec:
            records = trace(spec).walk()
            fields = {one.layer.id: one.receptive_field for one in records if one.receptive_field is not None}
            self._traced = (spec, fields)
        field = self._traced[1].get(layer_id)
        return field if field is not None and min(field.jump) > 0 else None
