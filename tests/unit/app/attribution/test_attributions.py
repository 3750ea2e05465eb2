"""What is asked follows the window: image, design, weights, filter; and only while somebody looks."""

from __future__ import annotations

import dataclasses

import pytest

from cnnviz.app.attribution.attribution_work import ClassChoice, ClassQuestion, ClimbQuestion, TopQuestion
from cnnviz.app.attribution.attributions import Attributions
from cnnviz.app.document import Document
from cnnviz.data.dataset import Split
from cnnviz.interpret.attribution.maximisation import Maximisation
from cnnviz.interpret.attribution.methods import GradCAM, Occlusion, Saliency, SmoothGrad
from cnnviz.spec.layers import Dense, Flatten
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.network import InputSpec, NetworkSpec
from tests.helpers.designs import ENDLESS, small_design
from tests.helpers.runs import few_digits

pytestmark = pytest.mark.usefixtures("qapp")
NO_MAPS = NetworkSpec(name="Flat", input=InputSpec(), layers=(Flatten(), Dense(units=10)))


@pytest.fixture
def document(session):
    document = Document(small_design())
    document.spec_changed.connect(lambda: session.show_design(document.spec))
    session.show_design(document.spec)
    yield document
    document.deleteLater()


@pytest.fixture
def attributions(document, session, selection):
    both = Attributions(document, session, selection)
    yield both
    assert both.close()


@pytest.fixture
def why(attributions):
    why = attributions.why
    why.answers, why.problems = [], []
    why.answered.connect(why.answers.append)
    why.failed.connect(why.problems.append)
    return why


@pytest.fixture
def filters(attributions):
    filters = attributions.filters
    filters.tops, filters.made, filters.problems = [], [], []
    filters.top_found.connect(lambda question, answer: filters.tops.append(answer))
    filters.climbed.connect(lambda question, answer: filters.made.append(answer))
    filters.failed.connect(filters.problems.append)
    return filters


@pytest.fixture
def answered(why, qtbot):
    """Look, and wait for the first answer."""
    why.set_watched(True)
    qtbot.waitUntil(lambda: bool(why.answers))
    return why


def next_answer(why, qtbot, act):
    before = len(why.answers)
    act()
    qtbot.waitUntil(lambda: bool(len(why.answers) > before and not why.is_busy))
    return why.answers[-1]


def test_nobody_looks_and_nothing_is_asked(why, selection):
    selection.next()
    assert not why.is_busy
    assert why.answers == []


def test_the_prediction_is_explained_by_grad_cam_first(answered, selection):
    attribution = answered.answers[-1].attribution
    assert isinstance(attribution.method, GradCAM)
    assert attribution.class_index == answered.answers[-1].predicted
    assert answered.answers[-1].question.image is selection.pixels


def test_another_image_method_class_and_layer_are_asked_about(answered, selection, document, qtbot):
    answer = next_answer(answered, qtbot, selection.next)
    assert answer.question.image is selection.pixels
    relu = document.spec.layers[1].id
    assert next_answer(answered, qtbot, lambda: answered.set_layer(relu)).attribution.layer_id == relu
    answer = next_answer(answered, qtbot, lambda: answered.set_choice(ClassChoice.TRUE))
    assert answer.attribution.class_index == selection.label
    answer = next_answer(answered, qtbot, lambda: answered.set_kind(SmoothGrad))
    assert answer.attribution.method == SmoothGrad()
    finer = SmoothGrad(samples=7)
    assert next_answer(answered, qtbot, lambda: answered.set_method(finer)).attribution.method == finer
    next_answer(answered, qtbot, lambda: answered.set_kind(Saliency))
    answer = next_answer(answered, qtbot, lambda: answered.set_kind(SmoothGrad))
    assert answer.attribution.method == finer, "settings are remembered"


def test_what_is_as_it_was_is_not_asked_again(answered):
    for same in (
        lambda: answered.set_kind(GradCAM),
        lambda: answered.set_method(GradCAM()),
        lambda: answered.set_choice(ClassChoice.PREDICTED),
        lambda: answered.set_layer(""),
        lambda: answered.set_watched(True),
    ):
        same()
        assert not answered.is_busy
        assert not answered._soon.isActive()


def test_the_first_patch_of_occlusion_goes_with_the_size_of_the_images(why, document, selection):
    why.set_kind(Occlusion)
    assert why.method == Occlusion.suited_to(8, 8)
    own = Occlusion(patch=5)
    why.set_method(own)
    assert why.method == own
    selection.set_dataset(few_digits())
    assert why.method == Occlusion.suited_to(8, 8)


def test_a_class_that_is_gone_is_given_up(answered, document, qtbot):
    next_answer(answered, qtbot, lambda: answered.set_choice(9))
    last = document.spec.layers[-1]
    fewer = document.spec.replace(dataclasses.replace(last, units=5))
    document.new(fewer)
    assert answered.choice is ClassChoice.PREDICTED


