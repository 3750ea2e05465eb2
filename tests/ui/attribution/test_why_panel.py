"""The dock that answers why, in a real window: asked, followed, chosen, cancelled, exported."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from cnnviz.app.attribution.attribution_work import ClassChoice
from cnnviz.data.dataset import Split
from cnnviz.interpret.attribution.methods import METHODS, GradCAM, IntegratedGradients, Occlusion, Saliency
from cnnviz.interpret.explain.place import Unit
from cnnviz.interpret.explain.windows import Weighted
from cnnviz.spec.layers import Dense, Flatten
from cnnviz.spec.losses import MeanSquaredError, MulticlassSVM
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.ui.attribution.words import difference_text, share_text
from cnnviz.ui.export.export_dialog import ExportDialog
from cnnviz.ui.format import number
from cnnviz.ui.widgets.breakable import without_breaks
from tests.helpers.designs import short_training
from tests.helpers.runs import few_digits, measured_digits

NO_MAPS = NetworkSpec(name="Flat", input=InputSpec(), layers=(Flatten(), Dense(units=10)))


def exported(panel, window):
    panel.export_button.click()
    return window.findChildren(ExportDialog)[-1]


def shown_method(page):
    return type(page.answer.attribution.method) if page.answer is not None else None


def ask(qtbot, page, act):
    """Do something that asks anew, and wait for its answer."""
    before = page.answer
    act()
    qtbot.waitUntil(lambda: page.answer is not before and not page._why.is_busy)
    return page.answer


def test_behind_another_dock_nothing_is_computed(window, why, qtbot):
    assert window.why.class_page.answer is None
    assert not why.is_busy
    window.docks.bring(window.docks.why)
    qtbot.waitUntil(lambda: window.why.class_page.answer is not None)
    window.docks.bring(window.docks.training)
    before = window.why.class_page.answer
    window.workbench.selection.next()
    assert not why.is_busy
    assert window.why.class_page.answer is before


def test_three_pictures_of_the_same_pixels_are_shown_with_a_legend(page):
    for view in page.pictures.views:
        assert (view.image.width(), view.image.height()) == (8, 8)
        assert view.accessibleName()
    assert page.pictures.title == "Grad-CAM"
    assert page.pictures.legend.text.startswith("Colours from 0 to ")
    assert "untrained" in page.notes
    assert GradCAM.cannot in page.notes
    assert GradCAM.source in page.notes


def test_a_pixel_that_is_pointed_at_is_framed_in_all_three_and_told(page, window):
    QTest.keyClick(page.pictures.map, Qt.Key.Key_Down)
    QTest.keyClick(page.pictures.map, Qt.Key.Key_Right)
    assert [view.cell for view in page.pictures.views] == [(0, 1)] * 3
    value = number(float(page.answer.attribution.map[0, 1]))
    said = page.pictures.original.accessibleDescription()
    pixel = number(float(page.answer.question.image[0, 0, 1]))
    found = page.answer.difference
    most = share_text(found, found.strongest_at(0, 1))
    assert said == f"row 0, column 1, {pixel}, counts {value}; counts most there: {most}"
    assert said == window.statusBar().currentMessage()
    page.pictures.map.clearFocus()
    page.pictures._on_left()
    assert [view.cell for view in page.pictures.views] == [None] * 3
    assert window.statusBar().currentMessage() == ""


@pytest.mark.parametrize("kind", [GradCAM, Occlusion, Saliency])
def test_a_click_leads_to_the_sum_behind_the_number_that_counts_most_there(kind, page, window, why, qtbot):
    if kind is not GradCAM:
        ask(qtbot, page, lambda: why.set_kind(kind))
    found, stage = page.answer.difference, window.stage
    QTest.keyClick(page.pictures.overlay, Qt.Key.Key_Down)
    QTest.keyClick(page.pictures.overlay, Qt.Key.Key_Return)
    conv, relu = (layer.id for layer in window.workbench.document.spec.layers[:2])
    number_unit = Unit(relu, *found.strongest_at(0, 0))
    assert found.layer_id == relu
    assert stage.is_at_unit
    assert stage.unit_page.way == (number_unit, dataclasses.replace(number_unit, layer_id=conv))
    QTest.keyClick(stage.unit_page, Qt.Key.Key_Escape)
    assert stage.unit_page.unit == number_unit


def test_one_button_leads_to_the_number_that_made_most_of_the_difference(page, window, qtbot):
    window.resize(1440, 900)
    found = page.answer.difference
    assert (found.class_index, page.number_button.isVisible()) == (page.answer.predicted, True)
    assert share_text(found, found.strongest()) in page.number_button.accessibleDescription()
    QTest.keyClick(page.number_button, Qt.Key.Key_Space)
    assert window.stage.unit_page.way[0] == Unit(found.layer_id, *found.strongest())
    assert isinstance(window.stage.unit_page.explanation.how, Weighted)


def test_without_maps_the_button_leads_to_the_score(page, window, why, qtbot):
    why.set_kind(Saliency)
    window.workbench.document.new(NO_MAPS)
    qtbot.waitUntil(lambda: page.answer is not None and page.answer.question.snapshot.spec.name == "Flat")
    assert page.answer.difference is None
    dense = window.workbench.document.spec.layers[-1].id
    qtbot.waitUntil(lambda: window.workbench.inspector.inspection.spec.name == "Flat")
    page.number_button.click()
    assert window.stage.unit_page.unit == Unit(dense, page.answer.predicted)


def test_the_difference_of_two_classes_is_a_picture_too(page, window, qtbot):
    button = page.form.choices[ClassChoice.DIFFERENCE]
    answer = ask(qtbot, page, button.click)
    true = window.workbench.selection.label
    second = int(np.argsort(answer.scores)[-2])
    expected = second if answer.predicted == true else true
    assert (answer.attribution.class_index, answer.attribution.against) == (answer.predicted, expected)
    names = window.workbench.selection.dataset.class_names
    assert f"{names[answer.predicted]} rather than {names[expected]}" in page.notes
    assert window.why.export_name == f"grad-cam-class-{answer.predicted}-against-{expected}"
    assert button.isChecked()


@pytest.mark.parametrize("kind", METHODS, ids=[kind.title for kind in METHODS])
def test_every_method_can_be_chosen_and_shows_its_settings(kind, page, qtbot):
    row = METHODS.index(kind)
    page.form.methods.setCurrentIndex(row)
    page.form.methods.activated.emit(row)
    qtbot.waitUntil(lambda: shown_method(page) is kind)
    names = [field.name for field in dataclasses.fields(kind)]
    assert list(page.form.rows.editors if page.form.rows else ()) == names
    assert page.form.layers.isVisibleTo(page.form), "a click leads to its numbers"
    assert page.pictures.title == kind.title
    assert ("add up" in page.notes) == (kind is IntegratedGradients)


def test_a_setting_is_asked_with(page, why, qtbot):
    ask(qtbot, page, lambda: why.set_kind(Occlusion))
    answer = ask(qtbot, page, lambda: page.form.rows.change_requested.emit("patch", 4, 0))
    assert answer.attribution.method.patch == 4
    assert page.form.rows.editors["patch"].value() == 4


def test_the_true_class_and_any_other_are_one_click_away(page, window, qtbot):
    true = window.workbench.selection.label
    button = page.form.choices[ClassChoice.TRUE]
    assert ask(qtbot, page, button.click).attribution.class_index == true
    assert button.isChecked()
    assert page.form.classes.currentIndex() == true
    other = (true + 1) % 10
    answer = ask(qtbot, page, lambda: page.form.classes.activated.emit(other))
    assert answer.attribution.class_index == other
    assert not button.isChecked()
    predicted = page.form.choices[ClassChoice.PREDICTED]
    assert ask(qtbot, page, predicted.click).attribution.class_index == answer.predicted


def test_of_an_image_of_ones_own_the_true_class_is_not_known(page, window, tmp_path, qtbot):
    path = tmp_path / "own.png"
    QImage(8, 8, QImage.Format.Format_Grayscale8).save(str(path))
    ask(qtbot, page, lambda: window.workbench.selection.use_file(path))
    assert not page.form.choices[ClassChoice.TRUE].isEnabled()


def test_layers_are_offered_and_asked_about(page, window, qtbot):
    relu = window.workbench.document.spec.layers[1].id
    assert page.form.layers.currentText() == relu, "the last convolution with its activation"
    conv = window.workbench.document.spec.layers[0].id
    row = page.form.layers.findText(conv)
    assert ask(qtbot, page, lambda: page.form.layers.activated.emit(row)).attribution.layer_id == conv


def test_another_image_is_explained_at_once(page, window, qtbot):
    selection = window.workbench.selection
    answer = ask(qtbot, page, selection.next)
    assert answer.question.image is selection.pixels


def test_a_broken_design_and_one_without_maps_say_why(page, window, why, qtbot):
    document = window.workbench.document
    first = document.spec.layers[0]
    document.new(document.spec.replace(dataclasses.replace(first, kernel_size=(99, 99))))
    qtbot.waitUntil(lambda: page.answer is None)
    assert page.empty.isVisible()
    assert page.empty.sentence.startswith("This cannot be explained.")
    document.new(NO_MAPS)
    qtbot.waitUntil(lambda: "Grad-CAM" in page.empty.sentence)
    why.set_kind(Saliency)
    qtbot.waitUntil(lambda: page.answer is not None)
    assert not page.empty.isVisible()


def test_scores_and_numbers_are_said_as_what_they_are(page, window, qtbot):
    document = window.workbench.document
    ask(qtbot, page, lambda: document.set_loss(MulticlassSVM()))
    assert "with the score" in page.notes
    digits = measured_digits()
    window.workbench.selection.set_dataset(dataclasses.replace(digits, targets=digits.targets[:, :1]))
    last = document.spec.layers[-1]
    document.new(document.spec.replace(dataclasses.replace(last, units=1)))
    document.set_loss(MeanSquaredError())
    qtbot.waitUntil(lambda: page.answer is not None and len(page.answer.scores) == 1)
    assert page.notes.startswith("output 0: ")
    assert page._numbers.isHidden(), "an empty line stands nowhere"
    assert "class" not in page.notes + page.pictures.legend.toolTip()
    assert window.why.tabs[0].text() == page.form._class_label.text() == "Output"
    assert page.form.classes.count() == 1
    assert not page.form.choices[ClassChoice.TRUE].isVisible()
    page.form.classes.activated.emit(0)
    assert page._why.choice is ClassChoice.PREDICTED, "there is nothing to choose"


def test_narrow_the_notes_step_aside_and_stay_in_reach(panel, page):
    panel.resize(460, 240)
    page.resize(240, 240)
    assert not page._notes.isVisible()
    assert page._brief.isVisible()
    assert GradCAM.cannot in page._brief.toolTip()
    assert "…" not in page._brief.shown_text
    assert panel.minimumSizeHint().width() <= 470
    assert page.pictures.is_brief
    assert not page.pictures.original.isVisible()
    assert page.pictures.map.width() > 80, "two pictures are large, where three would be small"
    page.resize(640, 240)
    assert page._notes.isVisible()
    assert page.pictures.original.isVisible()


def test_pictures_stand_close_together_and_the_notes_have_the_rest(page, window, qtbot):
    for width, notes in ((1440, 240), (1920, 400)):
        window.resize(width, 900)
        qtbot.waitUntil(lambda least=notes: page._side.isVisible() and page._side.width() >= least)
        left, middle, right = (view.geometry() for view in page.pictures.views)
        assert left.left() == 0
        assert middle.left() - left.right() == right.left() - middle.right() <= 13
        assert page.pictures.legend.geometry().left() == middle.left()
        assert page.pictures.legend.geometry().right() == right.right()


def test_the_page_says_in_words_what_one_number_made(page):
    found = page.answer.difference
    assert page._lead.text().startswith(difference_text(found, [str(k) for k in range(10)], 10))
    assert "one number of" in page._lead.text()
    for view in page.pictures.views:
        assert view.accessibleDescription().startswith(without_breaks(page._said.text()))
        assert share_text(found, found.strongest()) in view.accessibleDescription()


def test_work_shows_progress_and_can_be_taken_back_and_asked_again(panel, page, why, qtbot):
    assert not panel.progress.isVisible()
    assert not panel.again_button.isVisible()
    before = page.answer
    page._selection.next()
    why._soon.stop()
    why._ask()
    assert panel.progress.isVisible()
    panel.cancel_button.click()
    assert not panel.progress.isVisible()
    assert panel.again_button.isVisible()
    assert page.answer is before
    assert not page._stopped.isHidden(), "the picture is not what is asked for"
    ask(qtbot, page, panel.again_button.click)
    assert not panel.again_button.isVisible()
    assert page._stopped.isHidden()


def test_progress_is_that_of_the_page_in_sight(panel, why, window):
    why.progressed.emit(0.25)
    assert panel.progress.value() == 250
    window.workbench.attributions.filters.progressed.emit(0.75)
    assert panel.progress.value() == 250


def test_the_chosen_filter_shows_what_excites_it(panel, window, qtbot):
    panel.show_page(1)
    page = panel.filter_page
    qtbot.waitUntil(lambda: page.made_image is not None and page.images.images.rowCount() == 12)
    assert page.name.text() == "conv1, filter 0 (of 0 to 3)"
    assert "training images" in page.notes
    window.network_view.map_clicked.emit("conv1", 2)
    assert page.name.text() == "conv1, filter 2 (of 0 to 3)"
    assert not page.has_answer, "the answers for another filter are gone at once"
    qtbot.waitUntil(lambda: page.made_image is not None and page.images.images.rowCount() == 12)
    assert page.made_image.unit == 2


def test_an_exciting_image_is_framed_told_and_selected_by_a_click(panel, window, qtbot):
    panel.show_page(1)
    page = panel.filter_page
    page.splits.activated.emit(list(Split).index(Split.TEST))
    assert page.curtain.isVisible(), "test images are hidden here, too"
    page.curtain.action.trigger()
    qtbot.waitUntil(lambda: page.images.images.top is not None and page.images.images.top.split is Split.TEST)
    top = page.images.images.top.images[1]
    index = page.images.images.index(1)
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert f"row {top.row}, column {top.column}" in said
    assert f"image {top.position + 1}" in said
    page.images.setCurrentIndex(index)
    QTest.keyClick(page.images, Qt.Key.Key_Return)
    selection = window.workbench.selection
    assert (selection.split, selection.position) == (Split.TEST, top.position)
    QTest.mouseClick(
        page.images.viewport(),
        Qt.MouseButton.LeftButton,
        pos=page.images.visualRect(page.images.images.index(0)).center(),
    )
    assert selection.position == page.images.images.top.images[0].position


def test_a_unit_of_a_row_sees_the_whole_image_and_no_part_is_shown(panel, window, qtbot):
    panel.show_page(1)
    page = panel.filter_page
    last = window.workbench.document.spec.layers[-1].id
    window.builder.select_layer(last)
    qtbot.waitUntil(lambda: page.made_image is not None and page.made_image.layer_id == last)
    qtbot.waitUntil(lambda: page.images.images.rowCount() == 12)
    assert page.name.text() == f"{last}, unit 0 (of 0 to 9)"
    assert not page.images.images.has_parts
    assert "Its number: " in page.notes


def test_settings_of_the_climb_are_asked_with_and_written(panel, window, questions, tmp_path, qtbot):
    panel.show_page(1)
    page = panel.filter_page
    qtbot.waitUntil(lambda: page.made_image is not None)
    page.rows.change_requested.emit("steps", 5, 0)
    qtbot.waitUntil(lambda: page.made_image is not None and page.made_image.settings.steps == 5)
    qtbot.waitUntil(lambda: page.images.images.top is not None)
    dialog = exported(panel, window)
    questions.paths = [tmp_path / "filter.png", tmp_path / "filter.npy"]
    dialog.save_button.click()
    dialog.numbers_button.click()
    assert QImage(str(tmp_path / "filter.png")).width() > 600
    np.testing.assert_array_equal(np.load(tmp_path / "filter.npy"), page.made_image.image)
    assert questions.suggested[0].name == "why-conv1-0.png"


def test_without_a_filter_the_page_says_what_will_be_there(panel, window, questions, qtbot):
    panel.show_page(1)
    panel.choose_filter("", 0)
    page = panel.filter_page
    assert page.empty.isVisible()
    assert page.empty.sentence.startswith("Click a feature map")
    panel.export_button.click()
    assert "nothing to export" in window.banner.text
    assert questions.suggested == []


def test_during_a_run_filters_wait_until_they_are_asked_again(panel, window, qtbot):
    panel.show_page(1)
    page, session = panel.filter_page, window.workbench.session
    qtbot.waitUntil(lambda: page.made_image is not None and not page._filters.is_busy)
    session.start(window.workbench.document.spec, short_training(3), few_digits())
    qtbot.waitUntil(lambda: session.is_idle)
    qtbot.waitUntil(lambda: f"step {session.weights_step}" in page.notes)
    assert not panel.again_button.isVisible()


def test_a_class_with_a_long_name_leaves_the_words_beside_it_whole(window, panel, page, qtbot):
    few = few_digits()
    names = tuple(f"{name}Donaudampfschifffahrtsgesellschaftskapitän" for name in few.class_names)
    ask(
        qtbot,
        page,
        lambda: window.workbench.selection.set_dataset(dataclasses.replace(few, class_names=names)),
    )
    area = page._said
    while not isinstance(area, QScrollArea):
        area = area.parentWidget()
    assert area.widget().minimumSizeHint().width() <= 280, "so wide are the words in the first window"
    assert page._said.toolTip().startswith(tuple(names))
