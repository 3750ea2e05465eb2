"""Data sets that were used lately, in the list of the tool bar and in File > Open Recent."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu

from cnnviz.spec.preparing import Preparing
from cnnviz.ui.dataset_chooser import DatasetChooser
from tests.helpers.open_windows import open_window
from tests.helpers.picture_folders import fill

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtGui import QAction
    from pytestqt.qtbot import QtBot

    from cnnviz.data.dataset import Dataset
    from cnnviz.ui.main_window import MainWindow


@pytest.fixture
def window(qapp: object, tmp_path: Path) -> Iterator[MainWindow]:
    with open_window(tmp_path) as opened:
        yield opened


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    for name in ("cat", "dog"):
        fill(tmp_path / "pets" / name, 5)
    return tmp_path / "pets"


def used(window: MainWindow) -> Dataset:
    return window.workbench.selection.dataset


def open_and_leave(window: MainWindow, source: str, qtbot: QtBot) -> None:
    """Use a data set of one's own, and then the bundled one again."""
    assert window.files.open_dataset(source)
    qtbot.waitUntil(lambda: used(window).source.startswith(source))
    assert window.files.open_dataset("digits")
    qtbot.waitUntil(lambda: used(window).name == "digits")


def chooser_of(window: MainWindow) -> DatasetChooser:
    chooser = window.findChild(DatasetChooser)
    assert chooser is not None
    return chooser


def place_of(chooser: DatasetChooser, words: str) -> int:
    return chooser.findText(words, Qt.MatchFlag.MatchContains)


def menu_of(window: MainWindow, title: str) -> QMenu:
    return next(menu for menu in window.findChildren(QMenu) if menu.title() == title)


def recent_actions(window: MainWindow) -> dict[str, QAction]:
    return {action.text(): action for action in menu_of(window, "Open &Recent").actions()}


def test_a_folder_stays_in_the_list_when_another_set_is_opened(
    window: MainWindow, pets: Path, qtbot: QtBot
) -> None:
    open_and_leave(window, str(pets), qtbot)
    chooser = chooser_of(window)
    place = place_of(chooser, "pets: 10 images 6×5 – folder of pictures, ")
    assert place >= 0
    assert chooser.currentText() == "Handwritten digits 8×8"
    chooser.activated.emit(place)
    qtbot.waitUntil(lambda: used(window).name == "folder:pets")
    assert chooser.currentText() == "pets: 10 images 6×5"


def test_it_is_there_after_a_restart_and_can_be_opened_from_the_menu(
    window: MainWindow, pets: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    open_and_leave(window, str(pets), qtbot)
    window.workbench.settings.write()
    with open_window(tmp_path) as again:
        (action,) = (
            each for text, each in recent_actions(again).items() if text.startswith("pets: 10 images")
        )
        action.trigger()
        qtbot.waitUntil(lambda: used(again).name == "folder:pets")


def test_a_prepared_set_is_prepared_again(window: MainWindow, qtbot: QtBot) -> None:
    preparing = Preparing(height=6, width=6)
    window.preparing_links.prepare(preparing)
    qtbot.waitUntil(lambda: used(window).image_shape == (6, 6, 1))
    chooser = chooser_of(window)
    assert chooser.currentText() == "Handwritten digits 8×8 · 6×6"
    chooser.activated.emit(chooser.findText("Handwritten digits 8×8"))
    qtbot.waitUntil(lambda: used(window).image_shape == (8, 8, 1))
    chooser.activated.emit(place_of(chooser, "Handwritten digits 8×8 · 6×6 – prepared"))
    qtbot.waitUntil(lambda: used(window).treatment.preparing == preparing)


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_one_that_is_missing_is_grey_says_why_and_can_be_removed(
    window: MainWindow, pets: Path, qtbot: QtBot
) -> None:
    open_and_leave(window, str(pets), qtbot)
    shutil.rmtree(pets)
    chooser = chooser_of(window)
    chooser.showPopup()
    qtbot.waitUntil(lambda: place_of(chooser, "folder not found") >= 0)
    assert chooser.findText("Remove Those Not Found") < 0  # nothing comes or goes under the mouse
    chooser.hidePopup()
    chooser.showPopup()
    chooser.hidePopup()
    place = place_of(chooser, "folder not found")
    assert not chooser.model().flags(chooser.model().index(place, 0)) & Qt.ItemFlag.ItemIsEnabled
    (action,) = (each for text, each in recent_actions(window).items() if "folder not found" in text)
    assert not action.isEnabled()
    assert "Remove Data Sets Not Found" in recent_actions(window)
    chooser.activated.emit(chooser.findText("Remove Those Not Found"))
    assert place_of(chooser, "pets") < 0
    assert not any("pets" in text for text in recent_actions(window))
    assert chooser.currentText() == "Handwritten digits 8×8"


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_the_menu_stays_as_it_is_while_it_is_open_and_is_right_the_next_time(
    window: MainWindow, pets: Path, qtbot: QtBot
) -> None:
    open_and_leave(window, str(pets), qtbot)
    shutil.rmtree(pets)
    menu = menu_of(window, "Open &Recent")
    menu.popup(window.mapToGlobal(window.rect().center()))
    before = menu.actions()
    with qtbot.waitSignal(window.workbench.recent_data.changed):
        window.workbench.recent_data.look()
    assert menu.actions() == before
    menu.hide()
    menu_of(window, "&File").aboutToShow.emit()
    assert any("folder not found" in text for text in recent_actions(window))


def test_the_wheel_opens_no_other_data_set(window: MainWindow, qtbot: QtBot) -> None:
    chooser = chooser_of(window)
    at, buttons, keys = QPointF(chooser.rect().center()), Qt.MouseButton.NoButton, Qt.KeyboardModifier
    turned = QPoint(0, -120)
    event = QWheelEvent(
        at,
        chooser.mapToGlobal(at),
        QPoint(),
        turned,
        buttons,
        keys.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    with qtbot.assertNotEmitted(chooser.activated):
        QApplication.sendEvent(chooser, event)
    assert chooser.currentText() == "Handwritten digits 8×8"


def test_what_is_used_stays_in_the_list_when_the_recent_ones_are_cleared(
    window: MainWindow, pets: Path, qtbot: QtBot
) -> None:
    assert window.files.open_dataset(str(pets))
    qtbot.waitUntil(lambda: used(window).name == "folder:pets")
    recent_actions(window)["Clear"].trigger()
    assert chooser_of(window).currentText() == "pets: 10 images 6×5"
    assert window.workbench.settings.recent_data == ()
