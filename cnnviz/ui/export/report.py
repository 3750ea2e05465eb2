"""A view laid out for a report: a title, what it shows, and what is to be known of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QFont

from cnnviz.interpret.number_files import NumberSet
from cnnviz.ui.inspector.unit.figures import Figure, Text, stack, text
from cnnviz.ui.inspector.unit.pens import Pens
from cnnviz.ui.theme import SPACE_4, SPACE_12, SPACE_16, SPACE_24

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QPainter

_LEAST_WIDTH_PX = 420
_TITLE_SCALE = 1.2

Body = Callable[[Pens], Figure]
"""Makes the figure for pens of any colours and size."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Report:
    """One view, taken at one moment: it stays as it is while the view goes on.

    Attributes
    ----------
    name
        What a file of it is called, without a suffix.
    title
        What it shows, in a few words.
    about
        Of which network, image and weights.
    body
        The picture.
    notes
        What is to be said below it: scales, what was left out.
    numbers
        The arrays behind it, and a table.
    """

    name: str
    title: str
    about: str
    body: Body
    notes: tuple[str, ...] = ()
    numbers: NumberSet = dataclasses.field(default_factory=lambda: NumberSet({}))

    @property
    def description(self) -> str:
        """What the picture shows, for those who cannot see it."""
        return " ".join(part for part in (f"{self.title}.", *self.notes) if part)


@dataclasses.dataclass(frozen=True, slots=True)
class Sheet:
    """A figure on paper with a margin."""

    inner: Figure
    margin: int
    paper: QColor

    @property
    def width(self) -> int:
        """Of the sheet."""
        return self.inner.width + 2 * self.margin

    @property
    def height(self) -> int:
        """Of the sheet."""
        return self.inner.height + 2 * self.margin

    def paint(self, painter: QPainter) -> None:
        """Paint all of it."""
        whole = QRect(0, 0, self.width, self.height)
        painter.fillRect(whole, self.paper)
        self.inner.paint(painter, self.margin, self.margin, whole)


def sheet_of(report: Report, pens: Pens, *, with_words: bool = True) -> Sheet:
    """Return a report on paper; without words it is the picture alone."""
    body = report.body(pens)
    if not with_words:
        return Sheet(body, pens.px(SPACE_12), pens.colors.base)
    width = max(body.width, pens.px(_LEAST_WIDTH_PX))
    title = QFont(pens.strong)
    title.setPixelSize(round(title.pixelSize() * _TITLE_SCALE))
    colors = pens.colors
    head = stack(
        (
            *paragraph(report.title, title, colors.text, width, pens),
            *paragraph(report.about, pens.caption, colors.muted, width, pens),
        ),
        pens.px(SPACE_4),
    )
    lines = [
        line for note in report.notes for line in paragraph(note, pens.caption, colors.text, width, pens)
    ]
    parts: list[Figure] = [head, body, *([stack(lines, pens.px(2))] if lines else [])]
    return Sheet(stack(parts, pens.px(SPACE_16)), pens.px(SPACE_24), colors.base)


def paragraph(words: str, font: QFont, color: QColor, width: int, pens: Pens) -> list[Text]:
    """Return words as lines no wider than `width`; a word that is wider stands alone."""
    lines: list[str] = []
    for word in words.split():
        if lines and pens.width(f"{lines[-1]} {word}", font) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [text(line, font, color, pens) for line in lines]
