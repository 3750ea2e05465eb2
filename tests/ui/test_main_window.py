"""The window: its parts hang together, it remembers, and it lets nothing get lost."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from cnnviz.app.settings import ThemeMode
from cnnviz.app.training.session import SessionState
from cnnviz.interpret.atlas import Scale
from cnnviz.spec.layers import Conv2D, Dense
from cnnviz.spec.losses import MulticlassSVM
from cnnviz.spec.training import SGD, TrainingSpec
from cnnviz.ui.help import AboutDialog, ShortcutsDialog
from cnnviz.ui.tool_bar import ImageNumber
from tests.helpers.designs import ENDLESS, bundled_design
from tests.helpers.open_windows import open_window
from tests.helpers.runs import linear_design


def menu_entries(menu):
    for action in menu.actions():
        if action.menu() is not None:
            yield from menu_entries(action.menu())
        elif not action.isSeparator():
            yield action


def all_menu_entries(window):
    return [entry for action in window.menuBar().actions() for entry in menu_entries(action.menu())]


def test_the_first_sight_is_digits_a_design_and_its_maps(window, qtbot):
    inspector = window.workbench.inspector
    qtbot.waitUntil(lambda: inspector.inspection is not None)
    assert window.workbench.selection.dataset.name == "digits"
    assert window.workbench.document.spec == bundled_design()
    assert window.layer_panel.layer_id == "conv1"
    assert window.builder.selected_layer_id == "conv1"
    qtbot.waitUntil(lambda: "conv1" in window.network_view.summary)
    assert window.commands["train"].isEnabled()
    assert window.windowTitle() == "Digits CNN[*] – cnnviz"


def test_every_menu_entry_is_named_and_every_command_is_in_a_menu(window):
    entries = all_menu_entries(window)
    texts = [entry.text() for entry in entries]
    assert all(texts)
    for command in window.commands:
        assert command in entries, command.text()
    for category in ("Conv2D", "Dense", "MaxPool2D", "Dropout"):
        assert category in texts
    assert bundled_design("lenet5").name in texts


def test_an_edit_shows_in_title_undo_and_maps(window, qtbot):
    entry = next(entry for entry in all_menu_entries(window) if entry.text() == "Tanh")
    entry.trigger()
    document = window.workbench.document
    assert [layer.id for layer in document.spec.layers][:3] == ["conv1", "relu1", "tanh1"]
    assert window.isWindowModified()
    assert window.menus.undo.text() == "Undo Add Tanh"
    inspector = window.workbench.inspector
    qtbot.waitUntil(lambda: inspector.inspection is not None and inspector.inspection.spec == document.spec)
    window.menus.undo.trigger()
    assert document.spec == bundled_design()
    assert not window.isWindowModified()
    assert window.menus.redo.text() == "Redo Add Tanh"


def test_choosing_a_layer_anywhere_chooses_it_everywhere(window):
    window.builder.select_layer("conv2")
    assert window.layer_panel.layer_id == "conv2"
    window.network_view.map_clicked.emit("relu1", 3)
    assert (window.layer_panel.layer_id, window.layer_panel.map_index) == ("relu1", 3)
    assert window.builder.selected_layer_id == "relu1"
    window.layer_panel.map_chosen.emit("relu1", 5)
    assert window.network_view.canvas.selected == ("relu1", 5)


def test_a_number_under_the_mouse_is_in_the_status_bar(window):
    window.network_view.hover_text_changed.emit("conv1, map 1, row 0, column 0: 0.5")
    assert window.statusBar().currentMessage() == "conv1, map 1, row 0, column 0: 0.5"
    window.layer_panel.hover_text_changed.emit("")
    assert window.statusBar().currentMessage() == ""


def test_a_problem_disables_train_and_says_why(window):
    window.workbench.document.remove_layer("flatten1")
    assert not window.commands["train"].isEnabled()
    assert "Put Flatten before it" in window.commands["train"].toolTip()
    assert not window.tool_bar.train_button.isEnabled()
    assert "Put Flatten before it" in window.tool_bar.train_button.toolTip()
    window.menus.undo.trigger()
    assert window.tool_bar.train_button.isEnabled()


def test_a_design_for_other_images_is_offered_to_be_adapted(window, questions, qtbot):
    new = next(entry for entry in all_menu_entries(window) if entry.text() == bundled_design("lenet5").name)
    new.trigger()
    qtbot.waitUntil(lambda: window.banner.text == "This design does not fit the data set yet.")
    assert "8×8×1" in window.builder.problem_text
    assert window.commands["adapt"].isEnabled()
    window.commands["adapt"].trigger()
    assert window.workbench.document.spec.input.shape == (8, 8, 1)
    assert window.banner.text == ""
    assert not window.commands["adapt"].isEnabled()
    assert window.menus.undo.text() == "Undo Adapt to Data Set"


def test_keys_of_a_run(window, qtbot):
    session = window.workbench.session
    window.training_form.set_training(ENDLESS)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.network_view.canvas.setFocus()
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: len(session.history.steps) > 0)
    QTest.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.state is SessionState.PAUSED)
    assert window.commands["pause"].text() == "Resume"
    step = session.progress.step
    QTest.keyClick(window, Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: session.weights_step == step + 1)
    QTest.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.state is SessionState.RUNNING)
    QTest.keyClick(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: session.is_idle)


def test_the_space_bar_presses_the_button_that_has_the_focus(trained, qtbot):
    window = trained
    window.resize(1440, 900)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    button = window.tool_bar.widgetForAction(window.commands["next_image"])
    qtbot.waitUntil(button.isVisible)
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert window.workbench.selection.position == 1
    assert window.workbench.session.state is SessionState.RUNNING


@pytest.mark.parametrize(("typed", "position"), [("17", 16), ("1,1", 10), ("0", 0), ("301", 299), ("", 0)])
def test_an_image_is_chosen_by_its_number(window, typed, position):
    number = window.tool_bar.findChild(ImageNumber)
    number.setLocale(QLocale(QLocale.Language.English))
    number.selectAll()
    QTest.keyClick(number, Qt.Key.Key_Delete)
    QTest.keyClicks(number, typed)
    QTest.keyClick(number, Qt.Key.Key_Return)
    assert window.workbench.selection.position == position
    assert number.text() == str(position + 1)


def test_the_theme_and_the_scale_are_remembered(window, qtbot, tmp_path):
    dark = next(entry for entry in all_menu_entries(window) if entry.text() == "Dark")
    dark.trigger()
    assert QApplication.palette().window().color().lightness() < 128
    window.network_view.scale_requested.emit(Scale.PER_MAP)
    checked = [entry.text() for entry in all_menu_entries(window) if entry.isChecked()]
    assert "One for Each Map" in checked
    assert window.workbench.live_view.scale is Scale.PER_MAP
    assert window.workbench.settings.theme is ThemeMode.DARK
    assert window.workbench.settings.scale is Scale.PER_MAP


def test_how_often_maps_are_drawn_during_a_run_is_chosen_and_remembered(tmp_path):
    with open_window(tmp_path) as window:
        assert not window.workbench.session.turns.is_smooth
        smooth = next(entry for entry in all_menu_entries(window) if entry.text() == "Ten a Second")
        smooth.trigger()
        assert window.workbench.session.turns.is_smooth
        window.close()
    with open_window(tmp_path) as window:
        assert window.workbench.session.turns.is_smooth
        sparing = next(entry for entry in all_menu_entries(window) if entry.text() == "Spare the Run")
        assert not sparing.isChecked()
        sparing.trigger()
        assert not window.workbench.session.turns.is_smooth


def test_the_layout_is_kept_and_can_be_reset(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        window.docks.layer.hide()
        window.close()
    with open_window(tmp_path) as window:
        assert not window.docks.layer.isVisible()
        assert window.docks.build.isVisible()
        window.commands["reset_layout"].trigger()
        assert window.docks.layer.isVisible()


def test_another_image_by_command_and_by_number(window, qtbot):
    selection = window.workbench.selection
    window.commands["next_image"].trigger()
    window.commands["next_image"].trigger()
    window.commands["previous_image"].trigger()
    assert selection.position == 1
    window.commands["random_image"].trigger()
    assert selection.position != 1
    qtbot.waitUntil(
        lambda: (
            window.workbench.inspector.inspection is not None
            and window.workbench.inspector.inspection.image_view.image.tobytes() == selection.pixels.tobytes()
        )
    )


def test_help_lists_every_key_and_credits_the_images(window, qtbot):
    window.commands["shortcuts"].trigger()
    window.commands["about"].trigger()
    shortcuts, about = window.findChild(ShortcutsDialog), window.findChild(AboutDialog)
    texts = {label.text() for label in shortcuts.findChildren(QLabel)}
    assert {"Train", "F5", "Undo", "Ctrl+Z", "Duplicate"} <= texts
    assert any("CC BY 4.0" in label.text() for label in about.findChildren(QLabel))
    for command, dialog in (("shortcuts", shortcuts), ("about", about)):
        assert dialog.isVisible()
        window.commands[command].trigger()
        assert window.findChildren(type(dialog)) == [dialog]  # one is enough
        dialog.close()


def test_an_error_of_a_run_is_shown_and_the_window_lives_on(window, qtbot, monkeypatch):
    def explode(*args, **kwargs):
        raise RuntimeError("The roof fell in.")

    monkeypatch.setattr("cnnviz.app.training.job.train", explode)
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: "The roof fell in." in window.banner.text)
    assert window.commands["train"].isEnabled()


def test_numbers_that_overflow_end_the_run_with_step_and_layer(window, qtbot):
    """The weights from before the epoch are on the screen again, and training can go on."""
    window.workbench.document.new(linear_design())
    wild = TrainingSpec(optimizer=SGD(learning_rate=100.0), epochs=2)
    window.training_form.set_training(wild)
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: "The run has ended: At step" in window.banner.text)
    assert 'the first layer with such an output is "' in window.banner.text
    assert "The weights from before this epoch are kept." in window.banner.text
    session = window.workbench.session
    weights = session.parameters_for(window.workbench.document.spec)
    assert all(np.isfinite(weights[name]).all() for name in weights)
    assert window.commands["train"].isEnabled()


def test_scores_of_an_svm_are_not_shown_as_probabilities(window, qtbot):
    window.docks.bring(window.docks.image)
    bars = window.image_panel.bars
    qtbot.waitUntil(lambda: "%" in bars.summary)
    window.training_form.choosers["loss"].choice.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "with the highest score" in bars.summary)
    assert window.workbench.document.loss == MulticlassSVM()
    assert "with the highest score" in window.network_view.answer_text, "where colours alone say it"
    window.training_form.choosers["loss"].choice.setCurrentIndex(0)
    qtbot.waitUntil(lambda: "%" in bars.summary)
    assert window.network_view.answer_text == ""


def test_a_bundled_design_brings_its_loss_and_leaves_the_other_settings(window):
    form = window.training_form
    form.set_training(dataclasses.replace(form.training, epochs=3))
    actions = {action.text(): action for action in window.findChildren(QAction)}
    actions["Linear SVM"].trigger()
    assert window.workbench.document.spec.name == "Linear SVM"
    assert form.training == TrainingSpec(epochs=3, loss=MulticlassSVM())
    actions["Linear softmax"].trigger()
    assert form.training == TrainingSpec(epochs=3)


def test_problems_are_those_of_the_chosen_loss(window):
    window.training_form.choosers["loss"].choice.setCurrentIndex(2)
    problems = window.workbench.document.problems
    assert "two classes apart; the data set has 10" in problems[0].message
    window.training_form.choosers["loss"].choice.setCurrentIndex(0)
    assert window.workbench.document.problems == ()


def test_the_design_can_be_renamed_in_one_step_that_can_be_undone(window, questions):
    document, before = window.workbench.document, window.workbench.document.spec.name
    questions.texts = ["  My  net ", None, " "]
    for _ in range(3):
        window.commands["rename_design"].trigger()
    assert document.spec.name == "My net"
    assert questions.asked[-3:] == [f"Rename Design | {before}"] + ["Rename Design | My net"] * 2
    document.undo_stack.undo()
    assert document.spec.name == before


def test_the_first_layer_with_a_problem_is_chosen(window):
    layers = (Conv2D(id="conv"), Dense(id="dense", units=10))
    window.workbench.document.edit(
        "Break", dataclasses.replace(window.workbench.document.spec, layers=layers)
    )
    window.links.choose_first_layer()
    assert window.builder.selected_layer_id == "dense"


def test_a_refusal_goes_when_another_layer_is_chosen(window):
    layers = window.workbench.document.spec.layers
    window.builder.select_layer(layers[0].id)
    window.builder.layer_actions.refused.emit("This is no layer.")
    assert window.builder._refusal._stays.isActive()
    assert "This is no layer." in window.builder.problem_text
    window.builder.list_view.select_layer(layers[1].id)
    assert "This is no layer." not in window.builder.problem_text
