from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFont, QImage, QPainter

from cnnviz.ui.export.paper import paper_pens
from cnnviz.ui.inspector.unit.blocks import MapTile, enlarged
from cnnviz.ui.inspector.unit.figures import Space, Spot, text
from cnnviz.ui.inspector.unit.guides import Guided, Titled
from cnnviz.ui.inspector.unit.pens import Ramp, Scaling
from cnnviz.ui.theme import LIGHT


@pytest.fixture
def pens(qapp):
    return paper_pens(LIGHT, 1.0, QFont("DejaVu Sans"))


@pytest.fixture
def titled(pens):
    image = enlarged(pens.image(np.zeros((4, 4)), Scaling(Ramp.IMAGE, 0.0, 1.0)), 10, pens)
    window = (-2, -2, 3, 3)
    tile = MapTile(image, (4, 4), 10, pens, window, at=lambda row, column: Spot(f"{row} {column}"))
    return Titled(text("map 12", pens.caption, LIGHT.text, pens), tile, 4)


def painted(figure) -> QImage:
    image = QImage(figure.width + 40, figure.height + 40, QImage.Format.Format_RGB32)
    image.fill(LIGHT.base)
    painter = QPainter(image)
    figure.paint(painter, 30, 30, QRect(0, 0, image.width(), image.height()))
    painter.end()
    return image


def test_no_window_strikes_through_a_title(titled, pens) -> None:
    with_window = painted(titled)
    alone = painted(titled.title)
    left = (titled.width - titled.title.width) // 2
    for x in range(titled.title.width):
        for y in range(titled.title.height):
            pixel = with_window.pixelColor(30 + left + x, 30 + y)
            assert pixel == alone.pixelColor(30 + x, 30 + y)


def test_the_map_below_a_title_is_pointed_at_where_it_stands(titled) -> None:
    corner = titled.corner
    assert titled.spot(corner.x() + 25, corner.y() + 11).text == "1 2"
    assert titled.spot(corner.x() + 5, corner.y() - 1) is None
    assert titled.tile.window_rect(corner.x(), corner.y()).topLeft() == corner - QPoint(20, 20)


def test_lines_lead_from_the_right_corners_of_one_place_to_the_left_ones_of_the_other(pens) -> None:
    start, end = QRect(0, 20, 10, 10), QRect(50, 0, 20, 50)
    image = painted(Guided(Space(80, 60), start, end, pens))
    for x, y in ((9, 20), (50, 0), (9, 29), (50, 49)):
        near = [image.pixelColor(30 + x + dx, 30 + y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        assert any(color != LIGHT.base for color in near)
    assert image.pixelColor(30 + 30, 30 + 24) == LIGHT.base
