"""What tests of plots begin with; those of other kinds make their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cnnviz.ui.format import number
from cnnviz.ui.plots.curve_plot import CurvePlot

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    widget = CurvePlot("Loss", number)
    qtbot.addWidget(widget)
    widget.resize(600, 240)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget
