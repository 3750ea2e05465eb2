"""Layers let go over the window, outside of the list, are removed; nothing else is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint
from PySide6.QtWidgets import QApplication

from cnnviz.spec.layers import Conv2D, Dense, Flatten, ReLU
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.ui.builder.drop import MIME_TYPE, DraggedLayers, to_mime
from tests.helpers.open_windows import open_window
from tests.ui.builder.drags import COPY, MOVE, Drag, palette_drag


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        window.resize(1440, 900)
        layers = (Conv2D(), ReLU(), Conv2D(), Flatten(), Dense(units=10))
        window.workbench.document.new(NetworkSpec(name="five", input=InputSpec(), layers=layers))
        QApplication.processEvents()
        yield window


def middle_of(window, widget) -> QPoint:
    return widget.mapTo(window, widget.rect().center())


def ids(window) -> list[str]:
    return [layer.id for layer in window.workbench.document.spec.layers]


def test_a_layer_let_go_over_the_network_is_removed_and_undo_brings_it_back(window):
    drag = Drag(window.builder.model.mime_data_of(["conv2"]))
    over = middle_of(window, window.network_view)
    assert drag.enter(window, over)
    assert drag.move(window, over)
    assert window.drag_out.hint.isVisible()
    assert window.drag_out.hint.words == "Release to remove conv2"
    assert window.statusBar().currentMessage() == "Release to remove conv2"
    assert not window.drag_out.hint.grab().toImage().isNull()
    assert drag.drop(window, over) == MOVE
    assert ids(window) == ["conv1", "relu1", "flatten1", "dense1"]
    assert not window.drag_out.hint.isVisible()
    assert window.statusBar().currentMessage() == ""
    assert window.workbench.document.undo_stack.undoText() == "Remove conv2"
    window.workbench.document.undo_stack.undo()
    assert ids(window) == ["conv1", "relu1", "conv2", "flatten1", "dense1"]


def test_every_panel_but_the_list_takes_layers_out(window):
    panels = {
        "image": window.image_panel,
        "layer": window.layer_panel,
        "settings of the layer": window.builder.form,
        "curves": window.curves,
        "tool bar": window.tool_bar,
    }
    drag = Drag(window.builder.model.mime_data_of(["conv1", "relu1"]))
    for name, panel in panels.items():
        drag.enter(window, middle_of(window, panel))
        assert drag.move(window, middle_of(window, panel)), name
        assert window.drag_out.hint.words == "Release to remove conv1 and relu1"
        assert window.rect().contains(window.drag_out.hint.geometry())
        drag.leave(window)  # Qt keeps the target of a drag that never ends, even one that is gone


def test_a_drop_that_misses_the_list_by_little_removes_nothing(window):
    drag = Drag(window.builder.model.mime_data_of(["conv1"]))
    area = window.builder.list_area
    for place in (QPoint(20, 3), QPoint(20, area.height() - 4)):
        point = area.mapTo(window, place)
        drag.enter(window, point)
        assert not drag.move(window, point)
        assert not window.drag_out.hint.isVisible()
        drag.drop(window, point)
    assert len(ids(window)) == 5


def test_the_hint_goes_where_the_drag_leaves_or_is_given_up(window):
    drag = Drag(window.builder.model.mime_data_of(["conv1"]))
    over = middle_of(window, window.network_view)
    drag.enter(window, over)
    drag.leave(window)
    assert not window.drag_out.hint.isVisible()
    drag.enter(window, over)
    window.builder.list_view.drag_finished.emit()
    assert not window.drag_out.hint.isVisible()
    drag.leave(window)
    assert len(ids(window)) == 5


def test_a_chip_and_layers_of_another_window_are_not_taken(window):
    over = middle_of(window, window.network_view)
    chip = palette_drag(window.builder.palette_view.chip("Conv2D").mime_data())
    foreign = QMimeData()
    foreign.setData(MIME_TYPE, to_mime(DraggedLayers((Conv2D(id="conv1"),), source="another list")))
    for drag in (chip, Drag(foreign)):
        assert not drag.enter(window, over)
        assert not window.drag_out.hint.isVisible()
        assert drag.drop(window, over) is None
    assert len(ids(window)) == 5


def test_a_copy_is_not_taken(window):
    over = middle_of(window, window.network_view)
    copy = Drag(window.builder.model.mime_data_of(["conv1"]), action=COPY)
    copy.enter(window, over)
    assert not copy.move(window, over)
    assert not window.drag_out.hint.isVisible()
    assert copy.drop(window, over) is None
    assert len(ids(window)) == 5
