"""The part of the layer panel with the filters of a convolution, or the templates of a Dense layer."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QScrollArea, QWidget

from cnnviz.interpret.filters import composite_page, kernel_page
from cnnviz.spec.words import counted
from cnnviz.ui.format import number
from cnnviz.ui.inspector.layer_sections import Section
from cnnviz.ui.plots.atlas_view import AtlasView
from cnnviz.ui.widgets.pager import Pager

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QResizeEvent

    from cnnviz.interpret.atlas import Atlas
    from cnnviz.interpret.filters import FilterView
    from cnnviz.ui.plots.tile_marks import Mark

CHANNELS = 64
"""So many kernels of each filter are shown at once."""
_FILTER_PX, _TEMPLATE_PX, _KERNEL_PX = 30, 56, 21
_LARGE = 12
"""A kernel with more rows is large enough to be a picture."""
_ROWS_PX = 264
"""A table of kernels higher than this scrolls."""


class FiltersSection(Section):
    """The filters of a convolution: in colour over an RGB image, else each kernel as a tile.

    Signals
    -------
    hover_text_changed(str)
    filter_chosen(int)
        A filter, or one of its kernels, was clicked or reached with the arrow keys.
    """

    hover_text_changed = Signal(str)
    filter_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Filters", "kernel", parent)
        self._view: FilterView | None = None
        self._atlas: Atlas | None = None
        self._filters: tuple[int, ...] = ()
        self._first_channel = 0
        self._noun = "filter"
        self._marks: Mapping[int, Mark] = {}
        self.flow = AtlasView("Filters", tile_px=_FILTER_PX, parent=self)
        self.table = AtlasView("Kernels", tile_px=_KERNEL_PX, keep_rows=True, parent=self)
        self.channels = Pager("channels", self)
        self._scroll = _TableArea(self.table, self)
        for widget in (self.flow, self.channels, self._scroll, self.legend):
            self._rows.addWidget(widget)
        for view in (self.flow, self.table):
            view.left.connect(self._on_left)
        self.flow.tile_chosen.connect(self._on_flow_chosen)
        self.table.tile_chosen.connect(self._on_table_chosen)
        self.flow.hovered.connect(self._on_flow_hovered)
        self.table.hovered.connect(self._on_table_hovered)
        self.channels.page_requested.connect(self._on_page_requested)

    @property
    def filters(self) -> tuple[int, ...]:
        """The filters that are shown, one after the other."""
        return self._filters

    def show_filters(
        self,
        view: FilterView | None,
        filters: Sequence[int] | None = None,
        marks: Mapping[int, Mark] | None = None,
        current: int | None = None,
        *,
        are_templates: bool = False,
    ) -> None:
        """Show the filters of a layer; None where it has none, which hides the section.

        `filters` are those to show, one after the other; None stands for as many as are ready as they are.
        `current` is the one with a frame. `are_templates` says that they are those of units.
        """
        if view is None or self._view is None or view.layer_id != self._view.layer_id:
            self._first_channel = 0
        self._view, self._marks = view, marks or {}
        self.setVisible(view is not None)
        if view is None:
            return
        self._filters = tuple(range(view.filters_shown)) if filters is None else tuple(filters)
        self._first_channel = min(self._first_channel, view.weight.shape[1] - 1) // CHANNELS * CHANNELS
        self._show_names(are_large=view.weight.shape[2] >= _LARGE, are_templates=are_templates)
        self._show_kernels(view)
        self._scroll.fit()
        self._frame(current)
        self._show_scale()

    def _frame(self, current: int | None) -> None:
        """Put the frame around a filter, and around its first kernel where it is around none of them."""
        place = self._filters.index(current) if current in self._filters else None
        self.flow.set_current(place)
        width = len(self._shown_channels)
        if place is not None and (self.table.current is None or self.table.current // width != place):
            self.table.set_current(place * width)
            self._scroll.bring(place * width)

    @property
    def _shown_channels(self) -> range:
        assert self._view is not None
        return range(self._first_channel, min(self._first_channel + CHANNELS, self._view.weight.shape[1]))

    def _show_names(self, *, are_large: bool, are_templates: bool) -> None:
        self._noun = "unit" if are_templates else "filter"
        self._heading.setText("Templates" if are_templates else "Filters")
        self.flow.setAccessibleName(self._heading.text())
        self.flow.set_tile_px(_TEMPLATE_PX if are_large else _FILTER_PX)
        self.table.set_tile_px(_FILTER_PX if are_large else _KERNEL_PX)

    def _show_kernels(self, view: FilterView) -> None:
        channels, filters = self._shown_channels, self._filters
        single = view.weight.shape[1] == 1
        is_whole = filters == tuple(range(view.filters_shown)) and len(channels) == view.channels_shown
        is_ready = is_whole and not self._first_channel
        atlas = view.atlas if is_ready else kernel_page(view, filters, channels)
        composite = view.composite
        if composite is not None and not is_ready:
            composite = composite_page(view, filters)
        self.channels.set_page(self._first_channel // CHANNELS, CHANNELS, view.weight.shape[1])
        self.flow.setVisible(single or composite is not None)
        self._scroll.setVisible(not single)
        self.flow.set_picture(atlas if single else composite)
        self.table.set_picture(None if single else atlas)
        self._atlas = atlas
        marked = {place: self._marks[one] for place, one in enumerate(filters) if one in self._marks}
        self.flow.set_marks(marked)
        self.table.set_marks(_row_marks(marked, len(channels)))

    def _show_scale(self) -> None:
        view, atlas = self._view, self._atlas
        if view is None or atlas is None:
            return
        single = view.weight.shape[1] == 1
        chosen = (self.flow if single else self.table).current or 0
        name = self._kernel_name(*self._kernel_of(chosen))
        self._note.setText(self._note_text(view, self.scale_note(atlas, name)))
        self.show_legend(atlas, chosen, name)

    def _kernel_of(self, tile: int) -> tuple[int, int]:
        """Return (filter, channel) of a tile of the table, or of the flow where there is one channel."""
        place, channel = divmod(tile, len(self._shown_channels))
        return self._filters[place], self._first_channel + channel

    def _kernel_name(self, filter_index: int, channel: int) -> str:
        """Return what a kernel is called, counted from 0 as arrays are: `filter 2, channel 1`."""
        assert self._view is not None
        has_channels = self._view.weight.shape[1] > 1
        return f"{self._noun} {filter_index}" + (f", channel {channel}" if has_channels else "")

    def _note_text(self, view: FilterView, scale: str) -> str:
        filters, channels, height, width = view.weight.shape
        size = f"{height}×{width}×{channels}"
        note = f"{counted(filters, self._noun)} of {size}; {scale}"
        if channels > 1:
            note += f"; side by side in each {self._noun}, one kernel for each input channel"
        return note

    def _tell(self, filter_index: int, channel: int, row: int, column: int) -> None:
        assert self._view is not None
        weight = number(float(self._view.weight[filter_index, channel, row, column]))
        kernel = self._kernel_name(filter_index, channel)
        place = f"{self._view.layer_id}, {kernel}, row {row}, column {column}"
        bias = number(float(self._view.bias[filter_index]))
        self.hover_text_changed.emit(f"{place}: weight {weight}, bias {bias}")

    @Slot(int)
    def _on_flow_chosen(self, tile: int) -> None:
        self._show_scale()
        self.filter_chosen.emit(self._filters[tile])

    @Slot(int)
    def _on_table_chosen(self, tile: int) -> None:
        self._show_scale()
        self.filter_chosen.emit(self._kernel_of(tile)[0])

    @Slot(int, int, int)
    def _on_flow_hovered(self, tile: int, row: int, column: int) -> None:
        view = self._view
        if view is None:
            return
        filter_index = self._filters[tile]
        if view.composite is None:
            self._tell(filter_index, 0, row, column)
            return
        weights = view.weight[filter_index, :, row, column]
        values = ", ".join(f"{name} {number(float(w))}" for name, w in zip("RGB", weights, strict=True))
        place = f"{view.layer_id}, {self._noun} {filter_index}, row {row}, column {column}"
        self.hover_text_changed.emit(f"{place}: {values}")

    @Slot(int, int, int)
    def _on_table_hovered(self, tile: int, row: int, column: int) -> None:
        if self._view is not None:
            self._tell(*self._kernel_of(tile), row, column)

    @Slot(int)
    def _on_page_requested(self, page: int) -> None:
        self._first_channel = page * CHANNELS
        if self._view is not None:
            self._show_kernels(self._view)
            self._scroll.fit()
            self._show_scale()

    @Slot()
    def _on_left(self) -> None:
        self.hover_text_changed.emit("")


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

    def bring(self, tile: int) -> None:
        """Scroll to a kernel."""
        layout, ratio = self._table.tile_layout(), self._table.devicePixelRatioF()
        if layout is not None and tile < layout.grid.count:
            middle = layout.rect(tile).center() / ratio
            self.ensureVisible(middle.x(), middle.y(), _KERNEL_PX, _KERNEL_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


def _row_marks(marks: Mapping[int, Mark], channels: int) -> dict[int, Mark]:
    """Return the marks of whole rows of kernels: the sign stands on the first, the words on all of them."""
    return {
        place * channels + channel: mark if not channel else dataclasses.replace(mark, sign="")
        for place, mark in marks.items()
        for channel in range(channels)
    }
