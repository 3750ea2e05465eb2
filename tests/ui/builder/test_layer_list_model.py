from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from PySide6.QtCore import QByteArray, QMimeData, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from cnnviz.app.document import Document
from cnnviz.spec.layers import LAYER_TYPES, Conv2D, Dense, Dropout, Flatten, Layer, ReLU, Residual
from cnnviz.spec.network import MAX_LAYERS, InputSpec, NetworkSpec
from cnnviz.spec.tree_edits import Place
from cnnviz.spec.validate import DataShape
from cnnviz.ui.builder.cards import cards_of
from cnnviz.ui.builder.drop import MIME_TYPE, DraggedLayers, to_mime
from cnnviz.ui.builder.layer_list_model import CardRole, LayerListModel

MOVE, COPY = Qt.DropAction.MoveAction, Qt.DropAction.CopyAction
ROOT = QModelIndex()


def small() -> NetworkSpec:
    layers = (Conv2D(), ReLU(), Flatten(), Dense(units=10))
    return NetworkSpec(name="small", input=InputSpec(), layers=layers)


@pytest.fixture
def document(qapp) -> Document:
    return Document(small())


@pytest.fixture
def model(document: Document, qtmodeltester) -> LayerListModel:
    model = LayerListModel(document, document)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    return model


def ids(model: LayerListModel) -> list[str]:
    return [model.index(row).data(CardRole.LAYER_ID) for row in range(model.rowCount())]


def mime(*layers: Layer, source: str = "") -> QMimeData:
    data = QMimeData()
    data.setData(MIME_TYPE, QByteArray(to_mime(DraggedLayers(layers, source))))
    return data


def test_the_model_keeps_qts_rules(model: LayerListModel, qtmodeltester) -> None:
    qtmodeltester.check(model)


def test_rows_are_the_input_and_the_layers(model: LayerListModel) -> None:
    assert ids(model) == ["", "conv1", "relu1", "flatten1", "dense1"]
    conv = model.index(1)
    assert conv.data() == "Conv2D conv1"
    assert conv.data(CardRole.CARD).shape == "6×6×16"
    assert "Slides small filters" in conv.data(Qt.ItemDataRole.ToolTipRole)
    assert conv.data(Qt.ItemDataRole.AccessibleTextRole).startswith("Conv2D conv1, 16 × 3×3, output 6×6×16")
    assert conv.data(Qt.ItemDataRole.DecorationRole) is None
    assert model.data(model.index(99)) is None


def test_the_input_can_be_chosen_but_not_dragged(model: LayerListModel) -> None:
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsDragEnabled
    assert model.flags(model.index(0)) & Qt.ItemFlag.ItemIsSelectable
    assert model.flags(model.index(1)) & Qt.ItemFlag.ItemIsDragEnabled
    assert not model.mimeData([model.index(0)]).hasFormat(MIME_TYPE)


def test_an_edit_touches_only_the_rows_it_concerns(document: Document, model: LayerListModel) -> None:
    signals: list[tuple[str, int, int]] = []
    model.dataChanged.connect(lambda first, last: signals.append(("changed", first.row(), last.row())))
    model.rowsInserted.connect(lambda _, first, last: signals.append(("inserted", first, last)))
    model.rowsRemoved.connect(lambda _, first, last: signals.append(("removed", first, last)))
    model.rowsMoved.connect(lambda _, first, __, ___, to: signals.append(("moved", first, to)))
    model.modelReset.connect(lambda: signals.append(("reset", -1, -1)))
    document.replace_layer(Dense(id="dense1", units=12))
    document.insert_layer(Dropout(), 4)
    document.move_layer("dropout1", 1)
    document.remove_layer("dropout1")
    assert signals == [
        ("changed", 4, 4),
        ("inserted", 5, 5),
        ("moved", 5, 2),
        ("changed", 1, 3),  # its output has another shape there; relu1 is not right behind conv1 any more
        ("removed", 2, 2),
        ("changed", 1, 2),
    ]


def test_a_remembered_row_follows_its_layer(document: Document, model: LayerListModel) -> None:
    remembered = QPersistentModelIndex(model.index(4))
    document.insert_layer(ReLU(), 0)
    document.move_layer("dense1", 1)
    assert remembered.data(CardRole.LAYER_ID) == "dense1"
    assert remembered.row() == 2


def test_problems_with_the_data_set_reach_the_card(document: Document, model: LayerListModel) -> None:
    document.set_data_shape(DataShape(8, 8, 1, 7))
    assert "7 classes" in model.card(4).problems[0]


def test_fresh_layers_are_marked(model: LayerListModel) -> None:
    model.set_fresh(frozenset({"dense1"}))
    assert [model.card(row).fresh for row in range(5)] == [False, False, False, False, True]


