from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cnnviz.app.data import browsing
from cnnviz.app.data.browsing import MeansWish
from cnnviz.app.data.image_maps import MOST_MAPPED, MapOfImages, MapWish
from cnnviz.app.threads.latest_wish import LatestWish
from cnnviz.data.catalog import open_dataset
from cnnviz.data.dataset import Split
from cnnviz.data.summary import class_means

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def finder(qapp) -> Iterator[LatestWish]:
    finder = LatestWish("test")
    yield finder
    assert finder.close()


def test_the_means_of_the_newest_wish_are_found(finder: LatestWish, qtbot: QtBot) -> None:
    dataset, found = open_dataset("digits"), []
    finder.found.connect(lambda wish, means: found.append((wish.split, means)))
    finder.request(MeansWish(dataset, Split.TRAIN))
    with qtbot.waitSignal(finder.found):
        finder.request(MeansWish(dataset, Split.VALIDATION))
    assert [split for split, _ in found] == [Split.VALIDATION]
    np.testing.assert_array_equal(found[0][1], class_means(dataset, Split.VALIDATION))


def test_what_is_given_up_is_not_told(finder: LatestWish, qtbot: QtBot) -> None:
    dataset, found = open_dataset("digits"), []
    finder.found.connect(lambda wish, means: found.append(wish.split))
    finder.request(MeansWish(dataset, Split.TRAIN))
    finder.cancel()
    with qtbot.waitSignal(finder.found):
        finder.request(MeansWish(dataset, Split.TEST))
    assert found == [Split.TEST]


class Plain:
    """A wish that is met at once."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()

    def meet(self) -> str:
        return "met"


def test_a_wish_that_is_met_is_held_no_longer(finder: LatestWish, qtbot: QtBot) -> None:
    wish = Plain()
    held = weakref.ref(wish)
    with qtbot.waitSignal(finder.found, check_params_cb=lambda met, _: met is held()):
        finder.request(wish)
        del wish
    qtbot.waitUntil(lambda: held() is None)


def test_after_a_failure_the_next_wish_is_met(
    finder: LatestWish, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    dataset = open_dataset("digits")
    with monkeypatch.context() as patch:
        patch.setattr(browsing, "class_means", lambda *_, **__: 1 / 0)
        with qtbot.waitSignal(finder.failed) as told:
            finder.request(MeansWish(dataset, Split.TRAIN))
    assert told.args[1] == "It could not be computed: division by zero."
    assert "ZeroDivisionError" in caplog.text
    with qtbot.waitSignal(finder.found):
        finder.request(MeansWish(dataset, Split.TRAIN))


def test_a_map_is_of_all_images_of_a_small_part(finder: LatestWish, qtbot: QtBot) -> None:
    dataset = open_dataset("digits")
    with qtbot.waitSignal(finder.found) as found:
        finder.request(MapWish(dataset, Split.VALIDATION))
    count = len(dataset.indices(Split.VALIDATION))
    map_ = found.args[1]
    assert map_.positions.tolist() == list(range(count))
    assert map_.plane.shape == (count, 2)
    assert 0.1 < sum(map_.shares) < 1


def test_a_map_is_of_the_same_few_images_of_a_large_part() -> None:
    dataset = open_dataset("shapes")
    first, second = (MapWish(dataset, Split.TRAIN).meet() for _ in range(2))
    assert isinstance(first, MapOfImages)
    assert isinstance(second, MapOfImages)
    assert len(np.unique(first.positions)) == MOST_MAPPED
    np.testing.assert_array_equal(first.positions, second.positions)
    wish = MapWish(dataset, Split.TRAIN)
    wish.cancelled.set()
    assert wish.meet() is None


def test_a_finder_that_was_never_asked_closes(qapp) -> None:
    assert LatestWish("test").close()
