"""The inspector: answers on its own thread, the latest wish first, maps and filters of one snapshot."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from cnnviz.app.looking import inspection
from cnnviz.app.looking.inspection import Inspector
from cnnviz.app.training.weights import WeightGiver, WeightStore
from cnnviz.engine.build import build
from cnnviz.interpret.activations import view_image
from cnnviz.interpret.atlas import Scale
from cnnviz.spec.layers import ReLU
from cnnviz.training.random_state import initial_rng
from tests.helpers.designs import small_design
from tests.helpers.gates import held

pytestmark = pytest.mark.usefixtures("qapp")

IMAGE = np.random.default_rng(0).random((1, 8, 8), np.float32)


@pytest.fixture
def inspector():
    inspector = Inspector()
    yield inspector
    assert inspector.close()


@pytest.fixture
def network():
    return build(small_design(), np.random.default_rng(0))


@pytest.fixture
def gate(monkeypatch):
    """Hold every computation until the gate is opened; `entered` tells that one has begun."""
    with held(monkeypatch, inspection, "view_image") as gate:
        yield gate


def test_an_answer_holds_maps_and_filters_of_the_same_weights(inspector, network, qtbot):
    with qtbot.waitSignal(inspector.inspected):
        inspector.request(network.spec, network.parameters, IMAGE, step=3, epoch=1, scale=Scale.PER_MAP)
    answer = inspector.inspection
    assert (answer.image_view.step, answer.image_view.epoch) == (3, 1)
    weight, bias = answer.filters_of("conv1").weight, answer.filters_of("conv1").bias
    patch = IMAGE[:, 2:5, 1:4]
    value = answer.image_view.layer("conv1").values[2, 2, 1]
    assert value == pytest.approx(float((weight[2] * patch).sum() + bias[2]), rel=1e-5)
    assert answer.filters_of("relu1") is None
    assert answer.image_view.layers[0].atlas.scale is Scale.PER_MAP
    assert not inspector.is_busy


def test_answers_come_in_the_window_s_thread(inspector, network, qtbot):
    seen = []
    inspector.inspected.connect(lambda _: seen.append(threading.current_thread()))
    with qtbot.waitSignal(inspector.inspected):
        inspector.request(network.spec, network.parameters, IMAGE)
    assert seen == [threading.main_thread()]


def test_of_the_wishes_that_wait_only_the_last_is_met(inspector, network, gate, qtbot):
    steps = []
    inspector.inspected.connect(lambda answer: steps.append(answer.image_view.step))
    inspector.request(network.spec, network.parameters, IMAGE, step=1)
    assert gate.entered.wait(10)
    for step in range(2, 50):
        inspector.request(network.spec, network.parameters, IMAGE, step=step)
    assert inspector.is_busy
    gate.opened.set()
    qtbot.waitUntil(lambda: not inspector.is_busy)
    assert steps == [1, 49]


def test_an_answer_for_a_design_of_before_is_dropped(inspector, network, gate, qtbot):
    layers = []
    inspector.inspected.connect(lambda answer: layers.append(len(answer.image_view.layers)))
    inspector.request(network.spec, network.parameters, IMAGE)
    assert gate.entered.wait(10)
    inspector.request(network.spec.insert(1, ReLU()), network.parameters, IMAGE)
    gate.opened.set()
    qtbot.waitUntil(lambda: not inspector.is_busy)
    assert layers == [6]


def test_a_wish_that_cannot_be_met_is_told(inspector, network, qtbot):
    with qtbot.waitSignal(inspector.failed) as blocker:
        inspector.request(network.spec, {}, IMAGE)
    assert "conv1/weight" in blocker.args[0]
    assert not inspector.is_busy
    with qtbot.waitSignal(inspector.inspected):
        inspector.request(network.spec, network.parameters, IMAGE)


def test_an_unforeseen_error_is_told_and_logged(inspector, network, qtbot, monkeypatch, caplog):
    def explode(*args, **kwargs):
        raise RuntimeError("The roof fell in.")

    monkeypatch.setattr(inspection, "view_image", explode)
    with qtbot.waitSignal(inspector.failed) as blocker:
        inspector.request(network.spec, network.parameters, IMAGE)
    assert "The roof fell in." in blocker.args[0]
    assert "explode" in caplog.text


def test_closing_while_busy_waits_and_answers_no_more(inspector, network, gate, qtbot):
    with qtbot.assertNotEmitted(inspector.inspected):
        inspector.request(network.spec, network.parameters, IMAGE)
        assert gate.entered.wait(10)
        closer = threading.Timer(0.05, gate.opened.set)
        closer.start()
        assert inspector.close()
        closer.join()


def test_an_answer_says_whose_class_it_is_about(inspector, network, qtbot):
    with qtbot.waitSignal(inspector.inspected) as blocker:
        inspector.request(network.spec, network.parameters, IMAGE, true_class=7)
    assert blocker.args[0].true_class == 7


def test_a_failure_is_not_told_where_a_newer_answer_is_on_its_way(inspector, network, gate, qtbot):
    failures = []
    inspector.failed.connect(failures.append)
    inspector.request(network.spec, {}, IMAGE)
    assert gate.entered.wait(10)
    with qtbot.waitSignal(inspector.inspected):
        inspector.request(network.spec, network.parameters, IMAGE)
        gate.opened.set()
    assert failures == []


def test_filters_near_by_come_with_the_answer_and_others_when_asked(inspector, network, qtbot, monkeypatch):
    made = []
    real = inspection.view_filters

    def counted(spec, parameters, layer_id, **settings):
        made.append((layer_id, threading.current_thread() is threading.main_thread()))
        return real(spec, parameters, layer_id, **settings)

    monkeypatch.setattr(inspection, "view_filters", counted)
    inspector.set_near("conv1")
    with qtbot.waitSignal(inspector.inspected):
        inspector.request(network.spec, network.parameters, IMAGE, scale=Scale.PER_MAP)
    answer = inspector.inspection
    assert made == [("conv1", False)]
    assert answer.filters_of("conv1") is answer.filters_of("conv1")
    assert answer.filters_of("dense1") is None
    assert made == [("conv1", False), ("dense1", True)]
    assert answer.filters_of("conv1").atlas.scale is Scale.PER_MAP
    assert answer.filters_of("gone") is None


@pytest.fixture
def given(monkeypatch):
    """First weights of a design that are still to be drawn; those of its Dense layer count as many."""
    monkeypatch.setattr(inspection, "_MANY", 100)
    return WeightGiver().parameters_for(small_design(), WeightStore(), 0)


def layers_told(inspector):
    told = []
    inspector.inspected.connect(
        lambda one: told.append((len(one.image_view.layers), one.is_partial, inspector.is_busy))
    )
    return told


def test_layers_before_one_of_many_weights_come_before_it(inspector, given, network, qtbot):
    told, spec = layers_told(inspector), small_design()
    last = spec.layers[-1].id
    inspector.set_near(last)
    seen = []
    inspector.inspected.connect(seen.append)
    inspector.request(spec, given, IMAGE)
    qtbot.waitUntil(lambda: not inspector.is_busy)
    first = seen[0]
    before = len(spec.layers) - 1
    assert told == [(before, True, True), (len(spec.layers), False, False)]
    assert first.spec == spec
    assert first.image_view.probabilities is None
    assert first.is_coming(last)
    assert not first.is_coming("conv1")
    assert first.filters_of(last) is None
    whole = inspector.inspection.image_view
    for early, late in zip(first.image_view.layers, whole.layers, strict=False):
        np.testing.assert_array_equal(early.values, late.values)
    expected = build(spec, initial_rng(0))
    np.testing.assert_array_equal(whole.probabilities, view_image(spec, expected.arrays, IMAGE).probabilities)


def test_what_is_drawn_already_needs_no_beginning(inspector, given, qtbot):
    told = layers_told(inspector)
    dict(given)  # all is read, so all is drawn
    with qtbot.waitSignal(inspector.inspected):
        inspector.request(small_design(), given, IMAGE)
    assert told == [(len(small_design().layers), False, False)]


def test_a_beginning_that_cannot_be_made_is_left_out(inspector, given, qtbot):
    told = layers_told(inspector)
    with qtbot.waitSignal(inspector.inspected):
        inspector.request(small_design(), given, np.zeros((3, 8, 8), np.float32))
    assert told == [(0, False, False)]
    assert inspector.inspection.image_view.problem is not None
