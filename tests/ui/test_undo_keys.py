"""Ctrl+Z and Ctrl+Shift+Z reach the design wherever in the builder and the training form the keyboard is."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication

from cnnviz.spec.layers import Conv2D
from tests.helpers.designs import small_design
from tests.helpers.open_windows import open_window

CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        assert window.files.new(small_design())
        qtbot.waitActive(window)
        yield window


@pytest.fixture
def document(window):
    return window.workbench.document


def focus(qtbot, widget):
    dock = widget
    while dock.parentWidget() is not None:
        dock = dock.parentWidget()
        dock.show()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(widget.hasFocus)


def box_of(window, name):
    return window.builder.form.rows.editors[name].findChildren(QAbstractSpinBox)[0]


def press(qtbot, modifiers):
    """Press Z where the keyboard is, as a person would."""
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, modifiers)


@pytest.mark.parametrize(("layer_id", "name"), [("conv1", "filters"), ("conv1", "kernel_size")])
def test_a_box_of_the_properties_leaves_undo_and_redo_to_the_design(
    window, document, qtbot, layer_id, name
) -> None:
    window.builder.select_layer(layer_id)
    before = document.spec
    box = box_of(window, name)
    value = box.value()
    focus(qtbot, box)
    box.selectAll()
    qtbot.keyClicks(box, "5")
    after = document.spec
    assert after != before
    press(qtbot, CTRL)
    assert document.spec == before
    assert (document.undo_stack.index(), document.undo_stack.count()) == (0, 1)  # undone, not edited back
    assert box.value() == value
    press(qtbot, CTRL_SHIFT)
    assert document.spec == after
    assert box.value() == 5


def test_ctrl_y_redoes_an_edit_as_it_redoes_a_stroke(window, document, qtbot) -> None:
    window.builder.select_layer("conv1")
    before = document.spec
    document.remove_layer("relu1")
    after = document.spec
    for widget in (window.builder.list_view, box_of(window, "filters")):
        window.builder.select_layer("conv1")
        focus(qtbot, widget)
        press(qtbot, CTRL)
        assert document.spec == before
        window.builder.select_layer("conv1")
        focus(qtbot, widget)
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Y, CTRL)
        assert document.spec == after


def test_undo_in_a_box_takes_back_the_last_edit_though_it_was_another(window, document, qtbot) -> None:
    window.builder.select_layer("conv1")
    focus(qtbot, box_of(window, "filters"))
    before = document.spec
    document.remove_layer("relu1")
    press(qtbot, CTRL)
    assert document.spec == before


def test_where_there_is_nothing_to_undo_the_text_of_a_box_stays(window, document, qtbot) -> None:
    window.builder.select_layer("conv1")
    box = box_of(window, "filters")
    focus(qtbot, box)
    box.selectAll()
    qtbot.keyClicks(box, "5")
    document.undo_stack.clear()
    press(qtbot, CTRL)
    assert box.value() == 5
    assert document.undo_stack.count() == 0


def test_the_boxes_of_the_training_form_leave_undo_and_redo_to_the_design(window, document, qtbot) -> None:
    boxes = [box for box in window.training_form.findChildren(QAbstractSpinBox) if box.isVisibleTo(window)]
    assert len(boxes) > 2
    for box in boxes:
        focus(qtbot, box)
        before = document.spec
        document.remove_layer("relu1")
        after = document.spec
        press(qtbot, CTRL)
        assert document.spec == before, box.accessibleName()
        press(qtbot, CTRL_SHIFT)
        assert document.spec == after, box.accessibleName()
        press(qtbot, CTRL)


def test_other_keys_stay_with_the_box(window, qtbot) -> None:
    window.builder.select_layer("conv1")
    box = box_of(window, "filters")
    focus(qtbot, box)
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_A, CTRL)
    event.ignore()
    QApplication.sendEvent(box, event)
    assert event.isAccepted()


def test_after_a_repair_the_keyboard_is_on_the_list_and_undo_works(window, document, qtbot) -> None:
    window.builder.select_layer("conv1")
    conv = next(layer for layer in document.spec.layers if isinstance(layer, Conv2D))
    document.replace_layer(dataclasses.replace(conv, kernel_size=(99, 99)))
    broken = document.spec
    under = window.builder.form.repair_lists[1]
    focus(qtbot, under.buttons[0])
    qtbot.keyClick(under.buttons[0], Qt.Key.Key_Space)
    assert document.spec != broken
    assert window.builder.list_view.hasFocus()
    press(qtbot, CTRL)
    assert document.spec == broken


def test_a_repair_of_the_whole_layer_leaves_the_keyboard_on_the_list_too(window, document, qtbot) -> None:
    window.builder.select_layer("dense1")
    document.remove_layer("flatten1")
    whole = window.builder.form.repair_lists[0]
    window.docks.build.show()
    qtbot.mouseClick(whole.buttons[0], Qt.MouseButton.LeftButton)
    assert document.problems == ()
    assert window.builder.list_view.hasFocus()


def test_after_a_search_has_added_a_layer_undo_takes_the_layer_back(window, document, qtbot) -> None:
    before, field = document.spec, window.builder.palette_area.field
    focus(qtbot, window.builder.list_view)
    qtbot.keyClick(window.builder.list_view, Qt.Key.Key_F, CTRL)
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "conv")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    after = document.spec
    assert after != before
    press(qtbot, CTRL)
    assert (document.spec, field.text()) == (before, "conv")
    press(qtbot, CTRL_SHIFT)
    assert (document.spec, field.text()) == (after, "conv")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    press(qtbot, CTRL)
    assert (document.spec, field.text()) == (before, "")


def test_while_a_search_is_typed_undo_takes_back_the_words(window, document, qtbot) -> None:
    document.remove_layer("relu1")
    edited, field = document.spec, window.builder.palette_area.field
    focus(qtbot, field)
    qtbot.keyClicks(field, "zzz")
    qtbot.keyClick(field, Qt.Key.Key_Return)  # in vain
    field.deselect()
    press(qtbot, CTRL)
    assert (document.spec, field.text()) == (edited, "")
    press(qtbot, CTRL)
    assert document.spec != edited
