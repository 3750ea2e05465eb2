"""The epoch under way counts, wherever an epoch stands; and its number of epochs follows the settings."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from cnnviz.app.training.session import Session, SessionState
from tests.helpers.designs import ENDLESS, small_design
from tests.helpers.runs import few_digits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def paused(qtbot: QtBot) -> Iterator[Session]:
    """A session that waits in the middle of its first epoch."""
    session = Session(threads=1)
    session.start(small_design(), dataclasses.replace(ENDLESS, batch_size=8), few_digits(), single_step=True)
    qtbot.waitUntil(lambda: session.state is SessionState.PAUSED)
    yield session
    session.close()


def test_a_run_stopped_in_its_first_epoch_is_in_epoch_1_everywhere(paused: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(paused.run_ended):
        paused.stop()
    assert (paused.weights_step, paused.weights_epoch, paused.progress.epoch) == (1, 1, 1)


def test_the_epochs_to_do_follow_the_settings_of_the_run(paused: Session, qtbot: QtBot) -> None:
    settings = paused.steering.settings
    assert settings is not None
    assert paused.progress.epochs == settings.epochs != 7
    paused.steering.change(dataclasses.replace(settings, epochs=7))
    paused.step()
    qtbot.waitUntil(lambda: paused.progress.epochs == 7)
    with qtbot.waitSignal(paused.run_ended):
        paused.stop()
    assert paused.progress.epochs == 7
