"""Another name for a layer is typed on its card, with F2 or a double-click on the name."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip

from cnnviz.spec.layers import Conv2D, Residual
from cnnviz.ui.builder.builder_panel import BuilderPanel
from cnnviz.ui.builder.refusal_note import RefusalNote


@pytest.fixture
def view(panel: BuilderPanel, qtbot):
    panel.activateWindow()
    panel.list_view.setFocus()
    qtbot.waitUntil(panel.list_view.hasFocus)
    panel.list_view.select_layer("conv1")
    return panel.list_view


def editor_of(view) -> QLineEdit | None:
    return next(iter(view.viewport().findChildren(QLineEdit)), None)


def type_name(view, qtbot, name: str) -> None:
    editor = editor_of(view)
    assert editor is not None
    editor.selectAll()
    qtbot.keyClicks(editor, name)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editor_of(view) is None)


def test_f2_renames_the_chosen_layer_and_its_row_stays(panel, view, document, qtbot):
    removed, told = [], []
    panel.model.rowsRemoved.connect(lambda: removed.append(1))
    panel.layer_selected.connect(told.append)
    qtbot.keyClick(view, Qt.Key.Key_F2)
    assert editor_of(view).text() == "conv1"
    assert editor_of(view).selectedText() == "conv1"
    type_name(view, qtbot, "edges")
    assert document.spec.layers[0].id == "edges"
    assert removed == []
    assert told == ["edges"]
    assert panel.selected_layer_id == panel.form.layer_id == "edges"
    assert document.undo_stack.undoText() == "Rename conv1"
    document.undo_stack.undo()
    assert panel.selected_layer_id == panel.form.layer_id == "conv1"
    assert view.selected_layer_ids == ("conv1",)


@pytest.mark.parametrize(("name", "reason"), [("dense1", "Another layer is called"), ("1st", "must begin")])
def test_a_name_that_is_refused_is_explained(panel, view, document, qtbot, name, reason):
    qtbot.keyClick(view, Qt.Key.Key_F2)
    type_name(view, qtbot, name)
    assert document.spec.layers[0].id == "conv1"
    assert reason in panel.problem_text


def test_a_refusal_lies_beside_its_card_and_moves_nothing(panel, view, qtbot):
    before, card = view.geometry(), view.visualRect(view.currentIndex())
    qtbot.keyClick(view, Qt.Key.Key_F2)
    type_name(view, qtbot, "dense1")
    note = panel.findChild(RefusalNote)
    assert note.isVisible()
    assert (view.geometry(), view.visualRect(view.currentIndex())) == (before, card)
    assert not note.geometry().intersects(card)
    assert view.viewport().rect().contains(note.geometry())
    panel.select_layer("dense1")
    assert panel.problem_text == ""
    assert not note.isVisible()


def test_the_mouse_over_a_shortened_refusal_brings_all_of_it(panel, view, qtbot):
    note, reason = panel.findChild(RefusalNote), f'The name "{"long" * 20}" cannot be given.'
    note.say(reason)
    assert note.toolTip() == reason
    room = note.geometry()
    for place, is_told in ((room.center(), True), (room.bottomLeft() + QPoint(0, 9), False)):
        event = QHelpEvent(QEvent.Type.ToolTip, place, view.viewport().mapToGlobal(place))
        QApplication.sendEvent(view.viewport(), event)
        assert (QToolTip.text() == reason) is is_told
        QToolTip.hideText()
        qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_escape_leaves_the_name(view, document, qtbot):
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = editor_of(view)
    qtbot.keyClicks(editor, "other")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: editor_of(view) is None)
    assert document.spec.layers[0].id == "conv1"


@pytest.mark.parametrize("layer_id", ["conv1", "relu1"])
def test_a_double_click_on_the_name_renames_and_elsewhere_goes_to_the_settings(panel, view, qtbot, layer_id):
    index = panel.model.index(panel.model.row_of(layer_id))
    name = view._delegate.name_rect(index, view)
    assert view.visualRect(index).contains(name)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=name.center())
    editor = editor_of(view)
    assert editor.text() == layer_id
    assert view.visualRect(index).contains(editor.geometry().center())
    assert editor.height() >= editor.minimumSizeHint().height()
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: editor_of(view) is None)
    with qtbot.waitSignal(view.edit_requested):
        tile = QPoint(20, name.center().y())
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=tile)
    assert editor_of(view) is None


def test_the_input_and_several_layers_are_not_renamed(panel, view):
    panel.select_layer("")
    assert not panel.layer_actions.rename.isEnabled()
    assert view._delegate.name_rect(panel.model.index(0), view).isEmpty()
    view.select_layers(("conv1", "relu1"))
    assert not panel.layer_actions.rename.isEnabled()
    view.select_layer("conv1")
    assert panel.layer_actions.rename in panel.layer_actions.context_menu().actions()
    assert panel.layer_actions.rename.isEnabled()


def test_a_closed_block_stays_closed_under_its_new_name(panel, view, document):
    document.insert_layer(Residual(layers=(Conv2D(padding="same"),)), 0)
    view.set_open("residual1", is_open=False)
    rows = panel.model.rowCount()
    document.rename_layer("residual1", "stage")
    QApplication.processEvents()
    assert panel.model.closed == {"stage"}
    assert panel.model.rowCount() == rows
