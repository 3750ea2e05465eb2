"""Draws a design as a diagram: boxes for volumes, bars for rows of numbers, arcs around blocks.

`paint_network` is all that a preview or an export needs. Lengths are scaled with the font, so that a diagram
looks the same on every screen, in a picture file and on paper.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from cnnviz.ui.plots.diagram_layout import (
    ARC_RISE,
    BAND_WIDTH,
    MARGIN,
    DiagramLayout,
    PlacedStage,
    Words,
    lay_out,
    lay_out_in_rows,
)
from cnnviz.ui.plots.diagram_stages import stages_of
from cnnviz.ui.theme import Colors, category_color, mixed, with_tabular_figures

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from cnnviz.spec.trace import NetworkTrace
    from cnnviz.ui.plots.diagram_stages import Arc, Solid, Stages

_UNIT_FONT_PX = 11.0
"""The size of type at which one unit of the diagram is one pixel."""
_FRONT, _TOP, _SIDE, _OUTLINE = 0.30, 0.16, 0.46, 0.9
"""How much of a layer's hue there is on the faces of its box."""
_MOST_ROWS = 12
_NEARLY = 0.88
"""As good as the largest: fewer rows are easier to read."""
_ARROW = 3.2
_GAP_OF_ARROW = 4.0
_CORNER = 6.0
_PLUS_RADIUS = 5.0
_CENTER = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip


@dataclasses.dataclass(frozen=True, slots=True)
class NetworkDiagram:
    """A design laid out for painting. `scale` turns units into pixels at the size of type asked for."""

    layout: DiagramLayout
    title_font: QFont
    font: QFont
    scale: float

    @property
    def size(self) -> QSizeF:
        """How large it is where nothing is enlarged or shrunk, in pixels."""
        return QSizeF(self.layout.width, self.layout.height) * self.scale


def network_diagram(trace: NetworkTrace, font: QFont, width: float) -> NetworkDiagram:
    """Lay a design out in rows of at most `width` pixels, with words in the size of `font`."""
    shown, type_ = stages_of(trace), _Type.of(font)
    return type_.diagram(lay_out(shown, type_.words(shown), width / type_.scale))


def fitting_diagram(trace: NetworkTrace, font: QFont, room: QSizeF) -> NetworkDiagram:
    """Lay a design out in the fewest rows that show it nearly as large in `room` as any number of rows."""
    shown, type_ = stages_of(trace), _Type.of(font)
    words, most = type_.words(shown), min(_MOST_ROWS, len(shown.stages))
    tried = [type_.diagram(lay_out_in_rows(shown, words, count)) for count in range(1, most + 1)]
    shares = [min(1.0, _share(diagram.size, room)) for diagram in tried]
    good = _NEARLY * max(shares)
    return next(diagram for diagram, share in zip(tried, shares, strict=True) if share >= good)


def paint_diagram(painter: QPainter, rect: QRectF, diagram: NetworkDiagram, colors: Colors) -> None:
    """Paint a diagram into the middle of `rect`: smaller where it would not fit, but never enlarged."""
    size = diagram.size
    share = min(1.0, _share(size, rect.size()))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center())
    painter.scale(share, share)
    painter.translate(-size.width() / 2, -size.height() / 2)
    painter.scale(diagram.scale, diagram.scale)
    _Painting(painter, diagram, colors).paint()
    painter.restore()


def paint_network(painter: QPainter, rect: QRectF, trace: NetworkTrace, font: QFont, colors: Colors) -> None:
    """Paint a design into `rect`, in the number of rows that makes it largest there."""
    paint_diagram(painter, rect, fitting_diagram(trace, font, rect.size()), colors)


