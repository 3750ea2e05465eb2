from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from cnnviz.interpret.activations import ImageView
from cnnviz.ui.inspector.network_view import NetworkView
from cnnviz.ui.inspector.network_zoom import FIT, LARGEST, LEAST, STEP, stepped
from tests.ui.inspector.views import DIGITS, bundled_view, make_view


@pytest.fixture
def network(qtbot) -> NetworkView:
    network = NetworkView()
    network.resize(850, 420)
    qtbot.addWidget(network)
    with qtbot.waitExposed(network):
        network.show()
    network.set_view(make_view(), DIGITS)
    return network


def turn_wheel(network: NetworkView, place: QPoint, notches: int) -> None:
    canvas = network.canvas
    event = QWheelEvent(
        QPointF(place),
        QPointF(canvas.mapToGlobal(place)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas.viewport(), event)


def test_a_zoom_has_bounds_and_finds_back_to_the_fit() -> None:
    assert stepped(FIT, 100) == LARGEST
    assert stepped(FIT, -100) == LEAST
    assert stepped(stepped(FIT, 1), -1) == FIT
    assert stepped(STEP, -0.95) == FIT


def test_the_wheel_with_ctrl_keeps_what_is_under_the_mouse(network: NetworkView) -> None:
    canvas = network.canvas
    place = canvas.center_of("relu1", 2)
    size = canvas.network_layout.columns[2].block.tile_width
    turn_wheel(network, place, 4)
    assert canvas.zoom == pytest.approx(STEP**4)
    assert canvas.network_layout.columns[2].block.tile_width > 2 * size
    moved = canvas.center_of("relu1", 2) - place
    assert abs(moved.x()) <= canvas.network_layout.columns[2].block.cell_width
    assert abs(moved.y()) <= canvas.network_layout.columns[2].block.cell_width
    turn_wheel(network, place, -4)
    assert canvas.zoom == FIT
    assert canvas.horizontalScrollBar().maximum() == canvas.verticalScrollBar().maximum() == 0


def test_every_number_keeps_whole_pixels(network: NetworkView) -> None:
    network.set_view(bundled_view("two-conv"), DIGITS)
    canvas = network.canvas
    for steps in (-6, -2, 2, 5):
        canvas.set_zoom(stepped(FIT, steps))
        for placed in canvas.network_layout.columns:
            block = placed.block
            assert min(block.cell_width, block.cell_height) >= 1
            assert block.shown <= block.rows * block.columns
            assert block.pitch_x >= block.tile_width
            assert block.pitch_y >= block.tile_height
        assert not canvas.viewport().grab().isNull()


def test_keys_and_buttons_zoom_and_fit(network: NetworkView, qtbot) -> None:
    canvas, bar = network.canvas, network.zoom_bar
    assert not bar.fitted.isEnabled()
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.zoom == STEP
    qtbot.mouseClick(bar.larger, Qt.MouseButton.LeftButton)
    assert canvas.zoom == STEP**2
    qtbot.mouseClick(bar.smaller, Qt.MouseButton.LeftButton)
    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.zoom == FIT
    canvas.set_zoom(LARGEST)
    assert not bar.larger.isEnabled()
    qtbot.mouseClick(bar.fitted, Qt.MouseButton.LeftButton)
    assert canvas.zoom == FIT
    canvas.zoom_in()
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.zoom == FIT


def test_a_double_click_on_a_heading_zooms_to_the_column_and_back(network: NetworkView, qtbot) -> None:
    canvas = network.canvas
    for expected in (True, False):
        heading = QPoint(canvas.center_of("maxpool1", 0).x(), 40)
        qtbot.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=heading)
        assert (canvas.zoom > FIT) is expected
    assert canvas.zoom == FIT


def test_the_keyboard_brings_the_chosen_map_into_sight(network: NetworkView, qtbot) -> None:
    canvas = network.canvas
    canvas.set_zoom(LARGEST)
    network.set_selected("conv1", 0)
    for _ in range(3):
        qtbot.keyClick(canvas, Qt.Key.Key_Down)
        assert canvas.viewport().rect().contains(canvas.center_of(*canvas.selected))


def test_the_network_is_dragged_by_its_ground(network: NetworkView, qtbot) -> None:
    canvas, view = network.canvas, network.canvas.viewport()
    canvas.set_zoom(LARGEST)
    bars = canvas.horizontalScrollBar(), canvas.verticalScrollBar()
    for bar in bars:
        bar.setValue(bar.maximum() // 2)
    before = [bar.value() for bar in bars]
    qtbot.mousePress(view, Qt.MouseButton.MiddleButton, pos=QPoint(200, 200))
    qtbot.mouseMove(view, QPoint(170, 220))
    qtbot.mouseRelease(view, Qt.MouseButton.MiddleButton, pos=QPoint(170, 220))
    assert [bar.value() for bar in bars] == [before[0] + 30, before[1] - 20]
    qtbot.mouseMove(view, QPoint(100, 100))
    assert [bar.value() for bar in bars] == [before[0] + 30, before[1] - 20]


def test_numbers_behind_the_headings_are_not_under_the_mouse(network: NetworkView, qtbot) -> None:
    canvas = network.canvas
    canvas.set_zoom(LARGEST)
    network.set_selected("conv1", 0)
    canvas.verticalScrollBar().setValue(canvas.verticalScrollBar().maximum())
    qtbot.mouseMove(canvas.viewport(), QPoint(canvas.center_of("conv1", 3).x(), 30))
    assert canvas.hover_card is None


def widest() -> ImageView:
    return bundled_view("resnet20")


def test_a_long_network_is_seen_as_a_whole_when_small(network: NetworkView) -> None:
    network.resize(1200, 420)
    network.set_view(widest(), DIGITS)
    wide = network.canvas.network_layout.width
    network.canvas.set_zoom(LEAST)
    assert network.canvas.network_layout.width < wide
    assert network.canvas.network_layout.width <= 1200
