"""The dots and names of a map of images, and the crosses of those the network takes for another class."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from cnnviz.ui.theme import RADIUS, SPACE_4

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.ui.theme import Colors

DOT_PX = 5.0
_CROSS_PX, _CROSS_WIDTH_PX, _HALO_PX = 3.5, 1.6, 4.0
_FAINT, _PAPER = 0.45, 0.8
_MOST_NAMES = 30  # more names of classes would hide the dots
_MOST_CHARACTERS = 18  # of a name, for the same reason


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """Images on a map: `points` float64 (n, 2) in logical pixels and `labels` int64 (n,).

    The images of the class `chosen` stand out, None for none of them. Those that are `wrong` (n,) are
    crosses; None where they are not told apart.
    """

    points: NDArray[np.float64]
    labels: NDArray[np.int64]
    chosen: int | None
    wrong: NDArray[np.bool_] | None


def paint_dots(painter: QPainter, dots: Dots, colors: Colors) -> None:
    """Paint the right ones as dots, faint but for those of the chosen class; the wrong ones on top."""
    faint = QColor(colors.neutral)
    faint.setAlphaF(_FAINT)
    crosses = np.zeros(len(dots.labels), np.bool_) if dots.wrong is None else dots.wrong
    is_chosen = dots.labels == dots.chosen if dots.chosen is not None else np.zeros_like(crosses)
    for color, some in ((faint, ~is_chosen & ~crosses), (colors.accent, is_chosen & ~crosses)):
        pen = QPen(color, DOT_PX)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints([QPointF(x, y) for x, y in dots.points[some].tolist()])
    if dots.wrong is not None:
        paint_crosses(painter, dots.points[crosses], colors)


def paint_crosses(painter: QPainter, points: NDArray[np.float64], colors: Colors) -> None:
    """Paint crosses, which are told from dots by eyes that know no red, each on a halo of paper."""
    lines = [
        QLineF(x - _CROSS_PX, y - way * _CROSS_PX, x + _CROSS_PX, y + way * _CROSS_PX)
        for x, y in points.tolist()
        for way in (-1, 1)
    ]
    for color, width in ((colors.base, _HALO_PX), (colors.problem, _CROSS_WIDTH_PX)):
        pen = QPen(color, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLines(lines)


@dataclasses.dataclass(frozen=True, slots=True)
class Plate:
    """The name of a class where it is written: `text` is what of the name there is room for."""

    label: int
    text: str
    place: QRectF


def plates_of(dots: Dots, names: tuple[str, ...], font: QFont) -> list[Plate]:
    """Return each class in the middle of its images, long names without their middle."""
    if len(names) > _MOST_NAMES:
        return []
    metrics, plates = QFontMetricsF(font), []
    widest = metrics.averageCharWidth() * _MOST_CHARACTERS
    for label in np.unique(dots.labels).tolist():
        x, y = np.median(dots.points[dots.labels == label], axis=0).tolist()
        text = metrics.elidedText(names[label], Qt.TextElideMode.ElideMiddle, widest)
        size = metrics.size(0, text)
        place = QRectF(x - size.width() / 2, y - size.height() / 2, size.width(), size.height())
        plates.append(Plate(label, text, place.adjusted(-SPACE_4, 0, SPACE_4, 0)))
    return plates


def paint_names(painter: QPainter, dots: Dots, names: tuple[str, ...], font: QFont, colors: Colors) -> None:
    """Write each class in the middle of its images, on paper so that it can be read."""
    paper = QColor(colors.base)
    paper.setAlphaF(_PAPER)
    painter.setFont(font)
    for plate in plates_of(dots, names, font):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(paper)
        painter.drawRoundedRect(plate.place, RADIUS, RADIUS)
        painter.setPen(colors.accent if plate.label == dots.chosen else colors.text)
        painter.drawText(plate.place, Qt.AlignmentFlag.AlignCenter, plate.text)
