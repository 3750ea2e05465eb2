"""Neighbours of one image are found on a thread; only the newest wish is answered."""

from __future__ import annotations

import pytest

from cnnviz.app.neighbor_finder import NeighborFinder, NeighborWish
from cnnviz.engine.neighbors import Metric
from cnnviz.training.neighbors import similar_images
from tests.helpers.runs import few_digits

pytestmark = pytest.mark.usefixtures("qapp")


def test_the_newest_wish_is_met(qtbot):
    finder, answers = NeighborFinder(), []
    finder.found.connect(lambda wish, found: answers.append((wish, found)))
    wishes = [NeighborWish(few_digits(), few_digits().scaled_image(place), 3, Metric.L2) for place in (0, 1)]
    for wish in wishes:
        finder.request(wish)
    qtbot.waitUntil(lambda: bool(answers))
    assert finder.close()
    assert answers == [(wishes[1], similar_images(few_digits(), wishes[1].pixels, 3, Metric.L2))]


def test_without_a_wish_there_is_no_thread():
    assert NeighborFinder().close()
