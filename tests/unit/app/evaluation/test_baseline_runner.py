"""Baselines beside the window: one after the other, kept, cancelled, and never beside a run."""

from __future__ import annotations

import threading

import pytest

from cnnviz.app.evaluation import baseline_runner
from cnnviz.app.evaluation.baseline_runner import CURRENT, BaselineRunner, RowState
from cnnviz.app.training.session import Session
from tests.helpers.designs import ENDLESS, small_design
from tests.helpers.runs import few_digits, measured_digits, odd_digits

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def session():
    session = Session(threads=1)
    session.show_design(small_design())
    yield session
    assert session.close()


@pytest.fixture
def runner(document, session, selection):
    runner = BaselineRunner(document, session, selection, threads=1)
    yield runner
    session.close()
    assert runner.close()


@pytest.fixture
def held(monkeypatch):
    """Baselines that go through their gate over and over until they are cancelled; their names."""
    begun = []

    def work(baseline, dataset, gate, report, *, threads):
        begun.append(baseline.name)
        report(0.5)
        while True:
            gate.go_through()
            threading.Event().wait(0.001)

    monkeypatch.setattr(baseline_runner, "run_baseline", work)
    return begun


def states(runner):
    return [row.state for row in runner.rows]


def test_nothing_is_measured_before_anybody_asks(runner, qtbot):
    assert states(runner) == [RowState.UNASKED] * 5
    runner.set_watched(True)
    qtbot.waitUntil(lambda: not runner._settle.isActive())
    assert not runner.is_busy
    assert states(runner) == [RowState.UNASKED] * 5


def test_all_are_measured_on_validation_and_on_test_only_when_asked(runner, qtbot):
    runner.start()
    assert runner.is_busy
    qtbot.waitUntil(lambda: not runner.is_busy, timeout=20_000)
    assert states(runner) == [RowState.DONE] * 5
    assert all(row.result.validation.images == 20 and row.result.test is None for row in runner.rows)
    before = [row.result.validation for row in runner.rows]
    runner.measure_test()
    qtbot.waitUntil(lambda: not runner.is_busy, timeout=20_000)
    assert all(row.result.test.images == 20 for row in runner.rows)
    assert [row.result.validation for row in runner.rows] == before


def test_results_are_there_again_with_the_data_set(runner, selection, qtbot):
    runner.start()
    qtbot.waitUntil(lambda: not runner.is_busy, timeout=20_000)
    known = [row.result for row in runner.rows[1:]]
    selection.set_dataset(odd_digits())
    assert [row.result for row in runner.rows] == [None] * 5
    assert not runner.is_busy
    selection.set_dataset(few_digits())
    assert [row.result for row in runner.rows[1:]] == known


def test_cancelling_keeps_the_thread_for_the_next_wish(runner, held, qtbot):
    runner.start()
    qtbot.waitUntil(lambda: len(held) == 1, timeout=20_000)
    assert runner.progress == 0.5
    assert states(runner) == [RowState.DONE, RowState.RUNNING, *[RowState.WAITING] * 3]
    runner.cancel()
    assert not runner.is_busy
    assert states(runner) == [RowState.DONE, *[RowState.UNASKED] * 4]
    runner.start()
    qtbot.waitUntil(lambda: len(held) == 2, timeout=20_000)


def test_a_run_comes_first(runner, session, held, qtbot):
    runner.start()
    qtbot.waitUntil(lambda: len(held) == 1, timeout=20_000)
    session.start(small_design(), ENDLESS, few_digits())
    assert runner.is_waiting
    gate = runner._task.gate
    passed = threading.Event()
    other = threading.Thread(target=lambda: (gate.go_through(), passed.set()))
    other.start()
    assert not passed.wait(0.05)
    session.stop()
    qtbot.waitUntil(lambda: session.is_idle, timeout=20_000)
    assert passed.wait(5)
    other.join()
    assert not runner.is_waiting
    assert runner.is_busy


def test_what_is_asked_for_during_a_run_begins_after_it(runner, session, held, qtbot):
    session.start(small_design(), ENDLESS, few_digits())
    runner.start()
    assert runner.is_waiting
    assert RowState.RUNNING not in states(runner)
    session.stop()
    qtbot.waitUntil(lambda: len(held) == 1, timeout=20_000)


def test_the_network_on_screen_is_in_training_while_a_run_is_on(runner, session, qtbot):
    runner.set_watched(True)
    with qtbot.waitSignal(runner.rows_changed):
        session.start(small_design(), ENDLESS, few_digits())
    assert states(runner)[0] is RowState.TRAINING
    assert RowState.TRAINING not in states(runner)[1:]
    session.stop()
    qtbot.waitUntil(lambda: session.is_idle, timeout=20_000)
    assert states(runner)[0] is not RowState.TRAINING


def test_one_that_cannot_be_measured_says_why_and_the_others_go_on(runner, monkeypatch, qtbot):
    real = baseline_runner.run_baseline

    def work(baseline, *rest, **options):
        if baseline.name == "linear-svm":
            raise MemoryError
        return real(baseline, *rest, **options)

    monkeypatch.setattr(baseline_runner, "run_baseline", work)
    runner.start()
    qtbot.waitUntil(lambda: not runner.is_busy, timeout=20_000)
    by_name = {row.name: row for row in runner.rows}
    assert by_name["linear-svm"].state is RowState.FAILED
    assert "not enough memory" in by_name["linear-svm"].problem
    assert by_name["vanilla"].state is RowState.DONE


def test_another_design_on_screen_is_measured_again_and_not_on_test(runner, document, qtbot):
    runner.set_watched(True)
    runner.measure_test()
    qtbot.waitUntil(lambda: not runner.is_busy, timeout=20_000)
    before = runner.rows[0].result
    document.rename("Renamed")
    qtbot.waitUntil(
        lambda: runner.rows[0].result is not None and runner.rows[0].result is not before, timeout=20_000
    )
    assert runner.rows[0].name == CURRENT
    assert runner.rows[0].title == runner.rows[0].result.title == "Renamed"
    assert runner.rows[0].result.test is None


def test_numbers_have_no_baselines(runner, selection):
    selection.set_dataset(measured_digits())
    assert "numbers, not classes" in runner.problem
    runner.start()
    assert not runner.is_busy
