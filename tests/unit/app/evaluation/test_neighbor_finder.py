"""Neighbours of one image are found on a thread; where they cannot be, that is told."""

from __future__ import annotations

import pytest

from cnnviz.app.evaluation import neighbor_finder as module
from cnnviz.app.evaluation.neighbor_finder import NeighborWish
from cnnviz.app.threads.latest_wish import LatestWish
from cnnviz.engine.neighbors import Metric
from cnnviz.training.neighbors import similar_images
from tests.helpers.runs import few_digits

pytestmark = pytest.mark.usefixtures("qapp")


def test_the_newest_wish_is_met(qtbot):
    finder, answers = LatestWish("test-neighbors"), []
    finder.found.connect(lambda wish, found: answers.append((wish, found)))
    wishes = [NeighborWish(few_digits(), few_digits().scaled_image(place), 3, Metric.L2) for place in (0, 1)]
    for wish in wishes:
        finder.request(wish)
    qtbot.waitUntil(lambda: bool(answers))
    assert finder.close()
    assert answers == [(wishes[1], similar_images(few_digits(), wishes[1].pixels, 3, Metric.L2))]


def test_where_they_cannot_be_found_that_is_told(monkeypatch, qtbot):
    def fail(*_, **__):
        raise RuntimeError("odd")

    monkeypatch.setattr(module, "similar_images", fail)
    finder = LatestWish("test-neighbors")
    with qtbot.waitSignal(finder.failed) as told:
        finder.request(NeighborWish(few_digits(), few_digits().scaled_image(0), 3, Metric.L2))
    assert told.args[1] == "It could not be computed: odd."
    assert finder.close()
