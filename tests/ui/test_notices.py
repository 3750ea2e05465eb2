"""Messages above the network: each is there as long as it is true."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer

from cnnviz.spec import io
from cnnviz.spec.layers import Dense
from cnnviz.spec.network import InputSpec
from cnnviz.ui.notices import PASSING_MS
from cnnviz.ui.widgets.banner import BannerKind
from tests.helpers.designs import ENDLESS, small_design

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from cnnviz.ui.main_window import MainWindow


@pytest.fixture
def learning(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window while it trains."""
    window.training_form.set_training(ENDLESS)
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: window.workbench.session.unsaved)
    return window


def test_an_edit_during_a_run_says_that_the_run_goes_on_without_it(learning: MainWindow) -> None:
    document = learning.workbench.document
    assert learning.banner.text == ""
    document.duplicate_layer("conv1")
    assert "design it began with" in learning.banner.text
    document.undo_stack.undo()
    assert learning.banner.text == ""


def test_once_the_run_is_over_there_is_nothing_to_say(learning: MainWindow, qtbot: QtBot) -> None:
    learning.workbench.document.duplicate_layer("conv1")
    learning.commands["stop"].trigger()
    qtbot.waitUntil(lambda: learning.workbench.session.is_idle)
    assert learning.banner.text == ""
    learning.workbench.document.duplicate_layer("conv1")
    assert learning.banner.text == ""


def test_what_could_not_be_opened_is_past_once_something_else_is(window: MainWindow, tmp_path: Path) -> None:
    window.files.open_path(tmp_path / "missing.json")
    assert "missing.json" in window.banner.text
    io.save(small_design(), tmp_path / "small.json")
    window.files.open_path(tmp_path / "small.json")
    assert "missing.json" not in window.banner.text


def test_a_disk_that_takes_no_run_is_told_for_as_long_as_the_run_lasts(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    window.workbench.library._root = tmp_path / "file" / "runs"
    (tmp_path / "file").touch()
    window.training_form.set_training(ENDLESS)
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: len(window.workbench.session.history.steps) > 3)
    assert "The run is not kept in the list of runs" in window.banner.text


def test_a_second_problem_does_not_hide_the_first(window: MainWindow) -> None:
    for text in ("The first.", "The second.", "The second."):
        window.notices.show_problem(text)
    assert window.banner.text == "The first.\nThe second."
    window.notices.show_problem("The third.")
    assert window.banner.text == "The second.\nThe third."
    window.notices.clear()
    window.notices.show_problem("Another.")
    assert window.banner.text == "Another."


def test_an_offer_that_comes_by_itself_leaves_what_was_said_before(window: MainWindow) -> None:
    """At the start a file is refused, then twins are found that wait."""
    banner, pressed = window.banner, list[str]()
    window.notices.show_problem("a.json cannot be read.")
    window.notices.add_offers("1 twin is still waiting.", {"Start": lambda: pressed.append("start")})
    assert (banner.text, banner.kind) == (
        "a.json cannot be read.\n1 twin is still waiting.",
        BannerKind.PROBLEM,
    )
    banner.action_requested.emit("Start")
    assert pressed == ["start"]
    window.notices.add_offers("2 twins are still waiting.", {})
    assert banner.text == "2 twins are still waiting.", "an offer takes the place of another"


def test_a_passing_note_goes_by_itself_and_takes_nothing_else_along(window: MainWindow, qtbot: QtBot) -> None:
    window.notices._passed.setInterval(1)
    window.notices.show_passing("By the way.")
    assert window.banner.text == "By the way."
    qtbot.waitUntil(lambda: window.banner.text == "")
    window.notices.show_passing("By the way.")
    window.notices.show_note("This stays.")
    qtbot.waitUntil(lambda: not window.notices._passed.isActive())
    assert window.banner.text == "This stays."
    assert PASSING_MS == 8_000


def test_the_offer_to_adapt_comes_back_with_the_design_until_it_is_put_away(
    window: MainWindow, qtbot: QtBot
) -> None:
    document, adapt = window.workbench.document, window.commands["adapt"]
    window.files.new(small_design().with_input(InputSpec(height=5, width=5)))
    qtbot.waitUntil(lambda: "does not fit" in window.banner.text)
    offered = window.banner.text
    adapt.trigger()
    assert window.banner.isHidden()
    document.undo_stack.undo()
    assert window.banner.text == offered
    assert not window.banner.isHidden()
    window.banner._close.click()
    document.undo_stack.redo()
    document.undo_stack.undo()
    assert window.banner.isHidden()


def test_a_design_with_answers_for_other_classes_is_offered_to_be_adapted(
    window: MainWindow, qtbot: QtBot
) -> None:
    design = small_design()
    last = next(layer for layer in reversed(design.layers) if isinstance(layer, Dense))
    window.files.new(design.replace(dataclasses.replace(last, units=3)))
    qtbot.waitUntil(lambda: "does not fit" in window.banner.text)
    window.commands["adapt"].trigger()
    assert window.banner.isHidden()
    assert not window.workbench.document.problems


def test_a_problem_within_the_design_is_no_reason_to_adapt_it(window: MainWindow, qtbot: QtBot) -> None:
    notices, document = window.notices, window.workbench.document
    window.files.new(small_design().remove("flatten1"))
    assert document.problems
    qtbot.waitUntil(lambda: not notices._opened.isActive())
    assert window.banner.isHidden()


def test_what_is_said_of_a_data_set_stands_instead_of_the_offer_to_adapt(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.files.new(small_design().with_input(InputSpec(height=5, width=5)))
    window.notices.show_note("Said in the same turn.")
    done = []
    QTimer.singleShot(0, lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done))
    assert window.banner.text == "Said in the same turn."


def test_a_design_that_was_adapted_in_the_same_turn_is_never_said_not_to_fit(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.files.new(small_design().with_input(InputSpec(height=5, width=5)))
    window.commands["adapt"].trigger()
    done = []
    QTimer.singleShot(0, lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done))
    assert window.banner.isHidden()
