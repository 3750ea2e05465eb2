from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QByteArray, QItemSelectionModel, QMimeData, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from cnnviz.app.document import Document
from cnnviz.spec import io
from cnnviz.spec.layers import Conv2D, Dense, Flatten, ReLU, Residual
from cnnviz.spec.network import MAX_LAYERS, InputSpec, NetworkSpec
from cnnviz.ui.builder.builder_panel import BuilderPanel
from cnnviz.ui.builder.clipboard_text import NOTHING_THERE
from cnnviz.ui.builder.drop import MIME_TYPE

CONTROL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def outline(document: Document) -> str:
    """Return the ids with the bodies of blocks in brackets."""

    def of(layers) -> str:
        return " ".join(
            f"{layer.id}[{of(layer.layers)}]" if isinstance(layer, Residual) else layer.id for layer in layers
        )

    return of(document.spec.layers)


@pytest.fixture
def tree(document: Document, panel: BuilderPanel, qtbot) -> BuilderPanel:
    body = (Conv2D(id="c", padding="same"), ReLU(id="r"))
    layers = (ReLU(id="first"), Residual(id="block", layers=body), Flatten(id="flat"), Dense(id="dense"))
    document.new(NetworkSpec(name="tree", input=InputSpec(), layers=layers))
    panel.activateWindow()
    panel.list_view.setFocus()
    qtbot.waitUntil(panel.list_view.hasFocus)
    return panel


@pytest.fixture
def press(panel: BuilderPanel, qtbot):
    def send(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        qtbot.keyClick(panel.list_view, key, modifier)

    return send


def test_a_layer_walks_through_a_block_by_keyboard(tree, document, press) -> None:
    tree.select_layer("first")
    seen = []
    for _ in range(5):
        press(Qt.Key.Key_Down, ALT)
        seen.append(outline(document))
    assert seen == [
        "block[first c r] flat dense",
        "block[c first r] flat dense",
        "block[c r first] flat dense",
        "block[c r] first flat dense",
        "block[c r] flat first dense",
    ]
    for _ in range(5):
        press(Qt.Key.Key_Up, ALT)
    assert outline(document) == "first block[c r] flat dense"
    assert tree.selected_layer_id == "first"
    press(Qt.Key.Key_Up, ALT)
    assert outline(document) == "first block[c r] flat dense"


def test_a_closed_block_is_stepped_over(tree, document, press) -> None:
    tree.select_layer("block")
    press(Qt.Key.Key_Left)
    tree.select_layer("first")
    press(Qt.Key.Key_Down, ALT)
    assert outline(document) == "block[c r] first flat dense"


def test_several_layers_move_together(tree, document, press) -> None:
    tree.list_view.select_layers(["flat", "c"])
    press(Qt.Key.Key_Up, ALT)
    assert outline(document) == "first c flat block[r] dense"
    assert tree.list_view.selected_layer_ids == ("c", "flat")
    assert document.undo_stack.undoText() == "Move 2 layers"
    press(Qt.Key.Key_Delete)
    assert outline(document) == "first block[r] dense"
    assert document.undo_stack.undoText() == "Remove 2 layers"
    assert tree.list_view.selected_layer_ids


def test_the_keyboard_extends_the_selection(tree, document, press) -> None:
    tree.select_layer("block")
    press(Qt.Key.Key_Down, SHIFT)
    press(Qt.Key.Key_Down, SHIFT)
    press(Qt.Key.Key_Down, SHIFT)
    assert tree.list_view.selected_layer_ids == ("block", "flat")
    press(Qt.Key.Key_D, CONTROL)
    assert outline(document) == "first block[c r] flat residual1[conv1 relu1] flatten1 dense"
    assert tree.list_view.selected_layer_ids == ("residual1", "flatten1")
    assert document.undo_stack.undoText() == "Duplicate 2 layers"


def test_select_all_takes_every_layer_but_not_the_input(tree, press) -> None:
    press(Qt.Key.Key_A, CONTROL)
    assert tree.list_view.selected_layer_ids == ("first", "block", "flat", "dense")
    assert not tree.list_view.selectionModel().isSelected(tree.model.index(0))


def test_what_is_cut_can_be_pasted_elsewhere(tree, document, press) -> None:
    tree.list_view.select_layers(["c", "dense"])
    press(Qt.Key.Key_X, CONTROL)
    assert outline(document) == "first block[r] flat"
    tree.select_layer("r")
    press(Qt.Key.Key_V, CONTROL)
    assert outline(document) == "first block[r c dense] flat"
    assert document.undo_stack.undoText() == "Paste 2 layers"
    assert tree.list_view.selected_layer_ids == ("c", "dense")
    press(Qt.Key.Key_V, CONTROL)
    assert outline(document) == "first block[r c dense conv1 dense1] flat"
    document.undo_stack.setIndex(0)
    assert outline(document) == "first block[c r] flat dense"


def test_a_copy_is_text_that_is_a_design_file(tree, document, press) -> None:
    tree.select_layer("block")
    press(Qt.Key.Key_C, CONTROL)
    text = QApplication.clipboard().text()
    assert json.loads(text)["format"] == "cnnviz-network"
    assert io.from_json(text).layers == (document.spec.layer("block"),)
    editor = QLineEdit()
    editor.paste()
    assert "cnnviz-network" in editor.text()


def test_the_text_of_a_design_file_is_pasted_layer_by_layer(tree, document, press) -> None:
    other = NetworkSpec(name="o", input=InputSpec(height=28), layers=(ReLU(id="first"), ReLU(id="new")))
    QApplication.clipboard().setText(io.to_json(other))
    tree.select_layer("")
    press(Qt.Key.Key_V, CONTROL)
    assert outline(document) == "relu1 new first block[c r] flat dense"
    assert document.spec.input == InputSpec()


def test_pasting_goes_into_a_block_that_waits_for_layers(tree, document, press) -> None:
    tree.list_view.select_layers(["c", "r"])
    press(Qt.Key.Key_X, CONTROL)
    tree.select_layer("block")
    press(Qt.Key.Key_V, CONTROL)
    assert outline(document) == "first block[c r] flat dense"


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("text/plain", b"", NOTHING_THERE),
        ("text/plain", b"some words", NOTHING_THERE),
        ("text/plain", b'{"format": "cnnviz-network", "version": 7}', "this program reads version 1"),
        (MIME_TYPE, b"{", "The clipboard is not valid JSON"),
    ],
)
def test_pasting_rubbish_changes_nothing_and_says_so(tree, document, press, kind, content, words) -> None:
    before, data = document.spec, QMimeData()
    data.setData(kind, QByteArray(content))
    QApplication.clipboard().setMimeData(data)
    press(Qt.Key.Key_V, CONTROL)
    assert document.spec is before
    assert words in tree.problem_text
    document.remove_layer("flat")
    assert words not in tree.problem_text