@pytest.mark.parametrize(("row", "index"), [(0, 0), (1, 0), (3, 2), (5, 4), (-1, 4)])
def test_a_palette_drop_lands_in_front_of_the_row(
    document: Document, model: LayerListModel, row: int, index: int
) -> None:
    assert model.dropMimeData(mime(Conv2D(padding="same")), COPY, row, 0, ROOT)
    assert document.spec.layers[index] == Conv2D(id="conv2", padding="same")
    assert document.undo_stack.undoText() == "Add Conv2D"


def test_a_drop_on_a_card_takes_its_place(document: Document, model: LayerListModel) -> None:
    assert model.dropMimeData(mime(ReLU()), COPY, -1, -1, model.index(2))
    assert document.spec.layers[1].id == "relu2"


def test_a_drag_of_its_own_moves_and_with_ctrl_copies(document: Document, model: LayerListModel) -> None:
    dragged = model.mimeData([model.index(1)])
    assert model.dropMimeData(dragged, MOVE, 3, 0, ROOT)
    assert ids(model) == ["", "relu1", "conv1", "flatten1", "dense1"]
    assert model.dropMimeData(dragged, COPY, 1, 0, ROOT)
    assert ids(model) == ["", "conv2", "relu1", "conv1", "flatten1", "dense1"]
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.spec == small()


def test_a_layer_of_another_window_comes_as_a_copy(document: Document, model: LayerListModel) -> None:
    other = LayerListModel(document, document)
    assert model.dropMimeData(other.mimeData([other.index(1)]), MOVE, 5, 0, ROOT)
    assert ids(model)[-1] == "conv2"


def test_what_cannot_be_dropped_says_so_and_changes_nothing(
    document: Document, model: LayerListModel, qtbot
) -> None:
    text, rubbish = QMimeData(), QMimeData()
    text.setText("hello")
    assert not model.canDropMimeData(text, COPY, 1, 0, ROOT)
    assert not model.dropMimeData(text, COPY, 1, 0, ROOT)
    assert not model.canDropMimeData(mime(ReLU()), Qt.DropAction.LinkAction, 1, 0, ROOT)
    rubbish.setData(MIME_TYPE, QByteArray(b"{"))
    with qtbot.waitSignal(model.drop_refused) as refused:
        assert not model.dropMimeData(rubbish, COPY, 1, 0, ROOT)
    assert "not valid JSON" in refused.args[0]
    full = [ReLU()] * (MAX_LAYERS - 3)
    with qtbot.waitSignal(model.drop_refused) as refused:
        assert not model.dropMimeData(mime(*full), COPY, 1, 0, ROOT)
    assert "at most 500 layers" in refused.args[0]
    assert document.spec == small()


def tree() -> NetworkSpec:
    inner = Residual(id="inner", layers=(ReLU(id="relu2"),))
    block = Residual(id="block", layers=(Conv2D(id="conv2", padding="same"), inner))
    return NetworkSpec(name="tree", input=InputSpec(), layers=(block, Flatten(), Dense(units=10)))


def test_the_layers_of_a_closed_block_have_no_rows(document: Document, model: LayerListModel) -> None:
    document.edit("Tree", tree())
    assert ids(model) == ["", "block", "conv2", "inner", "relu2", "flatten1", "dense1"]
    model.set_open(("block", "inner"), is_open=False)
    assert ids(model) == ["", "block", "flatten1", "dense1"]
    assert model.row_of("relu2") == -1
    model.reveal("nobody")
    assert model.closed == {"block", "inner"}
    model.reveal("relu2")
    assert ids(model) == ["", "block", "conv2", "inner", "relu2", "flatten1", "dense1"]
    model.set_open(("inner",), is_open=False)
    model.reveal("inner")
    assert ids(model) == ["", "block", "conv2", "inner", "flatten1", "dense1"]


def test_rows_of_a_body_are_dragged_with_what_is_inside(document: Document, model: LayerListModel) -> None:
    document.edit("Tree", tree())
    dragged = model.mimeData([model.index(model.row_of(name)) for name in ("inner", "relu2", "dense1")])
    assert model.drop(dragged, Place(0), copy=False) == ("inner", "dense1")
    assert ids(model) == ["", "inner", "relu2", "dense1", "block", "conv2", "flatten1"]
    assert document.undo_stack.undoText() == "Move 2 layers"


