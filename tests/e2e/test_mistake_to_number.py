"""From a mistake to its number and back: one chain of clicks in a real window, and of keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QTest

from cnnviz.app.attribution.attribution_work import ClassChoice
from cnnviz.app.navigation import Mistakes, Number, Picture, Reason
from cnnviz.app.training.session import SessionState
from cnnviz.data.dataset import Split
from cnnviz.interpret.attribution.methods import GradCAM
from cnnviz.interpret.explain.place import Unit
from cnnviz.interpret.explain.windows import Weighted
from tests.helpers.designs import short_training, small_design
from tests.helpers.open_windows import open_window
from tests.helpers.runs import few_digits


@pytest.fixture
def window(qtbot, tmp_path):
    """A window with a network that has learned a little, and its evaluation."""
    with open_window(tmp_path) as window:
        qtbot.waitExposed(window)
        window.resize(1440, 900)
        bench = window.workbench
        bench.document.new(small_design())
        bench.selection.set_dataset(few_digits())
        window.training_form.set_training(short_training(2))
        window.commands["train"].trigger()
        qtbot.waitUntil(lambda: bench.session.state is SessionState.IDLE and bench.session.weights_step > 0)
        window.docks.bring(window.docks.evaluation)
        qtbot.waitUntil(lambda: window.evaluation.findings is not None and not bench.evaluator.is_busy)
        yield window


def mistaken_cell(window):
    """Return the cell with the most mistakes, and the place of its hardest image."""
    report = window.evaluation.findings.report
    wrong = report.confusion - np.diag(report.confusion.diagonal())
    true, predicted = (int(one) for one in np.unravel_index(wrong.argmax(), wrong.shape))
    return (true, predicted), int(report.cell(true, predicted)[0])


def click_cell(window, cell):
    matrix = window.evaluation.classes.matrix
    QTest.mouseClick(
        matrix.viewport(), Qt.MouseButton.LeftButton, pos=matrix.layout_now().rect(*cell).center()
    )


def click_image(window, row=0):
    images = window.evaluation.classes.images
    index = images.model().index(row)
    images.scrollTo(index)
    QTest.mouseClick(images.viewport(), Qt.MouseButton.LeftButton, pos=images.visualRect(index).center())


def wait_for_answer(window, qtbot):
    """Wait until the picture is that of the selected image and class."""
    why, page = window.workbench.attributions.why, window.why.class_page
    pixels = window.workbench.selection.pixels
    qtbot.waitUntil(
        lambda: page.answer is not None and page.answer.question.image is pixels and not why.is_busy
    )
    return page.answer


def wait_for_maps(window, qtbot):
    bench = window.workbench
    qtbot.waitUntil(
        lambda: (
            np.array_equal(bench.inspector.inspection.image_view.image, bench.selection.pixels)
            and bench.inspector.inspection.image_view.step == bench.session.weights_step
        )
    )


def back(window):
    QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)


def forward(window):
    QTest.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)


def in_front(window, dock):
    return not dock.visibleRegion().isEmpty()


def test_from_a_cell_of_the_matrix_to_the_sum_and_back_by_one_key(window, qtbot):
    bench, bar, stage = window.workbench, window.trail.bar, window.stage
    names = bench.selection.dataset.class_names
    (true, predicted), place = mistaken_cell(window)
    assert not bar.isVisible(), "nothing at rest"

    click_cell(window, (true, predicted))
    assert bar.texts == ("Evaluation", f"{names[true]} taken for {names[predicted]}")
    click_image(window)
    assert (bench.selection.split, bench.selection.position) == (Split.VALIDATION, place)
    assert bar.texts[-1] == f"image {place + 1:,}"
    wait_for_maps(window, qtbot)

    QTest.mouseClick(window.evaluation.classes.why_button, Qt.MouseButton.LeftButton)
    answer = wait_for_answer(window, qtbot)
    assert in_front(window, window.docks.why)
    assert (answer.attribution.class_index, type(answer.attribution.method)) == (predicted, GradCAM)
    relu, conv = bench.document.spec.layers[1].id, bench.document.spec.layers[0].id
    assert bar.texts[-1] == f"why: Grad-CAM at {relu}"

    form = window.why.class_page.form
    form.choices[ClassChoice.TRUE].click()
    qtbot.waitUntil(lambda: window.why.class_page.answer.attribution.class_index == true)
    found = window.why.class_page.answer.difference
    assert (found.class_index, found.against) == (predicted, true)
    window.why.class_page.number_button.click()
    first = Unit(relu, *found.strongest())
    assert stage.unit_page.way == (first, Unit(conv, *found.strongest()))
    explained = stage.unit_page.explanation
    assert isinstance(explained.how, Weighted)
    assert explained.value == pytest.approx(
        bench.inspector.inspection.image_view.layer(conv).values[found.strongest()], abs=1e-5
    )
    path = (Mistakes(), Mistakes(true, predicted), Picture(bench.selection.selected))
    reason = Reason(GradCAM, ClassChoice.TRUE)
    whole = (*path, reason, Number(first), Number(Unit(conv, *found.strongest())))
    assert window.trail.history.path == whole
    assert [crumb.text() for crumb in bar.crumbs] == list(bar.texts)

    back(window)
    assert window.trail.history.path == whole[:-2], "both numbers were come to in one step"
    assert not stage.is_at_unit
    back(window)
    assert window.trail.history.path == path
    qtbot.waitUntil(lambda: in_front(window, window.docks.evaluation))
    back(window)
    assert window.trail.history.path == path[:2]
    assert window.evaluation.classes.choice == (true, predicted)
    back(window)
    assert window.trail.history.path == path[:1]
    assert window.evaluation.classes.choice == (None, None)
    for _ in range(3):
        forward(window)
    assert window.evaluation.classes.choice == (true, predicted)
    assert window.trail.history.path == whole[:-2]
    assert in_front(window, window.docks.why)
    forward(window)
    assert stage.unit_page.way[-1] == Unit(conv, *found.strongest())
    assert not window.commands["go_forward"].isEnabled()


def test_the_same_with_keys_alone(window, qtbot):
    page, stage = window.evaluation.classes, window.stage
    (true, predicted), place = mistaken_cell(window)
    page.matrix.setFocus()
    for _ in range(true):
        QTest.keyClick(page.matrix, Qt.Key.Key_Down)
    for _ in range(predicted):
        QTest.keyClick(page.matrix, Qt.Key.Key_Right)
    QTest.keyClick(page.matrix, Qt.Key.Key_Return)
    page.images.setFocus()
    page.images.selectionModel().setCurrentIndex(
        page.images.model().index(0), QItemSelectionModel.SelectionFlag.NoUpdate
    )
    QTest.keyClick(page.images, Qt.Key.Key_Return)
    assert window.workbench.selection.position == place
    QTest.keyClick(page.images, Qt.Key.Key_W)
    wait_for_answer(window, qtbot)
    wait_for_maps(window, qtbot)
    QTest.keyClick(window.why.class_page.number_button, Qt.Key.Key_Space)
    assert stage.is_at_unit
    assert window.focusWidget() is stage.unit_page
    back(window)
    assert not stage.is_at_unit
    back(window)
    assert window.focusWidget() is page.images
    back(window)
    assert window.focusWidget() is page.matrix


def test_a_place_in_the_bar_is_gone_back_to_and_that_can_be_taken_back(window, qtbot):
    cell, place = mistaken_cell(window)
    click_cell(window, cell)
    click_image(window)
    window.evaluation.classes.why_button.click()
    wait_for_answer(window, qtbot)
    whole = window.trail.history.path
    window.trail.bar.crumbs[1].click()
    assert window.trail.history.path == whole[:2]
    qtbot.waitUntil(lambda: in_front(window, window.docks.evaluation))
    back(window)
    assert window.trail.history.path == whole
    qtbot.waitUntil(lambda: in_front(window, window.docks.why))
    window.trail.bar.close_button.click()
    assert window.trail.history.path == (Picture(window.workbench.selection.selected),)
    assert not window.trail.bar.isVisible()
    assert not window.commands["go_back"].isEnabled()
    assert window.workbench.selection.position == place, "everything stays as it is shown"


def test_a_number_is_left_by_escape_and_come_back_to(window, qtbot):
    click_cell(window, mistaken_cell(window)[0])
    click_image(window)
    window.evaluation.classes.why_button.click()
    wait_for_answer(window, qtbot)
    wait_for_maps(window, qtbot)
    picture = window.why.class_page.pictures.map
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=picture.rect().center() - QPoint(2, 2))
    unit_page = window.stage.unit_page
    way = unit_page.way
    assert len(way) == 2
    QTest.keyClick(unit_page, Qt.Key.Key_Escape)
    assert unit_page.way == way[:1]
    QTest.keyClick(unit_page, Qt.Key.Key_Escape)
    assert not window.stage.is_at_unit
    assert isinstance(window.trail.history.path[-1], Reason)
    back(window)
    assert unit_page.way == way[:1]
    back(window)
    assert unit_page.way == way


def test_another_image_takes_the_place_of_the_one_on_the_way(window, qtbot):
    click_cell(window, mistaken_cell(window)[0])
    click_image(window)
    window.evaluation.classes.why_button.click()
    before = window.trail.history.path
    window.commands["next_image"].trigger()
    selected = window.workbench.selection.selected
    assert window.trail.history.path == (Picture(selected), before[-1]), "it is not one of the cell"
    window.commands["next_image"].trigger()
    back(window)
    assert window.trail.history.path == before[:-1], "the images passed by are no steps"
    assert window.workbench.selection.selected == before[-2].selected


def test_at_the_probabilities_one_asks_why_for_any_class(window, qtbot):
    bars, why = window.image_panel.bars, window.workbench.attributions.why
    window.docks.bring(window.docks.image)
    qtbot.waitUntil(lambda: bars.rows.count == 10 and bars.rows.isVisible())
    bars.why_button.click()
    assert why.choice is ClassChoice.PREDICTED
    assert in_front(window, window.docks.why)
    rows = bars.rows
    QTest.mouseClick(rows, Qt.MouseButton.LeftButton, pos=QPoint(5, 7 * rows.row_height + 3))
    assert why.choice == 7
    assert wait_for_answer(window, qtbot).attribution.class_index == 7
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Down)
    assert "Enter shows why" in rows.accessibleDescription()
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert why.choice == rows.order[1]


def test_layers_that_are_gone_are_gone_from_the_way(window, qtbot):
    click_cell(window, mistaken_cell(window)[0])
    click_image(window)
    window.evaluation.classes.why_button.click()
    wait_for_answer(window, qtbot)
    wait_for_maps(window, qtbot)
    window.why.class_page.number_button.click()
    assert window.stage.is_at_unit
    document = window.workbench.document
    relu = document.spec.layers[1].id
    document.edit("Remove", document.spec.remove(relu))
    paths = {place for path in window.trail.history._paths for place in path if isinstance(place, Number)}
    assert not [number for number in paths if number.unit.layer_id == relu]
    while window.commands["go_back"].isEnabled():
        back(window)
    while window.commands["go_forward"].isEnabled():
        forward(window)


def test_another_data_set_begins_anew(window, qtbot):
    click_cell(window, mistaken_cell(window)[0])
    click_image(window)
    window.workbench.selection.set_dataset(few_digits())
    assert window.trail.history.path == (Picture(window.workbench.selection.selected),)
    assert not window.commands["go_back"].isEnabled()
    assert not window.trail.bar.isVisible()
