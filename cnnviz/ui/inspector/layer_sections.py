"""The parts of the layer panel: filters, and feature maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from cnnviz.interpret.atlas import Scale
from cnnviz.spec.words import counted
from cnnviz.ui.format import number
from cnnviz.ui.inspector.words import tile_name
from cnnviz.ui.plots.atlas_view import AtlasView
from cnnviz.ui.theme import SPACE_4, caption_font, strong_font
from cnnviz.ui.widgets.legend import Legend

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from cnnviz.interpret.activations import LayerView
    from cnnviz.interpret.atlas import Atlas
    from cnnviz.interpret.filters import FilterView

_FILTER_PX = 30
_KERNEL_PX = 21
_MAP_PX = 44
_ROWS_PX = 264
"""A table of kernels higher than this scrolls."""


class _Section(QWidget):
    """A heading, a note, pictures and their legend. `tile_word` is what pictures with own scales are."""

    def __init__(self, heading: str, tile_word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tile_word = tile_word
        self._heading = QLabel(heading, self)
        self._heading.setFont(strong_font(self._heading))
        self._note = QLabel(self)
        self._note.setFont(caption_font(self._note))
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._note.setWordWrap(True)
        self.legend = Legend(self)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, SPACE_4, 0, 0)
        self._rows.setSpacing(SPACE_4)
        self._rows.addWidget(self._heading)
        self._rows.addWidget(self._note)

    @property
    def note(self) -> str:
        """What is said under the heading."""
        return self._note.text()

    def _show_legend(self, atlas: Atlas, tile: int, name: str) -> None:
        """Show the numbers of the one scale there is, or of the scale of `tile` where each has its own."""
        if atlas.scale is Scale.PER_LAYER:
            low, high, scale = atlas.low, atlas.high, atlas.scale.value
        else:
            low, high = (float(end) for end in atlas.ranges[tile])
            scale = name
        self.legend.set_range(low, high, signed=atlas.signed, scale=scale)

    def _scale_note(self, atlas: Atlas, name: str) -> str:
        if atlas.scale is Scale.PER_LAYER:
            return f"colours {atlas.scale.value}"
        return f"colours per {self._tile_word}, legend of {name}"


class FiltersSection(_Section):
    """The filters of a convolution: in colour over an RGB image, else each kernel as a tile.

    Signals
    -------
    hover_text_changed(str)
    """

    hover_text_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Filters", "kernel", parent)
        self._view: FilterView | None = None
        self.flow = AtlasView("Filters", tile_px=_FILTER_PX, parent=self)
        self.table = AtlasView("Kernels", tile_px=_KERNEL_PX, keep_rows=True, parent=self)
        self._scroll = _TableArea(self.table, self)
        for widget in (self.flow, self._scroll, self.legend):
            self._rows.addWidget(widget)
        for view in (self.flow, self.table):
            view.left.connect(self._on_left)
            view.tile_chosen.connect(self._on_tile_chosen)
        self.flow.hovered.connect(self._on_flow_hovered)
        self.table.hovered.connect(self._on_table_hovered)

    def show_filters(self, view: FilterView | None) -> None:
        """Show the filters of a layer; None where it has none, which hides the section."""
        self._view = view
        self.setVisible(view is not None)
        if view is None:
            return
        single = view.channels_shown == 1
        self.flow.setVisible(single or view.composite is not None)
        self._scroll.setVisible(not single)
        self.flow.set_picture(view.atlas if single else view.composite)
        self.table.set_picture(None if single else view.atlas)
        self._scroll.fit()
        self._show_scale()

    def _show_scale(self) -> None:
        view = self._view
        if view is None:
            return
        chosen = (self.flow if view.channels_shown == 1 else self.table).current or 0
        name = _kernel_name(view, *view.kernel_of(chosen))
        self._note.setText(_filters_note(view, self._scale_note(view.atlas, name)))
        self._show_legend(view.atlas, chosen, name)

    @Slot()
    def _on_tile_chosen(self) -> None:
        self._show_scale()

    @Slot(int, int, int)
    def _on_flow_hovered(self, tile: int, row: int, column: int) -> None:
        view = self._view
        if view is None:
            return
        weights = view.weight[tile, :, row, column]
        if view.composite is None:
            self._tell(tile, 0, row, column)
            return
        values = ", ".join(f"{name} {number(float(w))}" for name, w in zip("RGB", weights, strict=True))
        place = f"{view.layer_id}, filter {tile}, row {row}, column {column}"
        self.hover_text_changed.emit(f"{place}: {values}")

    @Slot(int, int, int)
    def _on_table_hovered(self, tile: int, row: int, column: int) -> None:
        if self._view is not None:
            self._tell(*self._view.kernel_of(tile), row, column)

    def _tell(self, filter_index: int, channel: int, row: int, column: int) -> None:
        assert self._view is not None
        weight = number(float(self._view.weight[filter_index, channel, row, column]))
        kernel = _kernel_name(self._view, filter_index, channel)
        place = f"{self._view.layer_id}, {kernel}, row {row}, column {column}"
        bias = number(float(self._view.bias[filter_index]))
        self.hover_text_changed.emit(f"{place}: weight {weight}, bias {bias}")

    @Slot()
    def _on_left(self) -> None:
        self.hover_text_changed.emit("")


class MapsSection(_Section):
    """What a layer makes of the selected image: its feature maps, or its row of numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Feature maps", "map", parent)
        self._view: LayerView | None = None
        self.atlas_view = AtlasView("Feature maps", tile_px=_MAP_PX, parent=self)
        self.atlas_view.tile_chosen.connect(self._on_tile_chosen)
        self._rows.addWidget(self.atlas_view)
        self._rows.addWidget(self.legend)

    def show_layer(self, view: LayerView | None, map_index: int) -> None:
        """Show the output of a layer; None where it could not be computed, which hides the section."""
        self._view = view
        self.setVisible(view is not None)
        if view is None:
            return
        has_maps = view.values.ndim == 3
        self._heading.setText("Feature maps" if has_maps else "Outputs")
        self.atlas_view.setAccessibleName(self._heading.text())
        self.atlas_view.set_tile_px(_MAP_PX if has_maps else _MAP_PX // 3)
        self.atlas_view.set_picture(view.atlas)
        self.atlas_view.set_current(min(map_index, len(view.values) - 1) if has_maps else None)
        self._show_scale(view)

    def _show_scale(self, view: LayerView) -> None:
        count = len(view.values)
        amount = (
            counted(count, "map") if view.values.ndim == 3 else f"{counted(count, 'number')}, unit by unit"
        )
        chosen = self.atlas_view.current or 0
        name = tile_name(view, chosen)
        self._note.setText(f"{amount}; {self._scale_note(view.atlas, name)}")
        self._show_legend(view.atlas, chosen, name)

    @Slot()
    def _on_tile_chosen(self) -> None:
        if self._view is not None:
            self._show_scale(self._view)


class _TableArea(QScrollArea):
    """As high as the table in it, up to a limit; from there on the table scrolls."""

    def __init__(self, table: AtlasView, parent: QWidget) -> None:
        super().__init__(parent)
        self._table = table
        self.setWidget(table)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def fit(self) -> None:
        """Take the height that the table needs in the width there is."""
        wanted = self._table.minimumSizeHint()
        is_wider = wanted.width() > self.viewport().width()
        bar = self.horizontalScrollBar().sizeHint().height() if is_wider else 0
        self.setFixedHeight(min(_ROWS_PX, wanted.height() + bar))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


def _kernel_name(view: FilterView, filter_index: int, channel: int) -> str:
    """Return what a kernel is called, counted from 0 as arrays are: `filter 2, channel 1`."""
    return f"filter {filter_index}" + (f", channel {channel}" if view.weight.shape[1] > 1 else "")


def _filters_note(view: FilterView, scale: str) -> str:
    filters, channels, height, width = view.weight.shape
    note = f"{counted(filters, 'filter')} of {height}×{width}×{channels}; {scale}"
    if view.channels_shown > 1:
        note += "; side by side in each filter, one kernel for each input channel"
    if (view.filters_shown, view.channels_shown) != (filters, channels):
        note += f"; the first {view.filters_shown} × {view.channels_shown} are shown"
    return note
