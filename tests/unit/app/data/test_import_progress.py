"""Progress is told at a pace that people can follow, and only as long as the work is wanted."""

from __future__ import annotations

import pytest

from cnnviz.app.data.import_progress import BETWEEN_SECONDS, ImportProgress, paced_watch
from cnnviz.data.importing.watch import ImportCancelled, Stage


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_progress_is_told_now_and_then_and_the_beginning_of_each_stage_at_once():
    told, clock = [], Clock()
    watch = paced_watch(told.append, lambda: True, clock)
    for done in range(1, 100):
        clock.now += BETWEEN_SECONDS / 10
        watch.tell(Stage.READING, done, 100)
    watch.tell(Stage.DIVIDING, 0, 7)
    watch.tell(Stage.DIVIDING, 1, 7)
    assert told[0] == ImportProgress(Stage.READING, 1, 100)
    assert 9 <= len(told) - 1 <= 11
    assert told[-1] == ImportProgress(Stage.DIVIDING, 0, 7)


def test_work_that_nobody_wants_is_not_told_of_and_ends():
    told, wanted = [], [True]
    watch = paced_watch(told.append, lambda: wanted[0])
    watch.check()
    wanted[0] = False
    watch.tell(Stage.READING, 0, 1)
    assert told == []
    with pytest.raises(ImportCancelled):
        watch.check()
