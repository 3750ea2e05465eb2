"""The doctor beside the window: what is examined and when, and experiments on a thread."""

from __future__ import annotations

import dataclasses
import threading

import pytest

from cnnviz.app.training import doctor_runner
from cnnviz.app.training.doctor_runner import DoctorRunner, Experiment
from cnnviz.app.training.session import Session
from cnnviz.errors import TrainingError
from cnnviz.spec.layers import Dense, Flatten
from cnnviz.spec.training import SGD, Adam, TrainingSpec
from cnnviz.training import data_examiner
from cnnviz.training.findings import Kind, Severity
from tests.helpers.designs import ENDLESS
from tests.helpers.runs import failure, few_digits, finished, linear_design, odd_digits
from tests.helpers.sick_runs import design

pytestmark = pytest.mark.usefixtures("qapp")
WILD = TrainingSpec(optimizer=SGD(learning_rate=100.0), epochs=3)


@pytest.fixture
def session(document):
    session = Session(threads=1)
    session.show_design(document.spec)
    document.spec_changed.connect(lambda: session.show_design(document.spec))
    yield session
    assert session.close()


@pytest.fixture
def runner(document, session, selection):
    runner = DoctorRunner(document, session, selection, threads=1)
    yield runner
    session.close()
    assert runner.close()


@pytest.fixture
def held(monkeypatch):
    """Overfit tests that go through their gate over and over until they are cancelled."""

    def work(spec, training, dataset, gate, report, *, threads):
        report(0.5)
        while True:
            gate.go_through()
            threading.Event().wait(0.001)

    monkeypatch.setattr(doctor_runner, "learn_one_batch", work)


def severities(runner):
    return {one.kind: one.severity for one in runner.findings}


def watched(runner, qtbot):
    with qtbot.waitSignal(runner.examined):
        runner.set_watched(True)


def test_nothing_is_examined_while_nobody_looks(runner, document, qtbot):
    document.rename("Other")
    runner.look_again()
    assert not runner._soon.isActive()
    assert runner.findings == ()


def test_before_a_run_the_images_are_judged(runner, qtbot):
    watched(runner, qtbot)
    assert severities(runner)[Kind.BALANCE] is Severity.FINE
    assert severities(runner)[Kind.RATE] is Severity.UNKNOWN


def test_findings_follow_a_run_while_it_goes_on(runner, session, document, selection, qtbot, monkeypatch):
    monkeypatch.setattr(doctor_runner, "_LIVE_MS", 1)
    watched(runner, qtbot)
    session.start(document.spec, ENDLESS, selection.dataset)
    qtbot.waitUntil(lambda: severities(runner)[Kind.FIRST_LOSS] is Severity.FINE, timeout=10_000)
    assert runner.case.training == ENDLESS
    session.stop()
    qtbot.waitUntil(lambda: session.is_idle)


def test_findings_of_a_run_stay_when_it_has_ended(runner, session, document, selection, qtbot):
    watched(runner, qtbot)
    training = TrainingSpec(epochs=3)
    with qtbot.waitSignal(session.run_ended, timeout=10_000):
        session.start(document.spec, training, selection.dataset)
    qtbot.waitUntil(lambda: severities(runner)[Kind.GAP] is not Severity.UNKNOWN)
    assert runner.case.spec is session.result.spec
    assert runner.is_of_design_on_screen


def test_after_an_edit_the_findings_are_of_another_design(runner, session, document, selection, qtbot):
    watched(runner, qtbot)
    with qtbot.waitSignal(session.run_ended, timeout=10_000):
        session.start(document.spec, TrainingSpec(epochs=1), selection.dataset)
    document.insert_layer(Dense(units=20), 4)
    qtbot.waitUntil(lambda: not runner._soon.isActive())
    assert not runner.is_of_design_on_screen
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: not runner._soon.isActive())
    assert runner.is_of_design_on_screen


def test_a_run_that_fails_in_its_first_epoch_is_judged_though_it_leaves_nothing(
    runner, session, document, selection, qtbot
):
    watched(runner, qtbot)
    document.new(linear_design())
    with qtbot.waitSignal(session.run_ended, timeout=10_000):
        session.start(document.spec, WILD, selection.dataset)
    assert session.result is None
    qtbot.waitUntil(lambda: severities(runner)[Kind.RATE] is Severity.PROBLEM)
    (found,) = (one for one in runner.findings if one.kind is Kind.RATE)
    assert "infinite" in found.number
    assert found.fixes[0].training.optimizer.learning_rate == 10.0
    session.reset_weights()
    qtbot.waitUntil(lambda: severities(runner)[Kind.RATE] is Severity.UNKNOWN)


def test_a_failed_run_from_a_file_is_judged_by_what_it_says(runner, session, document, qtbot):
    failed = failure(WILD, spec=linear_design()).result
    document.new(failed.spec)
    session.bring_back(failed)
    watched(runner, qtbot)
    assert runner.case.failure == failed.failure.reason
    assert severities(runner)[Kind.RATE] is Severity.PROBLEM


def test_a_run_from_a_file_is_judged_without_images_where_others_are_on_screen(
    runner, session, document, selection, qtbot
):
    result = finished()
    document.new(result.spec)
    session.bring_back(result)
    selection.set_dataset(odd_digits())
    watched(runner, qtbot)
    assert runner.case.dataset is None
    assert Kind.FIRST_LOSS not in severities(runner)
    selection.set_dataset(few_digits())
    qtbot.waitUntil(lambda: Kind.FIRST_LOSS in severities(runner))


