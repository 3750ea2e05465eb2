"""Where numbers overflow, a lower rate and clipping are one click away."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QPushButton

from cnnviz.spec.training import SGD, TrainingSpec
from cnnviz.ui.remedies import CLIP, DEAD, LOWER_RATE, with_lower_rate
from tests.helpers.open_windows import open_window
from tests.helpers.runs import linear_design

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from cnnviz.ui.main_window import MainWindow

WILD = TrainingSpec(optimizer=SGD(learning_rate=100.0), epochs=2)


@pytest.fixture
def diverged(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """The window after a run whose numbers became infinite."""
    with open_window(tmp_path) as window:
        window.workbench.document.new(linear_design())
        window.training_form.choose(WILD)
        window.commands["train"].trigger()
        qtbot.waitUntil(lambda: "The run has ended" in window.banner.text)
        yield window


def buttons(window: MainWindow) -> dict[str, QPushButton]:
    found = window.banner.findChildren(QPushButton)
    return {button.text(): button for button in found if not button.isHidden()}


def test_a_lower_rate_and_clipping_are_offered(diverged: MainWindow) -> None:
    assert set(buttons(diverged)) == {LOWER_RATE, CLIP}


def test_a_lower_rate_is_set_and_training_goes_on(diverged: MainWindow, qtbot: QtBot) -> None:
    buttons(diverged)[LOWER_RATE].click()
    assert diverged.training_form.training.optimizer == SGD(learning_rate=10.0)
    assert "learning rate 100 → 10" in diverged.banner.text
    with qtbot.waitSignal(diverged.workbench.session.run_started):
        buttons(diverged)["Train"].click()


def test_clipping_is_set_and_not_offered_again(diverged: MainWindow) -> None:
    buttons(diverged)[CLIP].click()
    assert diverged.training_form.training.clip_norm == 1.0
    assert diverged.training_form.training.optimizer == WILD.optimizer
    diverged.runs.diverged.emit("The run has ended again.")
    assert set(buttons(diverged)) == {LOWER_RATE}


def test_a_rate_is_never_lowered_out_of_its_range() -> None:
    low = TrainingSpec(optimizer=SGD(learning_rate=1e-8))
    assert with_lower_rate(low) == low


def test_a_price_of_weights_that_is_absurd_is_named(diverged: MainWindow) -> None:
    diverged.training_form.choose(dataclasses.replace(WILD, l2=10.0))
    diverged.runs.diverged.emit("The run has ended.")
    assert "L2 10 is far too much." in diverged.banner.text
    buttons(diverged)["L2 0.001"].click()
    assert diverged.training_form.training.l2 == 0.001


def test_where_units_are_dead_it_begins_again(
    diverged: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnnviz.ui.remedies.are_dead", lambda vitals: True)
    diverged.runs.diverged.emit("The run has ended.")
    assert DEAD in diverged.banner.text
    assert set(buttons(diverged)) == {"Set Rate 0.05 and Restart", CLIP}
    with qtbot.waitSignal(diverged.workbench.session.run_started) as began:
        buttons(diverged)["Set Rate 0.05 and Restart"].click()
    assert began.args[0].first_step == 0
    assert diverged.training_form.training.optimizer == SGD(learning_rate=0.05)
    assert not diverged.banner.isVisible()
