"""One layer from near: its filters, what is to be said of them, its feature maps, and one map enlarged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from cnnviz.interpret.unit_templates import view_templates
from cnnviz.spec.layers import Conv2D, Dense
from cnnviz.ui.format import number
from cnnviz.ui.icons import layer_icon
from cnnviz.ui.inspector.enlarged_map import EnlargedMap
from cnnviz.ui.inspector.filter_order import PAGE, FilterOrder, OrderBar
from cnnviz.ui.inspector.filters_section import FiltersSection
from cnnviz.ui.inspector.layer_findings import FindingsLine, marks_of
from cnnviz.ui.inspector.layer_histograms import HistogramsSection
from cnnviz.ui.inspector.layer_sections import MapsSection
from cnnviz.ui.inspector.network_columns import INPUT_TYPE
from cnnviz.ui.inspector.words import layer_place, layer_value, shown_shape
from cnnviz.ui.theme import ICON_PX, LOOK_CHANGES, SPACE_8, SPACE_12, caption_font, heading_font
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QShowEvent

    from cnnviz.app.looking.inspection import Inspection
    from cnnviz.app.looking.layer_student import StudiedLayer
    from cnnviz.interpret.activations import LayerView
    from cnnviz.interpret.filters import FilterView
    from cnnviz.interpret.layer_study import Order
    from cnnviz.spec.layers import Layer
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.trace import Problem
    from cnnviz.ui.plots.tile_marks import Mark

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
    shown()
        Other numbers or another layer are shown.
    """

    map_chosen = Signal(str, int)
    unit_chosen = Signal(str, int, int, int)
    hover_text_changed = Signal(str)
    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inspection: Inspection | None = None
        self._layer_id = ""
        self._map = 0
        self._is_behind = False
        self._found: tuple[NetworkSpec, str, Layer | None] | None = None
        self._studied: StudiedLayer | None = None
        self._marks: Mapping[int, Mark] = {}
        self._order = FilterOrder()
        self._icon, self._note = QLabel(self), QLabel(self)
        self._icon_name = ""
        self._title, self._kind = ElidedLabel(parent=self), ElidedLabel(parent=self)
        self.filters = FiltersSection(self)
        self.maps = MapsSection(self)
        self.findings, self.order_bar = FindingsLine(self), OrderBar(self)
        self.histograms = HistogramsSection(self)
        self.enlarged = EnlargedMap(self)
        self.map_view = self.enlarged.view
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
    def order(self) -> tuple[int, ...]:
        """The maps or filters, one after the other."""
        return self._order.all

    @property
    def map_caption(self) -> str:
        """What is said about the enlarged map."""
        return self.enlarged.caption

    @property
    def inspection(self) -> Inspection | None:
        """The newest numbers, shown or not."""
        return self._inspection

    @property
    def studied(self) -> StudiedLayer | None:
        """The study of the layer that is shown; None where there is none."""
        return self._studied

    def set_inspection(self, inspection: Inspection) -> None:
        """Show newer numbers."""
        before = self._inspection
        self._inspection = inspection
        if before is not None and before.spec is not inspection.spec and before.spec != inspection.spec:
            self._forget_study()
        self._show_where_seen()

    def set_study(self, studied: StudiedLayer) -> None:
        """Show what was found in the filters of the layer. While a run is on they stay as they stand."""
        if (studied.shown_for or studied.study.layer_id) != self._layer_id:
            return
        is_first = self._studied is None
        self._studied = studied
        self._marks = marks_of(studied.study, self._noun)
        self.findings.show_study(studied, self._noun)
        self._learn_order(studied)
        if self._order.is_stale and (is_first or not studied.is_moving):
            self._order.sort()
            self._order.turn_to(self._map)
        self._show_where_seen()

    def forget_study(self) -> None:
        """Show nothing of what was found: the filters in sight are others."""
        self._forget_study()
        self._show_where_seen()

    def _learn_order(self, studied: StudiedLayer) -> None:
        """Take notice of the filters themselves, where it is they that are shown."""
        if not studied.is_of_activation:
            self.histograms.show_study(studied)
            self._order.learn(studied.study)

    def set_layer(self, layer_id: str, map_index: int = 0) -> None:
        """Show another layer, and one of its maps enlarged."""
        if (layer_id, map_index) != (self._layer_id, self._map):
            if layer_id != self._layer_id:
                self._layer_id = layer_id
                self._forget_study()
            self._map = map_index
            self._order.turn_to(map_index)
            self._show_where_seen()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_behind:
            self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES and (name := self._icon_name):
            self._icon_name = ""  # it is a picture in the colours of before
            self._show_icon(name)

    def _scrolled_body(self) -> QScrollArea:
        content = QWidget(self)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_12)
        layout.setSpacing(SPACE_8)
        layout.addLayout(self._heading())
        self._note.setWordWrap(True)
        self._note.setFont(caption_font(self._note))
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        parts = (self._note, self.findings, self.order_bar)
        for widget in (*parts, self.filters, self.maps, self.enlarged, self.histograms):
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
        self.filters.filter_chosen.connect(self._on_map_chosen)
        self.findings.filter_chosen.connect(self._on_map_chosen)
        self.order_bar.order_chosen.connect(self._on_order_chosen)
        self.order_bar.sort_requested.connect(self._on_sort_requested)
        self.order_bar.page_requested.connect(self._on_page_requested)
        self.enlarged.hovered.connect(self._on_cell_hovered)
        self.enlarged.cell_chosen.connect(self._on_cell_chosen)
        self.maps.atlas_view.cell_chosen.connect(self._on_tile_cell_chosen)
        for view in (self.maps.atlas_view, self.enlarged):
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
            self.shown.emit()
            return
        self._show_icon(type(layer).__name__ if layer is not None else INPUT_TYPE)
        shape = shown_shape(view.values) if view is not None else ""
        self._title.setText(layer.id if layer is not None else subject.title)
        self._kind.setText(" · ".join(filter(None, (subject.title if layer is not None else "", shape))))
        filters = self._inspection.filters_of(self._layer_id) or self._templates(self._inspection)
        problem = self._inspection.image_view.problem if view is None else None
        note = self._note_for(layer, view, has_filters=filters is not None)
        self._show_note(note, problem.message if problem is not None else "")
        self._show_tiles(self._inspection, view, filters)
        self.shown.emit()

    def _show_note(self, note: str, tip: str) -> None:
        """Show a sentence under the heading; with the same one again, nothing is arranged anew."""
        if (note, tip) != (self._note.text(), self._note.toolTip()):
            self._note.setText(note)
            self._note.setToolTip(tip)
        self._note.setVisible(bool(note))

    def _show_icon(self, name: str) -> None:
        if name != self._icon_name:
            self._icon_name = name
            self._icon.setPixmap(layer_icon(name).pixmap(ICON_PX, ICON_PX))

    def _show_tiles(self, inspection: Inspection, view: LayerView | None, filters: FilterView | None) -> None:
        """Show filters and maps, both in the same order."""
        count = len(view.values) if view is not None else len(filters.weight) if filters is not None else 0
        if count != self._order.count:
            self._take_up(count)
        self._map = min(self._map, max(count - 1, 0))
        has_maps = view is not None and view.values.ndim == 3
        is_paged = count > PAGE and (has_maps or filters is not None)
        self.filters.show_filters(
            filters,
            self._order.shown,
            self._marks,
            self._map,
            are_templates=isinstance(self._layer(), Dense),
        )
        everything = None if self._order.is_plain else self._order.all
        order = self._order.shown if is_paged and has_maps else everything
        self.maps.show_layer(view, self._map, order, self._marks if has_maps else None)
        self.enlarged.show_map(inspection, view, self._map)
        can_sort = isinstance(self._layer(), Conv2D | Dense) and count > 1
        self.order_bar.show_order(self._order, can_sort=can_sort, is_paged=is_paged)

    def _take_up(self, count: int) -> None:
        """Begin with a layer of so many maps or units."""
        self._order.begin(count)
        if self._studied is not None:
            self._learn_order(self._studied)
            self._order.sort()
        self._order.turn_to(self._map)

    def _templates(self, inspection: Inspection) -> FilterView | None:
        if inspection.is_coming(self._layer_id):
            return None
        scale = inspection.image_view.input.atlas.scale
        return view_templates(inspection.spec, inspection.parameters, self._layer_id, scale=scale)

    def _forget_study(self) -> None:
        self._studied, self._marks = None, {}
        self._order.forget()
        self.findings.clear()
        self.histograms.show_study(None)

    @property
    def _noun(self) -> str:
        layer = self._layer()
        return "filter" if isinstance(layer, Conv2D) else "unit" if isinstance(layer, Dense) else "map"

    def _note_for(self, layer: Layer | None, view: LayerView | None, *, has_filters: bool) -> str:
        """Say in a sentence what is not here, and why."""
        problem = self._inspection.image_view.problem if self._inspection else None
        if view is None:
            return _NOT_COMPUTED if problem is None else _not_computed(problem, self._layer_id)
        if layer is None:
            return "The selected image as the network receives it."
        if isinstance(layer, Conv2D):
            return ""
        if isinstance(layer, Dense):
            if has_filters:
                return ""
            return f"{layer.summary} Its weights are no picture; its outputs are."
        return f"{layer.summary} It has no filters."

    def _layer(self) -> Layer | None:
        if self._inspection is None:
            return None
        spec, layer_id = self._inspection.spec, self._layer_id
        if self._found is None or self._found[0] is not spec or self._found[1] != layer_id:
            layer = next((layer for layer in spec.walk() if layer.id == layer_id), None)
            self._found = (spec, layer_id, layer)
        return self._found[2]

    def _view(self) -> LayerView | None:
        return self._inspection.image_view.layer(self._layer_id) if self._inspection is not None else None

    @Slot(int)
    def _on_map_chosen(self, tile: int) -> None:
        self._map = tile
        self._order.turn_to(tile)
        self._show()
        self.map_chosen.emit(self._layer_id, tile)

    @Slot(object)
    def _on_order_chosen(self, order: Order) -> None:
        self._order.choose(order)
        self._order.page = 0
        self._show()

    @Slot()
    def _on_sort_requested(self) -> None:
        self._order.sort()
        self._order.page = 0
        self._show()

    @Slot(int)
    def _on_page_requested(self, page: int) -> None:
        self._order.page = page
        self._show()

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
