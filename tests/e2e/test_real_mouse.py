"""Drags with the real mouse on a real X display: what no synthetic event can prove."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.x11_window import Display, Window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.x11, pytest.mark.slow]


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    display = Display()
    shown = Window(display, tmp_path)
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
    window.drag(window.card("conv2"), window.state["chips"]["MaxPool2D"])
    window.wait_for("conv1", "relu2", "relu1", "flatten1", "dense1", "softmax1")
