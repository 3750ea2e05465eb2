"""What every layer makes of an image, side by side, for a report."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QFont, QFontMetrics

from cnnviz.interpret.atlas import Scale
from cnnviz.interpret.number_sets import network_numbers
from cnnviz.ui.export.map_figures import legends, scale_note
from cnnviz.ui.export.report import Report
from cnnviz.ui.inspector.answer_column import paint_answers
from cnnviz.ui.inspector.answers import Answers, network_summary
from cnnviz.ui.inspector.column_image import ColumnImages
from cnnviz.ui.inspector.network_brushes import Brushes
from cnnviz.ui.inspector.network_columns import ColumnKind, layer_of
from cnnviz.ui.inspector.network_pagers import paint_hidden
from cnnviz.ui.inspector.network_pages import Pages, leaders, page_text
from cnnviz.ui.inspector.network_painter import (
    paint_ground,
    paint_headings,
    paint_image,
    paint_note,
)
from cnnviz.ui.inspector.network_picture import NetworkPicture
from cnnviz.ui.inspector.unit.figures import CENTER, stack
from cnnviz.ui.inspector.words import problem_mark, problem_text
from cnnviz.ui.theme import SPACE_4, SPACE_16

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from cnnviz.interpret.activations import ImageView
    from cnnviz.ui.inspector.network_layout import NetworkLayout
    from cnnviz.ui.inspector.network_shown import NetworkShown
    from cnnviz.ui.inspector.unit.figures import Figure, Spot
    from cnnviz.ui.inspector.unit.pens import Pens


def network_report(shown: NetworkShown, about: str) -> Report:
    """Return all columns, as large as they fit, with the legend of each layer."""
    view = shown.view
    notes = [network_summary(view, shown.class_names, shown.answers)]
    if view.layers:
        notes.append(scale_note(view.layers[0].atlas, "map"))
    if view.problem is not None:
        notes.append(problem_text(view))
    return Report(
        name="network",
        title="What each layer makes of the image",
        about=about,
        body=lambda pens: _body(shown, pens),
        notes=tuple(notes),
        numbers=network_numbers(view),
    )


def _body(shown: NetworkShown, pens: Pens) -> Figure:
    figure = _columns(shown, pens)
    seen = dict.fromkeys(
        layer_of(shown.view, placed.column)
        for placed in figure.layout.columns
        if placed.column.kind in (ColumnKind.MAPS, ColumnKind.UNITS)
    )
    if not seen or next(iter(seen)).atlas.scale is Scale.PER_MAP:
        return figure
    return stack((figure, legends(tuple(seen), figure.width, pens)), pens.px(SPACE_16))


def _columns(shown: NetworkShown, pens: Pens) -> _Columns:
    caption, strong = _logical(pens.caption, pens.ratio), _logical(pens.caption, pens.ratio)
    strong.setWeight(QFont.Weight.DemiBold)
    brushes = Brushes(pens.colors, pens.ratio, caption, strong)
    # Pages of its own: those of the view may be turned while the dialog is open.
    pages = Pages(dict(shown.pages.first), shown.pages.order)
    answers = shown.answers or Answers(shown.view.probabilities)
    picture = NetworkPicture(shown.view, shown.class_names, shown.opened, pages, answers)
    picture.arrange(*shown.size_px, 0, brushes)
    assert picture.layout is not None
    return _Columns(shown.view, answers, pages, picture.layout, brushes)


def _logical(font: QFont, ratio: float) -> QFont:
    made = QFont(font)
    made.setPixelSize(max(1, round(font.pixelSize() / ratio)))
    return made


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """The columns of a network without what belongs to a screen: choice, hover, arrows to other pages."""

    view: ImageView
    answers: Answers
    pages: Pages
    layout: NetworkLayout
    brushes: Brushes

    @property
    def width(self) -> int:
        return self.layout.width

    @property
    def height(self) -> int:
        return self.layout.height

    def spot(self, x: int, y: int) -> Spot | None:
        return None

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        layout, brushes = self.layout, self.brushes
        whole = QRect(0, 0, layout.width, layout.height)
        painter.save()
        painter.translate(x, y)
        painter.scale(brushes.ratio, brushes.ratio)
        paint_ground(painter, layout, whole, brushes)
        paint_headings(painter, layout, whole, brushes)
        images = ColumnImages()
        for index, placed in enumerate(layout.columns):
            if placed.column.kind is ColumnKind.ANSWERS:
                paint_answers(painter, placed, self.answers, brushes, layout.measures)
            else:
                image = images.of(index, self.view, placed, brushes.colors)
                paint_image(painter, placed, image, brushes.ratio)
        self._paint_pages(painter)
        if layout.note_left is not None:
            paint_note(painter, layout, brushes, problem_mark(self.view))
        painter.restore()

    def _paint_pages(self, painter: QPainter) -> None:
        """Say under columns of which not all maps are shown which ones are."""
        layout, brushes = self.layout, self.brushes
        lead = leaders([placed.column for placed in layout.columns])
        painter.setFont(brushes.caption)
        for index, placed in enumerate(layout.columns):
            if not placed.hidden:
                continue
            if placed.column.kind is ColumnKind.ANSWERS:
                paint_hidden(painter, placed, layout.body_bottom, brushes)
            elif lead[index] == index:
                words = page_text(placed, self.pages.start(placed))
                room = brushes.logical(QRect(placed.left, layout.body_bottom, placed.width, 0))
                height = QFontMetrics(brushes.caption).height()
                wide = max(room.width(), QFontMetrics(brushes.caption).horizontalAdvance(words))
                left = room.center().x() - wide / 2
                painter.setPen(brushes.colors.muted)
                painter.drawText(QRectF(left, room.y() + SPACE_4 / 2, wide, height), CENTER, words)