def test_images_are_looked_at_once_whatever_is_edited(runner, document, qtbot, monkeypatch):
    watched(runner, qtbot)
    looks = []
    monkeypatch.setattr(data_examiner, "brightest", looks.append)
    monkeypatch.setattr(data_examiner, "examine_labels", lambda *arguments: looks.append(arguments) or ())
    runner.asked_training = lambda: TrainingSpec(optimizer=SGD(), epochs=7, l2=0.1)
    document.insert_layer(Dense(units=20), 4)
    runner.look_again()
    qtbot.waitUntil(lambda: not runner._soon.isActive())
    assert looks == []
    assert severities(runner)[Kind.BALANCE] is Severity.FINE


def test_the_overfit_test_is_made_and_its_finding_told(runner, qtbot):
    watched(runner, qtbot)
    with qtbot.waitSignal(runner.examined, timeout=10_000):
        runner.start(Experiment.BATCH)
        assert runner.experiment is Experiment.BATCH
    assert runner.experiment is None
    assert severities(runner)[Kind.ONE_BATCH] is Severity.FINE


def test_the_range_test_is_for_one_design_one_optimizer_and_any_rate(runner, document, qtbot):
    settings = [TrainingSpec(optimizer=Adam(learning_rate=0.001))]
    runner.asked_training = lambda: settings[0]
    watched(runner, qtbot)
    runner.start(Experiment.RATES)
    qtbot.waitUntil(lambda: runner.experiment is None, timeout=10_000)
    assert runner.case.rate_test is not None

    def has_test(training):
        settings[0] = training
        runner.look_again()
        qtbot.waitUntil(lambda: not runner._soon.isActive())
        return runner.case.rate_test is not None

    assert has_test(TrainingSpec(optimizer=Adam(learning_rate=0.1)))
    assert not has_test(TrainingSpec(optimizer=SGD()))
    assert not has_test(TrainingSpec(batch_size=8))
    assert not has_test(TrainingSpec(l1=0.1))
    assert not has_test(TrainingSpec(l2=0.1))
    assert not has_test(TrainingSpec(clip_value=1.0))
    assert not has_test(TrainingSpec(clip_norm=1.0))
    assert has_test(TrainingSpec())
    document.insert_layer(Dense(units=20), 4)
    assert not has_test(TrainingSpec())


def test_a_test_that_is_not_possible_says_why(runner, document, qtbot):
    watched(runner, qtbot)
    document.new(design(Flatten(), Dense(units=3)))
    runner.start(Experiment.BATCH)
    qtbot.waitUntil(lambda: runner.experiment is None)
    assert "10" in runner.problem
    runner.start(Experiment.RATES)
    assert runner.problem == ""
    qtbot.waitUntil(lambda: runner.experiment is None)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TrainingError("No."), "No."),
        (MemoryError(), "There is not enough memory for the overfit test."),
        (RuntimeError("odd"), "The overfit test failed: odd."),
    ],
)
def test_every_failure_of_a_test_is_told(runner, qtbot, monkeypatch, error, words):
    def fail(*arguments, **named):
        raise error

    monkeypatch.setattr(doctor_runner, "learn_one_batch", fail)
    runner.start(Experiment.BATCH)
    qtbot.waitUntil(lambda: runner.experiment is None)
    assert runner.problem == words


def test_a_test_is_broken_off(runner, held, qtbot):
    runner.start(Experiment.BATCH)
    qtbot.waitUntil(lambda: runner.progress == 0.5)
    with qtbot.waitSignal(runner.experiment_changed):
        runner.cancel()
    assert (runner.experiment, runner.progress, runner.problem) == (None, 0.0, "")


def test_a_test_waits_while_a_run_is_on(runner, held, session, document, selection, qtbot):
    runner.start(Experiment.BATCH)
    qtbot.waitUntil(lambda: runner.progress == 0.5)
    session.start(document.spec, ENDLESS, selection.dataset)
    assert runner.is_waiting
    assert not runner._task.gate._is_open
    session.stop()
    qtbot.waitUntil(lambda: session.is_idle)
    assert not runner.is_waiting
    assert runner._task.gate._is_open


def test_another_test_takes_the_place_of_the_one_before(runner, held, qtbot):
    runner.start(Experiment.BATCH)
    qtbot.waitUntil(lambda: runner.progress == 0.5)
    runner.start(Experiment.RATES)
    qtbot.waitUntil(lambda: runner.experiment is None, timeout=10_000)
    assert runner.problem == ""


def test_settings_that_a_run_was_made_with_count_not_those_on_screen(
    runner, session, document, selection, qtbot
):
    watched(runner, qtbot)
    training = TrainingSpec(epochs=1, optimizer=SGD(learning_rate=0.02))
    with qtbot.waitSignal(session.run_ended, timeout=10_000):
        session.start(document.spec, training, selection.dataset)
    qtbot.waitUntil(lambda: not runner._soon.isActive())
    assert runner.case.training.optimizer == SGD(learning_rate=0.02)
    assert dataclasses.replace(runner.training, epochs=1).optimizer == Adam()
