from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from cnnviz.interpret.activations import ImageView
from cnnviz.spec.layers import Conv2D, Dense, Flatten, ReLU, Residual
from cnnviz.ui.inspector.network_blocks import skip_path
from cnnviz.ui.inspector.network_view import NetworkView
from cnnviz.ui.theme import DARK, LIGHT, palette_for
from tests.ui.inspector.views import DIGITS, bundled_view, make_view


@pytest.fixture
def network(qtbot) -> NetworkView:
    network = NetworkView()
    network.resize(850, 420)
    qtbot.addWidget(network)
    with qtbot.waitExposed(network):
        network.show()
    return network


def residual_view() -> ImageView:
    body = (Conv2D(filters=4, padding="same"), ReLU(), Conv2D(filters=4, padding="same"))
    return make_view(Conv2D(filters=4, padding="same"), Residual(layers=body), Flatten(), Dense(units=10))


def titles(network: NetworkView) -> list[str]:
    return [placed.column.title for placed in network.canvas.network_layout.columns]


def test_the_sign_beside_the_heading_closes_and_opens_a_block(network: NetworkView, qtbot) -> None:
    network.set_view(residual_view(), DIGITS)
    assert titles(network)[1:6] == ["conv1", "conv2", "relu1", "conv3", "residual1"]
    column = network.canvas.network_layout.columns[5]
    sign = QPoint(column.left + column.width // 2 + 16, 20)
    with qtbot.assertNotEmitted(network.layer_clicked):
        qtbot.mouseClick(network.canvas.viewport(), Qt.MouseButton.LeftButton, pos=sign)
    assert titles(network)[1:4] == ["conv1", "residual1", "flatten1"]
    network.set_view(residual_view(), DIGITS)
    assert titles(network)[1:3] == ["conv1", "residual1"]


def test_the_space_key_closes_the_block_one_is_in_and_opens_it(network: NetworkView, qtbot) -> None:
    network.set_view(residual_view(), DIGITS)
    network.set_selected("relu1", 1)
    qtbot.keyClick(network.canvas, Qt.Key.Key_Space)
    assert titles(network)[1:3] == ["conv1", "residual1"]
    assert network.canvas.selected == ("relu1", 1)
    qtbot.keyClick(network.canvas, Qt.Key.Key_Space)
    assert titles(network)[2] == "conv2"


def test_a_layer_without_a_block_opens_nothing(network: NetworkView, qtbot) -> None:
    network.set_view(residual_view(), DIGITS)
    layout = network.canvas.network_layout
    network.set_selected("conv1")
    qtbot.keyClick(network.canvas, Qt.Key.Key_Space)
    assert network.canvas.network_layout is layout


def test_a_long_network_begins_with_closed_blocks(network: NetworkView) -> None:
    network.set_view(bundled_view("resnet20"), DIGITS)
    assert len(titles(network)) == 25
    network.canvas.toggle_block("block2_1")
    assert titles(network)[titles(network).index("block2_1") - 1] == "norm2_1b"


def test_the_way_past_the_body_passes_over_it(network: NetworkView) -> None:
    network.set_view(residual_view(), DIGITS)
    layout = network.canvas.network_layout
    edge = next(one for one in layout.edges if one.is_skip)
    path = skip_path(layout, edge, 1.0)
    start, end = layout.columns[1].block, layout.columns[5].block
    assert path.elementAt(0).y == start.y
    assert path.currentPosition().y() == end.y
    assert layout.lanes_top < path.boundingRect().top() < layout.body_top
    assert layout.body_top <= min(placed.block.y for placed in layout.columns)


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_a_map_lights_what_it_is_made_from_and_dims_the_rest(network: NetworkView, qtbot, colors) -> None:
    network.setPalette(palette_for(colors))
    network.set_view(residual_view(), DIGITS)
    canvas = network.canvas
    qtbot.mouseMove(canvas.viewport(), QPoint(2, 2))
    before = canvas.viewport().grab().toImage()
    qtbot.mouseMove(canvas.viewport(), canvas.center_of("residual1", 2))
    after = canvas.viewport().grab().toImage()

    def changed(layer_id: str, tile: int) -> bool:
        corner = canvas.center_of(layer_id, tile) - QPoint(1, 1)
        return before.pixel(corner) != after.pixel(corner)

    assert [changed("conv1", tile) for tile in range(4)] == [True, True, False, True]
    assert [changed("conv3", tile) for tile in range(4)] == [True, True, False, True]
    assert changed("conv2", 2)


def test_walking_with_the_keyboard_lights_as_the_mouse_does_until_a_click(
    network: NetworkView, qtbot
) -> None:
    network.set_view(residual_view(), DIGITS)
    canvas = network.canvas
    canvas.setFocus()
    network.set_selected("conv3", 1)
    corner = canvas.center_of("conv3", 0)
    before = canvas.viewport().grab().toImage().pixel(corner)
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.selected == ("conv3", 2)
    assert canvas.viewport().grab().toImage().pixel(corner) != before
    heading = QPoint(canvas.center_of("conv3", 0).x(), canvas.network_layout.lanes_top - 15)
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=heading)
    qtbot.mouseMove(canvas.viewport(), QPoint(2, 2))
    assert canvas.viewport().grab().toImage().pixel(corner) == before
