"""The dock of the evaluation in a real window: live, chosen, exported, marked."""

from __future__ import annotations

import csv
import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from cnnviz.data.dataset import Split
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.ui.export.export_dialog import ExportDialog
from cnnviz.ui.theme import LIGHT
from tests.helpers.designs import ENDLESS, short_training
from tests.helpers.open_windows import open_small_window
from tests.helpers.runs import few_digits, linear_design, measured_digits
from tests.ui.evaluation.reports import findings_of, named_digits, report_of


@pytest.fixture
def window(qtbot, tmp_path, questions):
    with open_small_window(tmp_path, questions) as window:
        qtbot.waitExposed(window)
        yield window


@pytest.fixture
def panel(window, qtbot):
    window.docks.bring(window.docks.evaluation)
    qtbot.waitUntil(lambda: window.evaluation.findings is not None)
    return window.evaluation


def test_behind_another_dock_nothing_is_evaluated(window, qtbot):
    assert window.evaluation.findings is None
    assert not window.workbench.evaluator.is_busy
    window.docks.bring(window.docks.evaluation)
    qtbot.waitUntil(lambda: window.evaluation.findings is not None)
    assert "20 validation images, untrained" in window.evaluation.head.text


def test_a_chosen_cell_shows_its_images_and_a_chosen_image_is_selected_everywhere(window, panel, qtbot):
    panel._on_evaluated(findings_of(report_of(said={3: 8, 5: 6})))
    page = panel.classes
    report = panel.findings.report
    assert page.heading == f"{len(report.mistakes())} mistakes, hardest first"
    assert not page.all_button.isVisible()
    page.matrix.cell_chosen.emit(3, 8)
    assert list(page.images.images.places) == list(report.cell(3, 8))
    assert page.heading.startswith("3 taken for 8: ")
    place = int(report.cell(3, 8)[0])
    rect = page.images.visualRect(page.images.images.index(0))
    QTest.mouseClick(page.images.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    selection = window.workbench.selection
    assert (selection.split, selection.position, selection.label) == (Split.VALIDATION, place, 3)
    assert page.images.currentIndex().row() == 0
    selection.select(Split.TEST, 0)
    assert not page.images.selectionModel().hasSelection(), "that image is not listed here"
    page.all_button.click()
    assert list(page.images.images.places) == list(report.mistakes())


def test_a_chosen_class_shows_its_mistakes_until_a_cell_is_chosen(panel):
    panel._on_evaluated(findings_of(report_of(said={3: 8, 5: 6})))
    page = panel.classes
    page.table.setCurrentIndex(page.table.classes.index(page.table.classes.row_of(5), 0))
    assert page.heading.startswith("5 taken for others")
    page.matrix.cell_chosen.emit(4, 4)
    assert page.heading.startswith("4 found")
    assert not page.table.selectionModel().hasSelection()
    page.matrix.cell_chosen.emit(4, 5)
    assert page.heading == "4 taken for 5: no images"


def test_what_is_chosen_stays_while_newer_reports_come(panel):
    panel._on_evaluated(findings_of(report_of(said={3: 8})))
    panel.classes.matrix.cell_chosen.emit(3, 8)
    panel._on_evaluated(findings_of(report_of(said={3: 8, 1: 2}), step=9))
    assert panel.classes.matrix.chosen == (3, 8)
    assert panel.classes.heading.startswith("3 taken for 8")


def test_a_cell_that_is_empty_says_so_and_leads_back_to_the_mistakes(panel, qtbot):
    page = panel.classes
    panel._on_evaluated(findings_of(report_of(said={3: 8, 5: 6})))
    page.matrix.cell_chosen.emit(3, 8)
    assert page.images.isVisible()
    panel._on_evaluated(findings_of(report_of(said={5: 6}), step=9))
    assert page.choice == (3, 8), "it may have images again with the next report"
    assert (page.images.isVisible(), page.empty.isVisible()) == (False, True)
    assert page.empty.sentence == "No image of 3 is taken for 8 now."
    panel._on_evaluated(findings_of(report_of(said={3: 8, 5: 6}), step=10))
    assert page.images.isVisible()
    page.matrix.cell_chosen.emit(4, 5)
    assert page.empty.isVisible()
    with qtbot.waitSignal(page.images_chosen):
        page.show_all.trigger()
    assert page.choice == (None, None)
    assert page.images.isVisible()
    assert list(page.images.images.places) == list(panel.findings.report.mistakes())
    page.choose(4, None)
    assert page.empty.sentence == "No image of 4 is taken for another class now."


def test_where_all_is_right_no_way_out_is_offered(panel):
    panel._on_evaluated(findings_of(report_of(said={})))
    assert panel.classes.heading == "No mistakes"
    assert panel.classes.images.isVisible()


def test_images_tell_what_is_said_and_true_with_probabilities(panel):
    report = report_of(said={3: 8})
    panel._on_evaluated(findings_of(report))
    place = int(report.mistakes()[0])
    index = panel.classes.images.images.index(0)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith(f"8 {100 * report.answers[place, 8]:.1f} %, true 3 ")
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert "(true)" in tip
    assert "loss" in tip


def test_a_run_is_followed_live(window, panel, qtbot):
    session = window.workbench.session
    assert not panel.head.follow_button.isVisible()
    session.start(window.workbench.document.spec, ENDLESS, few_digits())
    qtbot.waitUntil(lambda: panel.findings is not None and panel.findings.step > 0)
    assert panel.head.follow_button.isVisible()
    session.stop()
    qtbot.waitUntil(lambda: session.is_idle and panel.findings.step == session.weights_step)


def test_the_test_set_is_marked_as_used(window, panel, qtbot):
    head = panel.head
    assert head.uses == ""
    assert head.test_button.text() == "Use Test Set"
    head.test_button.click()
    qtbot.waitUntil(lambda: panel.findings.split is Split.TEST)
    assert head.uses == "Test set used once: Small untrained"
    assert "20 test images" in head.text
    assert head.test_button.text() == "Back to Validation"
    session = window.workbench.session
    with qtbot.waitSignal(session.run_ended):
        session.start(window.workbench.document.spec, short_training(), few_digits())
    assert panel.findings.step == 0, "the test set is not looked at again by itself"
    head.test_button.click()
    qtbot.waitUntil(lambda: panel.findings.split is Split.VALIDATION and panel.findings.step > 0)
    head.test_button.click()
    qtbot.waitUntil(lambda: panel.findings.split is Split.TEST)
    assert head.uses == "Test set used 2 times: Small untrained; Small epoch 1, step 1"


def test_a_design_that_does_not_fit_is_explained(window, panel, qtbot):
    window.workbench.document.remove_layer("dense1")
    qtbot.waitUntil(lambda: panel.findings is None)
    assert "cannot be evaluated" in panel.empty.sentence
    assert panel.empty.isVisible()
    assert not panel.head.export_button.isEnabled()
    window.workbench.document.undo_stack.undo()
    qtbot.waitUntil(lambda: panel.findings is not None)


def test_numbers_are_drawn_against_their_targets(window, panel, qtbot):
    bench = window.workbench
    bench.document.new(linear_design(2))
    bench.document.set_loss(MeanSquaredError())
    bench.selection.set_dataset(measured_digits())
    qtbot.waitUntil(lambda: panel.numbers.isVisible())
    plots = panel.numbers.plots
    assert plots.drawn == 20
    assert "R²" in panel.head.text
    assert not panel.head.shares_button.isVisible()
    first = plots.note
    plots.choice.setCurrentIndex(1)
    plots.choice.activated.emit(1)
    assert plots.note != first
    with qtbot.waitSignal(panel.numbers.image_chosen):
        panel.numbers.images.image_chosen.emit(4)
    assert bench.selection.position == 4


def test_the_export_button_opens_the_dialog_of_every_view(window, panel, questions, tmp_path):
    panel._on_evaluated(findings_of(report_of(said={3: 8})))
    panel.head.export_button.click()
    dialog = window.findChildren(ExportDialog)[-1]
    questions.paths = [tmp_path / "matrix.png", tmp_path / "table.csv"]
    dialog.save_button.click()
    dialog.numbers_button.click()
    assert QImage(str(tmp_path / "matrix.png")).pixelColor(2, 2) == LIGHT.base
    rows = list(csv.DictReader((tmp_path / "table.csv").read_text().splitlines()))
    assert rows[3]["predicted as 8"] == rows[3]["images"]
    assert "F1" in {name.upper() for name in rows[3]}, "the figures of each class, too"


def test_findings_of_images_that_are_gone_choose_nothing(window, panel):
    other = dataclasses.replace(few_digits(), name="other")
    panel._on_evaluated(findings_of(report_of(other), other))
    before = window.workbench.selection.position
    panel.classes.image_chosen.emit(before + 3)
    assert window.workbench.selection.position == before


def test_a_hundred_classes_are_seen_whole_in_a_window_of_the_first_size(window, panel, qtbot):
    window.resize(1440, 900)
    named = named_digits(*(f"thing {number}" for number in range(100)))
    matrix = panel.classes.matrix
    panel.classes.show_findings(findings_of(report_of(named), named))
    qtbot.waitUntil(panel.head.whole_button.isVisible)
    panel.head.whole_button.click()
    qtbot.waitUntil(lambda: matrix.rect().contains(matrix.layout_now().rect(99, 99)))
    assert matrix.layout_now().cell.height() >= 2
    assert (matrix.horizontalScrollBar().maximum(), matrix.verticalScrollBar().maximum()) == (0, 0)


def test_a_large_matrix_can_be_seen_as_a_whole(window, panel, qtbot):
    head, matrix = panel.head, panel.classes.matrix
    assert head.whole_button.isHidden()
    matrix.whole_offered.emit(True)
    assert not head.whole_button.isHidden()
    head.whole_button.click()
    assert matrix._is_whole
    head.whole_button.click()
    assert not matrix._is_whole
    panel._forget("nothing")
    assert head.whole_button.isHidden()
