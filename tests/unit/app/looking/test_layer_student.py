"""The layer in sight is studied: the newest wish, seldom during a run, compared with the start."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import shiboken6

from cnnviz.app.document import Document
from cnnviz.app.looking import layer_student as module
from cnnviz.app.looking.inspection import Inspection
from cnnviz.app.looking.layer_student import LayerStudent
from cnnviz.app.looking.time_travel import TimeTravel
from cnnviz.app.runs.run_library import RunLibrary
from cnnviz.app.selection import Selection
from cnnviz.app.training.session import Session, SessionState
from cnnviz.data.dataset import Split
from cnnviz.interpret.activations import view_image
from cnnviz.interpret.layer_study import study_layer
from cnnviz.spec.network import InputSpec
from tests.helpers.designs import ENDLESS, bundled_design, small_design
from tests.helpers.gates import held
from tests.helpers.runs import SETTINGS, few_digits

TIMEOUT_MS = 20_000


class Place:
    """A student and what it works with, and everything it told."""

    def __init__(self, root):
        self.document = Document(small_design())
        self.session = Session(threads=1)
        self.library = RunLibrary(root)
        self.session.show_design(self.document.spec)
        self.travel = TimeTravel(self.document, self.session, self.library)
        self.session.keeping = self.travel.keeping
        self.selection = Selection(few_digits())
        self.student = LayerStudent(self.session, self.selection, self.travel)
        self.told, self.began, self.failures = [], [], []
        self.student.studied.connect(self.told.append)
        self.student.began.connect(self.began.append)
        self.student.failed.connect(self.failures.append)

    def inspection(self, spec=None):
        spec = spec or self.document.spec
        weights = self.travel
        parameters = weights.parameters_for(spec)
        image = np.zeros((spec.input.channels, spec.input.height, spec.input.width), np.float32)
        view = view_image(spec, parameters, image, step=weights.weights_step)
        return Inspection(spec, view, (), is_past=weights.is_past, parameters=parameters)

    def close(self):
        assert self.student.close()
        assert self.session.close()
        assert self.travel.close()
        assert self.library.close()


@pytest.fixture
def place(qtbot, tmp_path):
    place = Place(tmp_path / "runs")
    with qtbot.waitSignal(place.library.changed, timeout=TIMEOUT_MS):
        place.library.load()
    yield place
    place.close()


@pytest.fixture
def gate(monkeypatch):
    """Hold every look until the gate is opened; `entered` tells that one has begun."""
    with held(monkeypatch, module, "look_at_layer") as gate:
        yield gate


def train(qtbot, place, training=SETTINGS):
    with qtbot.waitSignal(place.session.run_ended, timeout=TIMEOUT_MS):
        place.session.start(place.document.spec, training, few_digits())


def test_a_layer_is_studied_through_validation_images(place, qtbot):
    inspection = place.inspection()
    assert place.student.look_at(inspection, "conv1")
    qtbot.waitUntil(lambda: bool(place.told))
    found = place.told[0]
    assert (found.split, found.step, found.start, found.is_moving) == (Split.VALIDATION, 0, "", False)
    digits = few_digits()
    images = np.moveaxis(digits.scaled(digits.indices(Split.VALIDATION)), -1, 0)
    expected = study_layer(place.document.spec, inspection.parameters, "conv1", images)
    assert found.study.images == len(images) == 20
    np.testing.assert_allclose(found.study.activities, expected.activities, rtol=1e-5)
    np.testing.assert_array_equal(found.study.dead_shares, expected.dead_shares)


def test_while_views_of_other_layers_are_still_to_come_a_study_waits(place, qtbot):
    inspection = place.inspection()
    partial = dataclasses.replace(inspection, is_partial=True)
    assert place.student.look_at(partial, "conv1"), "it can be studied, only not yet"
    with qtbot.assertNotEmitted(place.student.began, wait=3 * module.AFTER_EDIT_MS):
        pass
    place.student.look_at(inspection, "conv1")
    qtbot.waitUntil(lambda: bool(place.told))


def test_the_same_is_not_studied_again(place, qtbot):
    place.student.look_at(place.inspection(), "conv1")
    qtbot.waitUntil(lambda: len(place.told) == 1)
    place.student.look_at(place.inspection(), "conv1")
    place.student.look_at(place.inspection(), "dense1")
    qtbot.waitUntil(lambda: len(place.told) == 2)
    assert place.began == ["conv1", "dense1"]


def test_an_activation_is_studied_with_the_layer_before_it(place, qtbot):
    assert place.student.look_at(place.inspection(), "relu1")
    qtbot.waitUntil(lambda: bool(place.told))
    found = place.told[0]
    assert (found.shown_for, found.study.layer_id, found.is_of_activation) == ("relu1", "conv1", True)
    assert place.began == ["relu1"]
    assert place.student.look_at(place.inspection(), "conv1"), "the same filters, shown as filters"
    qtbot.waitUntil(lambda: len(place.told) == 2)
    assert not place.told[1].is_of_activation
    np.testing.assert_array_equal(place.told[1].study.dead_shares, found.study.dead_shares)


@pytest.mark.parametrize("layer_id", ["maxpool1", "flatten1", "", "nowhere"])
def test_other_layers_are_not_studied(place, layer_id):
    assert not place.student.look_at(place.inspection(), layer_id)
    assert not place.student._soon.isActive()


def test_a_design_for_other_images_is_not_studied(place):
    spec = bundled_design("lenet5")
    assert spec.input != InputSpec()
    place.session.show_design(spec)
    assert not place.student.look_at(place.inspection(spec), "conv1")


def test_after_a_run_the_start_is_that_of_step_0(place, qtbot):
    place.session.set_seed(SETTINGS.seed)
    first = place.inspection().parameters["conv1/weight"]
    train(qtbot, place)
    place.student.look_at(place.inspection(), "conv1")
    qtbot.waitUntil(lambda: bool(place.told), timeout=TIMEOUT_MS)
    found = place.told[0]
    assert (found.start, found.step) == ("at step 0", 6)
    counts, _ = np.histogram(first, found.study.weights.edges)
    assert np.abs(counts - found.study.weights_at_start.counts).sum() <= 2  # float32 at an edge
    assert found.study.weights_at_start.total == first.size


def test_without_a_kept_moment_the_start_is_what_the_seed_gives(place, qtbot, monkeypatch):
    train(qtbot, place)
    monkeypatch.setattr(TimeTravel, "moments", property(lambda _: ()))
    place.student.look_at(place.inspection(), "conv1")
    qtbot.waitUntil(lambda: bool(place.told), timeout=TIMEOUT_MS)
    assert place.told[0].start == "as seed 5 gives them"
    place.session.reset_weights()
    seeds = place.session.parameters_for(place.document.spec)["conv1/weight"]
    counts, _ = np.histogram(seeds, place.told[0].study.weights.edges)
    assert np.abs(counts - place.told[0].study.weights_at_start.counts).sum() <= 2


def test_another_layer_takes_the_place_of_the_one_under_way(place, qtbot, gate):
    place.student.look_at(place.inspection(), "conv1")
    qtbot.waitUntil(gate.entered.is_set)
    place.student.look_at(place.inspection(), "dense1")
    gate.opened.set()
    qtbot.waitUntil(lambda: bool(place.told))
    assert [found.study.layer_id for found in place.told] == ["dense1"]


@pytest.mark.parametrize("is_looked_at", [True, False])
def test_a_study_that_was_cancelled_comes_when_it_is_asked_for(place, qtbot, gate, is_looked_at):
    place.student.look_at(place.inspection(), "conv1")
    qtbot.waitUntil(gate.entered.is_set)
    place.student.cancel()
    gate.opened.set()
    if is_looked_at:
        assert place.student.look_at(place.inspection(), "conv1")
        assert not place.student._soon.isActive()
    place.student.ask_again()
    qtbot.waitUntil(lambda: bool(place.told))
    assert place.began == ["conv1", "conv1"]
    assert len(place.told) == 1


def test_out_of_sight_nothing_is_studied(place, qtbot):
    place.student.look_at(place.inspection(), "conv1")
    place.student.rest()
    assert not place.student._soon.isActive()
    assert place.student._subject is None
    assert place.began == []


def test_during_a_run_studies_keep_their_distance(place, qtbot):
    place.session.start(place.document.spec, ENDLESS, few_digits())
    assert place.session.state is SessionState.RUNNING
    place.student.look_at(place.inspection(), "conv1")
    qtbot.waitUntil(lambda: len(place.told) == 1, timeout=TIMEOUT_MS)
    assert place.told[0].is_moving
    place.session.want_weights()
    with qtbot.waitSignal(place.session.weights_changed, timeout=TIMEOUT_MS):
        pass
    place.student.look_at(place.inspection(), "conv1")
    assert place.student._soon.remainingTime() > 1000 * module.BETWEEN_SECONDS / 2
    with qtbot.waitSignal(place.session.run_ended, timeout=TIMEOUT_MS):
        place.session.stop()
    place.student.look_at(place.inspection(), "conv1")
    assert place.student._soon.remainingTime() < 100
    qtbot.waitUntil(lambda: len(place.told) == 2, timeout=TIMEOUT_MS)
    assert not place.told[1].is_moving


def test_a_layer_that_cannot_be_studied_says_why(place, qtbot, monkeypatch):
    def fail(*_args, **_kwargs):
        raise ValueError("no room")

    monkeypatch.setattr(module, "look_at_layer", fail)
    place.student.look_at(place.inspection(), "conv1")
    qtbot.waitUntil(lambda: bool(place.failures))
    assert place.failures == ["The layer could not be studied: no room."]


def test_at_an_earlier_moment_filters_are_not_to_move(place, qtbot):
    train(qtbot, place)
    place.travel.look_at(place.travel.moments[1])
    qtbot.waitUntil(lambda: place.travel.is_past)
    place.student.look_at(place.inspection(), "conv1")
    qtbot.waitUntil(lambda: bool(place.told), timeout=TIMEOUT_MS)
    assert (place.told[0].step, place.told[0].start) == (place.travel.moments[1].step, "at step 0")
    assert place.told[0].is_moving


def test_after_closing_nothing_is_studied_and_views_may_still_look_away(place):
    assert place.student.look_at(place.inspection(), "conv1")
    assert place.student.close()
    shiboken6.delete(place.student._soon)  # as at the end of the program
    place.student.rest()
    assert not place.student.look_at(place.inspection(), "conv1")
    assert place.began == []
