"""What leads the eye from a map to a part of it from near: a title over its window, and thin lines."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter, QPen

from cnnviz.ui.theme import mixed

if TYPE_CHECKING:
    from cnnviz.ui.inspector.unit.blocks import MapTile
    from cnnviz.ui.inspector.unit.figures import Figure, Spot, Text
    from cnnviz.ui.inspector.unit.pens import Pens

_SHARE = 0.6
"""Of the accent in the colour of the lines: they are less than what they lead to."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Titled:
    """A map below its title, which stays readable where the window reaches over the edge of the map."""

    title: Text
    tile: MapTile
    gap: int

    @property
    def width(self) -> int:
        """That of the wider one."""
        return max(self.title.width, self.tile.width)

    @property
    def height(self) -> int:
        """Of both."""
        return self.title.height + self.gap + self.tile.height

    @property
    def corner(self) -> QPoint:
        """Where the map begins."""
        return QPoint((self.width - self.tile.width) // 2, self.title.height + self.gap)

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint the map, and the title on paper of its own."""
        self.tile.paint(painter, x + self.corner.x(), y + self.corner.y(), seen)
        left = x + (self.width - self.title.width) // 2
        paper = QRect(left, y, self.title.width, self.title.height)
        painter.fillRect(paper, self.tile.pens.colors.base)
        self.title.paint(painter, left, y, seen)

    def spot(self, x: int, y: int) -> Spot | None:
        """Return what is at a place of the map."""
        place = QPoint(x, y) - self.corner
        inside = 0 <= place.x() < self.tile.width and 0 <= place.y() < self.tile.height
        return self.tile.spot(place.x(), place.y()) if inside else None


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Guided:
    """A figure with lines over it: from the right corners of one place to the left corners of another.

    Both places count from the corner of the figure.
    """

    inner: Figure
    start: QRect
    end: QRect
    pens: Pens

    @property
    def width(self) -> int:
        """That of the figure."""
        return self.inner.width

    @property
    def height(self) -> int:
        """That of the figure."""
        return self.inner.height

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint the figure, and the lines on it."""
        self.inner.paint(painter, x, y, seen)
        colors, corner = self.pens.colors, QPoint(x, y)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(mixed(colors.accent, colors.base, _SHARE), self.pens.line))
        for start, end in (
            (self.start.topRight(), self.end.topLeft()),
            (self.start.bottomRight(), self.end.bottomLeft()),
        ):
            painter.drawLine(start + corner, end + corner)
        painter.restore()

    def spot(self, x: int, y: int) -> Spot | None:
        """Return what is at a place of the figure."""
        return self.inner.spot(x, y)
