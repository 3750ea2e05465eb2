"""The newest view of a network, arranged in a room and ready to be painted again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap

from cnnviz.ui.format import number, share
from cnnviz.ui.inspector.column_image import column_image, map_image
from cnnviz.ui.inspector.hover_card import HoverCard
from cnnviz.ui.inspector.network_columns import Column, ColumnKind, columns_of
from cnnviz.ui.inspector.network_layout import NetworkLayout, PlacedColumn, lay_out
from cnnviz.ui.inspector.network_painter import (
    Brushes,
    paint_backdrop,
    paint_classes,
    paint_image,
    shown_classes,
)
from cnnviz.ui.inspector.words import image_value_text, layer_place, layer_value, problem_mark
from cnnviz.ui.theme import SPACE_4

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.interpret.activations import ImageView

_WIDER_PX = 3

Place = tuple[int, int, int, int]
"""A number under the mouse: (place of its column, tile, row, column)."""


class NetworkPicture:
    """Keeps what is dear to make: the layout, all that stays while numbers change, painted columns."""

    def __init__(self, view: ImageView, class_names: Sequence[str]) -> None:
        self._view = view
        self._columns = columns_of(view, class_names)
        self._note = problem_mark(view)
        self._backdrop: QPixmap | None = None
        self._images: dict[int, QImage] = {}
        self._layout: NetworkLayout | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """What stands side by side."""
        return self._columns

    @property
    def layout(self) -> NetworkLayout | None:
        """Where it stands; None before `arrange`."""
        return self._layout

    def take(self, view: ImageView, class_names: Sequence[str]) -> bool:
        """Take newer numbers. Return False, and take nothing, where other columns would stand here."""
        if (columns_of(view, class_names), problem_mark(view)) != (self._columns, self._note):
            return False
        self._view = view
        self._images.clear()
        return True

    def arrange(self, width: int, height: int, bar_height: int, brushes: Brushes) -> NetworkLayout:
        """Place everything in a room of logical pixels, less a scroll bar where it is too narrow."""
        self._backdrop = None
        self._images.clear()
        measures, ratio = brushes.measures(self._columns, width), brushes.ratio
        room, note = round(width * ratio), bool(self._note)
        layout = lay_out(self._columns, room, round(height * ratio), measures, has_note=note)
        if layout.width > room:
            rest = round((height - bar_height) * ratio)
            layout = lay_out(self._columns, room, rest, measures, has_note=note)
        self._layout = layout
        return layout

    def placed(self, layer_id: str) -> PlacedColumn | None:
        """Return the column of a layer, or of the block it stands in; None where it has none.

        An empty id is the input.
        """
        view = self._view.layer(layer_id)
        wanted = view.block if view is not None and view.block else layer_id
        columns = self._layout.columns if self._layout is not None else ()
        return next((one for one in columns if one.column.is_of(wanted)), None)

    def problem_at(self, x: int) -> str | None:
        """Return the id of the layer at which the columns stop, if that is said at a device pixel."""
        layout, problem = self._layout, self._view.problem
        if layout is None or layout.note_left is None or problem is None or x < layout.note_left:
            return None
        return problem.layer_id or ""

    def place_at(self, x: int, y: int) -> Place | None:
        """Return the number at a device pixel."""
        index = self._layout.column_at(x) if self._layout is not None else None
        if self._layout is None or index is None:
            return None
        place = self._layout.columns[index].block.locate(x, y)
        return (index, *place) if place is not None else None

    def column_rect(self, placed: PlacedColumn, brushes: Brushes) -> QRect:
        """Return the ground of a column, from top to bottom and a little wider, in device pixels."""
        assert self._layout is not None
        inset, wider = round(SPACE_4 * brushes.ratio), round(_WIDER_PX * brushes.ratio)
        column = QRect(placed.left, inset, placed.width, self._layout.height - 2 * inset)
        return column.adjusted(-wider, 0, wider, 0)

    def paint_backdrop(self, painter: QPainter, brushes: Brushes) -> None:
        """Paint what stays while numbers change."""
        assert self._layout is not None
        if self._backdrop is None:
            backdrop = QPixmap(max(1, self._layout.width), max(1, self._layout.height))
            backdrop.setDevicePixelRatio(brushes.ratio)
            backdrop.fill(Qt.GlobalColor.transparent)
            inner = QPainter(backdrop)
            try:
                paint_backdrop(inner, self._layout, brushes, self._note)
            finally:
                inner.end()
            self._backdrop = backdrop
        painter.drawPixmap(0, 0, self._backdrop)

    def paint_columns(self, painter: QPainter, left: float, right: float, brushes: Brushes) -> None:
        """Paint the numbers of the columns that are seen between two device pixels."""
        assert self._layout is not None
        for index, placed in enumerate(self._layout.columns):
            if placed.left + placed.width <= left or placed.left >= right:
                continue
            if placed.column.kind is ColumnKind.CLASSES:
                self._paint_classes(painter, placed, brushes)
                continue
            if index not in self._images:
                self._images[index] = column_image(self._view, placed, brushes.colors)
            paint_image(painter, placed, self._images[index], brushes.ratio)

    def number_at(self, place: Place) -> int:
        """Return which map, unit or class stands at a place: classes may be sorted."""
        assert self._layout is not None
        placed, tile = self._layout.columns[place[0]], place[1]
        if placed.column.kind is not ColumnKind.CLASSES:
            return tile
        assert self._view.probabilities is not None
        return shown_classes(self._view.probabilities, placed.block.shown)[tile]

    def card(self, place: Place, brushes: Brushes) -> HoverCard:
        """Return what is to be said of a number."""
        assert self._layout is not None
        index, tile, row, column = place
        placed, view = self._layout.columns[index], self._view
        if placed.column.kind is ColumnKind.PICTURE:
            value, where = image_value_text(view.image, row, column), f"input, row {row}, column {column}"
            return HoverCard(value, where, map_image(view, placed, 0, brushes.colors), (row, column))
        if placed.column.kind is ColumnKind.CLASSES:
            return self._class_card(placed, self.number_at(place))
        assert placed.column.view_index is not None
        layer = view.layers[placed.column.view_index]
        value = number(layer_value(layer, tile, row, column))
        where = f"{layer.layer_id}, {layer_place(layer, tile, row, column)}"
        if layer.values.ndim == 1:
            return HoverCard(value, where)
        return HoverCard(value, where, map_image(view, placed, tile, brushes.colors), (row, column))

    def _paint_classes(self, painter: QPainter, placed: PlacedColumn, brushes: Brushes) -> None:
        assert self._layout is not None
        assert self._view.probabilities is not None
        paint_classes(painter, placed, self._view.probabilities, brushes, self._layout.measures)

    def _class_card(self, placed: PlacedColumn, index: int) -> HoverCard:
        assert self._view.probabilities is not None
        return HoverCard(share(float(self._view.probabilities[index])), f"class {placed.column.names[index]}")
