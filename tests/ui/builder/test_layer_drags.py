"""Drags over the tree of layers: where they land, what they carry, and what is said before they do."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication

from cnnviz.app.document import Document
from cnnviz.spec.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.tree_edits import Place
from cnnviz.ui.builder.builder_panel import BuilderPanel
from cnnviz.ui.builder.card_layout import EMPTY_BODY_PX, indent
from cnnviz.ui.builder.drop import MIME_TYPE, from_mime
from cnnviz.ui.builder.drop_preview import ShapeChange
from cnnviz.ui.builder.layer_list_view import LayerListView
from cnnviz.ui.theme import colors_of
from tests.ui.builder.drags import COPY, MOVE, Drag, palette_drag

TREE = NetworkSpec(
    name="tree",
    input=InputSpec(),
    layers=(
        Conv2D(id="conv", filters=4),
        ReLU(id="relu"),
        Residual(id="block", layers=(Conv2D(id="c", filters=4, padding="same"), ReLU(id="r"))),
        Residual(id="empty", layers=()),
        Flatten(id="flat"),
        Dense(id="dense", units=10),
    ),
)


@pytest.fixture
def tree(panel: BuilderPanel, document: Document) -> BuilderPanel:
    document.new(TREE)
    QApplication.processEvents()
    return panel


def at(view: LayerListView, layer_id: str, share: float, x: int | None = None) -> QPoint:
    """Return a point on a card, `share` of its height from the top."""
    rect = view.visualRect(view.model().index(view.model().row_of(layer_id)))
    return QPoint(rect.center().x() if x is None else x, rect.top() + round(rect.height() * share))


def body(document: Document, block: str) -> list[str]:
    return [layer.id for layer in document.spec.layers_of(block)]


def test_a_layer_is_dragged_into_a_block_between_blocks_and_out(tree, document) -> None:
    view = tree.list_view
    assert Drag(tree.model.mime_data_of(["flat"])).drop(view.viewport(), at(view, "c", 0.9)) == MOVE
    assert body(document, "block") == ["c", "flat", "r"]
    assert tree.selected_layer_id == "flat"
    QApplication.processEvents()
    Drag(tree.model.mime_data_of(["flat", "r"])).drop(view.viewport(), at(view, "empty", 0.9))
    assert body(document, "empty") == ["flat", "r"]
    assert view.selected_layer_ids == ("flat", "r")
    QApplication.processEvents()
    Drag(tree.model.mime_data_of(["r"])).drop(view.viewport(), at(view, "dense", 0.9))
    assert [layer.id for layer in document.spec.layers][-2:] == ["dense", "r"]


def test_an_empty_block_waits_for_layers_below_its_card(tree, document) -> None:
    view = tree.list_view
    row = view.visualRect(tree.model.index(tree.model.row_of("empty")))
    assert row.height() > EMPTY_BODY_PX + 30
    assert view.gap_at(at(view, "empty", 0.1)).place == Place(3)
    assert view.gap_at(QPoint(row.center().x(), row.bottom() - EMPTY_BODY_PX // 2)).place == Place(0, "empty")


def test_behind_the_last_layer_of_a_block_the_left_edge_leads_out(tree) -> None:
    view = tree.list_view
    assert view.gap_at(at(view, "r", 0.9)).place == Place(2, "block")
    assert view.gap_at(at(view, "r", 0.9, x=indent(1))).place == Place(3)
    assert view.gap_at(at(view, "empty", 0.05)).place == Place(3)


def test_a_block_does_not_take_itself_and_says_why(tree, document) -> None:
    view = tree.list_view
    drag = Drag(tree.model.mime_data_of(["block"]))
    assert drag.enter(view.viewport(), at(view, "c", 0.1))  # or it would hear no more of the drag
    assert not drag.move(view.viewport(), at(view, "c", 0.1))
    assert view.drop_preview.refused
    assert "cannot be put inside itself" in view.drop_preview.warnings[0]
    view.grab()
    assert drag.drop(view.viewport(), at(view, "c", 0.1)) is None
    assert document.spec is TREE


def test_before_the_drop_its_consequences_are_shown(tree, document) -> None:
    view = tree.list_view
    quiet = view.grab().toImage()
    drag = palette_drag(tree.palette_view.chip("MaxPool2D").mime_data())
    drag.enter(view.viewport(), at(view, "relu", 0.9))
    preview = view.drop_preview
    assert preview.landing == "Add: 3×3×4"
    assert preview.changes["block"] == ShapeChange("6×6×4", "3×3×4")
    assert preview.changes["c"] == ShapeChange("6×6×4", "3×3×4")
    shown = view.grab().toImage()
    assert shown != quiet
    assert document.spec is TREE
    assert document.undo_stack.count() == 0
    drag.leave(view.viewport())
    assert view.drop_preview is None
    assert view.grab().toImage() == quiet


def test_what_would_break_is_said_before_the_drop(panel, document) -> None:
    layers = (Flatten(id="flat"), Dense(id="dense"), ReLU(id="relu"))
    document.new(NetworkSpec(name="", input=InputSpec(), layers=layers))
    QApplication.processEvents()
    view = panel.list_view
    drag = Drag(panel.model.mime_data_of(["flat"]))
    drag.enter(view.viewport(), at(view, "relu", 0.9))
    assert view.drop_preview.warnings[0].startswith("Would break dense: Dense needs a row of numbers")
    picture = view.grab().toImage()
    wanted = colors_of(view).problem_surface
    seen = {picture.pixelColor(view.width() // 2, y).name() for y in range(picture.height())}
    assert wanted.name() in seen


def test_a_place_is_computed_once(tree, document, monkeypatch) -> None:
    view, asked = tree.list_view, []
    what_if = Document.what_if
    monkeypatch.setattr(Document, "what_if", lambda self, spec: asked.append(spec) or what_if(self, spec))
    drag = palette_drag(tree.palette_view.chip("MaxPool2D").mime_data())
    drag.enter(view.viewport(), at(view, "relu", 0.9))
    for name in ("relu", "conv", "relu", "conv"):
        drag.move(view.viewport(), at(view, name, 0.8))
    assert len(asked) == 2
    document.remove_layer("dense")
    drag.move(view.viewport(), at(view, "relu", 0.9))
    assert len(asked) == 3


def test_ctrl_is_told_as_a_copy(tree, document) -> None:
    view = tree.list_view
    data = tree.model.mime_data_of(["conv", "relu"])
    Drag(data, MOVE).enter(view.viewport(), at(view, "flat", 0.9))
    assert view.drop_preview.landing.startswith("Move: ")
    Drag(data, COPY).move(view.viewport(), at(view, "flat", 0.9))
    assert view.drop_preview.landing.startswith("Copy: ")
    assert Drag(data, COPY).drop(view.viewport(), at(view, "conv", 0.1)) == COPY
    assert [layer.id for layer in document.spec.layers][:4] == ["conv1", "relu1", "conv", "relu"]
    assert document.undo_stack.undoText() == "Copy 2 layers"


def start_drag(view: LayerListView, monkeypatch) -> list[str]:
    """Start a drag as the mouse would; return what it carries."""
    carried = []

    def remember(drag: QDrag, *actions: object) -> Qt.DropAction:
        layers = from_mime(bytes(drag.mimeData().data(MIME_TYPE).data())).layers
        carried.extend(layer.id for layer in layers)
        assert not drag.pixmap().isNull()
        view.grab()
        return Qt.DropAction.IgnoreAction

    monkeypatch.setattr(QDrag, "exec", remember)
    view.startDrag(MOVE | COPY)
    return carried


@pytest.mark.parametrize(
    ("chosen", "carried"),
    [
        (["conv"], ["conv", "relu"]),
        (["c"], ["c", "r"]),
        (["relu"], ["relu"]),
        (["conv", "flat"], ["conv", "flat"]),
        (["block", "c", "dense"], ["block", "dense"]),
        (["conv", "relu", "block", "empty", "flat"], ["conv", "relu", "block", "empty", "flat"]),
    ],
)
def test_a_drag_carries_the_selection_and_a_card_its_activation(tree, monkeypatch, chosen, carried) -> None:
    tree.list_view.select_layers(chosen)
    assert start_drag(tree.list_view, monkeypatch) == carried


def test_layers_dragged_onto_the_palette_are_removed_together(tree, document) -> None:
    Drag(tree.model.mime_data_of(["c", "dense"])).drop(tree.palette_view, QPoint(30, 30))
    assert body(document, "block") == ["r"]
    assert [layer.id for layer in document.spec.layers] == ["conv", "relu", "block", "empty", "flat"]
    assert document.undo_stack.undoText() == "Remove c and dense"


def test_a_press_on_its_mark_opens_and_closes_a_block(tree, qtbot) -> None:
    view = tree.list_view
    tree.select_layer("dense")
    for closed in ({"block"}, set()):
        mark = at(view, "block", 0.5, x=8)
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=mark)
        assert tree.model.closed == closed
        assert tree.selected_layer_id == "dense"
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at(view, "block", 0.5, x=100))
    assert tree.selected_layer_id == "block"


def test_the_mouse_selects_ranges_and_single_cards(tree, qtbot) -> None:
    view, left = tree.list_view, Qt.MouseButton.LeftButton
    qtbot.mouseClick(view.viewport(), left, pos=at(view, "conv", 0.5))
    qtbot.mouseClick(view.viewport(), left, Qt.KeyboardModifier.ShiftModifier, at(view, "c", 0.5))
    assert view.selected_layer_ids == ("conv", "relu", "block")
    qtbot.mouseClick(view.viewport(), left, Qt.KeyboardModifier.ControlModifier, at(view, "relu", 0.5))
    qtbot.mouseClick(view.viewport(), left, Qt.KeyboardModifier.ControlModifier, at(view, "dense", 0.5))
    assert view.selected_layer_ids == ("conv", "block", "dense")


def test_an_attached_activation_is_about_half_as_high(tree) -> None:
    view = tree.list_view
    card = view.visualRect(tree.model.index(1)).height()
    slim = view.visualRect(tree.model.index(2)).height()
    assert 0.4 * card < slim < 0.7 * card


def test_scrolling_back_to_a_layer_in_a_block_opens_it(tree) -> None:
    tree.list_view.set_open("block", is_open=False)
    tree.select_layer("c")
    assert tree.selected_layer_id == "c"
    assert tree.model.closed == frozenset()


def test_a_pool_dropped_between_a_card_and_its_activation_parts_them(tree, document) -> None:
    view = tree.list_view
    data = tree.palette_view.chip("MaxPool2D").mime_data()
    palette_drag(data).drop(view.viewport(), at(view, "conv", 0.9))
    assert isinstance(document.spec.layers[1], MaxPool2D)
    cards = {card.layer_id: card for card in tree.model.cards}
    assert not cards["relu"].attached
