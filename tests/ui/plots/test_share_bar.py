from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from cnnviz.ui.plots.share_bar import paint_share_bar, paint_span_bar
from cnnviz.ui.theme import LIGHT


@pytest.mark.parametrize(("share", "length"), [(0.0, 0), (0.5, 50), (1.0, 100), (1.5, 100), (math.nan, 0)])
def test_a_bar_is_as_long_as_its_share(qapp, share: float, length: int) -> None:
    image = QImage(100, 10, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    try:
        paint_share_bar(painter, QRectF(0, 0, 100, 10), share, LIGHT, accented=True)
    finally:
        painter.end()
    row = [image.pixelColor(x, 5) for x in range(100)]
    assert [color == LIGHT.accent for color in row] == [x < length for x in range(100)]
    assert all(color == LIGHT.hover for color in row[length:])


@pytest.mark.parametrize(
    ("begin", "end", "reached"),
    [
        (0.25, 1.0, range(25, 100)),
        (0.5, 0.25, range(25, 50)),
        (0.5, 0.5, range(0)),
        (0.0, math.nan, range(0)),
    ],
)
def test_a_bar_reaches_from_place_to_place(qapp, begin: float, end: float, reached: range) -> None:
    image = QImage(100, 10, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    try:
        paint_span_bar(painter, QRectF(0, 0, 100, 10), begin, end, LIGHT, accented=True)
    finally:
        painter.end()
    row = [image.pixelColor(x, 5) for x in range(100)]
    at_zero = {round(100 * begin) - 1, round(100 * begin)} if begin else set()
    for x, color in enumerate(row):
        if x not in at_zero:
            assert (color == LIGHT.accent) == (x in reached)
    if at_zero:
        assert any(row[x] == LIGHT.border for x in at_zero), "a line where 0 lies"
