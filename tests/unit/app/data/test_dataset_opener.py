"""Data sets are read beside the window; only the last wish counts."""

from __future__ import annotations

import threading

import pytest

from cnnviz.app.data import dataset_opener
from cnnviz.app.data.dataset_opener import DatasetOpener
from cnnviz.data.digits import open_digits
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
    def explode(name):
        raise error

    monkeypatch.setattr(dataset_opener, "open_dataset", explode)
    with qtbot.waitSignal(opener.failed) as blocker:
        opener.open("digits")
    assert words in blocker.args[0]


def test_an_answer_to_an_earlier_wish_is_dropped(opener, qtbot, monkeypatch):
    gate = threading.Event()

    def slow(name):
        assert name != "slow" or gate.wait(10)
        return name

    monkeypatch.setattr(dataset_opener, "open_dataset", slow)
    answers = []
    opener.opened.connect(answers.append)
    opener.failed.connect(answers.append)
    opener.open("slow")
    monkeypatch.setattr(dataset_opener, "open_dataset", lambda name: open_digits())
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
