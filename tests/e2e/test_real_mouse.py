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
