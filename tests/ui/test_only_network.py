"""One key gives the whole window to the network: every panel goes, and comes back where it stood."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabBar, QToolButton

from cnnviz.app.settings import Settings
from tests.helpers.open_windows import open_window


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        qtbot.waitExposed(window)
        window.resize(1024, 700)
        yield window


@pytest.fixture
def command(window):
    return window.commands["only_network"]


def in_sight(window):
    return {dock.windowTitle() for dock in window.docks.all if not dock.visibleRegion().isEmpty()}


def tab_bars(window):
    bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [bar for bar in bars if bar.isVisible()]


def tabs_in_sight(window):
    return sorted(bar.tabText(place) for bar in tab_bars(window) for place in range(bar.count()))


def test_all_panels_go_and_come_back_where_they_stood(window, command, qtbot):
    window.docks.bring(window.docks.why)
    qtbot.waitUntil(lambda: "Why" in in_sight(window))
    before, tabs, size = in_sight(window), tabs_in_sight(window), window.stage.size()
    QTest.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: not in_sight(window))
    qtbot.waitUntil(lambda: window.stage.width() == window.width())
    assert window.stage.height() > size.height() + 200
    assert command.isChecked()
    QTest.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: in_sight(window) == before)
    qtbot.waitUntil(lambda: window.stage.size() == size)
    assert tabs_in_sight(window) == tabs
    assert {bar.elideMode() for bar in tab_bars(window)} == {Qt.TextElideMode.ElideNone}, (
        "names of tabs are whole"
    )


def test_a_panel_that_is_asked_for_comes_alone_and_stays_in_front(window, command, qtbot):
    before = in_sight(window)
    command.trigger()
    window.docks.bring(window.docks.costs)
    qtbot.waitUntil(lambda: in_sight(window) == {"Costs"})
    command.trigger()
    qtbot.waitUntil(lambda: in_sight(window) == (before - {"Training"}) | {"Costs"})


def test_a_panel_that_the_menu_shows_meanwhile_is_in_front_too(window, command, qtbot):
    before = in_sight(window)
    command.trigger()
    window.docks.costs.toggleViewAction().trigger()
    qtbot.waitUntil(lambda: in_sight(window) == {"Costs"})
    command.trigger()
    qtbot.waitUntil(lambda: in_sight(window) == (before - {"Training"}) | {"Costs"})


def test_a_panel_that_was_closed_again_meanwhile_does_not_come_to_the_front(window, command, qtbot):
    before = in_sight(window)
    command.trigger()
    window.docks.bring(window.docks.costs)
    window.docks.costs.close()
    command.trigger()
    qtbot.waitUntil(lambda: in_sight(window) == before)


def test_the_page_of_a_number_and_the_menu_bar_offer_it(window, command, qtbot):
    offered = [button for button in window.findChildren(QToolButton) if button.defaultAction() is command]
    assert len(offered) == 2
    bar = window.menuBar()
    assert bar.height() <= bar.actionGeometry(bar.actions()[0]).height() + 5, "the bar is no higher for it"
    assert {button.isVisibleTo(button.parentWidget()) for button in offered} == {True}
    qtbot.mouseClick(window.only_network.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not in_sight(window))


def test_the_keyboard_goes_on_in_what_stays(window, command, qtbot):
    window.builder.list_view.setFocus()
    command.trigger()
    assert window.focusWidget() is window.network_view.canvas, "where the arrow keys go from map to map"


def test_the_layout_that_is_remembered_is_that_with_panels(window, command, tmp_path, qtbot):
    command.trigger()
    window.docks.keep(settings := Settings(tmp_path / "kept.ini"))
    window.docks.restore(settings)
    qtbot.waitUntil(lambda: "Build" in in_sight(window))


def test_a_reset_layout_brings_all_panels(window, command, qtbot):
    command.trigger()
    window.commands["reset_layout"].trigger()
    qtbot.waitUntil(lambda: {"Build", "Layer", "Training"} <= in_sight(window))
    assert not command.isChecked()


def floated(qtbot, dock, place):
    dock.setFloating(True)
    dock.setGeometry(place)
    qtbot.waitUntil(lambda: dock.isVisible() and dock.geometry() == place)
    return dock


def test_a_panel_that_floats_over_the_window_goes_and_comes_back_where_it_was(window, command, qtbot):
    over = QRect(window.geometry().center(), QSize(320, 300))
    dock = floated(qtbot, window.docks.layer, over)
    command.trigger()
    qtbot.waitUntil(dock.isHidden)
    command.trigger()
    qtbot.waitUntil(dock.isVisible)
    assert dock.isFloating()
    assert dock.geometry() == over


def test_a_panel_that_floats_beside_the_window_covers_nothing_and_stays(window, command, qtbot):
    beside = QRect(window.frameGeometry().right() + 60, 10, 320, 300)
    dock = floated(qtbot, window.docks.layer, beside)
    command.trigger()
    qtbot.waitUntil(lambda: in_sight(window) == {"Layer"})
    command.trigger()
    assert dock.isFloating()
    assert dock.geometry() == beside


def test_a_floating_panel_that_was_asked_for_meanwhile_stays_where_it_is_put(window, command, qtbot):
    over = QRect(window.geometry().center(), QSize(320, 300))
    dock = floated(qtbot, window.docks.layer, over)
    command.trigger()
    window.docks.bring(dock)
    qtbot.waitUntil(dock.isVisible)
    moved = over.translated(-50, -40)
    dock.setGeometry(moved)
    command.trigger()
    qtbot.waitUntil(lambda: "Build" in in_sight(window))
    assert dock.isVisible()
    assert dock.geometry() == moved


def test_a_panel_that_was_closed_before_and_floats_now_stays(window, command, qtbot):
    dock = window.docks.doctor
    dock.hide()
    command.trigger()
    window.docks.bring(dock)
    place = QRect(window.geometry().center(), QSize(320, 300))
    floated(qtbot, dock, place)
    command.trigger()
    qtbot.waitUntil(lambda: "Build" in in_sight(window))
    assert dock.isVisible()
    assert dock.geometry() == place
