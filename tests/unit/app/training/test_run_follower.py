"""The follower of a run: what it asks the run for, and what not."""

from __future__ import annotations

import pytest

from cnnviz.app.training.session import SessionState
from cnnviz.data.digits import open_digits
from tests.helpers.designs import ENDLESS, small_design

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def follower(session, qtbot):
    session.start(small_design(), ENDLESS, open_digits())
    qtbot.waitUntil(lambda: len(session.history.steps) > 2)
    return session._follower


def test_a_run_that_waits_is_not_asked_for_the_same_weights_again(follower, session, qtbot):
    seen = []
    session.weights_changed.connect(lambda: seen.append(session.weights_step))
    session.weights_changed.connect(session.want_weights)  # as views do that follow a run
    session.want_weights()
    qtbot.waitUntil(lambda: len(seen) > 1)
    session.pause()
    qtbot.waitUntil(lambda: session.state is SessionState.PAUSED and not follower._has_moved)
    qtbot.waitUntil(lambda: seen[-1] == len(session.history.steps))
    known = len(seen)
    for _ in range(5):
        session.want_weights()
        follower.hurry()
        follower._look()
        assert not follower.control._snapshot_wanted
    assert len(seen) == known
    session.step()
    qtbot.waitUntil(lambda: len(seen) > known)
    assert seen[-1] == seen[known - 1] + 1


def test_words_have_a_turn_of_their_own(follower, session, qtbot):
    told = []
    session.history_changed.connect(lambda: told.append("curves"))
    session.progress_changed.connect(lambda *_: told.append("words"))
    qtbot.waitUntil(lambda: follower._has_moved)
    follower._timer.stop()
    told.clear()
    follower._curves.hurry()
    follower._text.hurry()
    follower._look()
    assert told == ["curves"]
    follower._look()
    assert told == ["curves", "words"]
