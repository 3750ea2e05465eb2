from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from cnnviz.ui.plots.share_bar import paint_share_bar
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
