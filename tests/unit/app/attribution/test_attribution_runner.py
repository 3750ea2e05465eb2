"""Questions are answered on a thread, in turn, the newest of each kind, with one snapshot of the weights."""

from __future__ import annotations

import dataclasses
import threading

import numpy as np
import pytest

from cnnviz.app.attribution import attribution_runner as module
from cnnviz.app.attribution.attribution_runner import AttributionRunner
from cnnviz.app.attribution.attribution_work import (
    ClassChoice,
    ClassQuestion,
    ClimbQuestion,
    Snapshot,
    TopQuestion,
    predicted_class,
)
from cnnviz.data.dataset import Split
from cnnviz.engine.network import Network
from cnnviz.errors import CnnvizError, DataError, SpecError
from cnnviz.interpret.attribution.maximisation import Maximisation
from cnnviz.interpret.attribution.methods import GradCAM, Occlusion, Saliency
from cnnviz.interpret.attribution.telling import tell_nobody
from cnnviz.spec.layers import Dense, Flatten
from cnnviz.spec.network import InputSpec, NetworkSpec
from tests.helpers.designs import ENDLESS, small_design
from tests.helpers.runs import few_digits

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def runner(session):
    runner = AttributionRunner(session)
    runner.told = []
    runner.answered.connect(lambda question, answer: runner.told.append((question, answer)))
    runner.failed.connect(lambda question, reason: runner.told.append((question, reason)))
    yield runner
    assert runner.close()


@pytest.fixture
def snapshot(session):
    spec = small_design()
    return Snapshot(spec, session.parameters_for(spec), 0, 0)


@pytest.fixture
def pixels():
    return few_digits().scaled_image(3)


@dataclasses.dataclass(frozen=True, eq=False)
class Held:
    """Work that waits until it may go on, and then asks whether it is still wanted."""

    name: str
    entered: threading.Event = dataclasses.field(default_factory=threading.Event)
    go_on: threading.Event = dataclasses.field(default_factory=threading.Event)

    def answer(self, tell):
        self.entered.set()
        assert self.go_on.wait(10)
        tell(1, 2)
        return f"{self.name} is a problem" if self.name == "bad" else (self.name,)


@dataclasses.dataclass(frozen=True, eq=False)
class Raising:
    error: BaseException

    def answer(self, tell):
        raise self.error


def test_a_question_about_a_class_is_answered(runner, snapshot, pixels, qtbot):
    question = ClassQuestion(snapshot, pixels, Saliency())
    runner.ask(question)
    assert runner.is_busy(ClassQuestion)
    qtbot.waitUntil(lambda: bool(runner.told))
    ((asked, answer),) = runner.told
    assert asked is question
    assert not runner.is_busy(ClassQuestion)
    scores = Network.wrapping(snapshot.spec, snapshot.parameters).forward(pixels[..., None])[:, 0]
    np.testing.assert_allclose(answer.scores, scores, rtol=1e-5)
    assert answer.predicted == answer.attribution.class_index == int(np.argmax(scores))
    assert answer.attribution.score == pytest.approx(float(scores.max()), rel=1e-5)


@pytest.mark.parametrize(
    ("choice", "true_class", "expected"),
    [
        (4, None, 4),
        (ClassChoice.TRUE, 7, 7),
        (ClassChoice.TRUE, None, None),
        (ClassChoice.PREDICTED, 7, None),
    ],
)
def test_the_class_is_the_one_that_is_asked_about(choice, true_class, expected, snapshot, pixels):
    question = ClassQuestion(snapshot, pixels, Occlusion(), choice, true_class)
    answer = question.answer(tell_nobody)
    assert answer.attribution.class_index == (answer.predicted if expected is None else expected)


def test_of_numbers_that_are_no_classes_the_first_is_explained(pixels):
    for units, expected in ((3, 0), (1, 1)):
        layers = (Flatten(), Dense(id="end", units=units))
        spec = NetworkSpec(name="", input=InputSpec(), layers=layers)
        weights = {
            "end/weight": np.ones((units, 64), np.float32),
            "end/bias": np.full(units, -1000, np.float32),
        }
        question = ClassQuestion(Snapshot(spec, weights, 0, 0), pixels, Saliency(), is_of_classes=False)
        answer = question.answer(tell_nobody)
        assert answer.predicted is None
        assert answer.attribution.class_index == expected
        assert answer.attribution.score == pytest.approx(float(answer.scores[0]))


