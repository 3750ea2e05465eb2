"""Drags with the real mouse on a real X display: what no synthetic event can prove."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.x11_window import Display, Window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.x11, pytest.mark.slow]


@pytest.fixture(params=["row"])
def window(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Window]:
    display = Display()
    shown = Window(display, tmp_path, request.param)
    try:
        yield shown
        assert shown.close() == 0
    finally:
        display.close()


def test_layers_are_dragged_in_moved_copied_and_thrown_away(window: Window) -> None:
    window.wait_for("conv1", "relu1", "flatten1", "dense1", "softmax1")
    window.drag(window.state["chips"]["Conv2D"], window.behind("relu1"))
    window.wait_for("conv1", "relu1", "conv2", "flatten1", "dense1", "softmax1")
    window.drag(window.card("relu1"), window.behind("conv2"))
    window.wait_for("conv1", "conv2", "relu1", "flatten1", "dense1", "softmax1")
    window.drag(window.card("relu1"), window.behind("conv1"), key="ctrl")
    window.wait_for("conv1", "relu2", "conv2", "relu1", "flatten1", "dense1", "softmax1")
    window.drag(window.card("conv2"), window.state["chips"]["MaxPool2D"])  # with the activation it carries
    window.wait_for("conv1", "relu2", "flatten1", "dense1", "softmax1")


@pytest.mark.parametrize("window", ["tree"], indirect=True)
def test_layers_are_dragged_out_of_a_block_and_several_into_it(window: Window) -> None:
    window.wait_for("relu1", "residual1[conv1 relu2]", "flatten1", "dense1", "softmax1")
    window.drag(window.card("relu2"), window.behind("relu1"))
    window.wait_for("relu1", "relu2", "residual1[conv1]", "flatten1", "dense1", "softmax1")
    window.click(window.card("relu1"))
    window.click(window.card("relu2"), key="ctrl")
    window.drag(window.card("relu2"), window.behind("residual1"))
    window.wait_for("residual1[relu1 relu2 conv1]", "flatten1", "dense1", "softmax1")


def test_a_layer_is_dragged_out_over_the_network_unless_escape_is_pressed(
    window: Window,
) -> None:
    every = ("conv1", "relu1", "flatten1", "dense1", "softmax1")
    window.wait_for(*every)
    network = window.state["network"]

    def escape() -> None:
        window.wait_until(lambda state: state["hint"] == "Release to remove flatten1")
        window.press_key("Escape")
        window.wait_until(lambda state: state["hint"] == "")

    window.drag(window.card("flatten1"), network, rest=escape)
    window.drag(window.state["chips"]["Conv2D"], network)
    assert window.state["layers"] == list(every)
    window.drag(window.card("flatten1"), network)
    window.wait_for("conv1", "relu1", "dense1", "softmax1")
    assert window.state["undo"] == "Remove flatten1"


@pytest.mark.parametrize("window", ["long"], indirect=True)
def test_a_drag_that_rests_near_the_edge_scrolls_a_long_list_to_its_end(window: Window) -> None:
    window.wait_until(lambda state: len(state["layers"]) == 53 and state["scroll"][1] > 500)

    def wait_for_the_end() -> None:
        window.wait_until(lambda state: state["scroll"][0] == state["scroll"][1])

    window.drag(window.card("relu1"), window.state["list_end"], rest=wait_for_the_end)
    window.wait_until(lambda state: state["layers"][-1] == "relu1")


def test_a_number_is_turned_by_its_label_as_one_step_of_undo(window: Window) -> None:
    window.wait_for("conv1", "relu1", "flatten1", "dense1", "softmax1")
    window.click(window.card("conv1"))
    window.wait_until(lambda state: "Filters" in state["labels"])
    x, y = window.state["labels"]["Filters"]
    before = window.state["filters"]
    window.drag([x, y], [x + 40, y])
    window.wait_until(lambda state: state["filters"] > before)
    turned = window.state["filters"]
    window.drag([x, y], [x + 60, y], rest=lambda: window.press_key("Escape"))
    window.wait_until(lambda state: state["filters"] == turned)
    assert window.state["undo"] == "Change conv1"
    window.press_key("ctrl+z")
    window.wait_until(lambda state: state["filters"] == before)
    assert window.state["undo"] == ""
