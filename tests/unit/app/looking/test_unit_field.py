"""The field of a unit is computed on a thread; the newest wish wins."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.app.looking.unit_field import FieldFinder
from cnnviz.interpret.explain.effective import effective_field, unit_gradient
from cnnviz.interpret.explain.place import Unit
from cnnviz.spec.layers import Conv2D, MaxPool2D, Tanh
from tests.helpers.looks import design_of, look_of


@pytest.fixture
def finder(qtbot):
    finder = FieldFinder()
    yield finder
    assert finder.close()


@pytest.fixture
def look():
    return look_of(design_of(Conv2D(filters=3), Tanh(), MaxPool2D()))


def test_a_wish_is_met_with_the_snapshot_it_was_made_for(finder, look, qtbot):
    unit = Unit("maxpool1", 1, 1, 0)
    with qtbot.waitSignal(finder.found) as told:
        finder.request(look, unit)
    (answer,) = told.args
    assert answer.look is look
    assert answer.unit == unit
    np.testing.assert_array_equal(answer.field, effective_field(unit_gradient(look, unit)))


def test_an_answer_for_an_earlier_unit_is_dropped(finder, look, qtbot):
    units = [Unit("maxpool1", channel, row, 1) for channel in range(3) for row in range(2)]
    found = []
    finder.found.connect(found.append)
    for unit in units:
        finder.request(look, unit)
    qtbot.waitUntil(lambda: bool(found))
    assert {answer.unit for answer in found} == {units[-1]}


def test_a_unit_that_is_not_there_has_no_field(finder, look, qtbot):
    with qtbot.waitSignal(finder.found) as told:
        finder.request(look, Unit("maxpool1", 9))
    assert told.args[0].field is None


def test_a_finder_that_was_never_asked_closes_at_once():
    assert FieldFinder().close()
