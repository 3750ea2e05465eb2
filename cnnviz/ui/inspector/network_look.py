"""Paints the part of the network that is in sight: the chosen layer, and what is lit around a map."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QRegion

from cnnviz.ui.inspector.answer_column import names_key, numbers_key, paint_names, paint_numbers
from cnnviz.ui.inspector.network_columns import ColumnKind
from cnnviz.ui.inspector.network_light import light_of, paint_light
from cnnviz.ui.inspector.network_painter import paint_focus_ring, paint_frame, paint_selection
from cnnviz.ui.inspector.network_picture import clip_of, widened
from cnnviz.ui.theme import SPACE_4

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QPainter

    from cnnviz.ui.inspector.answers import Answers
    from cnnviz.ui.inspector.network_brushes import Brushes
    from cnnviz.ui.inspector.network_layout import PlacedColumn
    from cnnviz.ui.inspector.network_picture import NetworkPicture, Place
    from cnnviz.ui.inspector.network_walk import Chosen


class SaidAnswers:
    """What the last column says on the screen, as far as one can see it: painted only when that changes."""

    def __init__(self) -> None:
        self._answers: Answers | None = None
        self._key: tuple[object, ...] | None = None

    def newer(self, picture: NetworkPicture, seen: QRect, brushes: Brushes) -> QRegion:
        """Return where the newest answers are to be painted: nowhere if they look as those painted last."""
        answering = picture.answering(seen)
        if answering is None:
            return QRegion()
        before, self._answers, self._key = self._key, answering[1], numbers_key(*answering)
        if self._key is not None and self._key == before:
            return QRegion()
        return picture.numbers_region(seen, brushes) - picture.numbers_region(seen, brushes, answers=False)

    def painted(self, answers: Answers) -> None:
        """Take note that these have been painted, together with something else perhaps."""
        if answers is not self._answers:
            self._answers = self._key = None


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """What is looked at: `seen` is the part of the layout in sight, in device pixels.

    A map under the mouse is lit, else, while somebody is `walking` with the keyboard, the chosen one.
    """

    seen: QRect
    chosen: Chosen
    hovered: Place | None
    is_walking: bool
    has_focus: bool


def paint_network(
    painter: QPainter,
    picture: NetworkPicture,
    look: Look,
    brushes: Brushes,
    part: QRegion,
    said: SaidAnswers,
) -> None:
    """Paint what is seen of a picture that is arranged, with the corner of that part at the origin.

    All of it is painted, the paper too, at least in `part`, which is in logical pixels from that corner.
    """
    chosen = picture.placed(look.chosen[0])
    _paint_ground(painter, picture, chosen, look, brushes, part)
    painter.save()
    painter.translate(-QPointF(look.seen.topLeft()) / brushes.ratio)
    picture.paint_columns(painter, look.seen, brushes)
    if _paint_answers(painter, picture, look, brushes, part):
        said.painted(picture.answers)
    painter.setClipRect(clip_of(picture.body(look.seen), brushes))
    lit = lit_map(picture, look)
    if lit is not None:
        _paint_lit(painter, picture, *lit, look, brushes)
    if chosen is not None:
        _paint_chosen(painter, chosen, look, brushes)
    painter.restore()


def _paint_ground(
    painter: QPainter,
    picture: NetworkPicture,
    chosen: PlacedColumn | None,
    look: Look,
    brushes: Brushes,
    part: QRegion,
) -> None:
    """Paint all that lies under the numbers. It is kept as one picture: mostly only numbers change."""
    rect = picture.column_rect(chosen, look.seen, brushes) if chosen is not None else None
    layout, answering = picture.layout, picture.answering(look.seen)
    names = names_key(*answering) if answering is not None else None

    def paint(inner: QPainter) -> None:
        inner.translate(-QPointF(look.seen.topLeft()) / brushes.ratio)
        if rect is not None:
            paint_selection(inner, rect, brushes)
        picture.paint_backdrop(inner, look.seen, brushes)
        if answering is not None and layout is not None:
            inner.save()
            inner.setClipRect(clip_of(picture.body(look.seen), brushes))
            paint_names(inner, *answering, brushes, layout.measures)
            inner.restore()
        if rect is not None and look.has_focus:
            paint_focus_ring(inner, brushes.logical(rect), brushes)

    pixmap = picture.ground(look.seen, (rect, look.has_focus, names), paint, brushes)
    for place in cast("Iterable[QRect]", part):  # Qt is many times faster where it clips to one rectangle
        painter.setClipRect(place)
        painter.drawPixmap(0, 0, pixmap)
    painter.setClipping(False)


def _paint_answers(
    painter: QPainter, picture: NetworkPicture, look: Look, brushes: Brushes, part: QRegion
) -> bool:
    """Paint the numbers of the last column where the part has any of them, and return whether it has."""
    answering, layout = picture.answering(look.seen), picture.layout
    if answering is None or layout is None:
        return False
    place = widened(answering[0].numbers_rect & picture.body(look.seen))
    if not part.intersects(brushes.logical(place.translated(-look.seen.topLeft())).toAlignedRect()):
        return False
    painter.setClipRect(brushes.logical(place))
    paint_numbers(painter, *answering, brushes, layout.measures)
    return True


def lit_map(picture: NetworkPicture, look: Look) -> tuple[int, int] | None:
    """Return the place of a column and which map of it is lit with its like; None for none."""
    if look.hovered is not None:
        return look.hovered[0], picture.number_at(look.hovered)
    layer_id, number = look.chosen
    index = picture.index_of(layer_id) if look.is_walking and look.has_focus else None
    if index is None or number is None or not picture.columns[index].is_of(layer_id):
        return None
    return index, number


def _paint_lit(
    painter: QPainter, picture: NetworkPicture, index: int, number: int, look: Look, brushes: Brushes
) -> None:
    layout, edge = picture.layout, round(SPACE_4 * brushes.ratio)
    dimmed = picture.body(look.seen).adjusted(0, -edge, 0, edge)
    assert layout is not None
    paint_light(painter, layout, light_of(layout, index, number), dimmed, brushes)
    placed = layout.columns[index]
    tile = placed.tile_of(number)
    if tile is not None and placed.column.kind is not ColumnKind.ANSWERS:
        paint_frame(painter, placed.block.rect(tile), brushes, accented=False)


def _paint_chosen(painter: QPainter, chosen: PlacedColumn, look: Look, brushes: Brushes) -> None:
    layer_id, number = look.chosen
    tile = chosen.tile_of(number) if number is not None and chosen.column.is_of(layer_id) else None
    if tile is not None:
        paint_frame(painter, chosen.block.rect(tile), brushes, accented=look.has_focus)
