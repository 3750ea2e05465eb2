from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication

from cnnviz.interpret.histogram import BINS, histogram
from cnnviz.ui.plots.histogram_plot import HistogramPlot
from cnnviz.ui.theme import DARK, LIGHT, palette_for

EDGES = np.linspace(-1.0, 1.0, BINS + 1)
NOW = histogram(np.array([-0.99, 0.51, 0.51, 0.51]), EDGES)
START = histogram(np.array([0.01, 0.01]), EDGES)


@pytest.fixture
def plot(qtbot):
    widget = HistogramPlot("Weights")
    qtbot.addWidget(widget)
    widget.resize(280, widget.sizeHint().height())
    widget.setPalette(palette_for(LIGHT))
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def test_without_numbers_nothing_is_said(plot, qtbot):
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.mouseMove(plot, plot.rect().center())
    assert plot.pointed_text == plot.accessibleDescription() == ""
    assert not plot.grab().isNull()


def test_the_bin_under_the_mouse_says_both_shares(plot, qtbot):
    plot.set_histograms(NOW, START, "at step 0")
    area = plot._area()
    x = area.left() + area.width() * 30.5 / BINS
    qtbot.mouseMove(plot, QPoint(round(x), plot.height() // 2))
    assert plot.pointed_text == "0.5000 to 0.5500: 75.0 %, 0.0 % at step 0"
    assert plot.accessibleDescription() == plot.pointed_text
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert plot.pointed_text == ""


def test_arrow_keys_walk_through_the_bins(plot, qtbot):
    plot.set_histograms(NOW, None, "")
    plot.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(plot, key)
    assert plot.pointed_text.startswith("−0.0500 to ") or plot.pointed_text.startswith("−0.05000 to ")
    for _ in range(BINS):
        qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.pointed_text.endswith(": 25.0 %")
    plot.clearFocus()
    assert plot.pointed_text == ""


def test_screen_readers_hear_how_far_numbers_reach(plot):
    plot.set_histograms(NOW, START, "at step 0")
    assert plot.accessibleDescription() == "from −1.000 to 0.5500; at step 0 from 0.0000 to 0.0500".replace(
        "0.0000", "0"
    ).replace("0.0500", "0.05000")
    plot.set_histograms(histogram(np.zeros(0)), None, "")
    assert plot.accessibleDescription() == "nothing"


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_bars_and_outline_are_painted(plot, colors):
    plot.setPalette(palette_for(colors))
    plot.set_histograms(NOW, None, "")
    alone = plot.grab().toImage()
    area = plot._area()
    bar = alone.pixelColor(round(area.left() + area.width() * 30.4 / BINS), round(area.bottom() - 4))
    beside = alone.pixelColor(round(area.left() + area.width() * 35.4 / BINS), round(area.bottom() - 4))
    assert bar.blue() - bar.red() > 60
    assert abs(beside.blue() - beside.red()) < 20
    plot.set_histograms(NOW, START, "at step 0")
    assert plot.grab().toImage() != alone
