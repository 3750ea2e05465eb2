"""The dock of the costs: follows design, settings and selection, and measures when it may."""

from __future__ import annotations

import csv
import dataclasses
import io

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnviz.app.settings import Settings
from cnnviz.app.workbench import Workbench
from cnnviz.spec.layers import BatchNorm, Dense, ReLU
from cnnviz.spec.training import TrainingSpec
from cnnviz.training import layer_times
from cnnviz.ui.ledger.columns import COLUMNS
from cnnviz.ui.ledger.costs_panel import CostsPanel
from cnnviz.ui.theme import SPACE_12
from tests.helpers.designs import ENDLESS, short_training, small_design

PARAMETERS, ACTIVATIONS, MEMORY, FORWARD = (
    next(place for place, column in enumerate(COLUMNS) if column.title == title)
    for title in ("Parameters", "Activations", "Memory", "Forward ms")
)


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(layer_times, "_SECONDS", 0.01)


@pytest.fixture
def workbench(qapp, tmp_path):
    workbench = Workbench(Settings(tmp_path / "settings.ini"))
    workbench.document.new(small_design())
    yield workbench
    assert workbench.close()
    workbench.deleteLater()


@pytest.fixture
def panel(workbench, qtbot):
    measure = QAction("Measure Layer Times", workbench)
    panel = CostsPanel(workbench, TrainingSpec(), measure)
    measure.triggered.connect(panel.measure)
    qtbot.addWidget(panel)
    panel.resize(900, 240)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.set_in_sight(True)
    yield panel
    QApplication.clipboard().clear()


def cell(panel, layer_id, column):
    return panel.model.index(panel.model.row_of(layer_id), column).data()


def test_it_follows_the_design(panel, workbench):
    assert cell(panel, "conv1", PARAMETERS) == "40"
    assert panel.totals.texts[PARAMETERS] == "410"
    workbench.document.remove_layer("maxpool1")
    assert panel.model.row_of("maxpool1") == -1
    assert panel.totals.texts[PARAMETERS] == "1,490"
    workbench.document.undo_stack.undo()
    assert panel.totals.texts[PARAMETERS] == "410"


def test_it_follows_the_batch_size_and_the_optimizer(panel):
    before = panel.totals.texts[MEMORY], cell(panel, "conv1", ACTIVATIONS)
    panel.set_training(TrainingSpec(batch_size=512))
    after = panel.totals.texts[MEMORY], cell(panel, "conv1", ACTIVATIONS)
    assert before[0] != after[0]
    assert before[1] != after[1]
    assert "512 images" in panel.totals.tip_at(panel.table.columnViewportPosition(MEMORY) + 5)


def test_out_of_sight_it_waits(panel, workbench):
    panel.set_in_sight(False)
    workbench.document.remove_layer("maxpool1")
    assert panel.model.row_of("maxpool1") >= 0
    panel.set_in_sight(True)
    assert panel.model.row_of("maxpool1") == -1


def test_an_empty_design_is_explained(panel, workbench):
    workbench.document.new(dataclasses.replace(small_design(), layers=()))
    assert panel.table.isHidden() or not panel.table.isVisible()
    workbench.document.insert_layer(ReLU())
    assert panel.table.isVisible()


def test_choosing_a_row_chooses_the_layer_and_the_other_way_round(panel, qtbot):
    with qtbot.waitSignal(panel.layer_selected) as chosen:
        row = panel.model.row_of("flatten1")
        QTest.mouseClick(
            panel.table.viewport(),
            Qt.MouseButton.LeftButton,
            pos=panel.table.visualRect(panel.model.index(row, 1)).center(),
        )
    assert chosen.args == ["flatten1"]
    with qtbot.assertNotEmitted(panel.layer_selected):
        panel.select_layer("conv1")
    assert panel.table.currentIndex().row() == panel.model.row_of("conv1")
    with qtbot.waitSignal(panel.layer_selected) as chosen:
        QTest.keyClick(panel.table, Qt.Key.Key_Down)
    assert chosen.args == ["relu1"]
    with qtbot.assertNotEmitted(panel.layer_selected):
        panel.select_layer("")
    assert not panel.table.selectionModel().hasSelection()


def test_the_choice_outlives_edits_and_orders(panel, workbench, qtbot):
    panel.select_layer("dense1")
    with qtbot.assertNotEmitted(panel.layer_selected):
        workbench.document.insert_layer(BatchNorm(), 1)
        panel.table.sort_by(PARAMETERS)
        workbench.document.undo_stack.undo()
    assert panel.model.layer_id(panel.table.currentIndex().row()) == "dense1"
    assert panel.table.currentIndex().row() == 0


