"""What the unit page is put together from. All lengths are device pixels.

A figure is made for one number, painted, and thrown away; what lies under the mouse it says as a `Spot`.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QColor, QFont

    from cnnviz.interpret.explain.place import Unit
    from cnnviz.ui.inspector.unit.pens import Pens

_HATCH_PX = 8
CENTER = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclasses.dataclass(frozen=True, slots=True)
class Spot:
    """What is under the mouse.

    Attributes
    ----------
    text
        The number and where it stands, in words.
    unit
        The unit that the number is, to go deeper to; None for products and other numbers in between.
    moves_to
        The unit that the page shows while the mouse is here; None to leave it.
    link
        (channel, row, column) of a product, which is framed wherever it or its factors stand.
    tip
        What is said beside the mouse itself: the product with its factors.
    """

    text: str
    unit: Unit | None = None
    moves_to: Unit | None = None
    link: tuple[int, int, int] | None = None
    tip: str = ""


class Figure(Protocol):
    """Something that is painted."""

    @property
    def width(self) -> int:
        """How wide it is."""

    @property
    def height(self) -> int:
        """How high it is."""

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint it with its corner at (x, y); what lies outside of `seen` may be left out."""

    def spot(self, x: int, y: int) -> Spot | None:
        """Return what is at a place, counted from its corner."""


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """A line of text in a box of its own width."""

    text: str
    font: QFont
    color: QColor
    width: int
    height: int
    align: Qt.AlignmentFlag = LEFT

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint it."""
        painter.setFont(self.font)
        painter.setPen(self.color)
        painter.drawText(QRect(x, y, self.width, self.height), _unclipped(self.align), self.text)

    def spot(self, x: int, y: int) -> Spot | None:
        """Return nothing: words are no numbers."""
        return None


@functools.cache
def _unclipped(align: Qt.AlignmentFlag) -> int:
    """Return the flags of a text that may be wider than its box, made once: they cost as much as painting."""
    return int(align.value | Qt.TextFlag.TextDontClip.value)


@dataclasses.dataclass(frozen=True, slots=True)
class Space:
    """Nothing, of a size."""

    width: int = 0
    height: int = 0

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint nothing."""

    def spot(self, x: int, y: int) -> Spot | None:
        """Return nothing."""
        return None


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """Figures side by side, in the middle of the height of the highest."""

    parts: tuple[Figure, ...]
    gap: int = 0
    width: int = dataclasses.field(init=False)
    height: int = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        """Measure once: figures stand in figures, and each is asked for its size again and again."""
        gaps = self.gap * max(0, len(self.parts) - 1)
        object.__setattr__(self, "width", sum(part.width for part in self.parts) + gaps)
        object.__setattr__(self, "height", max((part.height for part in self.parts), default=0))

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint one after the other."""
        height = self.height
        for part in self.parts:
            part.paint(painter, x, y + (height - part.height) // 2, seen)
            x += part.width + self.gap

    def spot(self, x: int, y: int) -> Spot | None:
        """Return what is at a place."""
        height = self.height
        for part in self.parts:
            top = (height - part.height) // 2
            if 0 <= x < part.width:
                return part.spot(x, y - top) if 0 <= y - top < part.height else None
            x -= part.width + self.gap
        return None


@dataclasses.dataclass(frozen=True, slots=True)
class Stack:
    """Figures below each other, at the left or in the middle."""

    parts: tuple[Figure, ...]
    gap: int = 0
    is_centered: bool = False
    width: int = dataclasses.field(init=False)
    height: int = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        """Measure once, as a line does."""
        gaps = self.gap * max(0, len(self.parts) - 1)
        object.__setattr__(self, "width", max((part.width for part in self.parts), default=0))
        object.__setattr__(self, "height", sum(part.height for part in self.parts) + gaps)

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint those that can be seen."""
        for part in self.parts:
            if y + part.height >= seen.top() and y <= seen.bottom():
                part.paint(painter, x + self._inset(part), y, seen)
            y += part.height + self.gap

    def spot(self, x: int, y: int) -> Spot | None:
        """Return what is at a place."""
        for part in self.parts:
            if 0 <= y < part.height:
                within = x - self._inset(part)
                return part.spot(within, y) if 0 <= within < part.width else None
            y -= part.height + self.gap
        return None

    def _inset(self, part: Figure) -> int:
        return (self.width - part.width) // 2 if self.is_centered else 0


@dataclasses.dataclass(frozen=True, slots=True)
class Rows:
    """Many rows of one size, each made when it is seen."""

    count: int
    width: int
    row_height: int
    gap: int
    make: Callable[[int], Figure]

    @property
    def height(self) -> int:
        """All rows and the gaps between."""
        return self.count * (self.row_height + self.gap) - (self.gap if self.count else 0)

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint those that can be seen."""
        pitch = self.row_height + self.gap
        first = max(0, (seen.top() - y) // pitch)
        last = min(self.count - 1, (seen.bottom() - y) // pitch)
        for index in range(first, last + 1):
            self.make(index).paint(painter, x, y + index * pitch, seen)

    def spot(self, x: int, y: int) -> Spot | None:
        """Return what is at a place."""
        index, rest = divmod(y, self.row_height + self.gap)
        return self.make(index).spot(x, rest) if 0 <= index < self.count else None


def text(words: str, font: QFont, color: QColor, pens: Pens) -> Text:
    """Return a line of text as wide as it is."""
    return Text(words, font, color, pens.width(words, font), pens.height(font))


def boxed(words: str, font: QFont, color: QColor, width: int, pens: Pens, align: Qt.AlignmentFlag) -> Text:
    """Return a line of text in a box of a width."""
    return Text(words, font, color, width, pens.height(font), align)


def sign(words: str, pens: Pens, width: int) -> Text:
    """Return a sign between figures: ×, =, +."""
    return Text(words, pens.body, pens.colors.muted, width, pens.height(pens.body), CENTER)


def frame(painter: QPainter, rect: QRect, color: QColor, width: int) -> None:
    """Paint a frame around a rectangle, outside of it."""
    for side in (
        QRect(rect.x() - width, rect.y() - width, rect.width() + 2 * width, width),
        QRect(rect.x() - width, rect.y() + rect.height(), rect.width() + 2 * width, width),
        QRect(rect.x() - width, rect.y(), width, rect.height()),
        QRect(rect.x() + rect.width(), rect.y(), width, rect.height()),
    ):
        painter.fillRect(side, color)


def dashed(painter: QPainter, rect: QRect, color: QColor, width: int) -> None:
    """Paint a dashed line around a rectangle."""
    painter.setPen(QPen(color, width, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)


def hatch(painter: QPainter, rect: QRect, color: QColor, pens: Pens) -> None:
    """Paint thin lines from the lower left to the upper right over a rectangle."""
    step, far = pens.px(_HATCH_PX), rect.width() + rect.height()
    painter.setPen(QPen(color, pens.line))
    for along in range(step, far, step):
        below, right = min(along, rect.height()), min(along, rect.width())
        painter.drawLine(
            rect.x() + along - below, rect.y() + below, rect.x() + right, rect.y() + along - right
        )


def line(*parts: Figure, gap: int = 0) -> Line:
    """Return figures side by side."""
    return Line(parts, gap)


def stack(parts: Sequence[Figure], gap: int = 0, *, centered: bool = False) -> Stack:
    """Return figures below each other."""
    return Stack(tuple(parts), gap, centered)