class Editing(RuleBasedStateMachine):
    """Random edits: the rows always say what the design says, and undo and redo lose nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.document = Document(small())
        self.model = LayerListModel(self.document, self.document)
        mode = QAbstractItemModelTester.FailureReportingMode.Fatal
        self.tester = QAbstractItemModelTester(self.model, mode, self.document)

    @rule(kind=st.sampled_from(LAYER_TYPES), row=st.integers(-1, 12))
    def drop_from_palette(self, kind: type[Layer], row: int) -> None:
        row = min(row, self.model.rowCount())
        assert self.model.dropMimeData(mime(kind()), COPY, row, 0, ROOT)

    @rule(data=st.data(), action=st.sampled_from([MOVE, COPY]), place=st.integers(0, 12))
    def drag(self, data: st.DataObject, action: Qt.DropAction, place: int) -> None:
        if self.document.spec.layers:
            rows = data.draw(st.sets(st.integers(1, self.model.rowCount() - 1), min_size=1, max_size=3))
            dragged = self.model.mimeData([self.model.index(row) for row in rows])
            spec = self.document.spec
            taken = self.model.dropMimeData(dragged, action, min(place, self.model.rowCount()), 0, ROOT)
            assert taken or self.document.spec is spec  # a block does not go into itself

    @rule(data=st.data(), copy=st.booleans())
    def drag_into_any_body(self, data: st.DataObject, copy: bool) -> None:
        spec = self.document.spec
        every = [layer.id for layer in spec.walk()]
        if not every or len(every) > MAX_LAYERS // 4:
            return
        chosen = data.draw(st.sets(st.sampled_from(every), min_size=1, max_size=3))
        blocks = [None, *(layer.id for layer in spec.walk() if isinstance(layer, Residual))]
        parent = data.draw(st.sampled_from(blocks))
        place = Place(data.draw(st.integers(0, len(spec.layers_of(parent)))), parent)
        landed = self.model.drop(self.model.mime_data_of(chosen), place, copy=copy)
        refused = self.document.spec is spec
        assert landed or refused

    @rule(data=st.data(), is_open=st.booleans())
    def open_or_close(self, data: st.DataObject, is_open: bool) -> None:
        blocks = [layer.id for layer in self.document.spec.walk() if isinstance(layer, Residual)]
        if blocks:
            self.model.set_open((data.draw(st.sampled_from(blocks)),), is_open=is_open)

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        if self.document.spec.layers:
            self.document.remove_layer(data.draw(st.sampled_from(self.document.spec.layers)).id)

    @rule(data=st.data(), units=st.integers(1, 20))
    def change(self, data: st.DataObject, units: int) -> None:
        dense = [layer for layer in self.document.spec.layers if isinstance(layer, Dense)]
        if dense:
            layer = data.draw(st.sampled_from(dense))
            self.document.replace_layer(Dense(id=layer.id, units=units), f"{layer.id}/units")

    @rule(side=st.integers(1, 32))
    def change_input(self, side: int) -> None:
        self.document.set_input(InputSpec(height=side, width=side), "input")

    @rule(classes=st.integers(1, 20))
    def change_data(self, classes: int) -> None:
        self.document.set_data_shape(DataShape(8, 8, 1, classes))

    @rule()
    def undo_all_and_redo_all(self) -> None:
        stack, spec, place = self.document.undo_stack, self.document.spec, self.document.undo_stack.index()
        stack.setIndex(0)
        assert self.document.spec == small()
        stack.setIndex(place)
        assert self.document.spec == spec

    @rule()
    def undo(self) -> None:
        self.document.undo_stack.undo()

    @invariant()
    def rows_are_the_design(self) -> None:
        wanted = cards_of(self.document.trace, self.document.problems, (), self.model.closed)
        shown = [self.model.index(row).data(CardRole.CARD) for row in range(self.model.rowCount())]
        assert tuple(shown) == wanted


def test_any_edits_keep_rows_and_design_equal(qapp) -> None:
    run_state_machine_as_test(Editing, settings=settings(max_examples=40, stateful_step_count=30))


@pytest.mark.parametrize("told", ["rowsAboutToBeRemoved", "rowsRemoved", "rowsInserted", "dataChanged"])
def test_marks_that_change_while_rows_come_and_go_wait_for_them(
    model: LayerListModel, document: Document, told: str
) -> None:
    getattr(model, told).connect(lambda *_: model.set_frozen(frozenset({"conv7"})))
    layers = (Residual(id="block", layers=(Conv2D(id="conv7", padding="same"),)), *(ReLU() for _ in range(3)))
    document.edit("Change all", NetworkSpec(name="other", input=InputSpec(), layers=layers))
    assert ids(model) == ["", *(layer.id for layer in document.spec.walk())]
    assert [card.layer_id for card in model.cards if card.frozen] == ["conv7"]


def test_a_block_that_closes_while_rows_go_closes_behind_them(
    model: LayerListModel, document: Document
) -> None:
    layers = (Residual(id="block", layers=(ReLU(id="one"), ReLU(id="two"))), Flatten(id="three"))
    document.edit("Change all", NetworkSpec(name="other", input=InputSpec(), layers=layers))
    model.rowsAboutToBeRemoved.connect(lambda *_: model.set_open(("block",), is_open=False))
    document.remove_layers(["one", "three"])
    assert ids(model) == ["", "block"]