def test_sorting_by_keyboard(panel):
    menu = panel.sort_button.menu()
    menu.aboutToShow.emit()
    assert menu.actions()[0].isChecked()
    menu.actions()[PARAMETERS].trigger()
    assert panel.model.layer_id(0) == "dense1"
    menu.actions()[PARAMETERS].trigger()
    assert panel.model.layer_id(0) == "relu1"
    menu.actions()[0].trigger()
    assert panel.model.layer_id(0) == "conv1"


def test_copied_it_is_a_table_for_spreadsheets(panel):
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QApplication.clipboard().mimeData()
    lines = list(csv.reader(io.StringIO(bytes(data.data("text/csv")).decode())))
    assert lines == list(csv.reader(io.StringIO(data.text()), delimiter="\t"))
    assert lines == panel.model.table()
    text = data.text()
    QApplication.clipboard().clear()
    panel.copy_button.click()
    assert QApplication.clipboard().text() == text


def test_times_are_measured_on_demand_and_grow_stale(panel, workbench, qtbot):
    assert "after a run" in panel.note
    assert cell(panel, "conv1", FORWARD) == ""
    panel.measure()
    assert "Measuring" in panel.note
    qtbot.waitUntil(lambda: not workbench.timing.is_busy)
    assert "a step takes" in panel.note
    assert float(cell(panel, "conv1", FORWARD)) > 0
    assert panel.totals.texts[FORWARD]
    workbench.document.insert_layer(BatchNorm(), 1)
    assert "before the last change" in panel.note
    assert cell(panel, "batchnorm1", FORWARD) == "–"
    assert panel.model.costs.is_stale
    workbench.document.undo_stack.undo()
    assert not panel.model.costs.is_stale
    panel.set_training(TrainingSpec(batch_size=64))
    assert panel.model.costs.is_stale


def test_a_run_is_followed_by_a_measurement_once_it_can_be_seen(panel, workbench, qtbot):
    panel.set_in_sight(False)
    dataset = workbench.selection.dataset
    workbench.session.start(small_design(), short_training(), dataset)
    qtbot.waitUntil(lambda: workbench.session.is_idle)
    assert not workbench.timing.is_busy
    with qtbot.waitSignal(workbench.timing.measured):
        panel.set_in_sight(True)
    workbench.session.start(small_design(), short_training(2), dataset)
    with qtbot.waitSignal(workbench.timing.measured):
        qtbot.waitUntil(lambda: workbench.session.is_idle)


def test_why_there_are_no_times_is_said(panel, workbench, qtbot):
    workbench.document.replace_layer(Dense(id="dense1", units=3))
    panel.measure()
    qtbot.waitUntil(lambda: not workbench.timing.is_busy)
    assert "10" in panel.note
    workbench.session.start(small_design(), ENDLESS, workbench.selection.dataset)
    panel.measure()
    assert "run is under way" in panel.note


def test_sums_can_be_heard(panel):
    assert "Parameters 410" in panel.totals.accessibleName()


def test_light_and_dark_and_large_letters_are_painted(panel, workbench, qtbot):
    panel.measure()
    qtbot.waitUntil(lambda: not workbench.timing.is_busy)
    before = panel.table.rowHeight(0)
    font = panel.font()
    font.setPointSizeF(2 * font.pointSizeF())
    panel.setFont(font)
    assert panel.table.rowHeight(0) > 1.5 * before
    assert not panel.grab().isNull()


def test_headings_take_two_lines_where_all_columns_would_not_be_in_sight_otherwise(panel, qtbot):
    header, model = panel.table.horizontalHeader(), panel.model
    place = [column.title for column in COLUMNS].index("Backward ms")
    horizontal = Qt.Orientation.Horizontal
    lengths = {}
    for width, title in ((1400, "Backward ms"), (300, "Backward\nms")):
        panel.resize(width, 240)
        qtbot.waitUntil(lambda title=title: model.headerData(place, horizontal) == title)
        lengths[width] = header.length()
    room = lengths[1400] - 20  # columns, and less than one line of headings needs
    panel.resize(room, 240)
    qtbot.waitUntil(lambda: panel.width() == room)
    assert lengths[300] < panel.table.viewport().width() < lengths[1400]
    assert header.length() == lengths[300]
    assert panel.table.horizontalScrollBar().maximum() == 0
    header.resizeSection(1, 150)
    panel.resize(1400, 240)
    assert header.sectionSize(1) == 150


def test_table_and_sums_stand_off_the_edge_in_line(panel):
    table, totals = panel.table, panel.totals
    assert table.mapTo(panel, table.rect().topLeft()).x() == SPACE_12
    assert totals.mapTo(panel, totals.rect().topLeft()).x() == SPACE_12
