"""The dialogs in the window: what is chosen in them is done, and work is asked about first."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnviz.spec.layers import Conv2D
from cnnviz.spec.losses import MulticlassSVM
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.ui.dialogs import Answer
from cnnviz.ui.templates.pattern_dialog import PatternDialog
from cnnviz.ui.templates.template_dialog import TemplateDialog
from tests.helpers.designs import bundled_design


def _dialog(window, qtbot, command: str, kind: type):
    window.commands[command].trigger()
    dialog = window.findChild(kind)
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def test_a_template_is_opened_with_its_loss(window, qtbot):
    dialog = _dialog(window, qtbot, "new_from_template", TemplateDialog)
    assert dialog.windowModality() == Qt.WindowModality.WindowModal
    dialog.list.select("linear-svm")
    QTest.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    assert window.workbench.document.spec == bundled_design("linear-svm")
    assert isinstance(window.training_form.training.loss, MulticlassSVM)
    qtbot.waitUntil(lambda: window.findChild(TemplateDialog) is None)


def test_a_template_adapts_to_the_data_set_of_the_window(window, qtbot):
    dialog = _dialog(window, qtbot, "new_from_template", TemplateDialog)
    dialog.list.select("two-conv")
    dialog.adapt_box.setChecked(True)
    dialog.accept()
    assert window.workbench.document.spec.input == InputSpec(height=8, width=8, channels=1)


@pytest.mark.parametrize(("answer", "opened"), [(Answer.CANCEL, False), (Answer.DISCARD, True)])
def test_unsaved_work_is_asked_about_first(window, qtbot, questions, answer, opened):
    questions.answer = answer
    window.workbench.document.rename("Mine")
    dialog = _dialog(window, qtbot, "new_from_template", TemplateDialog)
    dialog.list.select("lenet5")
    dialog.accept()
    assert len(questions.asked) == 1
    assert (window.workbench.document.spec == bundled_design("lenet5")) is opened


def test_a_pattern_becomes_a_new_design(window, qtbot):
    dialog = _dialog(window, qtbot, "new_from_pattern", PatternDialog)
    assert not dialog.is_insertion
    dialog.accept()
    assert window.workbench.document.spec.name == "Pattern"
    assert window.workbench.document.problems == ()


def test_a_pattern_is_inserted_behind_the_chosen_layer_in_one_step_of_undo(window, qtbot):
    document = window.workbench.document
    before = document.spec
    window.builder.select_layer("relu1")
    dialog = _dialog(window, qtbot, "insert_pattern", PatternDialog)
    dialog.accept()
    assert [layer.title for layer in document.spec.layers[2:7]] == [
        "Conv2D", "ReLU", "Conv2D", "ReLU", "MaxPool2D",
    ]  # fmt: skip
    assert window.builder.selected_layer_id == document.spec.layers[2].id
    assert document.undo_stack.undoText() == "Insert Pattern"
    document.undo_stack.undo()
    assert document.spec == before


def test_an_insertion_that_is_too_long_is_told_and_changes_nothing(window, qtbot):
    document = window.workbench.document
    dialog = _dialog(window, qtbot, "insert_pattern", PatternDialog)
    layers = tuple(Conv2D(padding="same") for _ in range(499))
    document.new(NetworkSpec(name="Long", input=InputSpec(), layers=layers))
    before = document.spec
    dialog.accept()
    assert document.spec == before
    assert "at most 500 layers" in window.banner.text
