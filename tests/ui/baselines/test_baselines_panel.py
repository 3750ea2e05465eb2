"""The page of the baselines: empty, under way, complete, and following the selected image."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from cnnviz.app.evaluation import neighbor_finder
from cnnviz.app.settings import Settings
from cnnviz.app.workbench import Workbench
from cnnviz.data.dataset import Split
from cnnviz.training.neighbors import SimilarImage
from cnnviz.ui.baselines.baseline_details import voted
from cnnviz.ui.baselines.baselines_model import BaselinesModel, cell_text, seconds_text
from cnnviz.ui.baselines.baselines_panel import BaselinesPanel
from tests.helpers.runs import few_digits, measured_digits


@pytest.fixture
def bench(qapp, tmp_path):
    bench = Workbench(Settings(tmp_path / "settings.ini"))
    bench.selection.set_dataset(few_digits())
    yield bench
    assert bench.close()


@pytest.fixture
def panel(bench, qtbot):
    panel = BaselinesPanel(bench)
    qtbot.addWidget(panel)
    panel.resize(900, 260)
    panel.show()
    panel.set_in_sight(True)
    yield panel
    panel.set_in_sight(False)


@pytest.fixture
def measured(panel, bench, qtbot):
    panel.run_action.trigger()
    qtbot.waitUntil(lambda: not bench.baselines.is_busy, timeout=20_000)
    return panel


def choose(panel, row):
    panel.table.setCurrentIndex(panel.model.index(row, 0))


def test_it_begins_with_one_sentence_and_the_button(panel):
    assert panel._pages.currentWidget() is panel._empty
    assert panel.run_action.isEnabled()
    assert not panel.cancel_action.isEnabled()


def test_all_rows_are_filled_and_the_test_only_when_asked(measured, bench, qtbot):
    rows = measured.model.rows
    assert [cell_text(row, 0) for row in rows][1:] == [
        "Nearest neighbours", "Linear SVM", "Linear softmax", "Vanilla network"
    ]  # fmt: skip
    assert all(cell_text(row, 1).endswith("%") for row in rows)
    assert all(cell_text(row, 2) == "–" for row in rows)
    assert cell_text(rows[3], 5) == "650"
    assert not measured.run_action.isEnabled()
    measured.test_action.trigger()
    qtbot.waitUntil(lambda: not bench.baselines.is_busy, timeout=20_000)
    assert all(cell_text(row, 2).endswith("%") for row in measured.model.rows)
    assert not measured.test_action.isEnabled()


def test_the_neighbours_follow_the_selected_image(measured, bench, qtbot):
    choose(measured, 1)
    strip = measured.details.strip
    qtbot.waitUntil(lambda: strip.accessibleName() != "")
    before = strip.accessibleName()
    bench.selection.select(Split.TRAIN, 3)
    qtbot.waitUntil(lambda: strip.accessibleName() != before)
    assert "; 0 away" not in strip.accessibleName()
    name = bench.selection.label_name
    assert name in measured.details.heading


def test_a_neighbour_that_is_clicked_is_selected_everywhere(measured, bench, qtbot):
    choose(measured, 1)
    strip = measured.details.strip
    qtbot.waitUntil(lambda: strip.accessibleName() != "")
    nearest = strip.model().index(0, 0)
    wanted = strip.model().found[0].index
    place = strip.visualRect(nearest).center()
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert bench.selection.train_index == wanted


def test_enter_selects_the_neighbour_that_the_keyboard_is_on(measured, bench, qtbot):
    choose(measured, 1)
    strip = measured.details.strip
    qtbot.waitUntil(lambda: strip.accessibleName() != "")
    wanted = strip.model().found[1].index
    strip.setCurrentIndex(strip.model().index(1, 0))
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert bench.selection.train_index == wanted


def test_five_neighbours_stand_side_by_side_in_the_first_window(measured, qtbot):
    measured.resize(849, 270)
    choose(measured, 1)
    strip = measured.details.strip
    qtbot.waitUntil(lambda: strip.accessibleName() != "")
    tops = {strip.visualRect(strip.model().index(place, 0)).top() for place in range(5)}
    assert len(tops) == 1


def test_the_last_column_takes_no_more_than_it_needs_where_room_is_short(measured, qapp):
    header = measured.table.horizontalHeader()
    needed = sum(header.sectionSizeHint(column) for column in range(1, 6)) + header.sectionSize(0)
    table = measured.table
    table.setFixedWidth(needed + table.width() - table.viewport().width() + 2)
    qapp.processEvents()
    assert table.horizontalScrollBar().maximum() == 0


def test_the_table_gets_what_it_needs_until_a_person_parts_it_from_the_details(panel, bench, qtbot, qapp):
    panel.resize(820, 260)
    qapp.processEvents()
    panel._split.setSizes([300, 520])
    panel.run_action.trigger()
    qtbot.waitUntil(lambda: not bench.baselines.is_busy, timeout=20_000)
    qapp.processEvents()
    table, header = panel.table, panel.table.horizontalHeader()
    last = header.count() - 1
    assert table.horizontalScrollBar().maximum() == 0
    assert header.sectionSize(last) >= max(header.sectionSizeHint(last), table.sizeHintForColumn(last))
    panel._split.moveSplitter(350, 1)
    panel._show_rows()
    assert panel._split.sizes()[0] == 350


def test_neighbours_that_cannot_be_found_are_told(measured, bench, qtbot, monkeypatch):
    choose(measured, 1)
    qtbot.waitUntil(lambda: measured.details.strip.accessibleName() != "")
    monkeypatch.setattr(neighbor_finder, "similar_images", lambda *_, **__: 1 / 0)
    bench.selection.select(Split.TRAIN, 3)
    qtbot.waitUntil(lambda: measured.details.heading == "It could not be computed: division by zero.")


def test_a_linear_classifier_shows_a_template_for_each_class(measured):
    choose(measured, 2)
    details = measured.details
    assert "template for each class" in details.heading
    assert details.templates.tile_layout().grid.count == 10
    names = measured.details.templates.names
    assert names == tuple("0123456789"), "each is named"
    details.templates.hovered.emit(7, 0, 3)
    assert details.hover_text.startswith("7, row 0, column 3: ")
    assert "Multiclass SVM" in measured.note.text()
    choose(measured, 4)
    assert "units of the first layer" in details.heading
    assert details.templates.names == ()
    choose(measured, 0)
    assert details.note.text() == "Not trained yet."


def test_out_of_sight_it_does_not_follow(panel, bench):
    panel.set_in_sight(False)
    panel.run_action.trigger()
    assert not panel.cancel_action.isEnabled()
    panel.set_in_sight(True)
    assert panel.cancel_action.isEnabled()
    panel.cancel_action.trigger()
    assert not bench.baselines.is_busy


def test_numbers_are_refused_in_one_sentence(panel, bench):
    bench.selection.set_dataset(measured_digits())
    assert "numbers, not classes" in panel._refusal.sentence
    assert panel._pages.currentWidget() is panel._refusal


def test_the_model_is_one(measured, qtmodeltester):
    qtmodeltester.check(BaselinesModel(measured.model.rows))


def test_of_as_many_votes_the_nearest_wins():
    found = tuple(SimilarImage(0, label, 1.0) for label in (3, 5, 5, 3))
    assert voted(found) == 3


@pytest.mark.parametrize(
    ("seconds", "text"), [(5.82e-5, "58.2 µs"), (0.00124, "1.24 ms"), (3.1, "3.10 s"), (90, "1.500 min")]
)
def test_times_have_a_unit_that_keeps_them_short(seconds, text):
    assert seconds_text(seconds) == text
