"""The Tab key goes through the window in the order in which it is read, and only to what is in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from tests.helpers.open_windows import open_window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from cnnviz.ui.main_window import MainWindow

MOST_STOPS = 200


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    with open_window(tmp_path) as window:
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.waitUntil(lambda: not window.docks.training.visibleRegion().isEmpty())
        window.builder.list_view.setFocus()
        yield window


def optimizer_choice(window: MainWindow) -> QComboBox:
    choices = window.docks.settings.findChildren(QComboBox)
    return next(choice for choice in choices if choice.accessibleName() == "Optimizer")


def press_tab(back: bool = False) -> QWidget:
    """Press Tab where the keyboard is, and return where it has gone."""
    stop = QApplication.focusWidget()
    QTest.keyClick(stop, Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab)
    return QApplication.focusWidget()


@pytest.mark.parametrize("back", [False, True])
def test_no_stop_is_in_a_dock_behind_another_one(window: MainWindow, back: bool) -> None:
    stops = [press_tab(back)]
    while stops[-1] is not window.builder.list_view and len(stops) < MOST_STOPS:
        stops.append(press_tab(back))
    assert 20 < len(stops) < MOST_STOPS
    assert not any(window.docks.settings.isAncestorOf(stop) for stop in stops)
    window.docks.settings.raise_()
    QApplication.processEvents()
    window.training_form.findChild(QComboBox).setFocus()  # the first control there is
    assert window.docks.settings.isAncestorOf(press_tab(back)) is not back


@pytest.mark.parametrize("layer_id", ["conv1", "maxpool1", "dense1"])
def test_the_settings_of_any_kind_of_layer_come_after_the_buttons_of_the_list(
    window: MainWindow, layer_id: str
) -> None:
    window.builder.select_layer(layer_id)
    rows = window.builder.form.rows
    assert rows is not None
    stops = [press_tab()]
    while not rows.isAncestorOf(stops[-1]) and len(stops) < MOST_STOPS:
        stops.append(press_tab())
    assert [stop.accessibleName() for stop in stops[-2:-1]] == ["Remove the layer"]
    assert len(stops) <= 5


def test_settings_of_another_optimizer_come_after_its_choice(window: MainWindow, qtbot: QtBot) -> None:
    window.docks.settings.raise_()
    qtbot.waitUntil(lambda: not window.docks.settings.visibleRegion().isEmpty())
    choice = optimizer_choice(window)
    choice.setCurrentIndex(choice.findText("SGD"))
    QApplication.processEvents()
    choice.setFocus()
    names = [press_tab().accessibleName() for _ in range(3)]
    assert names == ["Learning rate", "Loss", "Label smoothing"]