@dataclasses.dataclass(frozen=True, slots=True)
class _Type:
    """The fonts of a diagram, in units, and what turns units into pixels."""

    title: QFont
    plain: QFont
    scale: float

    @classmethod
    def of(cls, font: QFont) -> _Type:
        plain = with_tabular_figures(font)
        plain.setPixelSize(round(_UNIT_FONT_PX))
        title = QFont(plain)
        title.setWeight(QFont.Weight.DemiBold)
        return cls(title, plain, QFontInfo(font).pixelSize() / _UNIT_FONT_PX)

    def words(self, shown: Stages) -> Words:
        """Return the room that the words of each stage need."""
        title, plain = QFontMetricsF(self.title), QFontMetricsF(self.plain)
        widths = tuple(
            max(title.horizontalAdvance(stage.title), *map(plain.horizontalAdvance, stage.plain_lines))
            for stage in shown.stages
        )
        return Words(widths, plain.height())

    def diagram(self, layout: DiagramLayout) -> NetworkDiagram:
        """Return a layout with these fonts."""
        return NetworkDiagram(layout, self.title, self.plain, self.scale)


def _share(size: QSizeF, room: QSizeF) -> float:
    return min(room.width() / size.width(), room.height() / size.height())


class _Painting:
    """One painting of a diagram, in units."""

    def __init__(self, painter: QPainter, diagram: NetworkDiagram, colors: Colors) -> None:
        self._painter = painter
        self._layout = diagram.layout
        self._diagram = diagram
        self._colors = colors
        self._line_height = QFontMetricsF(diagram.font).height()

    def paint(self) -> None:
        for before, after in itertools.pairwise(self._layout.stages):
            self._paint_arrow(before, after)
        for arc in self._layout.arcs:
            self._paint_arc(arc)
        for placed in self._layout.stages:
            self._paint_box(placed)
            self._paint_words(placed)

    def _paint_arrow(self, before: PlacedStage, after: PlacedStage) -> None:
        first, second = (self._layout.rows[placed.row].axis for placed in (before, after))
        start, end = before.right + _GAP_OF_ARROW, after.left - _GAP_OF_ARROW
        if before.row == after.row:
            self._paint_line(start, end, first)
        else:
            self._paint_line(start, self._row_right(before.row) + MARGIN - 2, first)
            self._paint_line(2.0, end, second)

    def _paint_line(self, start: float, end: float, y: float) -> None:
        color = self._colors.muted
        self._painter.setPen(QPen(color, 1))
        self._painter.drawLine(QPointF(start, y), QPointF(end - _ARROW, y))
        self._paint_head(QPointF(end, y), color)

    def _paint_head(self, tip: QPointF, color: QColor) -> None:
        back = QPointF(tip.x() - 1.6 * _ARROW, tip.y())
        wing = QPointF(0, 0.7 * _ARROW)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(color)
        self._painter.drawPolygon(QPolygonF([tip, back - wing, back + wing]))

    def _paint_arc(self, arc: Arc) -> None:
        """Paint the way around a block, row by row where it is broken."""
        first, last = self._layout.stages[arc.first], self._layout.stages[arc.last]
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setPen(QPen(self._arc_color, 1.2))
        for number in range(first.row, last.row + 1):
            y = self._layout.rows[number].arcs_bottom - ARC_RISE * arc.level
            start = first.exit if number == first.row else None
            end = last.sum_place if number == last.row else None
            self._painter.drawPath(_bridge(start, end, y, self._row_right(number) + MARGIN - 2))
        if arc.note:
            self._paint_note(arc, first, last)

    @property
    def _arc_color(self) -> QColor:
        return mixed(self._colors.text, self._colors.base, 0.65)

    def _paint_note(self, arc: Arc, first: PlacedStage, last: PlacedStage) -> None:
        y = self._layout.rows[last.row].arcs_bottom - ARC_RISE * arc.level
        left = first.exit[0] if first.row == last.row else MARGIN
        middle = (left + last.sum_place[0]) / 2
        width = QFontMetricsF(self._diagram.font).horizontalAdvance(arc.note)
        place = QRectF(middle - width / 2, y - self._line_height, width, self._line_height)
        self._write(place, arc.note, self._diagram.font, self._colors.muted)

    def _paint_box(self, placed: PlacedStage) -> None:
        stage, left = placed.stage, placed.left
        if not stage.is_known:
            self._paint_unknown(placed)
            return
        parts = [(stage.category, stage.solid.width), *((band, BAND_WIDTH) for band in stage.bands)]
        for category, width in parts:
            hue = category_color(category, self._colors)
            self._paint_solid(QPointF(left, placed.top), dataclasses.replace(stage.solid, width=width), hue)
            left += width
        if stage.is_sum:
            self._paint_plus(QPointF(*placed.sum_place))

    def _paint_solid(self, corner: QPointF, solid: Solid, hue: QColor) -> None:
        back = QPointF(solid.slant, -solid.slant)
        right, down = QPointF(solid.width, 0), QPointF(0, solid.height)
        faces = [(_FRONT, QPolygonF([corner, corner + right, corner + right + down, corner + down]))]
        if solid.slant:
            faces.append((_TOP, QPolygonF([corner, corner + back, corner + back + right, corner + right])))
            near = corner + right
            faces.append((_SIDE, QPolygonF([near, near + back, near + back + down, near + down])))
        pen = QPen(mixed(hue, self._colors.base, _OUTLINE), 0.8)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self._painter.setPen(pen)
        for share, face in faces:
            self._painter.setBrush(mixed(hue, self._colors.base, share))
            self._painter.drawPolygon(face)

    def _paint_unknown(self, placed: PlacedStage) -> None:
        solid, blamed, colors = placed.stage.solid, placed.stage.has_problem, self._colors
        color = colors.problem if blamed else colors.muted
        self._painter.setPen(QPen(color, 1, Qt.PenStyle.DashLine))
        self._painter.setBrush(colors.problem_surface if blamed else colors.base)
        front = QRectF(placed.left, placed.top, solid.width, solid.height)
        self._painter.drawRect(front)
        self._write(front, "?", self._diagram.title_font, color)

    def _paint_plus(self, center: QPointF) -> None:
        self._painter.setPen(QPen(self._arc_color, 1.2))
        self._painter.setBrush(self._colors.base)
        self._painter.drawEllipse(center, _PLUS_RADIUS, _PLUS_RADIUS)
        for x, y in ((_PLUS_RADIUS * 0.55, 0.0), (0.0, _PLUS_RADIUS * 0.55)):
            self._painter.drawLine(center - QPointF(x, y), center + QPointF(x, y))

    def _paint_words(self, placed: PlacedStage) -> None:
        stage, colors, fonts = placed.stage, self._colors, self._diagram
        lines = [(stage.title, fonts.title_font, colors.text)]
        lines += [
            (line, fonts.font, colors.text if line is stage.shape else colors.muted)
            for line in stage.plain_lines
        ]
        top = self._layout.rows[placed.row].words_top
        for text, font, color in lines:
            place = QRectF(placed.center - placed.room / 2, top, placed.room, self._line_height)
            self._write(place, text, font, color)
            top += self._line_height

    def _write(self, place: QRectF, text: str, font: QFont, color: QColor) -> None:
        self._painter.setFont(font)
        self._painter.setPen(color)
        self._painter.drawText(place, _CENTER, text)

    def _row_right(self, number: int) -> float:
        return max(placed.right for placed in self._layout.stages if placed.row == number)


def _bridge(
    start: tuple[float, float] | None, end: tuple[float, float] | None, y: float, right: float
) -> QPainterPath:
    """Return the line up from `start`, along `y` and down to `end`; from and to the margins without them."""
    path = QPainterPath()
    if start is None:
        path.moveTo(2.0, y)
    else:
        path.moveTo(*start)
        path.lineTo(start[0], y + _CORNER)
        path.quadTo(start[0], y, start[0] + _CORNER, y)
    if end is None:
        path.lineTo(right, y)
    else:
        path.lineTo(end[0] - _CORNER, y)
        path.quadTo(end[0], y, end[0], y + _CORNER)
        path.lineTo(*end)
    return path
