from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from cnnviz.interpret.atlas import build_atlas
from cnnviz.spec.receptive import ReceptiveField
from cnnviz.ui.plots.map_view import MapView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

MAPS = np.arange(24, dtype=np.float32).reshape(2, 3, 4)


@pytest.fixture
def view(qtbot: QtBot) -> MapView:
    widget = MapView("Enlarged feature map")
    qtbot.addWidget(widget)
    widget.resize(200, 150)
    widget.set_map(build_atlas(MAPS, signed=False), 1, MAPS[1])
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def test_the_value_under_the_mouse(view: MapView, qtbot: QtBot) -> None:
    # 150 / 3 rows would be 50 a cell; 40 is the most, so the map is 160 wide and begins at 20
    with qtbot.waitSignal(view.hovered) as caught:
        qtbot.mouseMove(view, QPoint(20 + 2 * 40 + 5, 45))
    assert caught.args == [1, 2]
    assert view.value_text() == "row 1, column 2: 18.00"
    assert view.accessibleDescription() == view.value_text()
    assert not view.grab().isNull()


def test_arrows_move_the_cell_and_stop_at_the_edge(view: MapView, qtbot: QtBot) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(view, key)
    assert view.cell == (0, 0)


def test_a_smaller_map_drops_a_cell_that_it_lacks(view: MapView, qtbot: QtBot) -> None:
    qtbot.mouseMove(view, QPoint(20 + 3 * 40 + 5, 85))
    assert view.cell == (2, 3)
    smaller = MAPS[:, :2, :2]
    view.set_map(build_atlas(smaller, signed=False), 0, smaller[0])
    assert view.cell is None
    assert view.value_text() == ""


def test_nothing_to_show_is_painted_as_nothing(view: MapView, qtbot: QtBot) -> None:
    view.set_map(None, 0, None)
    qtbot.mouseMove(view, QPoint(50, 50))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.cell is None
    assert not view.grab().isNull()


def test_over_the_image_large_numbers_have_colour_and_zeros_leave_it(view: MapView) -> None:
    maps = np.array([[[0.0, 0.0], [0.0, 4.0]]], np.float32)
    picture = np.full((2, 2, 3), 200, np.uint8)
    view.set_map(build_atlas(maps, signed=False), 0, maps[0])
    view.set_image(picture, ReceptiveField())
    assert view.is_over_image
    place = view.place()
    assert place is not None
    image = view.grab().toImage()
    ratio = image.width() / view.width()
    at = [place.cell(row, row).center() for row in (0, 1)]
    colors = [image.pixelColor(int(point.x() * ratio), int(point.y() * ratio)) for point in at]
    assert (colors[0].red(), colors[0].green(), colors[0].blue()) == (200, 200, 200)
    assert colors[1].hsvSaturation() > 100
    view.set_image(None, None)
    assert not view.is_over_image


def test_over_the_image_the_cell_under_the_mouse_is_found_where_it_lies(view: MapView, qtbot: QtBot) -> None:
    maps = np.arange(4, dtype=np.float32).reshape(1, 2, 2)
    view.set_map(build_atlas(maps, signed=False), 0, maps[0])
    view.set_image(np.zeros((6, 6, 3), np.uint8), ReceptiveField(size=(3, 3), jump=(2, 2), start=(0, 0)))
    place = view.place()
    assert place is not None
    with qtbot.waitSignal(view.hovered) as caught:
        qtbot.mouseMove(view, place.cell(1, 0).center())
    assert caught.args == [1, 0]
    assert not view.grab().isNull()
