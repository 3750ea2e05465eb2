"""A list scrolls under a drag: the nearer to the edge, the faster."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from cnnviz.spec.layers import ReLU
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.ui.builder.edge_scroll import EDGE_PX, EdgeScroll, scroll_speed
from tests.ui.builder.drags import MOVE, Drag


@pytest.fixture
def long_list(panel, document):
    layers = tuple(ReLU() for _ in range(50))
    document.new(NetworkSpec(name="long", input=InputSpec(), layers=layers))
    QApplication.processEvents()
    assert panel.list_view.verticalScrollBar().maximum() > 500
    return panel.list_view


def test_the_speed_grows_towards_the_edge_and_is_zero_in_the_middle():
    speeds = [scroll_speed(y, 400) for y in range(400)]
    assert speeds[200] == speeds[EDGE_PX] == speeds[399 - EDGE_PX] == 0
    downwards = speeds[400 - EDGE_PX :]
    assert downwards == sorted(downwards)
    assert 0 < downwards[0] < 70
    assert downwards[-1] > 1500
    assert speeds[:EDGE_PX] == [-speed for speed in reversed(downwards)]
    assert scroll_speed(10, 20) == 0  # a list that low has a middle, too
    assert scroll_speed(-5, 400) == scroll_speed(0, 400)


def test_a_drag_that_rests_at_the_lower_edge_comes_to_the_end(long_list, document, qtbot):
    view, bar = long_list, long_list.verticalScrollBar()
    drag = Drag(long_list.model().mime_data_of(["relu1"]))
    rest = QPoint(100, view.viewport().height() - 2)
    drag.enter(view.viewport(), rest)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum(), timeout=20_000)
    qtbot.waitUntil(lambda: view.insert_row == 51)  # told anew although the mouse has not moved
    assert drag.drop(view.viewport(), rest) == MOVE
    assert document.spec.layers[-1].id == "relu1"


def test_in_the_middle_it_stays(long_list, qtbot):
    view, bar = long_list, long_list.verticalScrollBar()
    scroll = view.findChild(EdgeScroll)
    scroll.follow(QPoint(100, view.viewport().height() - 2))
    qtbot.waitUntil(lambda: bar.value() > 0)
    scroll.follow(QPoint(100, view.viewport().height() // 2))
    assert not scroll.is_scrolling
    scroll.follow(QPoint(100, 2))
    assert scroll.is_scrolling
    scroll.stop()
    assert not scroll.is_scrolling


def test_after_the_drag_has_left_it_stays(long_list):
    view, scroll = long_list, long_list.findChild(EdgeScroll)
    drag = Drag(long_list.model().mime_data_of(["relu1"]))
    drag.enter(view.viewport(), QPoint(100, view.viewport().height() - 2))
    assert scroll.is_scrolling
    drag.leave(view.viewport())
    assert not scroll.is_scrolling
