"""What is selected after undo and redo, where new layers go, and where a dragged picture is."""

from __future__ import annotations

from PySide6.QtCore import Qt

from cnnviz.app.document import Document
from cnnviz.spec.tree_edits import Place
from cnnviz.ui.builder.builder_panel import BuilderPanel


def test_undo_of_a_removal_selects_what_came_back(panel: BuilderPanel, document: Document) -> None:
    view = panel.list_view
    view.select_layers(("maxpool1", "flatten1"))
    document.remove_layers(view.selected_layer_ids)
    assert view.selected_layer_ids == ("dense1",)
    document.undo_stack.undo()
    assert view.selected_layer_ids == ("maxpool1", "flatten1")


def test_redo_of_an_insertion_selects_the_inserted(panel: BuilderPanel, document: Document) -> None:
    view = panel.list_view
    copies = document.duplicate_layers(("conv1", "relu1"))
    document.undo_stack.undo()
    view.select_layer("dense1")
    document.undo_stack.redo()
    assert view.selected_layer_ids == tuple(copies)


def test_an_edit_right_after_an_undo_is_no_redo(panel: BuilderPanel, document: Document) -> None:
    view = panel.list_view
    document.remove_layer("dense1")
    document.undo_stack.undo()
    view.select_layer("conv1")
    document.duplicate_layer("maxpool1")  # the stack is as long as it was
    assert document.undo_stack.count() == 1
    assert view.selected_layer_ids == ("conv1",)


def test_a_new_layer_goes_behind_the_activation_of_the_selected_one(panel: BuilderPanel) -> None:
    panel.list_view.select_layer("conv1")
    assert panel.list_view.place_for_new == Place(2)


def test_the_dragged_picture_leaves_the_place_under_the_pointer_free(panel, started_drags) -> None:
    view = panel.list_view
    view.select_layer("maxpool1")
    view.startDrag(Qt.DropAction.MoveAction)
    (drag,) = started_drags
    assert drag.hotSpot().x() < 0
    assert drag.hotSpot().y() < 0
    assert drag.pixmap().deviceIndependentSize().width() <= 0.61 * view.viewport().width()
