from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from cnnviz.ui.builder.volume_glyph import box_of, paint_volume
from cnnviz.ui.theme import LIGHT

SIDE = 40


def painted(shape: tuple[int, ...]) -> QImage:
    image = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_volume(painter, QRectF(4, 4, SIDE - 8, SIDE - 8), shape, LIGHT.accent, LIGHT.base)
    painter.end()
    return image


def ink(image: QImage) -> set[tuple[int, int]]:
    return {(x, y) for x in range(SIDE) for y in range(SIDE) if image.pixelColor(x, y).alpha()}


def test_sides_follow_the_shape() -> None:
    small, large = box_of((4, 8, 2), 30, 30), box_of((16, 32, 64), 30, 30)
    assert small.height < small.width
    assert small.height < large.height
    assert small.width < large.width
    assert small.depth < large.depth


@pytest.mark.parametrize("shape", [(1, 1, 1), (256, 256, 1024), (1024, 1024, 65_536), (1,), (10,), (10**9,)])
def test_every_shape_shows_something_and_stays_in_its_room(shape: tuple[int, ...], qapp) -> None:
    points = ink(painted(shape))
    assert points
    assert all(2 <= x < SIDE - 2 and 2 <= y < SIDE - 2 for x, y in points)


def test_rows_of_numbers_are_bars_that_grow(qapp) -> None:
    assert len(ink(painted((10,)))) < len(ink(painted((1000,))))
