from __future__ import annotations

from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication

from cnnviz.app.document import Document
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.tree_edits import Place
from cnnviz.ui.builder.builder_panel import BuilderPanel
from cnnviz.ui.builder.drop import MIME_TYPE, from_mime
from cnnviz.ui.builder.gaps import Gap
from cnnviz.ui.builder.layer_list_view import LayerListView
from tests.ui.builder.drags import COPY, MOVE, Drag, palette_drag


def ids(document: Document) -> list[str]:
    return [layer.id for layer in document.spec.layers]


def inside(view: LayerListView, row: int, share: float) -> QPoint:
    """Return a point in a row, `share` of its height from the top."""
    rect = view.visualRect(view.model().index(row))
    return QPoint(rect.center().x(), rect.top() + round(rect.height() * share))


def test_the_place_of_a_drop_is_the_nearer_gap(panel: BuilderPanel) -> None:
    view = panel.list_view
    assert view.gap_at(inside(view, 2, 0.2)) == Gap(2, Place(1))
    assert view.gap_at(inside(view, 2, 0.8)) == Gap(3, Place(2))
    assert view.gap_at(inside(view, 0, 0.2)) == Gap(1, Place(0))
    below = view.visualRect(view.model().index(5)).bottom() + 20
    assert view.gap_at(QPoint(50, below)) == Gap(6, Place(5))


def test_a_drag_from_the_palette_shows_its_place_and_lands_there(panel: BuilderPanel, document) -> None:
    view = panel.list_view
    drag = palette_drag(panel.palette_view.chip("Tanh").mime_data())
    assert drag.enter(view.viewport(), inside(view, 1, 0.2))
    assert view.insert_row == 1
    assert drag.move(view.viewport(), inside(view, 2, 0.8))
    assert view.insert_row == 3
    view.grab()
    assert drag.drop(view.viewport(), inside(view, 2, 0.8)) == COPY
    assert ids(document) == ["conv1", "relu1", "tanh1", "maxpool1", "flatten1", "dense1"]
    assert view.insert_row is None
    assert panel.selected_layer_id == "tanh1"
    document.undo_stack.undo()
    assert ids(document) == ["conv1", "relu1", "maxpool1", "flatten1", "dense1"]


def test_a_drag_that_leaves_takes_its_line_along(panel: BuilderPanel) -> None:
    view = panel.list_view
    drag = palette_drag(panel.palette_view.chip("Tanh").mime_data())
    drag.enter(view.viewport(), inside(view, 1, 0.2))
    drag.leave(view.viewport())
    assert view.insert_row is None


def test_a_card_is_dragged_to_another_place(panel: BuilderPanel, document, qtbot, started_drags) -> None:
    view = panel.list_view
    with qtbot.waitSignals([view.drag_started, view.drag_finished], order="strict"):
        start = inside(view, 1, 0.5)
        qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
        for step in (4, QApplication.startDragDistance() + 2):
            qtbot.mouseMove(view.viewport(), start + QPoint(0, step))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    (drag,) = started_drags
    layers = from_mime(bytes(drag.mimeData().data(MIME_TYPE).data())).layers
    assert [layer.id for layer in layers] == ["conv1", "relu1"]  # it carries its activation
    assert not drag.pixmap().isNull()
    assert Drag(drag.mimeData()).drop(view.viewport(), inside(view, 3, 0.9)) == MOVE
    assert ids(document) == ["maxpool1", "conv1", "relu1", "flatten1", "dense1"]
    assert panel.selected_layer_id == "conv1"
    assert view.selected_layer_ids == ("conv1", "relu1")


def test_with_ctrl_a_card_is_copied(panel: BuilderPanel, document) -> None:
    view = panel.list_view
    drag = Drag(panel.model.mimeData([panel.model.index(5)]), COPY)
    assert drag.drop(view.viewport(), inside(view, 1, 0.1)) == COPY
    assert ids(document) == ["dense2", "conv1", "relu1", "maxpool1", "flatten1", "dense1"]
    assert panel.selected_layer_id == "dense2"


def test_while_a_card_is_dragged_the_palette_is_a_bin(panel: BuilderPanel, monkeypatch) -> None:
    view, seen = panel.list_view, []
    view.select_layer("relu1")

    def look(drag: QDrag, *actions: object) -> Qt.DropAction:
        over = Drag(drag.mimeData())
        seen.append(panel.palette_view.is_bin)
        over.enter(view.viewport(), inside(view, 2, 0.2))
        seen.append(view.insert_row)  # where it is already: no line
        over.move(view.viewport(), inside(view, 4, 0.2))
        seen.append(view.insert_row)
        over.leave(view.viewport())
        return Qt.DropAction.IgnoreAction

    monkeypatch.setattr(QDrag, "exec", look)
    view.startDrag(MOVE | COPY)
    assert seen == [True, None, 4]
    assert not panel.palette_view.is_bin


def test_the_input_is_not_dragged(panel: BuilderPanel, started_drags) -> None:
    panel.select_layer("")
    panel.list_view.startDrag(MOVE)
    assert started_drags == []


def test_foreign_things_are_refused_and_rubbish_says_so(panel: BuilderPanel, document) -> None:
    view, text, rubbish = panel.list_view, QMimeData(), QMimeData()
    text.setText("hello")
    rubbish.setData(MIME_TYPE, QByteArray(b"{"))
    assert not Drag(text).enter(view.viewport(), inside(view, 1, 0.5))
    assert view.insert_row is None
    assert Drag(rubbish).drop(view.viewport(), inside(view, 1, 0.5)) is None
    assert "not valid JSON" in panel.problem_text
    document.remove_layer("relu1")
    assert panel.problem_text == ""


def test_a_problem_makes_its_card_taller(panel: BuilderPanel, document) -> None:
    view = panel.list_view
    before = view.visualRect(view.model().index(4)).height()
    document.remove_layer("flatten1")
    QApplication.processEvents()
    assert panel.model.card(4).problems
    assert view.visualRect(view.model().index(4)).height() > before


def test_scrolling_and_choice_survive_an_edit(panel: BuilderPanel, document) -> None:
    view = panel.list_view
    for _ in range(40):
        panel.add_layer("ReLU")
    panel.select_layer("relu20")
    view.verticalScrollBar().setValue(300)
    document.remove_layer("dense1")
    QApplication.processEvents()
    assert view.verticalScrollBar().value() == 300
    assert panel.selected_layer_id == "relu20"


def test_an_empty_design_says_what_to_do(panel: BuilderPanel, document) -> None:
    view = panel.list_view
    full = view.grab().toImage()
    document.edit("Clear", NetworkSpec(name="", input=InputSpec()))
    QApplication.processEvents()
    assert view.grab().toImage() != full
    assert panel.selected_layer_id == ""
    palette_drag(panel.palette_view.chip("Dense").mime_data()).drop(view.viewport(), QPoint(60, 120))
    assert ids(document) == ["dense1"]
