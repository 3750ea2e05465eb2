"""The evaluator: the newest weights, on its own thread, the test set only when asked."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from cnnviz.app.evaluation import evaluator as module
from cnnviz.app.evaluation import examination
from cnnviz.app.evaluation.evaluator import Evaluator, UseOfTest
from cnnviz.app.selection import Selection
from cnnviz.app.training.session import SessionState
from cnnviz.data.dataset import Split
from cnnviz.engine.network import Network
from cnnviz.engine.parallel import Executor
from cnnviz.spec.layers import Dense
from cnnviz.spec.losses import MulticlassSVM
from cnnviz.training.evaluation import evaluate
from tests.helpers.designs import ENDLESS, short_training
from tests.helpers.gates import held
from tests.helpers.runs import few_digits, odd_digits

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def selection(document):
    selection = Selection(few_digits())
    document.set_data_shape(selection.data_shape)
    selection.dataset_changed.connect(lambda: document.set_data_shape(selection.data_shape))
    return selection


@pytest.fixture
def evaluator(document, session, selection):
    evaluator = Evaluator(document, session, selection)
    evaluator.found = []
    evaluator.evaluated.connect(evaluator.found.append)
    yield evaluator
    assert evaluator.close()


@pytest.fixture
def gate(monkeypatch):
    """Hold every evaluation until the gate is opened; `entered` tells that one has begun."""
    with held(monkeypatch, examination, "examine") as gate:
        yield gate


def test_it_finds_what_the_weights_on_screen_make_of_validation(evaluator, session, document, qtbot):
    with qtbot.waitSignal(evaluator.evaluated) as told:
        evaluator.set_watched(True)
    (found,) = told.args
    network = Network.with_parameters(document.spec, session.parameters_for(document.spec))
    indices = few_digits().indices(Split.VALIDATION)
    with Executor(network, 1) as executor:
        expected = evaluate(executor, few_digits(), indices)
    assert found.report.accuracy == expected.accuracy
    assert found.report.loss == pytest.approx(expected.loss, rel=1e-5)
    assert (found.split, found.step, found.epoch) == (Split.VALIDATION, 0, 0)
    np.testing.assert_array_equal(found.report.indices, indices)
    assert evaluator.test_uses == ()


def test_unwatched_it_does_nothing(evaluator, document, gate):
    document.insert_layer(Dense(units=10), len(document.spec.layers))
    assert not evaluator.is_busy
    assert not gate.entered.wait(0.05)


def test_hidden_it_breaks_off_and_begins_again_when_seen(evaluator, gate, qtbot):
    evaluator.set_watched(True)
    qtbot.waitUntil(gate.entered.is_set)
    evaluator.set_watched(False)
    assert not evaluator.is_busy
    gate.opened.set()
    evaluator.set_watched(True)
    qtbot.waitUntil(lambda: bool(evaluator.found))
    assert len(evaluator.found) == 1


def test_of_what_changes_meanwhile_only_the_last_is_evaluated(evaluator, document, gate, qtbot):
    evaluator.set_watched(True)
    qtbot.waitUntil(gate.entered.is_set)
    for _ in range(3):
        document.insert_layer(Dense(units=10), len(document.spec.layers))
    gate.opened.set()
    qtbot.waitUntil(lambda: len(evaluator.found) == 2)
    qtbot.waitUntil(lambda: not evaluator.is_busy)
    assert [len(found.spec.layers) for found in evaluator.found] == [5, 8]


def test_a_run_is_followed_to_its_end(evaluator, session, document, qtbot):
    evaluator.set_watched(True)
    qtbot.waitUntil(lambda: bool(evaluator.found))
    with qtbot.waitSignal(session.run_ended):
        session.start(document.spec, short_training(2), few_digits())
    qtbot.waitUntil(lambda: evaluator.found[-1].step == session.weights_step > 0)
    assert evaluator.found[-1].epoch == 2


def test_while_a_run_is_on_newer_weights_are_evaluated(evaluator, session, document, qtbot, monkeypatch):
    monkeypatch.setattr(module, "_BETWEEN_SECONDS", 0.0)
    evaluator.set_watched(True)
    session.start(document.spec, ENDLESS, few_digits())
    qtbot.waitUntil(lambda: len({found.step for found in evaluator.found}) >= 3)
    steps = [found.step for found in evaluator.found]
    assert steps == sorted(steps)
    session.stop()
    qtbot.waitUntil(lambda: session.is_idle)


def test_one_moment_can_be_kept_while_the_run_goes_on(evaluator, session, document, qtbot, monkeypatch):
    monkeypatch.setattr(module, "_BETWEEN_SECONDS", 0.0)
    evaluator.set_watched(True)
    session.start(document.spec, ENDLESS, few_digits())
    qtbot.waitUntil(lambda: bool(evaluator.found) and not evaluator.is_busy)
    evaluator.set_following(False)
    qtbot.waitUntil(lambda: not evaluator.is_busy)
    count, step = len(evaluator.found), session.weights_step
    session.want_weights()
    qtbot.waitUntil(lambda: session.weights_step > step)
    assert not evaluator.is_busy
    assert len(evaluator.found) == count
    session.stop()
    qtbot.waitUntil(lambda: session.is_idle and len(evaluator.found) > count)
    assert evaluator.found[-1].step == session.weights_step


def test_the_test_set_is_used_when_asked_and_every_use_is_remembered(evaluator, session, document, qtbot):
    evaluator.set_watched(True)
    qtbot.waitUntil(lambda: bool(evaluator.found))
    with qtbot.waitSignals([evaluator.evaluated, evaluator.test_uses_changed]):
        evaluator.use_test_set()
    assert (evaluator.split, evaluator.found[-1].split) == (Split.TEST, Split.TEST)
    assert evaluator.test_uses == (UseOfTest("Small", 0, 0),)
    with qtbot.waitSignal(session.run_ended):
        session.start(document.spec, short_training(), few_digits())
    assert evaluator.found[-1].step == 0, "the test set is not evaluated again by itself"
    with qtbot.waitSignal(evaluator.evaluated):
        evaluator.use_test_set()
    assert evaluator.test_uses == (UseOfTest("Small", 0, 0), UseOfTest("Small", 1, 1))
    with qtbot.waitSignal(evaluator.evaluated):
        evaluator.use_validation()
    assert (evaluator.split, evaluator.found[-1].split) == (Split.VALIDATION, Split.VALIDATION)
    assert evaluator.found[-1].step == 1


def test_a_use_that_was_broken_off_does_not_count(evaluator, gate, qtbot):
    evaluator.use_test_set()
    qtbot.waitUntil(gate.entered.is_set)
    evaluator.use_validation()
    gate.opened.set()
    evaluator.set_watched(True)
    qtbot.waitUntil(lambda: bool(evaluator.found))
    assert evaluator.test_uses == ()


def test_other_images_have_uses_of_their_own(evaluator, document, selection, qtbot):
    with qtbot.waitSignal(evaluator.evaluated):
        evaluator.use_test_set()
    with qtbot.waitSignal(evaluator.test_uses_changed):
        selection.set_dataset(odd_digits())
    assert (evaluator.split, evaluator.test_uses) == (Split.VALIDATION, ())
    selection.set_dataset(few_digits())
    assert len(evaluator.test_uses) == 1


def test_a_design_with_a_problem_is_explained(evaluator, document, qtbot):
    with qtbot.waitSignal(evaluator.failed) as told:
        evaluator.set_watched(True)
        document.remove_layer("dense1")
    assert "10 classes" in told.args[0]
    assert not evaluator.is_busy


def test_it_follows_the_loss(evaluator, document, qtbot):
    evaluator.set_watched(True)
    qtbot.waitUntil(lambda: bool(evaluator.found))
    with qtbot.waitSignal(evaluator.evaluated) as told:
        document.set_loss(MulticlassSVM())
    assert told.args[0].report.is_scores


@pytest.mark.parametrize(
    ("error", "words"),
    [(MemoryError(), "not enough memory"), (RuntimeError("of the program"), "of the program")],
)
def test_what_fails_on_the_thread_is_told(evaluator, monkeypatch, qtbot, error, words):
    def broken(*args, **kwargs):
        raise error

    monkeypatch.setattr(examination, "examine", broken)
    with qtbot.waitSignal(evaluator.failed) as told:
        evaluator.use_test_set()
    assert words in told.args[0]
    assert evaluator.test_uses == ()


def test_beside_a_run_it_rests_most_of_the_time(evaluator, session, document, monkeypatch, qtbot):
    rests = []
    real = threading.Event.wait

    def noted(event, timeout=None):
        if threading.current_thread().name == "cnnviz-evaluator" and timeout is not None:
            rests.append(timeout)
        return real(event, 0 if timeout is not None else None)

    session.start(document.spec, ENDLESS, few_digits())
    qtbot.waitUntil(lambda: session.state is SessionState.RUNNING)
    monkeypatch.setattr(threading.Event, "wait", noted)
    evaluator.set_watched(True)
    qtbot.waitUntil(lambda: bool(evaluator.found))
    monkeypatch.undo()
    assert rests
    assert max(rests) <= examination._LONGEST_REST_SECONDS
    session.stop()
    qtbot.waitUntil(lambda: session.is_idle)
