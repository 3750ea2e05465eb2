"""The row of the run under way, and the key that deletes a run."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnviz.app.training.session import SessionState
from cnnviz.data.preparing import prepared
from cnnviz.spec.preparing import Preparing
from cnnviz.ui.preparing.words import said_of
from cnnviz.ui.runs.live_row import LIVE_MS, LiveRow, live_words
from cnnviz.ui.runs.runs_model import COLUMNS
from tests.helpers.designs import ENDLESS
from tests.helpers.open_windows import open_window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from cnnviz.app.workbench import Workbench
    from cnnviz.ui.main_window import MainWindow


@pytest.fixture
def paused(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """A window whose first run waits after its first step, with the list of runs in sight."""
    with open_window(tmp_path) as window:
        window.training_form.set_training(dataclasses.replace(ENDLESS, epochs=2))
        window.docks.bring(window.docks.runs)
        qtbot.waitUntil(window.run_list.isVisible)
        window.runs.step()
        qtbot.waitUntil(lambda: window.workbench.session.state is SessionState.PAUSED)
        yield window


def text(window: MainWindow, title: str) -> str:
    column = [one.title for one in COLUMNS].index(title)
    return str(window.run_list.model.index(0, column).data())


def details(window: MainWindow) -> str:
    column = [one.title for one in COLUMNS].index("State")
    return str(window.run_list.model.index(0, column).data(Qt.ItemDataRole.ToolTipRole))


def test_the_run_under_way_says_how_far_it_is(paused: MainWindow, qtbot: QtBot) -> None:
    steps = paused.workbench.session.progress.steps
    qtbot.waitUntil(lambda: text(paused, "State") == f"paused, {100 // steps} %")
    assert details(paused) == f"paused at step 1 of {steps:,}"
    assert text(paused, "Data set") == "digits"
    assert text(paused, "Epochs") == "0"
    assert text(paused, "Best loss") == "–"
    session = paused.workbench.session
    session.steering.step_epoch()
    qtbot.waitUntil(lambda: text(paused, "Epochs") == "1", timeout=30_000)
    assert text(paused, "Best loss") != "–"
    with qtbot.waitSignal(session.run_ended):
        session.stop()
    qtbot.waitUntil(lambda: text(paused, "State").startswith("stopped, "), timeout=10_000)
    assert details(paused).startswith("stopped at step ")


def test_a_run_under_way_is_named_by_its_folder_and_marked_where_it_was_prepared(
    qtbot: QtBot, bench: Workbench
) -> None:
    digits = dataclasses.replace(bench.selection.dataset, name="folder:pets")
    assert live_words(bench.session, said_of(digits))["Data set"] == "pets"
    treated = prepared(digits, Preparing(standardise=True))
    assert live_words(bench.session, said_of(treated))["Data set"] == "pets · standardised"


def test_nothing_is_counted_out_of_sight(paused: MainWindow, qtbot: QtBot) -> None:
    (live,) = paused.run_list.findChildren(LiveRow)
    assert live._ticks.isActive()
    assert live._ticks.interval() == LIVE_MS == 2_000
    paused.docks.runs.hide()
    qtbot.waitUntil(lambda: not live._ticks.isActive())
    paused.docks.bring(paused.docks.runs)
    qtbot.waitUntil(live._ticks.isActive)


def test_delete_takes_runs_off_the_list_and_they_can_be_brought_back(
    paused: MainWindow, qtbot: QtBot
) -> None:
    panel, library = paused.run_list, paused.workbench.library
    panel.table.setFocus()
    panel.table.selectRow(0)
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert len(library.entries) == 1  # it is under way
    with qtbot.waitSignal(paused.workbench.session.run_ended):
        paused.workbench.session.stop()
    qtbot.waitUntil(panel.delete.isEnabled, timeout=10_000)
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not library.entries)
    panel.undelete.trigger()
    assert len(library.entries) == 1
