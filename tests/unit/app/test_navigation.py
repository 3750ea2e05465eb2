"""Paths through the window: visited, gone back, forward, cut short."""

from __future__ import annotations

import pytest

from cnnviz.app.attribution.attribution_work import ClassChoice
from cnnviz.app.navigation import MOST_PATHS, History, Mistakes, Number, Picture, Reason
from cnnviz.app.selection import Selected
from cnnviz.data.dataset import Split
from cnnviz.interpret.attribution.methods import GradCAM, Saliency
from cnnviz.interpret.explain.place import Unit

EVALUATION, CELL = Mistakes(), Mistakes(4, 9)
FIRST, SECOND = (Picture(Selected(Split.TEST, position)) for position in (0, 1))
REASON = Reason(GradCAM, ClassChoice.PREDICTED, "conv")
NUMBER, DEEPER = Number(Unit("relu", 2, 3, 4)), Number(Unit("conv", 2, 3, 4))
WAY = (EVALUATION, CELL, FIRST, REASON, NUMBER, DEEPER)


@pytest.fixture
def history(qapp):
    return History((FIRST,))


def walked(history):
    for places in range(1, len(WAY) + 1):
        history.visit(WAY[:places])
    return history


def test_the_way_back_has_every_step(history):
    walked(history)
    assert history.path == WAY
    for places in range(len(WAY) - 1, 0, -1):
        assert history.back() == WAY[:places]
    assert history.back() == (FIRST,)
    assert history.before is None
    assert history.back() == (FIRST,), "there is nothing behind"
    assert history.after == WAY[:1]
    for places in range(1, len(WAY) + 1):
        assert history.forward() == WAY[:places]
    assert history.after is None
    assert history.forward() == WAY, "there is nothing ahead"


def test_another_step_forgets_what_lay_ahead(history):
    walked(history)
    history.back()
    history.back()
    history.visit((FIRST,))
    assert history.after is None
    assert history.before == WAY[:4]


def test_steps_of_one_look_around_are_one_place(history):
    walked(history)
    moved = (*WAY[:-1], Number(Unit("conv", 2, 3, 5)))
    history.visit(moved)
    assert history.path == moved
    assert history.back() == WAY[:-1], "one step back, not two"
    history.visit((*WAY[:2], SECOND))
    history.visit((*WAY[:2], FIRST))
    assert history.back() == WAY[:-1]


def test_a_place_of_another_kind_is_a_step(history):
    history.visit((EVALUATION,))
    assert history.before == (FIRST,)
    history.visit((SECOND,))
    assert history.before == (EVALUATION,)


def test_amending_leaves_no_step(history):
    walked(history)
    amended = (SECOND, *WAY[3:])
    history.amend(amended)
    assert history.path == amended
    assert history.back() == WAY[:-1]


def test_amending_to_where_one_was_goes_there(history):
    history.visit(WAY[:3])
    history.amend((FIRST,))
    assert history.path == (FIRST,)
    assert history.before is None


def test_the_oldest_paths_go_first(history):
    for step in range(MOST_PATHS + 10):
        history.visit((FIRST, Reason((GradCAM, Saliency)[step % 2], step), *[NUMBER] * (step % 2)))
    steps = 1
    while history.before is not None:
        history.back()
        steps += 1
    assert steps == MOST_PATHS


def test_places_that_are_gone_end_their_paths(history):
    walked(history)
    history.keep(lambda place: place not in (NUMBER, DEEPER))
    assert history.path == WAY[:4], "where one was, as far as it is there"
    assert history.after is None
    assert history.before == WAY[:3]
    history.back()
    history.keep(lambda place: True)
    assert history.path == WAY[:3]


def test_places_ahead_that_are_gone_are_no_way_forward(history):
    walked(history)
    for _ in range(3):
        history.back()
    history.keep(lambda place: not isinstance(place, Reason))
    assert history.path == WAY[:3]
    assert history.after is None


def test_something_is_always_left(history):
    history.keep(lambda place: False)
    assert history.path == (FIRST,)


def test_it_tells_when_anything_has_changed(history, qtbot):
    with qtbot.waitSignal(history.changed):
        history.visit(WAY[:1])
    with qtbot.waitSignal(history.changed):
        history.back()
    with qtbot.assertNotEmitted(history.changed):
        history.back()
        history.visit((FIRST,))
        history.amend((FIRST,))
        history.keep(lambda place: True)
    with qtbot.waitSignal(history.changed):
        history.start((SECOND,))
    assert (history.path, history.before, history.after) == ((SECOND,), None, None)
