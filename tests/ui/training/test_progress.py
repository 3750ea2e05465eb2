from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cnnviz.app.training.progress import Progress
from cnnviz.app.training.session import SessionState
from cnnviz.ui.training.progress import ProgressStrip

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.ui.training.conftest import FakeSession

HALF = Progress(
    step=50, steps=100, epoch=5, epochs=10, images_per_second=6480.4, seconds=21, seconds_left=20.6
)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SessionState.RUNNING, "epoch 5/10 6,480 img/s 0:21 left"),
        (SessionState.PAUSED, "epoch 5/10 6,480 img/s paused"),
        (SessionState.STOPPING, "epoch 5/10 6,480 img/s stopping…"),
        (SessionState.IDLE, "epoch 5/10 6,480 img/s 0:21 computed"),
    ],
)
def test_the_line_says_how_far_a_run_is(
    session: FakeSession, qtbot: QtBot, state: SessionState, words: str
) -> None:
    strip = ProgressStrip(session)  # type: ignore[arg-type]
    qtbot.addWidget(strip)
    assert strip.text() == "not started"
    session.report(HALF, state)
    assert strip.text() == words
    assert strip._bar.value() == 500
    assert strip._bar.accessibleDescription() == words


def test_in_slow_motion_the_time_left_is_by_the_clock(session: FakeSession, qtbot: QtBot) -> None:
    strip = ProgressStrip(session)  # type: ignore[arg-type]
    qtbot.addWidget(strip)
    session.steering.set_delay(2.0)
    session.report(HALF, SessionState.RUNNING)
    assert strip.text().endswith("1:40 left")
