"""Slow motion: chosen in a menu, told to the run, said on the button."""

from __future__ import annotations

import pytest

from cnnviz.app.training.steering import Steering
from cnnviz.ui.training.slow_motion import DELAYS_SECONDS, SlowMotionButton


@pytest.fixture
def button(qtbot):
    button = SlowMotionButton(Steering())
    qtbot.addWidget(button)
    return button


def test_at_first_a_run_goes_at_full_speed(button):
    assert button.text() == "Full Speed"
    assert [action.isChecked() for action in button.paces.actions()] == [True] + [False] * 6
    assert (DELAYS_SECONDS[0], DELAYS_SECONDS[-1]) == (0.0, 1.0)


def test_a_pace_is_for_the_run_and_is_shown(button):
    pace = button.paces.actions()[DELAYS_SECONDS.index(0.2)]
    pace.trigger()
    assert button._steering.delay == 0.2
    assert button.text() == "0.2 s per Batch"
    assert "0.2 s per Batch" in button.toolTip()
    assert button.accessibleDescription() == "0.2 s per Batch (5 a Second)"
    assert [action for action in button.paces.actions() if action.isChecked()] == [pace]
    button.paces.actions()[0].trigger()
    assert button._steering.delay == 0
    assert button.text() == "Full Speed"