def test_of_one_sigmoid_unit_the_sign_decides():
    assert predicted_class(np.array([-0.1], np.float32)) == 0
    assert predicted_class(np.array([0.1], np.float32)) == 1
    assert predicted_class(np.array([3, 5, 5], np.float32)) == 1


def test_weights_that_left_the_range_of_numbers_are_named(snapshot, pixels):
    broken = {name: np.full_like(array, np.nan) for name, array in snapshot.parameters.items()}
    question = ClassQuestion(dataclasses.replace(snapshot, parameters=broken), pixels, GradCAM())
    with pytest.raises(DataError, match="not numbers"):
        question.answer(tell_nobody)


def test_questions_of_all_kinds_are_answered_in_turn(runner, snapshot, pixels, qtbot):
    layer = snapshot.spec.layers[0].id
    runner.ask(TopQuestion(snapshot, layer, 2, few_digits(), Split.TEST, 5))
    runner.ask(ClimbQuestion(snapshot, layer, 2, Maximisation(steps=3)))
    runner.ask(ClassQuestion(snapshot, pixels, GradCAM()))
    qtbot.waitUntil(lambda: len(runner.told) == 3)
    top, made, why = (answer for _, answer in runner.told)
    assert (top.layer_id, top.unit, len(top.images)) == (layer, 2, 5)
    assert len(made.values) == 4
    assert why.attribution.layer_id == snapshot.spec.layers[1].id


def test_a_newer_question_takes_the_place_of_one_of_its_kind(runner, qtbot):
    first, waiting, last = Held("first"), Held("waiting"), Held("last")
    runner.ask(first)
    assert first.entered.wait(10)
    runner.ask(waiting)
    runner.ask(last)
    for held in (first, waiting, last):
        held.go_on.set()
    qtbot.waitUntil(lambda: bool(runner.told))
    assert runner.told == [(last, ("last",))]
    assert not waiting.entered.is_set()


def test_what_is_taken_back_is_broken_off_and_never_answered(runner, qtbot):
    held, other = Held("held"), Raising(SpecError("no such layer"))
    runner.ask(held)
    assert held.entered.wait(10)
    runner.cancel(Held)
    assert not runner.is_busy(Held)
    held.go_on.set()
    runner.ask(other)
    qtbot.waitUntil(lambda: bool(runner.told))
    assert runner.told == [(other, "no such layer")]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CnnvizError("A sentence."), "A sentence."),
        (MemoryError(), "There is not enough memory for this."),
        (ZeroDivisionError("odd"), "It could not be computed: odd."),
        (KeyError(), "It could not be computed: KeyError."),
    ],
)
def test_what_cannot_be_answered_says_why(error, said, runner, qtbot):
    runner.ask(Raising(error))
    qtbot.waitUntil(lambda: bool(runner.told))
    assert runner.told[0][1] == said


def test_how_far_it_is_is_told_now_and_then(runner, monkeypatch, qtbot):
    monkeypatch.setattr(module, "_NEWS_SECONDS", 0.0)
    heard = []
    runner.progressed.connect(lambda question, share: heard.append(share))
    held = Held("held")
    held.go_on.set()
    runner.ask(held)
    qtbot.waitUntil(lambda: bool(runner.told))
    assert heard == [0.0, 0.5]


def test_while_a_run_is_on_the_work_rests(runner, session, snapshot, pixels, monkeypatch, qtbot):
    rests = []

    class Rest(threading.Event):
        def wait(self, timeout=None):
            rests.append(timeout)
            return self.is_set()

    class Task(module._Task):
        def __init__(self, question):
            super().__init__(question)
            self.cancelled = Rest()

    monkeypatch.setattr(module, "_Task", Task)
    runner.ask(ClassQuestion(snapshot, pixels, Occlusion(patch=1)))
    qtbot.waitUntil(lambda: bool(runner.told))
    assert rests == [], "without a run it goes on at once"
    session.start(snapshot.spec, ENDLESS, few_digits())
    runner.ask(ClassQuestion(snapshot, pixels, Occlusion(patch=1)))
    qtbot.waitUntil(lambda: len(runner.told) == 2)
    assert len(rests) >= 2
    assert all(0 <= rest <= module._LONGEST_REST_SECONDS for rest in rests)


def test_closing_breaks_work_off(session, qtbot):
    runner = AttributionRunner(session)
    held = Held("held")
    runner.ask(held)
    assert held.entered.wait(10)
    threading.Timer(0.05, held.go_on.set).start()
    assert runner.close()


def test_a_runner_that_was_never_asked_has_no_thread(session):
    assert AttributionRunner(session).close()
