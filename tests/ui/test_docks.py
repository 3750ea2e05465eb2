from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QTabBar

from cnnviz.spec.layers import BatchNorm
from tests.helpers.open_windows import open_window


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        qtbot.waitExposed(window)
        yield window


def bars_in_sight(window):
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    bars = [bar for bar in window.findChildren(QTabBar, options=direct) if bar.isVisible()]
    return sorted([bar.tabText(place) for place in range(bar.count())] for bar in bars)


def chosen_in_costs(window):
    index = window.costs.table.currentIndex()
    return window.costs.model.layer_id(index.row()) if index.isValid() else None


def test_each_group_of_docks_has_one_bar_of_tabs(window):
    for set_up in (lambda: None, window.docks.reset):
        set_up()
        bars = bars_in_sight(window)
        assert ["Layer", "Image", "Draw"] in bars
        tabs = [tab for bar in bars for tab in bar]
        assert "Costs" in tabs
        assert len(set(tabs)) == len(tabs)


def test_a_dock_that_was_closed_or_stands_behind_can_be_brought(window, qtbot):
    window.docks.costs.hide()
    window.docks.bring(window.docks.costs)
    qtbot.waitUntil(lambda: not window.docks.costs.visibleRegion().isEmpty())


def test_the_costs_know_whether_they_are_in_sight(window, qtbot):
    window.workbench.document.insert_layer(BatchNorm(), 0)
    assert window.costs.model.row_of("batchnorm1") == -1
    window.docks.bring(window.docks.costs)
    qtbot.waitUntil(lambda: window.costs.model.row_of("batchnorm1") == 0)


def test_the_chosen_layer_is_the_same_everywhere(window, qtbot):
    window.docks.bring(window.docks.costs)
    qtbot.waitUntil(lambda: chosen_in_costs(window) == "conv1")
    window.costs.table.setCurrentIndex(window.costs.model.index(window.costs.model.row_of("conv2"), 1))
    assert window.builder.selected_layer_id == window.layer_panel.layer_id == "conv2"
    window.builder.select_layer("dense1")
    assert chosen_in_costs(window) == "dense1"


def test_the_command_measures_and_shows_the_times(window, qtbot):
    window.commands["measure_layers"].trigger()
    assert window.costs.isVisible()
    qtbot.waitUntil(lambda: window.workbench.timing.times is not None)
    assert "a step takes" in window.costs.note


def test_a_panel_is_made_in_its_dock_and_never_moves(qtbot, tmp_path, monkeypatch):
    """Where a panel moves, the style sheet is worked out anew for all that is in it."""
    moved = []
    keep = QDockWidget.setWidget

    def record(dock, content):
        moved.append(content.parentWidget() is not dock)
        keep(dock, content)

    monkeypatch.setattr(QDockWidget, "setWidget", record)
    with open_window(tmp_path) as window:
        assert moved == [False] * len(window.docks.all)
        assert len(window.findChildren(QDockWidget)) == len(window.docks.all)