def test_a_broken_design_and_one_without_maps_say_why(answered, document, qtbot):
    document.new(document.spec.replace(dataclasses.replace(document.spec.layers[0], kernel_size=(99, 99))))
    qtbot.waitUntil(lambda: bool(answered.problems))
    assert "99" in answered.problems[-1]
    document.new(NO_MAPS)
    qtbot.waitUntil(lambda: len(answered.problems) > 1)
    assert "Grad-CAM" in answered.problems[-1]
    assert next_answer(answered, qtbot, lambda: answered.set_kind(Saliency)).attribution.map.shape == (8, 8)


def test_numbers_are_asked_about_as_numbers(answered, document, qtbot):
    answer = next_answer(answered, qtbot, lambda: document.set_loss(MeanSquaredError()))
    assert answer.predicted is None


def test_what_is_taken_back_stays_so_until_something_else_is_asked(answered, session, qtbot):
    answered.cancel()
    session.weights_changed.emit()
    assert not answered._soon.isActive()
    assert answered.is_cancelled
    next_answer(answered, qtbot, answered.ask_again)
    assert not answered.is_cancelled


def test_out_of_sight_what_is_asked_is_taken_back_and_asked_again_in_sight(answered, selection, qtbot):
    selection.next()
    answered.set_watched(False)
    assert not answered.is_busy
    selection.next()
    answer = next_answer(answered, qtbot, lambda: answered.set_watched(True))
    assert answer.question.image is selection.pixels


def test_a_run_is_followed_and_each_answer_has_the_weights_of_one_step(answered, document, session, qtbot):
    session.start(document.spec, ENDLESS, few_digits())
    session.weights_changed.connect(session.want_weights)
    session.want_weights()
    qtbot.waitUntil(lambda: answered.answers[-1].question.snapshot.step > 0)
    first = answered.answers[-1].question.snapshot.step
    qtbot.waitUntil(lambda: answered.answers[-1].question.snapshot.step > first)
    session.stop()
    qtbot.waitUntil(lambda: session.is_idle)
    qtbot.waitUntil(lambda: answered.answers[-1].question.snapshot.step == session.weights_step)


def test_the_chosen_filter_is_looked_at(filters, document, qtbot):
    layer = document.spec.layers[0].id
    filters.choose(layer, 1)
    assert not filters.is_busy
    filters.set_watched(True)
    qtbot.waitUntil(lambda: bool(filters.tops and filters.made))
    assert (filters.tops[-1].layer_id, filters.tops[-1].unit) == (layer, 1)
    assert filters.tops[-1].split is Split.TRAIN
    assert filters.units == 4
    filters.choose(layer, 3)
    qtbot.waitUntil(lambda: filters.tops[-1].unit == filters.made[-1].unit == 3)


def test_only_what_has_changed_is_asked_again(filters, document, qtbot):
    filters.choose(document.spec.layers[0].id, 0)
    filters.set_watched(True)
    qtbot.waitUntil(lambda: bool(filters.tops and filters.made and not filters.is_busy))
    filters.set_split(Split.TEST)
    qtbot.waitUntil(lambda: bool(len(filters.tops) == 2 and not filters.is_busy))
    assert len(filters.made) == 1
    filters.set_settings(Maximisation(seed=5))
    qtbot.waitUntil(lambda: bool(len(filters.made) == 2 and not filters.is_busy))
    assert len(filters.tops) == 2


def test_a_filter_that_is_gone_leaves_nothing_to_ask(filters, document, qtbot):
    filters.set_watched(True)
    assert filters.units == 0
    layer = document.spec.layers[0]
    filters.choose(layer.id, 3)
    qtbot.waitUntil(lambda: bool(filters.tops))
    document.new(document.spec.replace(dataclasses.replace(layer, filters=2)))
    qtbot.waitUntil(lambda: filters.tops[-1].unit == 1)
    document.new(NO_MAPS)
    assert filters.units == 0
    qtbot.waitUntil(lambda: bool(not filters._soon.isActive() and not filters.is_busy))
    assert filters.problems == []


def test_while_a_run_is_on_filters_are_looked_at_only_when_asked(filters, document, session, qtbot):
    filters.choose(document.spec.layers[0].id, 0)
    filters.set_watched(True)
    qtbot.waitUntil(lambda: bool(filters.tops and filters.made and not filters.is_busy))
    seen = []
    filters.top_found.connect(lambda question, answer: seen.append(question.snapshot.step))
    session.start(document.spec, ENDLESS, few_digits())
    session.want_weights()
    qtbot.waitUntil(lambda: session.weights_step > 0)
    assert seen == []
    filters.ask_again()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0] > 0
    session.stop()
    qtbot.waitUntil(lambda: session.is_idle)
    qtbot.waitUntil(lambda: seen[-1] == session.weights_step)


def test_kinds_of_questions_do_not_take_each_others_place(attributions, why, filters, document, qtbot):
    filters.choose(document.spec.layers[0].id, 0)
    why.set_watched(True)
    filters.set_watched(True)
    qtbot.waitUntil(lambda: bool(why.answers and filters.tops and filters.made))
    for kind in (ClassQuestion, TopQuestion, ClimbQuestion):
        assert not attributions._runner.is_busy(kind)
