"""The newest view of a network, arranged in a room and ready to be painted again and again."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QRegion

from cnnviz.ui.format import number
from cnnviz.ui.inspector.answer_column import answer_card
from cnnviz.ui.inspector.answers import Answers
from cnnviz.ui.inspector.column_image import ColumnImages, map_image
from cnnviz.ui.inspector.hover_card import HoverCard
from cnnviz.ui.inspector.kept_pixmap import KeptPixmap
from cnnviz.ui.inspector.network_brushes import ICON_PX
from cnnviz.ui.inspector.network_columns import Column, ColumnKind, columns_of, form_of, layer_of
from cnnviz.ui.inspector.network_layout import NetworkLayout, PlacedColumn, lay_out
from cnnviz.ui.inspector.network_pagers import is_paged, pagers, paint_hidden, paint_pager
from cnnviz.ui.inspector.network_pages import Order, Pages, leaders, page_text
from cnnviz.ui.inspector.network_painter import paint_ground, paint_headings, paint_note
from cnnviz.ui.inspector.network_zoom import FIT
from cnnviz.ui.inspector.words import image_value_text, layer_place, layer_value, problem_mark
from cnnviz.ui.theme import SPACE_4, SPACE_12

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QPainter, QPixmap

    from cnnviz.interpret.activations import ImageView
    from cnnviz.ui.inspector.network_brushes import Brushes

_WIDER_PX = 3
_IMAGE_PLACE = 0
_ROUNDED_PX = 1

Place = tuple[int, int, int, int]
"""A number under the mouse: (place of its column, tile, row, column)."""


def clip_of(body: QRect, brushes: Brushes) -> QRectF:
    """Return the body with the frames of what lies at its edge, in logical pixels."""
    return brushes.logical(body).adjusted(0, -SPACE_4, 0, SPACE_4)


def widened(rect: QRect) -> QRect:
    """Return a rectangle with what rounding may take from it."""
    return rect.adjusted(-_ROUNDED_PX, -_ROUNDED_PX, _ROUNDED_PX, _ROUNDED_PX)


class NetworkPicture:
    """Keeps what is dear to make: the layout, all that stays while numbers change, painted columns.

    `opened` are the blocks whose layers have columns of their own; `pages` say which maps are shown. Without
    `answers` those of the view are its probabilities.
    """

    def __init__(
        self,
        view: ImageView,
        class_names: Sequence[str],
        opened: frozenset[str],
        pages: Pages,
        answers: Answers | None = None,
    ) -> None:
        self._view, self._opened, self._pages = view, opened, pages
        self._answers = answers or Answers(view.probabilities)
        self._columns = columns_of(view, class_names, opened, self._answers)
        self._form = form_of(view, self._answers), tuple(class_names)
        self._note = problem_mark(view)
        self._backdrop, self._ground = KeptPixmap(), KeptPixmap()
        self._region: tuple[QRect, QRegion, QRegion] | None = None
        self._images = ColumnImages()
        self._layout: NetworkLayout | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """What stands side by side."""
        return self._columns

    @property
    def layout(self) -> NetworkLayout | None:
        """Where it stands; None before `arrange`."""
        return self._layout

    @property
    def answers(self) -> Answers:
        """The newest answers."""
        return self._answers

    @property
    def opened(self) -> frozenset[str]:
        """The blocks that are open."""
        return self._opened

    def take(self, view: ImageView, class_names: Sequence[str], answers: Answers | None = None) -> bool:
        """Take newer numbers. Return False, and take nothing, where other columns would stand here."""
        answers = answers or Answers(view.probabilities)
        form = form_of(view, answers), tuple(class_names)
        is_alike = form == self._form
        if not is_alike:
            columns = columns_of(view, class_names, self._opened, answers)
            if (columns, problem_mark(view)) != (self._columns, self._note):
                return False
            self._form = form
        is_same_image = view.image is self._view.image or np.array_equal(view.image, self._view.image)
        self._images.change(but=(_IMAGE_PLACE,) if is_same_image else ())
        self._view, self._answers = view, answers
        if not is_alike or self._moves_with_numbers:
            self._number()
        return True

    def arrange(
        self, width: int, height: int, bar_height: int, brushes: Brushes, zoom: float = FIT
    ) -> NetworkLayout:
        """Place everything in a room of logical pixels, less a scroll bar where it is too narrow."""
        self._forget_backdrop()
        self._images.forget()
        measures, ratio = brushes.measures(self._columns, width), brushes.ratio
        room, note = round(width * ratio), bool(self._note)
        layout = lay_out(self._columns, room, round(height * ratio), measures, has_note=note, zoom=zoom)
        if layout.width > room:
            rest = round((height - bar_height) * ratio)
            layout = lay_out(self._columns, room, rest, measures, has_note=note, zoom=zoom)
        self._layout = layout
        self._number()
        return layout

    def placed(self, layer_id: str) -> PlacedColumn | None:
        """Return the column of a layer, or of the closed block it stands in; None where it has none.

        An empty id is the input.
        """
        index = self.index_of(layer_id)
        return self._layout.columns[index] if index is not None and self._layout is not None else None

    def index_of(self, layer_id: str) -> int | None:
        """Return the place of that column."""
        if self._layout is None:
            return None
        wanted: str | None = layer_id
        while wanted is not None:
            for index, one in enumerate(self._columns):
                if one.is_of(wanted):
                    return index
            view = self._view.layer(wanted)
            wanted = view.parent if view is not None and view.parent else None
        return None

    def renumber(self) -> None:
        """Show the maps in another order, once `pages` has it."""
        self._number()

    def neighbour(self, placed: PlacedColumn, number: int, step: int) -> int:
        """Return which map stands before or behind another, on any page; at the ends that one."""
        leader = leaders(self._columns)[self._columns.index(placed.column)]
        ranking = self._pages.ranking(self._view, self._columns[leader]).tolist()
        place = ranking.index(number) + step if number in ranking else 0
        return int(ranking[min(max(place, 0), len(ranking) - 1)])

    def toggle_at(self, x: int, y: int, brushes: Brushes) -> str | None:
        """Return the block whose sign to open or close it stands at a device pixel."""
        index = self._layout.column_at(x) if self._layout is not None else None
        if index is None or y > round((SPACE_12 + ICON_PX + SPACE_4) * brushes.ratio):
            return None
        column = self._columns[index]
        return column.layer_id if column.is_block else None

    def block_of(self, layer_id: str) -> str | None:
        """Return the block that a layer is, or the open one in which its column stands."""
        index = self.index_of(layer_id)
        if index is None:
            return None
        if self._columns[index].is_block:
            return self._columns[index].layer_id
        view = self._view.layer(layer_id)
        return view.parent if view is not None and view.parent else None

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

    def column_rect(self, placed: PlacedColumn, seen: QRect, brushes: Brushes) -> QRect:
        """Return the ground of a column, a little wider and as high as what is seen, in device pixels.

        Where pages can be turned it ends above that line: a ring around it would lie on the arrows.
        """
        inset, wider = round(SPACE_4 * brushes.ratio), round(_WIDER_PX * brushes.ratio)
        bottom = seen.bottom() - inset
        if self._layout is not None and pagers(self._layout):
            bottom = min(bottom, self.body(seen).bottom() + inset)
        left, top = placed.left - wider, seen.top() + inset
        return QRect(left, top, placed.width + 2 * wider, bottom - top + 1)

    def body(self, seen: QRect) -> QRect:
        """Return the part in which numbers are seen: below the headings, which stay where they are."""
        layout = self._layout
        assert layout is not None
        below = layout.height - layout.body_bottom
        top, bottom = seen.top() + layout.lanes_top, seen.top() + seen.height() - below
        return QRect(seen.left(), top, seen.width(), max(1, bottom - top))

    def numbers_region(self, seen: QRect, brushes: Brushes, *, answers: bool = True) -> QRegion:
        """Return where numbers are seen, in logical pixels of the view: all that newer ones can change.

        Without `answers`, where the last column says what it said before.
        """
        assert self._layout is not None
        if self._region is None or self._region[0] != seen:
            regions, body = {True: QRegion(), False: QRegion()}, self.body(seen)
            for placed in self._layout.seen(seen):
                numbers = placed.numbers_rect  # as high as the body: then it is one row of few rectangles
                place = QRect(numbers.left(), body.top(), numbers.width(), body.height()) & body
                logical = widened(brushes.logical(place.translated(-seen.topLeft())).toAlignedRect())
                regions[placed.column.kind is ColumnKind.ANSWERS] += logical
            self._region = QRect(seen), regions[False], regions[True] + regions[False]
        _, others, every = self._region
        return every if answers else others

    def ground(
        self, seen: QRect, depends: object, paint: Callable[[QPainter], None], brushes: Brushes
    ) -> QPixmap:
        """Return all that lies under the numbers, paper included, as one picture of the part that is seen.

        It stays while only numbers change. `paint` paints what `depends` says, backdrop included.
        """
        key = QRect(seen), depends
        return self._ground.get(key, seen.size(), brushes.ratio, brushes.colors.base, paint)

    def paint_backdrop(self, painter: QPainter, seen: QRect, brushes: Brushes) -> None:
        """Paint what does not depend on the choice either, as far as it is seen, in device pixels."""
        layout = self._layout
        assert layout is not None
        pixmap = self._backdrop.get(
            QRect(seen),
            seen.size(),
            brushes.ratio,
            Qt.GlobalColor.transparent,
            lambda inner: self._paint_backdrop(inner, layout, seen, brushes),
        )
        painter.drawPixmap(QPointF(seen.topLeft()) / brushes.ratio, pixmap)

    def _forget_backdrop(self) -> None:
        self._backdrop.forget()
        self._ground.forget()
        self._region = None

    def _paint_backdrop(
        self, painter: QPainter, layout: NetworkLayout, seen: QRect, brushes: Brushes
    ) -> None:
        painter.translate(-QPointF(seen.topLeft()) / brushes.ratio)
        body = self.body(seen)
        painter.save()
        painter.setClipRect(clip_of(body, brushes))
        paint_ground(painter, layout, seen, brushes)
        painter.restore()
        painter.translate(0, seen.top() / brushes.ratio)
        paint_headings(painter, layout, seen, brushes)
        self._paint_pagers(painter, layout, body.top() + body.height() - seen.top(), brushes)
        if layout.note_left is not None:
            paint_note(painter, layout, brushes, self._note)

    def paint_columns(self, painter: QPainter, seen: QRect, brushes: Brushes) -> None:
        """Paint the numbers of the columns in a part of the layout, in device pixels, but for the answers."""
        assert self._layout is not None
        body, logical = self.body(seen), 1 / brushes.ratio
        painter.save()
        painter.scale(logical, logical)
        for index, placed in enumerate(self._layout.columns):
            is_seen = placed.left + placed.width > seen.left() and placed.left <= seen.right()
            if not is_seen or placed.column.kind is ColumnKind.ANSWERS:
                continue
            image = self._images.of(index, self._view, placed, brushes.colors)
            painter.setClipRect(widened(placed.numbers_rect & body))
            painter.drawImage(placed.block.x, placed.block.y, image)
        painter.restore()

    def answering(self, seen: QRect) -> tuple[PlacedColumn, Answers] | None:
        """Return the column with the answers, and these; None where none of it is in sight."""
        last = self._layout.columns[-1] if self._layout is not None else None
        if last is None or last.column.kind is not ColumnKind.ANSWERS or last.left > seen.right():
            return None
        return last, self._answers

    def holds(self, place: Place) -> bool:
        """Return whether there still is a number at a place that was found before."""
        if self._layout is None or place[0] >= len(self._layout.columns):
            return False
        placed = self._layout.columns[place[0]]
        return place[1] < (placed.block.shown if placed.numbers is None else len(placed.numbers))

    def number_at(self, place: Place) -> int:
        """Return which map, unit or class stands at a place."""
        assert self._layout is not None
        return self._layout.columns[place[0]].number_of(place[1])

    def turn_page(self, index: int, pages: int) -> None:
        """Show other maps of a column, and of those that go with it."""
        assert self._layout is not None
        self._pages.turn(self._layout.columns[leaders(self._columns)[index]], pages)
        self._number()

    def show_number(self, layer_id: str, number: int) -> None:
        """Turn to the page on which a map of a layer stands."""
        index = self.index_of(layer_id)
        if index is None or self._layout is None or not self._columns[index].is_of(layer_id):
            return
        placed = self._layout.columns[index]
        is_paged = placed.column.kind in (ColumnKind.MAPS, ColumnKind.UNITS)
        if is_paged and placed.tile_of(number) is None and 0 <= number < placed.column.count:
            self._pages.show(self._view, self._layout.columns[leaders(self._columns)[index]], number)
            self._number()

    def pager_at(self, x: int, y: int) -> tuple[int, int] | None:
        """Return (place of a column, pages) where the arrows under a column are; y from the view's top."""
        if self._layout is None or y < 0:
            return None
        for one in pagers(self._layout):
            if one.left <= x < one.right:
                return one.index, -1 if x < (one.left + one.right) / 2 else 1
        return None

    def is_paged(self, index: int) -> bool:
        """Return whether a column has more maps or units than are shown."""
        return self._layout is not None and is_paged(self._layout.columns[index])

    def _paint_pagers(self, painter: QPainter, layout: NetworkLayout, bottom: int, brushes: Brushes) -> None:
        """Say under the tiles which of many are shown."""
        for one in pagers(layout):
            placed = layout.columns[one.index]
            place = QRect(one.left, bottom, one.right - one.left, 0)
            paint_pager(painter, place, page_text(placed, self._pages.start(placed)), brushes)
        last = layout.columns[-1]
        if last.column.kind is ColumnKind.ANSWERS:
            paint_hidden(painter, last, bottom, brushes)

    @property
    def _moves_with_numbers(self) -> bool:
        """Whether what stands where depends on the numbers."""
        last = self._layout.columns[-1] if self._layout is not None else None
        is_ranked = last is not None and last.column.is_ranked and last.hidden > 0
        return is_ranked or self._pages.order is not Order.AS_THEY_ARE

    def _number(self) -> None:
        """Say what stands on which tile: pages of maps, and of many classes the likeliest."""
        if self._layout is None:
            return
        columns = self._pages.numbered(self._view, self._layout.columns)
        last = columns[-1]
        if last.column.kind is ColumnKind.ANSWERS and last.hidden:
            numbers = tuple(self._answers.rows(last.block.shown))
            columns = (*columns[:-1], dataclasses.replace(last, numbers=numbers))
        if columns != self._layout.columns:
            self._layout = dataclasses.replace(self._layout, columns=columns)
            self._images.change()
            self._forget_backdrop()

    def card(self, place: Place, brushes: Brushes) -> HoverCard:
        """Return what is to be said of a number."""
        assert self._layout is not None
        index, _, row, column = place
        placed, view, tile = self._layout.columns[index], self._view, self.number_at(place)
        if placed.column.kind is ColumnKind.PICTURE:
            value, where = image_value_text(view.image, row, column), f"input, row {row}, column {column}"
            return HoverCard(value, where, map_image(view, placed, 0, brushes.colors), (row, column))
        if placed.column.kind is ColumnKind.ANSWERS:
            return answer_card(placed, self._answers, tile)
        layer = layer_of(view, placed.column)
        value = number(layer_value(layer, tile, row, column))
        where = f"{layer.layer_id}, {layer_place(layer, tile, row, column)}"
        if layer.values.ndim == 1:
            return HoverCard(value, where)
        return HoverCard(value, where, map_image(view, placed, tile, brushes.colors), (row, column))
