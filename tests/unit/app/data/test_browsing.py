from __future__ import annotations

import threading

import numpy as np
import pytest

from cnnviz.app.data import browsing
from cnnviz.app.data.browsing import PixelsWish, resting
from cnnviz.data.dataset import Split
from cnnviz.data.summary import pixel_counts
from tests.helpers.runs import few_digits


@pytest.mark.parametrize("rests", [1.0, 4.0])
def test_work_is_followed_by_rests_of_so_many_times_its_length(rests, monkeypatch):
    waited, now = [], iter(range(0, 1_000, 3))
    event = threading.Event()
    monkeypatch.setattr(browsing.time, "perf_counter", lambda: 0.01 * next(now))
    monkeypatch.setattr(event, "wait", waited.append)
    is_stopping = resting(event, rests)
    assert not is_stopping()
    assert waited == [pytest.approx(0.03 * rests)]
    event.set()
    assert is_stopping()


def test_pixels_are_counted_on_wish():
    wish = PixelsWish(few_digits(), Split.VALIDATION)
    counts = wish.meet()
    assert counts is not None
    assert np.array_equal(counts, pixel_counts(few_digits(), Split.VALIDATION))
    wish.cancelled.set()
    assert wish.meet() is None
