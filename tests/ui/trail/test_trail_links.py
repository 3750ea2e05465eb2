"""The way to a number in every state: untrained, training, paused, in colour, for numbers, broken."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnviz.app.attribution.attribution_work import ClassChoice
from cnnviz.app.navigation import Mistakes, Number, Picture, Reason
from cnnviz.app.training.session import SessionState
from cnnviz.data.dataset import Split
from cnnviz.data.image_file import LoadedImage
from cnnviz.interpret.attribution.methods import IntegratedGradients, Saliency
from cnnviz.interpret.explain.rows import WeightedRow
from cnnviz.interpret.explain.windows import Weighted
from cnnviz.spec.layers import Dense, Flatten
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.ui.trail.words import next_text
from tests.helpers.designs import ENDLESS, small_design
from tests.helpers.open_windows import open_window
from tests.helpers.runs import few_digits, measured_digits

TIMEOUT_MS = 20_000


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        qtbot.waitExposed(window)
        window.resize(1440, 900)
        show(window, small_design(), few_digits())
        yield window


def show(window, spec, dataset, loss=None):
    bench = window.workbench
    bench.document.new(spec)
    bench.selection.set_dataset(dataset)
    if loss is not None:
        bench.document.set_loss(loss)


def colour_set():
    digits = few_digits()
    images = np.repeat(digits.images, 3, axis=3)
    images[..., 1] //= 2
    return dataclasses.replace(digits, name="Colours", images=images)


def take_to_the_number(window, qtbot):
    """Ask why of the selected image and go to the number; return what is explained there."""
    bench, page = window.workbench, window.why.class_page
    window.commands["ask_why"].trigger()
    spec = bench.document.spec
    qtbot.waitUntil(
        lambda: (
            page.answer is not None
            and page.answer.question.snapshot.spec == spec
            and page.answer.question.image is bench.selection.pixels
        ),
        timeout=TIMEOUT_MS,
    )
    qtbot.waitUntil(
        lambda: bench.inspector.inspection is not None and bench.inspector.inspection.spec == spec,
        timeout=TIMEOUT_MS,
    )
    page.number_button.click()
    assert window.stage.is_at_unit
    assert isinstance(window.trail.history.path[-1], Number)
    return window.stage.unit_page.explanation


def test_untrained_the_way_is_the_same(window, qtbot):
    assert isinstance(take_to_the_number(window, qtbot).how, Weighted)
    assert [type(place) for place in window.trail.history.path] == [Picture, Reason, Number, Number]
    assert "untrained" in window.why.class_page.notes


@pytest.mark.parametrize("is_paused", [False, True])
def test_a_run_goes_on_or_waits_meanwhile(window, qtbot, is_paused):
    session = window.workbench.session
    window.training_form.set_training(ENDLESS)
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: session.weights_step > 0, timeout=TIMEOUT_MS)
    if is_paused:
        window.commands["pause"].trigger()
        qtbot.waitUntil(lambda: session.state is SessionState.PAUSED, timeout=TIMEOUT_MS)
    assert isinstance(take_to_the_number(window, qtbot).how, Weighted)
    assert session.state is (SessionState.PAUSED if is_paused else SessionState.RUNNING)
    window.commands["go_back"].trigger()
    assert not window.stage.is_at_unit


def test_in_colour_the_sum_has_all_three_channels(window, qtbot):
    design = small_design()
    colour = dataclasses.replace(design, input=InputSpec(height=8, width=8, channels=3))
    show(window, colour, colour_set())
    explained = take_to_the_number(window, qtbot)
    assert isinstance(explained.how, Weighted)
    assert explained.how.products.shape[0] == 3


def test_of_a_number_that_is_learned_the_distance_to_its_target_is_asked_about(window, qtbot):
    digits = measured_digits()
    design = small_design()
    last = dataclasses.replace(design.layers[-1], units=digits.target_count)
    show(window, design.replace(last), digits, MeanSquaredError())
    window.docks.bring(window.docks.evaluation)
    qtbot.waitUntil(lambda: window.evaluation.findings is not None, timeout=TIMEOUT_MS)
    images = window.evaluation.numbers.images
    index = images.model().index(0)
    QTest.mouseClick(images.viewport(), Qt.MouseButton.LeftButton, pos=images.visualRect(index).center())
    assert window.trail.history.path[0] == Mistakes()
    window.evaluation.numbers.why_button.click()
    assert isinstance(take_to_the_number(window, qtbot).how, Weighted)
    found, selection = window.why.class_page.answer.difference, window.workbench.selection
    assert (found.against, found.has_target) == (None, True)
    said = window.why.class_page.answer.scores[0] - selection.targets[0]
    assert found.value == pytest.approx(float(said), abs=1e-5)
    assert window.trail.bar.texts[0] == "Evaluation"


def test_without_maps_another_method_is_asked_and_the_score_is_the_number(window, qtbot):
    layers = (Flatten(), Dense(units=10))
    show(window, NetworkSpec(name="Flat", input=InputSpec(), layers=layers), few_digits())
    assert isinstance(take_to_the_number(window, qtbot).how, WeightedRow)
    assert isinstance(window.workbench.attributions.why.method, IntegratedGradients)


def test_a_broken_design_says_why_not(window, qtbot):
    document = window.workbench.document
    document.new(document.spec.replace(dataclasses.replace(document.spec.layers[0], kernel_size=(99, 99))))
    window.commands["ask_why"].trigger()
    page = window.why.class_page
    qtbot.waitUntil(lambda: page.empty.isVisible(), timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: page.empty.sentence.startswith("This cannot be explained."), timeout=TIMEOUT_MS)
    assert not page.number_button.isVisible()
    page.number_button.click()
    assert not window.stage.is_at_unit


def test_an_image_of_ones_own_is_on_the_way_and_come_back_to(window, qtbot):
    selection = window.workbench.selection
    pixels = np.random.default_rng(0).random((1, 8, 8), np.float32)
    selection.use_pixels(LoadedImage(pixels, ("Drawn",)), "drawing")
    take_to_the_number(window, qtbot)
    assert window.trail.bar.texts[0] == "drawing"
    own = selection.selected
    window.commands["next_image"].trigger()
    assert not selection.is_own
    window.commands["go_back"].trigger()
    window.commands["go_back"].trigger()
    assert selection.selected == own
    assert selection.fitting_steps == ("Drawn",)


def test_changes_of_the_question_are_one_step(window, qtbot):
    why = window.workbench.attributions.why
    window.commands["ask_why"].trigger()
    qtbot.waitUntil(lambda: window.why.class_page.answer is not None, timeout=TIMEOUT_MS)
    why.set_kind(Saliency)
    why.set_choice(3)
    why.set_layer(window.workbench.document.spec.layers[0].id)
    conv = window.workbench.document.spec.layers[0].id
    assert window.trail.history.path[-1] == Reason(Saliency, 3, conv)
    window.commands["go_back"].trigger()
    assert [type(place) for place in window.trail.history.path] == [Picture]
    why.set_choice(ClassChoice.TRUE)
    window.commands["go_forward"].trigger()
    assert (type(why.method), why.choice, why.layer_id) == (Saliency, 3, conv)


def test_a_number_clicked_in_the_network_needs_no_row_of_places(window, qtbot):
    bench = window.workbench
    qtbot.waitUntil(lambda: bench.inspector.inspection is not None, timeout=TIMEOUT_MS)
    conv = bench.document.spec.layers[0].id
    window.network_view.unit_clicked.emit(conv, 0, 1, 1)
    assert window.stage.is_at_unit
    assert not window.trail.bar.isVisible()
    QTest.keyClick(window.stage.unit_page, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert not window.stage.is_at_unit, "back, and not one cell to the left"
    window.commands["go_forward"].trigger()
    assert window.stage.unit_page.unit.cell == (1, 1)


def test_the_evaluation_of_another_part_is_gone_back_to(window, qtbot):
    window.docks.bring(window.docks.evaluation)
    qtbot.waitUntil(lambda: window.evaluation.findings is not None, timeout=TIMEOUT_MS)
    page = window.evaluation.classes
    mistakes = page.images.images.places
    page.images.image_chosen.emit(int(mistakes[0]))
    assert window.workbench.selection.split is Split.VALIDATION
    assert [type(place) for place in window.trail.history.path] == [Mistakes, Picture]
    page.table.class_chosen.emit(2)
    assert window.trail.history.path == (Mistakes(), Mistakes(2))
    window.commands["go_back"].trigger()
    assert page.choice == (None, None)
    report = window.evaluation.findings.report
    empty = next((0, said) for said in range(1, 10) if not len(report.cell(0, said)))
    page.matrix.cell_chosen.emit(*empty)
    assert window.trail.bar.hint == next_text(Mistakes(*empty), has_images=False)
