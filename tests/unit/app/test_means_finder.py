from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cnnviz.app import means_finder
from cnnviz.app.means_finder import MeansFinder
from cnnviz.data.catalog import open_dataset
from cnnviz.data.dataset import Split
from cnnviz.data.summary import class_means

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def finder(qapp) -> Iterator[MeansFinder]:
    finder = MeansFinder()
    yield finder
    assert finder.close()


def test_the_means_of_the_newest_wish_are_found(finder: MeansFinder, qtbot: QtBot) -> None:
    dataset, found = open_dataset("digits"), []
    finder.found.connect(lambda wish, means: found.append((wish.split, means)))
    finder.request(dataset, Split.TRAIN)
    with qtbot.waitSignal(finder.found):
        finder.request(dataset, Split.VALIDATION)
    assert [split for split, _ in found] == [Split.VALIDATION]
    np.testing.assert_array_equal(found[0][1], class_means(dataset, Split.VALIDATION))


def test_what_is_given_up_is_not_told(finder: MeansFinder, qtbot: QtBot) -> None:
    dataset, found = open_dataset("digits"), []
    finder.found.connect(lambda wish, means: found.append(wish.split))
    finder.request(dataset, Split.TRAIN)
    finder.cancel()
    with qtbot.waitSignal(finder.found):
        finder.request(dataset, Split.TEST)
    assert found == [Split.TEST]


def test_after_a_failure_the_next_wish_is_met(
    finder: MeansFinder, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    dataset = open_dataset("digits")
    with monkeypatch.context() as patch:
        patch.setattr(means_finder, "class_means", lambda *_, **__: 1 / 0)
        finder.request(dataset, Split.TRAIN)
        qtbot.waitUntil(lambda: "could not be found" in caplog.text)
    with qtbot.waitSignal(finder.found):
        finder.request(dataset, Split.TRAIN)


def test_a_finder_that_was_never_asked_closes(qapp) -> None:
    assert MeansFinder().close()
