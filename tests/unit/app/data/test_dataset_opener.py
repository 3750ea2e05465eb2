"""Data sets are read beside the window; only the last wish counts."""

from __future__ import annotations

import threading

import pytest

from cnnviz.app.data import dataset_opener
from cnnviz.app.data.dataset_opener import DatasetOpener
from cnnviz.data.digits import open_digits
from cnnviz.data.importing.watch import Stage
from cnnviz.data.preparing import prepared
from cnnviz.spec.preparing import Preparing
from cnnviz.training.result import DataFacts

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def opener():
    opener = DatasetOpener()
    yield opener
    opener.close()


def test_a_known_name_is_opened(opener, qtbot):
    with qtbot.waitSignal(opener.opened) as blocker:
        opener.open("digits")
        assert opener.is_busy
    assert blocker.args[0].name == "digits"
    assert not opener.is_busy


def test_what_cannot_be_opened_is_told(opener, qtbot, tmp_path):
    with qtbot.waitSignal(opener.failed) as blocker:
        opener.open(str(tmp_path / "nothing"))
    assert "nothing" in blocker.args[0]
    assert not opener.is_busy


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "not enough memory for this data set"),
        (ZeroDivisionError("odd"), "cannot be opened: odd"),
    ],
)
def test_an_unforeseen_error_is_told_too(opener, qtbot, monkeypatch, error, words):
    def explode(name, watch):
        raise error

    monkeypatch.setattr(dataset_opener, "open_dataset", explode)
    with qtbot.waitSignal(opener.failed) as blocker:
        opener.open("digits")
    assert words in blocker.args[0]


def test_an_answer_to_an_earlier_wish_is_dropped(opener, qtbot, monkeypatch):
    gate = threading.Event()

    def slow(name, watch):
        assert name != "slow" or gate.wait(10)
        return name

    monkeypatch.setattr(dataset_opener, "open_dataset", slow)
    answers = []
    opener.opened.connect(answers.append)
    opener.failed.connect(answers.append)
    opener.open("slow")
    monkeypatch.setattr(dataset_opener, "open_dataset", lambda name, watch: open_digits())
    with qtbot.waitSignal(opener.opened):
        opener.open("digits")
    gate.set()
    opener.close()
    assert [getattr(answer, "name", answer) for answer in answers] == ["digits"]


def test_a_data_set_is_prepared_beside_the_window(opener, qtbot):
    preparing = Preparing(standardise=True)
    with qtbot.waitSignal(opener.opened) as blocker:
        opener.prepare(open_digits(), preparing)
    made = blocker.args[0]
    assert made.treatment.preparing == preparing
    with qtbot.waitSignal(opener.opened) as blocker:
        opener.open_for(DataFacts.of(made), "digits")
    assert blocker.args[0].content_hash == made.content_hash


def test_what_is_given_up_is_told_nothing_more_of(opener, qtbot, monkeypatch):
    answers, ended = [], threading.Event()
    opener.opened.connect(answers.append)
    opener.failed.connect(answers.append)

    def slow(name, watch):
        watch.tell(Stage.READING, 3, 9)
        while not watch.is_stopping():
            ended.wait(0.001)
        ended.set()
        watch.check()

    monkeypatch.setattr(dataset_opener, "open_dataset", slow)
    with qtbot.waitSignal(opener.progressed) as blocker:
        opener.open("slow")
    assert (blocker.args[0].stage, blocker.args[0].done, blocker.args[0].total) == (Stage.READING, 3, 9)
    with qtbot.waitSignals([opener.cancelled, opener.busy_changed]):
        opener.cancel()
    assert ended.wait(5)
    opener.close()
    qtbot.wait(0)
    assert (answers, opener.is_busy) == ([], False)


def test_two_are_never_prepared_at_once(opener, qtbot, monkeypatch):
    at_work, most = [], []

    def slow(dataset, preparing, watch):
        at_work.append(preparing)
        most.append(len(at_work))
        while preparing.height == 4 and not watch.is_stopping():
            threading.Event().wait(0.001)
        at_work.pop()
        watch.check()
        return dataset

    monkeypatch.setattr(dataset_opener, "prepared", slow)
    opener.prepare(open_digits(), Preparing(height=4))
    qtbot.waitUntil(lambda: len(at_work) == 1)
    with qtbot.waitSignal(opener.opened):
        opener.prepare(open_digits(), Preparing(height=5))
    assert most == [1, 1]


def test_a_run_is_opened_with_progress_as_well(opener, qtbot, monkeypatch):
    made = prepared(open_digits(), Preparing(height=6, width=6))
    with qtbot.waitSignals([opener.progressed, opener.opened]):
        opener.open_for(DataFacts.of(made), "digits")
