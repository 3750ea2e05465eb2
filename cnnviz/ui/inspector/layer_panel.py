"""One layer from near: its filters, its feature maps for the selected image, and one map enlarged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from cnnviz.spec.layers import Conv2D, Dense
from cnnviz.ui.format import number
from cnnviz.ui.icons import layer_icon
from cnnviz.ui.inspector.layer_sections import FiltersSection, MapsSection
from cnnviz.ui.inspector.network_columns import INPUT_TYPE
from cnnviz.ui.inspector.words import layer_place, layer_value, shown_shape
from cnnviz.ui.plots.map_view import MapView
from cnnviz.ui.theme import ICON_PX, SPACE_8, SPACE_12, caption_font, heading_font
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from cnnviz.app.inspection import Inspection
    from cnnviz.interpret.activations import LayerView
    from cnnviz.spec.layers import Layer
    from cnnviz.spec.trace import Problem

_NOT_COMPUTED = "This layer is not computed yet."
_NOTHING = "What a layer makes of the selected image is shown here."


class LayerPanel(QWidget):
    """Shows the chosen layer of the newest inspection. It computes and edits nothing, and rests while hidden.

    Signals
    -------
    map_chosen(str, int)
        A feature map of the layer was chosen.
    unit_chosen(str, int, int, int)
        One number is to be explained: layer, map or unit, row, column.
    hover_text_changed(str)
        What is under the mouse, in words; empty when it leaves.
    """

    map_chosen = Signal(str, int)
    unit_chosen = Signal(str, int, int, int)
    hover_text_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inspection: Inspection | None = None
        self._layer_id = ""
        self._map = 0
        self._is_behind = False
        self._icon, self._note = QLabel(self), QLabel(self)
        self._icon_name = ""
        self._title, self._kind = ElidedLabel(parent=self), ElidedLabel(parent=self)
        self.filters = FiltersSection(self)
        self.maps = MapsSection(self)
        self.map_view = MapView("Enlarged feature map", self)
        self._map_caption = QLabel(self)
        self._empty = EmptyState(_NOTHING, parent=self)
        self._body = self._scrolled_body()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._empty)
        layout.addWidget(self._body)
        self._connect()
        self._show()

    @property
    def layer_id(self) -> str:
        """The layer that is shown; empty for the input."""
        return self._layer_id

    @property
    def map_index(self) -> int:
        """The feature map that is enlarged."""
        return self._map

    @property
    def map_caption(self) -> str:
        """What is said about the enlarged map."""
        return self._map_caption.text()

    def set_inspection(self, inspection: Inspection) -> None:
        """Show newer numbers."""
        self._inspection = inspection
        self._show_where_seen()

    def set_layer(self, layer_id: str, map_index: int = 0) -> None:
        """Show another layer, and one of its maps enlarged."""
        if (layer_id, map_index) != (self._layer_id, self._map):
            self._layer_id, self._map = layer_id, map_index
            self._show_where_seen()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_behind:
            self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.ApplicationPaletteChange:
            self._icon_name = ""  # it is a picture in the colours of before
            self._show()
        super().changeEvent(event)

    def _scrolled_body(self) -> QScrollArea:
        content = QWidget(self)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_12)
        layout.setSpacing(SPACE_8)
        layout.addLayout(self._heading())
        for label in (self._note, self._map_caption):
            label.setWordWrap(True)
            label.setFont(caption_font(label))
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        layout.addWidget(self._note)
        self.map_view.setMinimumHeight(self.map_view.sizeHint().height())
        for widget in (self.filters, self.maps, self._map_caption, self.map_view):
            layout.addWidget(widget)
        layout.addStretch(1)
        content.setBackgroundRole(QPalette.ColorRole.Base)
        content.setAutoFillBackground(True)
        area = QScrollArea(self)
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _heading(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        self._title.setFont(heading_font(self._title))
        self._kind.setFont(caption_font(self._kind))
        self._kind.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._kind)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return row

    def _connect(self) -> None:
        self.maps.atlas_view.tile_chosen.connect(self._on_map_chosen)
        self.maps.atlas_view.hovered.connect(self._on_map_hovered)
        self.filters.hover_text_changed.connect(self.hover_text_changed)
        self.map_view.hovered.connect(self._on_cell_hovered)
        self.map_view.cell_chosen.connect(self._on_cell_chosen)
        self.maps.atlas_view.cell_chosen.connect(self._on_tile_cell_chosen)
        for view in (self.maps.atlas_view, self.map_view):
            view.left.connect(self._on_left)

    def _show_where_seen(self) -> None:
        """Show what there is now; while the panel is hidden, that waits."""
        self._is_behind = not self.isVisible()
        if not self._is_behind:
            self._show()

    def _show(self) -> None:
        self._is_behind = False
        layer, view = self._layer(), self._view()
        subject = view if layer is None else layer
        self._body.setVisible(subject is not None)
        self._empty.setVisible(subject is None)
        if subject is None or self._inspection is None:
            return
        self._show_icon(type(layer).__name__ if layer is not None else INPUT_TYPE)
        shape = shown_shape(view.values) if view is not None else ""
        self._title.setText(layer.id if layer is not None else subject.title)
        self._kind.setText(" · ".join(filter(None, (subject.title if layer is not None else "", shape))))
        note = self._note_for(layer, view)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        problem = self._inspection.image_view.problem if view is None else None
        self._note.setToolTip(problem.message if problem is not None else "")
        self.filters.show_filters(self._inspection.filters_of(self._layer_id))
        self.maps.show_layer(view, self._map)
        self._show_map(view)

    def _show_icon(self, name: str) -> None:
        if name != self._icon_name:
            self._icon_name = name
            self._icon.setPixmap(layer_icon(name).pixmap(ICON_PX, ICON_PX))

    def _show_map(self, view: LayerView | None) -> None:
        has_maps = view is not None and view.values.ndim == 3
        self.map_view.setVisible(has_maps)
        self._map_caption.setVisible(has_maps)
        if view is None or not has_maps:
            self.map_view.set_map(None, 0, None)
            return
        self._map = min(self._map, len(view.values) - 1)
        values = view.values[self._map]
        self.map_view.set_map(view.atlas, self._map, values)
        low, high = number(float(values.min())), number(float(values.max()))
        count = len(view.values)
        place = f"Map {self._map} (of 0 to {count - 1:,})" if count > 1 else "The only map"
        self._map_caption.setText(f"{place}: values from {low} to {high}")

    def _note_for(self, layer: Layer | None, view: LayerView | None) -> str:
        """Say in a sentence what is not here, and why."""
        problem = self._inspection.image_view.problem if self._inspection else None
        if view is None:
            return _NOT_COMPUTED if problem is None else _not_computed(problem, self._layer_id)
        if layer is None:
            return "The selected image as the network receives it."
        if isinstance(layer, Conv2D):
            return ""
        if isinstance(layer, Dense):
            return f"{layer.summary} Its weights are no picture; its outputs are."
        return f"{layer.summary} It has no filters."

    def _layer(self) -> Layer | None:
        if self._inspection is None:
            return None
        layers = self._inspection.spec.walk()
        return next((layer for layer in layers if layer.id == self._layer_id), None)

    def _view(self) -> LayerView | None:
        return self._inspection.image_view.layer(self._layer_id) if self._inspection is not None else None

    @Slot(int)
    def _on_map_chosen(self, tile: int) -> None:
        self._map = tile
        self._show_map(self._view())
        self.map_chosen.emit(self._layer_id, tile)

    @Slot(int, int, int)
    def _on_map_hovered(self, tile: int, row: int, column: int) -> None:
        view = self._view()
        if view is None:
            return
        value = number(layer_value(view, tile, row, column))
        self.hover_text_changed.emit(f"{view.layer_id}, {layer_place(view, tile, row, column)}: {value}")

    @Slot(int, int)
    def _on_cell_hovered(self, row: int, column: int) -> None:
        self._on_map_hovered(self._map, row, column)

    @Slot(int, int)
    def _on_cell_chosen(self, row: int, column: int) -> None:
        self.unit_chosen.emit(self._layer_id, self._map, row, column)

    @Slot(int, int, int)
    def _on_tile_cell_chosen(self, tile: int, row: int, column: int) -> None:
        self.unit_chosen.emit(self._layer_id, tile, row, column)

    @Slot()
    def _on_left(self) -> None:
        self.hover_text_changed.emit("")


def _not_computed(problem: Problem, layer_id: str) -> str:
    """Say why there are no maps, in short: the words are on the card of the layer to blame."""
    if problem.layer_id == layer_id:
        return "Not computed: this layer has a problem."
    return f"Not computed: the network stops at {problem.layer_id or 'the input'}."
