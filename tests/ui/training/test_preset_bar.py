"""The line of presets: choose, save under a name, delete, and what it says where that cannot be."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from cnnviz.app.training.presets import BUNDLED, Presets
from cnnviz.spec.training import TrainingSpec
from cnnviz.ui.training.preset_bar import PresetBar

OTHER = TrainingSpec(epochs=77)


@pytest.fixture
def bar(qtbot, tmp_path):
    bar = PresetBar(Presets(tmp_path / "presets.json"), TrainingSpec())
    qtbot.addWidget(bar)
    with qtbot.waitExposed(bar):
        bar.show()
    return bar


def save_as(bar, name):
    bar.save.click()
    bar.name.setText(name)
    QTest.keyClick(bar.name, Qt.Key.Key_Return)


def test_it_shows_whose_settings_they_are(bar):
    assert bar.choice.currentText() == "Default"
    bar.show_training(OTHER)
    assert bar.choice.currentIndex() == -1
    bar.show_training(BUNDLED[1].training)
    assert bar.choice.currentText() == BUNDLED[1].name


def test_a_choice_brings_its_settings(bar, qtbot):
    with qtbot.waitSignal(bar.training_chosen) as chosen:
        bar.choice.activated.emit(2)
    assert chosen.args[0] == BUNDLED[2].training


def test_settings_are_saved_under_a_name_and_deleted(bar):
    bar.show_training(OTHER)
    assert bar.delete.isHidden()
    save_as(bar, "Long")
    assert bar.choice.currentText() == "Long"
    assert bar.name.isHidden()
    assert not bar.choice.isHidden()
    bar.delete.click()
    assert bar.choice.findText("Long") == -1
    assert bar.choice.currentIndex() == -1


def test_of_presets_with_the_same_settings_that_one_is_shown_that_was_saved_or_chosen(bar):
    save_as(bar, "Mine")
    assert bar.choice.currentText() == "Mine"
    save_as(bar, "Also  mine")
    assert bar.choice.currentText() == "Also mine"
    for name in ("Default", "Mine"):
        index = bar.choice.findText(name)
        bar.choice.setCurrentIndex(index)
        bar.choice.activated.emit(index)
        assert bar.choice.currentText() == name
        assert bar.delete.isHidden() == (name == "Default")
    bar.delete.click()
    assert bar.choice.findText("Mine") == -1
    assert bar.choice.findText("Also mine") != -1
    assert bar.choice.currentText() == "Default"


def test_after_a_preset_is_deleted_the_keyboard_stays_with_the_presets(bar, qtbot):
    after = QLineEdit(bar)  # as the fields that stand below
    bar.layout().addWidget(after)
    after.show()
    bar.show_training(OTHER)
    save_as(bar, "Long")
    bar.activateWindow()
    qtbot.waitUntil(bar.isActiveWindow)
    bar.delete.setFocus()
    bar.delete.click()
    assert QApplication.focusWidget() is bar.choice


def test_escape_gives_the_name_up(bar):
    bar.save.click()
    bar.name.setText("Long")
    QTest.keyClick(bar.name, Qt.Key.Key_Escape)
    assert bar.name.isHidden()
    assert bar.save.text() == "Save As…"
    assert bar.choice.findText("Long") == -1


def test_a_name_that_cannot_be_is_said_beside_it(bar):
    save_as(bar, "Default")
    assert "comes with the program" in bar.problem_text
    assert not bar.name.isHidden()
    bar.name.setText("Mine")
    bar.save.click()
    assert bar.problem_text == ""
    assert bar.choice.findText("Mine") >= 0


def test_a_file_that_cannot_be_written_is_said(bar, tmp_path):
    (tmp_path / "presets.json").mkdir()
    save_as(bar, "Mine")
    assert "is a folder" in bar.problem_text


def test_no_other_preset_while_a_run_is_on(bar):
    bar.set_running("Stop the run first.", "from the next batch on")
    assert not bar.choice.isEnabled()
    assert bar.choice.toolTip() == "Stop the run first."
    assert bar.note == "from the next batch on"
    bar.set_running("", "from the next batch on")
    assert bar.choice.isEnabled()
    assert bar.note == ""


def test_what_is_said_gives_way_where_there_is_no_room(bar):
    least = bar.minimumSizeHint().width()
    bar.set_running("The run goes on.", "Changes hold from the next batch on")
    bar.layout().activate()
    assert bar.minimumSizeHint().width() <= least + 40  # a few letters, and all of it in the tool tip
