from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QEnterEvent, QFontMetrics
from PySide6.QtWidgets import QApplication

from cnnviz.interpret.colormaps import ColorMap
from cnnviz.ui.theme import caption_font
from cnnviz.ui.widgets.legend import Legend


@pytest.mark.parametrize(("times", "has_zero"), [(5, True), (2.2, False)])
def test_the_zero_in_the_middle_gives_way_to_the_ends(qtbot, times, has_zero):
    legend = Legend()
    qtbot.addWidget(legend)
    legend.set_range(-2.285, 2.285, ColorMap.DIVERGING, scale="scale per layer")
    metrics = QFontMetrics(caption_font(legend))
    legend.resize(round(times * metrics.horizontalAdvance("−2.285")), legend.sizeHint().height())
    assert legend._has_room_between("−2.285", "2.285") is has_zero
    assert not legend.grab().toImage().isNull()


def test_a_legend_that_shows_nothing_says_nothing(qtbot):
    legend = Legend()
    qtbot.addWidget(legend)
    legend.set_range(0, 2, ColorMap.VIRIDIS, scale="scale per layer")
    QApplication.sendEvent(legend, QEnterEvent(QPointF(), QPointF(), QPointF()))
    assert legend.toolTip() == legend.text != ""
    legend.clear()
    assert legend.toolTip() == ""
