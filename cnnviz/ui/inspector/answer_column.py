"""The last column of the network view: name, bar and number of each answer, and the scale of the bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter

from cnnviz.ui.inspector.answers import Meaning
from cnnviz.ui.inspector.hover_card import HoverCard
from cnnviz.ui.plots.share_bar import paint_mark, paint_span, paint_track
from cnnviz.ui.theme import SPACE_4, SPACE_8

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.ui.inspector.answer_scale import AnswerScale
    from cnnviz.ui.inspector.answers import Answers
    from cnnviz.ui.inspector.network_brushes import Brushes
    from cnnviz.ui.inspector.network_layout import Measures, PlacedColumn

_BAR_HEIGHT_PX = 8
_TICK_PX = 3
_STEPS_OF_A_PIXEL = 8
"""Ends of bars that differ by less look the same."""
_OWN_SCALES = "own scales"


def paint_answers(
    painter: QPainter, placed: PlacedColumn, answers: Answers, brushes: Brushes, measures: Measures
) -> None:
    """Paint a name, a bar and a number for each answer; the most likely class in the accent colour.

    Where the right numbers are known, a mark stands on each bar. Below bars of numbers is their scale.
    """
    paint_names(painter, placed, answers, brushes, measures)
    paint_numbers(painter, placed, answers, brushes, measures)


def names_key(placed: PlacedColumn, answers: Answers) -> tuple[object, ...]:
    """Return what `paint_names` depends on, besides the layout: mostly the same for newer numbers."""
    return answers.predicted(), answers.meaning, tuple(answers.rows(placed.block.shown))


def numbers_key(placed: PlacedColumn, answers: Answers) -> tuple[object, ...] | None:
    """Return what `paint_numbers` shows as far as one can see it; None where that has to be painted anyhow.

    A network that is sure of its answer is so again with the next weights.
    """
    if answers.scale is not None:
        return None
    ends = answers.spans()[:, 1] * (placed.width * _STEPS_OF_A_PIXEL)
    return *names_key(placed, answers), tuple(answers.texts()), np.rint(ends).tobytes()


def paint_names(
    painter: QPainter, placed: PlacedColumn, answers: Answers, brushes: Brushes, measures: Measures
) -> None:
    """Paint what mostly stays while numbers change: the names, and what their bars lie on."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for place, index, is_strong in _rows(painter, placed, answers, brushes):
        name, bar = _parts(place, brushes, measures)
        _write(painter, measures.names[index], name, brushes, strong=is_strong)
        paint_track(painter, bar, brushes.colors)


def paint_numbers(
    painter: QPainter, placed: PlacedColumn, answers: Answers, brushes: Brushes, measures: Measures
) -> None:
    """Paint over `paint_names` what newer numbers change."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    spans, marks, texts = answers.spans().tolist(), answers.marks(), answers.texts()
    for place, index, is_strong in _rows(painter, placed, answers, brushes):
        _write(painter, texts[index], place, brushes, strong=is_strong)
        bar = _parts(place, brushes, measures)[1]
        begin, end = spans[index]
        paint_span(painter, bar, begin, end, brushes.colors, accented=is_strong)
        if marks is not None:
            paint_mark(painter, bar, float(marks[index]), brushes.colors)
    if answers.scale is not None and placed.column.has_scale:
        _paint_scale(painter, placed, answers.scale, brushes, measures)


def _rows(
    painter: QPainter, placed: PlacedColumn, answers: Answers, brushes: Brushes
) -> Iterator[tuple[QRectF, int, bool]]:
    """Set pen and font for each row, and yield its place, which answer it has, and whether that is chosen."""
    predicted, is_plain = answers.predicted(), answers.meaning is Meaning.NUMBERS
    for row, index in enumerate(answers.rows(placed.block.shown)):
        is_strong = index == predicted
        painter.setFont(brushes.strong if is_strong else brushes.caption)
        painter.setPen(brushes.colors.text if is_strong or is_plain else brushes.colors.muted)
        yield brushes.logical(placed.block.rect(row)), index, is_strong


def _write(painter: QPainter, text: str, room: QRectF, brushes: Brushes, *, strong: bool) -> None:
    """Write a text at the right end of a room."""
    words = brushes.words(text, strong=strong, width=round(room.width()))
    size = words.size()
    top = room.y() + (room.height() - size.height()) / 2
    painter.drawStaticText(QPointF(round(room.right() - size.width()), round(top)), words)


def answer_card(placed: PlacedColumn, answers: Answers, index: int) -> HoverCard:
    """Return what is to be said of an answer under the mouse."""
    kind = "class " if answers.meaning is not Meaning.NUMBERS else ""
    return HoverCard(answers.told(index), kind + placed.column.names[index])


def _parts(place: QRectF, brushes: Brushes, measures: Measures) -> tuple[QRectF, QRectF]:
    """Return where the name and the bar of a row are, in logical pixels."""
    name = QRectF(place.x() + SPACE_4, place.y(), measures.name_width / brushes.ratio, place.height())
    bar = QRectF(name.right() + SPACE_8, place.center().y(), measures.bar_width / brushes.ratio, 0)
    return name, bar.adjusted(0, -_BAR_HEIGHT_PX / 2, 0, _BAR_HEIGHT_PX / 2)


def _paint_scale(
    painter: QPainter, placed: PlacedColumn, scale: AnswerScale, brushes: Brushes, measures: Measures
) -> None:
    """Paint a line as long as the bars below them, with the numbers at its ends."""
    block, colors = placed.block, brushes.colors
    below = QRect(block.x, block.y + block.height, block.width, measures.class_height)
    place = brushes.logical(below)
    bar, metrics = _parts(place, brushes, measures)[1], QFontMetricsF(brushes.caption)
    painter.setFont(brushes.caption)
    painter.setPen(colors.muted)
    if not scale.is_shared:
        words = brushes.words(_OWN_SCALES, strong=False, width=round(place.width()))
        left = bar.center().x() - words.size().width() / 2
        painter.drawStaticText(QPointF(round(max(left, place.x())), round(place.y())), words)
        return
    low, high = scale.ends(0)
    middle, widths = bar.center().x(), [metrics.horizontalAdvance(end) for end in (low, high)]
    lefts = (
        min(bar.left() - widths[0] / 2, middle - SPACE_4 - widths[0]),
        max(bar.right() - widths[1] / 2, middle + SPACE_4),
    )
    for left, text in zip(lefts, (low, high), strict=True):
        painter.drawText(QPointF(left, place.y() + _TICK_PX + metrics.ascent()), text)
    painter.fillRect(QRectF(bar.left(), place.y(), bar.width(), 1), colors.border)
    for x in (bar.left(), bar.right() - 1):
        painter.fillRect(QRectF(x, place.y(), 1, _TICK_PX), colors.border)
