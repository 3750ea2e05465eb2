"""The numbers in the cells of a confusion matrix: in figures as small as they must be, or rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QFont, QFontMetrics

from cnnviz.ui.evaluation.words import cell_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QSize

_MARGIN_PX = 1
"""What stays free on both sides of a number."""
_SMALLEST_PX = 8
"""Smaller figures cannot be read."""
_SHRINK = 0.92
_THOUSAND = 1000


def fitting_font(font: QFont, texts: Sequence[str], cell: QSize) -> QFont | None:
    """Return the font in which all texts stand in a cell, or else the smallest; None where no text can."""
    size = float(QFontMetrics(font).ascent())
    while True:
        metrics = QFontMetrics(font)
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        if metrics.ascent() <= cell.height() and widest <= cell.width() - 2 * _MARGIN_PX:
            return font
        size *= _SHRINK
        if size < _SMALLEST_PX:
            break
        font = QFont(font)
        font.setPixelSize(round(size))
    can_stand = metrics.ascent() <= cell.height() and metrics.horizontalAdvance("0") + 2 <= cell.width()
    return font if can_stand else None


def fitting_number(amount: float, metrics: QFontMetrics, width: int, *, by_row: bool) -> str:
    """Return the number of a cell as it fits into a width in pixels: whole, in thousands, or not at all."""
    texts = [cell_number(amount, by_row=by_row)]
    if not by_row and amount >= _THOUSAND:
        texts += thousands(amount)
    room = width - 2 * _MARGIN_PX
    return next((text for text in texts if metrics.horizontalAdvance(text) <= room), "")


def thousands(amount: float) -> list[str]:
    """Return shorter and shorter words for a count: `["1.2k", "1k"]`."""
    whole = f"{amount / _THOUSAND:,.0f}k"
    return [f"{amount / _THOUSAND:,.1f}k", whole] if amount < 100 * _THOUSAND else [whole]
