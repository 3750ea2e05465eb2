"""The window is usable from 1024 pixels on: what matters stays in reach, what is said stays readable."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QTabBar, QToolBar, QToolButton, QWidget

from cnnviz.app.settings import Settings
from cnnviz.app.workbench import Workbench
from cnnviz.ui.actions import Actions
from cnnviz.ui.dataset_chooser import DatasetChooser
from cnnviz.ui.docks import Docks
from cnnviz.ui.format import share
from cnnviz.ui.plots.curve_plot import CurvePlot
from cnnviz.ui.plots.curves import Curve, Curves, Mark
from cnnviz.ui.theme import apply_theme
from cnnviz.ui.tool_bar import ImageNumber, MainToolBar

SMALLEST_PX, WIDE_PX = 1024, 1440


@pytest.fixture
def window(qtbot, qapp, tmp_path):
    apply_theme(qapp, "light")
    bench = Workbench(Settings(tmp_path / "settings.ini"))
    window = QMainWindow()
    qtbot.addWidget(window)
    bar = MainToolBar(Actions(window), bench.session, bench.selection, bench.recent_data, window)
    window.addToolBar(Qt.ToolBarArea.TopToolBarArea, bar)
    yield window
    assert bench.close()


@pytest.mark.parametrize(("width", "has_words"), [(SMALLEST_PX, False), (WIDE_PX, True)])
def test_every_control_of_the_tool_bar_is_in_reach(width, has_words, window, qtbot):
    window.resize(width, 700)
    with qtbot.waitExposed(window):
        window.show()
    bar = window.findChild(QToolBar)
    qtbot.waitUntil(lambda: bar.width() == width)
    number = bar.findChild(ImageNumber)
    qtbot.waitUntil(number.isVisible)
    assert number.geometry().right() < width
    stop = next(button for button in bar.findChildren(QToolButton) if button.accessibleName() == "Stop")
    assert (stop.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon) == has_words
    assert stop.toolTip()


def test_the_name_of_the_data_set_can_be_read_in_the_smallest_window(window, qtbot):
    window.resize(SMALLEST_PX, 700)
    with qtbot.waitExposed(window):
        window.show()
    chooser = window.findChild(DatasetChooser)
    qtbot.waitUntil(lambda: chooser.shown_text == chooser.currentText() == "Handwritten digits 8×8")
    assert window.findChild(ImageNumber).geometry().right() < SMALLEST_PX


def test_the_button_of_a_step_has_the_longer_steps_with_their_keys(window):
    bar = window.findChild(MainToolBar)
    shown = [(action.text(), action.shortcut().toString()) for action in bar.more_steps.actions()]
    assert shown == [("Step Epoch", "Ctrl+F10"), ("One More Epoch", "Ctrl+F5"), ("Restart", "Ctrl+Shift+F5")]
    step = next(button for button in bar.findChildren(QToolButton) if button.accessibleName() == "Step")
    assert step.menu() is bar.more_steps


@pytest.mark.parametrize(("width", "word"), [(200, "val 75.0 %"), (400, "validation 75.0 %")])
def test_a_narrow_plot_has_short_words_and_keeps_room_for_the_curves(width, word, qtbot):
    plot = CurvePlot("Accuracy", share, top=1.0, axis_scale=100.0)
    qtbot.addWidget(plot)
    plot.resize(width, 160)
    with qtbot.waitExposed(plot):
        plot.show()
    ones = np.linspace(0, 1, 50)
    validation = Curve("validation", np.array([50]), np.array([0.75]))
    plot.set_curves(Curves((Curve("training", ones * 50, ones), validation), Mark(50.0, "best: epoch 1")))
    assert word in [text for text, _, _ in plot._labels()]
    assert plot._view.getViewBox().width() > 0.35 * width


def test_names_of_tabs_can_be_read(qtbot, qapp):
    apply_theme(qapp, "light")
    window = QMainWindow()
    qtbot.addWidget(window)
    names = ("build", "layer", "image", "curves", "settings", "costs", "evaluation", "baselines", "runs")
    docks = Docks(window, **{name: QWidget() for name in (*names, "doctor", "why", "draw")})
    docks.build.widget().setMinimumWidth(288)
    docks.layer.widget().setMinimumWidth(244)
    window.resize(SMALLEST_PX, 700)
    with qtbot.waitExposed(window):
        window.show()
    docks.fit_tabs()
    bars = [bar for bar in window.findChildren(QTabBar) if bar.isVisible()]
    assert sorted(bar.count() for bar in bars) == [3, 8]
    for bar in bars:
        qtbot.waitUntil(lambda bar=bar: bar.tabRect(bar.count() - 1).right() <= bar.width())
        texts = [bar.tabText(place) for place in range(bar.count())]
        rooms = [bar.tabRect(place).width() for place in range(bar.count())]
        assert all(
            bar.fontMetrics().horizontalAdvance(text) <= room for text, room in zip(texts, rooms, strict=True)
        )


def test_names_of_tabs_have_their_room_again_in_a_window_made_wide_again(qtbot, qapp):
    apply_theme(qapp, "light")
    window = QMainWindow()
    qtbot.addWidget(window)
    names = ("build", "layer", "image", "curves", "settings", "costs", "evaluation", "baselines", "runs")
    docks = Docks(window, **{name: QWidget() for name in (*names, "doctor", "why", "draw")})
    rooms = []
    with qtbot.waitExposed(window):
        window.show()
    for width in (WIDE_PX, SMALLEST_PX, WIDE_PX):
        window.resize(width, 700)
        qtbot.waitUntil(lambda width=width: window.width() == width)
        docks.fit_tabs()
        bars = [bar for bar in window.findChildren(QTabBar) if bar.isVisible()]
        rooms.append([bar.tabRect(place).width() for bar in bars for place in range(bar.count())])
    wide, narrow, wide_again = rooms
    assert wide_again == wide
    assert sum(narrow) < sum(wide)


def test_curves_have_the_width_and_settings_stand_behind_them(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    names = ("build", "layer", "image", "curves", "settings", "costs", "evaluation", "baselines", "runs")
    parts = {name: QWidget() for name in (*names, "doctor", "why", "draw")}
    docks = Docks(window, **parts)
    window.resize(WIDE_PX, 900)
    with qtbot.waitExposed(window):
        window.show()
    behind = {
        docks.settings,
        docks.costs,
        docks.evaluation,
        docks.why,
        docks.doctor,
        docks.baselines,
        docks.runs,
    }
    assert set(window.tabifiedDockWidgets(docks.training)) == behind
    assert not parts["curves"].visibleRegion().isEmpty()
    assert parts["settings"].visibleRegion().isEmpty()
    assert parts["costs"].visibleRegion().isEmpty()