def test_what_does_not_fit_is_refused_in_words(tree, document, press) -> None:
    document.edit("Fill", NetworkSpec(name="", input=InputSpec(), layers=(ReLU(),) * (MAX_LAYERS - 1)))
    press(Qt.Key.Key_A, CONTROL)
    press(Qt.Key.Key_D, CONTROL)
    assert "at most 500 layers" in tree.problem_text
    assert len(document.spec.layers) == MAX_LAYERS - 1


def test_left_and_right_go_in_and_out_of_blocks(tree, press) -> None:
    tree.select_layer("r")
    press(Qt.Key.Key_Left)
    assert tree.selected_layer_id == "block"
    press(Qt.Key.Key_Left)
    assert tree.model.closed == {"block"}
    assert not tree.layer_actions.close_block.isEnabled()
    press(Qt.Key.Key_Right)
    assert tree.model.closed == frozenset()
    press(Qt.Key.Key_Right)
    assert tree.selected_layer_id == "c"
    tree.select_layer("flat")
    assert not tree.layer_actions.open_block.isEnabled()
    press(Qt.Key.Key_Right)
    assert tree.selected_layer_id == "flat"


def test_all_selected_blocks_are_closed_and_opened(tree, document, press) -> None:
    document.duplicate_layer("block")
    press(Qt.Key.Key_A, CONTROL)
    press(Qt.Key.Key_Left)
    assert tree.model.closed == {"block", "residual1"}
    press(Qt.Key.Key_A, CONTROL)
    press(Qt.Key.Key_Right)
    assert tree.model.closed == frozenset()


def test_a_block_closed_over_the_chosen_layer_is_chosen(tree) -> None:
    tree.select_layer("r")
    tree.list_view.set_open("block", is_open=False)
    assert tree.selected_layer_id == "block"
    tree.select_layer("r")
    assert tree.model.closed == frozenset()
    assert tree.selected_layer_id == "r"


def test_the_context_menu_offers_every_action_and_what_others_add(tree) -> None:
    extra = QAction("Repair", tree)
    asked = []
    tree.layer_actions.offer_more(lambda layer_id: asked.append(layer_id) or [extra])
    tree.select_layer("flat")
    menu = tree.layer_actions.context_menu()
    offered = [action for action in menu.actions() if not action.isSeparator()]
    assert offered == [extra, *tree.layer_actions.all]
    assert asked == ["flat"]
    menu.deleteLater()


def test_the_menu_opens_where_it_is_asked_for(tree, monkeypatch) -> None:
    opened = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, position: opened.append((menu.actions(), position)))
    tree.list_view.customContextMenuRequested.emit(QPoint(30, 40))
    ((actions, position),) = opened
    assert position == tree.list_view.viewport().mapToGlobal(QPoint(30, 40))
    assert tree.layer_actions.remove in actions


def test_every_action_has_its_key_and_its_icon(tree) -> None:
    keys = [action.shortcut().toString() for action in tree.actions_of_layer]
    assert all(keys)
    assert len(set(keys)) == len(keys)
    assert not any(action.icon().isNull() for action in tree.actions_of_layer)


def test_with_nothing_selected_nothing_is_done(tree, document) -> None:
    tree.list_view.selectionModel().clearSelection()
    before = document.spec
    for action in (tree.layer_actions.cut, tree.layer_actions.copy, tree.layer_actions.remove):
        assert not action.isEnabled()
        action.trigger()
    assert document.spec is before
    flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
    tree.list_view.selectionModel().select(tree.model.index(1), flag)
    assert tree.layer_actions.cut.isEnabled()
