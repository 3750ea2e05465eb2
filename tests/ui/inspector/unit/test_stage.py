"""From the network to a number and back, in the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from cnnviz.app.training.session import SessionState
from cnnviz.interpret.explain.place import Unit
from tests.helpers.open_windows import open_window


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        qtbot.waitUntil(lambda: window.workbench.inspector.inspection is not None)
        qtbot.waitUntil(lambda: window.network_view.canvas.network_layout is not None)
        yield window


def click(qtbot, window, layer_id, tile):
    canvas = window.network_view.canvas
    place = canvas.center_of(layer_id, tile)
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))


def test_a_second_click_on_a_map_opens_a_number_and_escape_comes_back(window, qtbot):
    click(qtbot, window, "relu1", 3)
    assert not window.stage.is_at_unit
    click(qtbot, window, "relu1", 3)
    page = window.stage.unit_page
    assert window.stage.is_at_unit
    assert page.isVisible()
    assert (page.unit.layer_id, page.unit.channel) == ("relu1", 3)
    assert page.explanation is not None
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not window.stage.is_at_unit
    assert window.network_view.isVisible()


def test_the_enter_key_opens_the_chosen_map_in_its_middle(window, qtbot):
    canvas = window.network_view.canvas
    canvas.set_selected("conv1", 2)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert window.stage.unit_page.unit == Unit("conv1", 2, 4, 4)


def test_a_cell_of_the_enlarged_map_opens_that_number(window, qtbot):
    window.layer_panel.set_layer("conv1", 1)
    window.layer_panel.map_view.cell_chosen.emit(2, 5)
    assert window.stage.unit_page.unit == Unit("conv1", 1, 2, 5)
    window.layer_panel.map_view.cell_chosen.emit(0, 0)
    assert window.stage.unit_page.unit == Unit("conv1", 1, 0, 0)


def test_all_panels_follow_the_way_deeper_and_the_page_follows_the_panels(window, qtbot):
    window.layer_panel.unit_chosen.emit("maxpool1", 3, 1, 1)
    page = window.stage.unit_page
    page.go_deeper()
    assert page.unit.layer_id == "relu1"
    assert window.layer_panel.layer_id == window.builder.selected_layer_id == "relu1"
    assert window.layer_panel.map_index == page.unit.channel == 3
    window.builder.select_layer("conv2")
    assert page.unit.layer_id == "conv2"
    assert window.stage.is_at_unit


def test_a_layer_that_is_removed_gives_way_to_the_one_chosen_next(window, qtbot):
    window.layer_panel.unit_chosen.emit("maxpool2", 0, 0, 0)
    page = window.stage.unit_page
    window.workbench.document.remove_layer("maxpool2")
    chosen = window.builder.selected_layer_id
    assert chosen != "maxpool2"
    qtbot.waitUntil(lambda: not window.stage.is_at_unit or page.explanation.unit.layer_id == chosen)


def test_while_training_the_number_is_always_that_of_its_own_weights(window, qtbot):
    page = window.stage.unit_page
    window.layer_panel.unit_chosen.emit("conv2", 5, 1, 2)
    seen = []

    def look() -> bool:
        one = page.explanation
        seen.append((one.value, one.engine))
        return len({engine for _, engine in seen}) > 3

    window.commands["train"].trigger()
    qtbot.waitUntil(look, timeout=20_000)
    window.workbench.session.stop()
    qtbot.waitUntil(lambda: window.workbench.session.state is not SessionState.RUNNING, timeout=20_000)
    for value, engine in seen:
        assert value == pytest.approx(engine, rel=1e-4, abs=1e-5)
    assert page.unit == Unit("conv2", 5, 1, 2)


def test_what_it_sees_is_computed_beside_and_shown(window, qtbot):
    page = window.stage.unit_page
    window.layer_panel.unit_chosen.emit("conv2", 5, 1, 2)
    page.reach_button.click()

    def tells_of_pixels() -> bool:
        figure = page.sheet_view.figure
        spots = (figure.spot(x, 60) for x in range(0, figure.width, 5))
        return any(spot is not None and spot.text.endswith("of the strongest pixel") for spot in spots)

    qtbot.waitUntil(tells_of_pixels)
    page.reach_button.click()
    assert not tells_of_pixels()
