from __future__ import annotations

import dataclasses
import types
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from cnnviz.app.selection import Selection
from cnnviz.app.training.progress import Progress
from cnnviz.app.training.session import SessionState
from cnnviz.training.result import DataFacts
from cnnviz.ui.training.progress import ProgressStrip
from tests.helpers.runs import few_digits, measured_digits

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.ui.training.conftest import FakeSession

HALF = Progress(
    step=50,
    steps=100,
    epoch=5,
    epochs=10,
    images_per_second=6480.4,
    seconds=21,
    seconds_left=20.6,
    images_per_step=32,
)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SessionState.RUNNING, "epoch 5/10 6,480 img/s 0:21 left"),
        (SessionState.PAUSED, "epoch 5/10 paused"),
        (SessionState.STOPPING, "epoch 5/10 6,480 img/s stopping…"),
        (SessionState.IDLE, "epoch 5/10 6,480 img/s 0:21 computed"),
    ],
)
def test_the_line_says_how_far_a_run_is(
    session: FakeSession, qtbot: QtBot, state: SessionState, words: str
) -> None:
    strip = ProgressStrip(session, Selection(few_digits()))  # type: ignore[arg-type]
    qtbot.addWidget(strip)
    assert strip.text() == "not started"
    session.report(HALF, state)
    assert strip.text() == words
    assert strip._bar.value() == 500
    assert strip._bar.accessibleDescription() == words


def test_in_slow_motion_the_time_left_is_by_the_clock(session: FakeSession, qtbot: QtBot) -> None:
    strip = ProgressStrip(session, Selection(few_digits()))  # type: ignore[arg-type]
    qtbot.addWidget(strip)
    session.steering.set_delay(2.0)
    session.report(HALF, SessionState.RUNNING)
    assert strip.text() == "epoch 5/10 16 img/s 1:40 left"
    session.report(dataclasses.replace(HALF, images_per_step=16), SessionState.RUNNING)
    assert strip.text().startswith("epoch 5/10 8.0 img/s")
    session.report(HALF, SessionState.IDLE)
    assert "6,480 img/s" in strip.text(), "after the run, what computing it took"


def test_a_run_on_other_images_is_not_the_one_that_train_goes_on_with(
    session: FakeSession, qtbot: QtBot
) -> None:
    selection = Selection(few_digits())
    strip = ProgressStrip(session, selection)  # type: ignore[arg-type]
    qtbot.addWidget(strip)
    session.result = types.SimpleNamespace(data=DataFacts.of(few_digits()))
    session.report(HALF, SessionState.IDLE)
    known = strip.text()
    assert strip._rate.alignment() & Qt.AlignmentFlag.AlignLeft
    selection.set_dataset(measured_digits())
    assert strip.text() == "not started last run on few-digits"
    assert strip._rate.alignment() & Qt.AlignmentFlag.AlignRight, "it reads on in the next label"
    assert strip._bar.value() == 0
    selection.set_dataset(few_digits())
    assert strip.text() == known


def test_newer_weights_of_a_run_are_no_news_of_its_progress(session: FakeSession, qtbot: QtBot) -> None:
    strip = ProgressStrip(session, Selection(few_digits()))  # type: ignore[arg-type]
    qtbot.addWidget(strip)
    session.report(HALF, SessionState.RUNNING)
    session.progress = Progress(step=51, steps=100, epoch=5, epochs=10, images_per_second=1.0, seconds=22)
    session.weights_changed.emit()
    assert "6,480 img/s" in strip.text()
    session.report(session.progress, SessionState.IDLE)
    session.progress = HALF
    session.weights_changed.emit()
    assert "6,480 img/s" in strip.text()


def test_a_long_run_is_told_in_a_short_form_where_there_is_no_room_and_whole_in_the_tip(
    session: FakeSession, qtbot: QtBot
) -> None:
    strip = ProgressStrip(session, Selection(few_digits()))  # type: ignore[arg-type]
    qtbot.addWidget(strip)
    long = dataclasses.replace(HALF, epoch=511, epochs=4000, images_per_second=123_456.0, seconds=50_000)
    session.report(long, SessionState.IDLE)
    labels = strip._epoch, strip._rate, strip._left
    strip.resize(strip.sizeHint())
    strip.show()
    whole = ["epoch 511/4000", "123,456 img/s", "13:53:20 computed"]
    assert [label.shown_text for label in labels] == whole
    strip.resize(strip.minimumSizeHint())
    qtbot.waitUntil(lambda: [label.shown_text for label in labels] == ["511/4000", "123k img/s", "13:53:20"])
    assert [label.toolTip() for label in labels] == whole
    session.report(dataclasses.replace(long, epoch=12_345, epochs=100_000), SessionState.IDLE)
    assert strip._epoch.shown_text in ("12345/100000", "12345")
    assert "…" not in "".join(label.shown_text for label in labels)


@pytest.mark.parametrize(
    ("rate", "short"), [(99_700.0, "100k img/s"), (6_480.0, "6.5k img/s"), (320.4, "320/s"), (0.8, "0.8/s")]
)
def test_a_speed_in_short_is_still_that_speed(
    session: FakeSession, qtbot: QtBot, rate: float, short: str
) -> None:
    strip = ProgressStrip(session, Selection(few_digits()))  # type: ignore[arg-type]
    qtbot.addWidget(strip)
    session.report(dataclasses.replace(HALF, images_per_second=rate), SessionState.IDLE)
    strip._rate.resize(strip._rate.fontMetrics().horizontalAdvance(short) + 2, 20)
    assert strip._rate.shown_text == short
