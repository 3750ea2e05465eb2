"""The judge: answers to all images of a part, on wish, and old when something has changed."""

from __future__ import annotations

import threading

import pytest

from cnnviz.app.evaluation import examination as module
from cnnviz.app.settings import Settings
from cnnviz.app.workbench import Workbench
from cnnviz.data.dataset import Split
from cnnviz.spec.layers import Dense, Dropout
from cnnviz.spec.losses import MulticlassSVM
from tests.helpers.designs import ENDLESS, short_training

PART = Split.VALIDATION


@pytest.fixture
def bench(qtbot, tmp_path):
    bench = Workbench(Settings(tmp_path / "settings.ini"))
    yield bench
    assert bench.close()


@pytest.fixture
def judge(bench):
    return bench.judge


@pytest.fixture
def held(monkeypatch):
    """Hold every examination after a batch until `opened` is set; `entered` tells that it is there."""
    entered, opened = threading.Event(), threading.Event()
    real = module.examine

    def examine(*args, is_stopping, **kwargs):
        def stopping():
            stops = is_stopping()
            if entered.is_set():
                assert opened.wait(10)
            entered.set()
            return stops or is_stopping()

        return real(*args, is_stopping=stopping, **kwargs)

    monkeypatch.setattr(module, "examine", examine)
    yield entered, opened
    opened.set()


def ask(qtbot, judge, split=PART):
    with qtbot.waitSignal(judge.judged, timeout=30_000) as told:
        judge.judge(split)
    return told.args[0]


def test_nothing_is_looked_at_unasked(qtbot, bench, judge):
    judge.watch(PART)
    assert judge.asked is None
    assert judge.findings(PART) is None


def test_it_says_the_same_as_the_evaluation(qtbot, bench, judge):
    with qtbot.waitSignal(bench.evaluator.evaluated, timeout=30_000) as told:
        bench.evaluator.set_watched(True)
    found = ask(qtbot, judge)
    assert found is judge.findings(PART)
    assert found.report.loss == pytest.approx(told.args[0].report.loss)
    assert found.report.confusion.tolist() == told.args[0].report.confusion.tolist()
    assert (judge.asked, judge.is_stale(PART)) == (None, False)
    assert bench.evaluator.test_uses == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda bench: bench.document.insert_layer(Dropout(), 1),
        lambda bench: bench.document.set_loss(MulticlassSVM()),
        lambda bench: bench.session.reset_weights(),
    ],
)
def test_answers_are_old_when_the_network_is_another(qtbot, bench, judge, change):
    found = ask(qtbot, judge)
    with qtbot.waitSignal(judge.changed):
        change(bench)
    assert judge.is_stale(PART)
    assert judge.findings(PART) is found
    ask(qtbot, judge)
    assert not judge.is_stale(PART)


def test_a_new_name_of_the_design_makes_nothing_old(qtbot, bench, judge):
    ask(qtbot, judge)
    with qtbot.waitSignal(bench.document.spec_changed):
        bench.document.rename("Other")
    assert not judge.is_stale(PART)


def test_when_a_run_ends_what_is_in_sight_is_found_anew(qtbot, bench, judge):
    first = ask(qtbot, judge)
    judge.watch(PART)
    with qtbot.waitSignal(judge.judged, timeout=30_000) as told:
        bench.session.start(bench.document.spec, short_training(), bench.selection.dataset)
    assert told.args[0].step > first.step == 0
    assert not judge.is_stale(PART)


def test_what_nobody_looks_at_is_not_found_anew(qtbot, bench, judge):
    ask(qtbot, judge)
    with qtbot.waitSignal(bench.session.run_ended, timeout=30_000):
        bench.session.start(bench.document.spec, short_training(), bench.selection.dataset)
    assert judge.is_stale(PART)
    assert judge.asked is None


def test_test_images_are_asked_about_on_wish_only_and_each_time_is_noted(qtbot, bench, judge):
    ask(qtbot, judge, Split.TEST)
    judge.watch(Split.TEST)
    with qtbot.waitSignal(bench.session.run_ended, timeout=30_000):
        bench.session.start(bench.document.spec, short_training(), bench.selection.dataset)
    qtbot.waitUntil(lambda: bench.session.is_idle and bool(bench.library.entries))
    assert judge.asked is None
    assert judge.is_stale(Split.TEST)
    ask(qtbot, judge, Split.TEST)
    assert [use.step for use in bench.evaluator.test_uses] == [0, bench.session.result.state.step]
    assert len(bench.library.entries[0].test_uses) == 1


def test_what_is_given_up_leaves_what_was_known(qtbot, bench, judge, held):
    entered, opened = held
    judge.judge(PART)
    qtbot.waitUntil(entered.is_set)
    assert judge.asked is PART
    judge.cancel()
    opened.set()
    assert (judge.asked, judge.findings(PART), judge.share_done) == (None, None, 0.0)
    found = ask(qtbot, judge)
    judge.judge(PART)
    judge.watch(None)
    assert judge.findings(PART) is found
    assert not judge.is_stale(PART)


def test_a_change_on_the_way_makes_the_answer_old(qtbot, bench, judge, held):
    entered, opened = held
    with qtbot.waitSignal(judge.judged, timeout=30_000):
        judge.judge(PART)
        qtbot.waitUntil(entered.is_set)
        bench.document.set_loss(MulticlassSVM())
        opened.set()
    assert judge.is_stale(PART)


def test_a_design_that_cannot_be_computed_is_refused_in_words(qtbot, bench, judge):
    bench.document.insert_layer(Dense(units=3), 0)
    assert bench.document.problems
    with qtbot.waitSignal(judge.failed) as told:
        judge.judge(PART)
    assert told.args[0]
    assert judge.asked is None


def test_another_data_set_forgets_everything(qtbot, bench, judge):
    ask(qtbot, judge)
    with qtbot.waitSignal(judge.changed):
        bench.selection.set_dataset(bench.selection.dataset)
    assert judge.findings(PART) is None


def test_while_a_run_is_on_it_answers_with_the_weights_of_the_moment(qtbot, bench, judge):
    bench.session.start(bench.document.spec, ENDLESS, bench.selection.dataset)
    qtbot.waitUntil(lambda: bench.session.unsaved, timeout=30_000)
    bench.session.want_weights()
    qtbot.waitUntil(lambda: bench.session.weights_step > 0, timeout=30_000)
    assert ask(qtbot, judge).step > 0
