"""The table of commands: what makes sense when, and how it is described."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from cnnviz.app.training.session import SessionState
from cnnviz.ui.actions import COMMANDS, Actions, Facts

RUN_COMMANDS = ("train", "pause", "step", "step_epoch", "stop")


@pytest.fixture
def actions(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    yield Actions(window)  # noqa: PT022 - the window is to live as long as its actions


def enabled(actions, *command_ids):
    return {command_id for command_id in command_ids if actions[command_id].isEnabled()}


def test_every_command_is_there_once_with_text_and_tip(actions):
    ids = [command.id for command in COMMANDS]
    assert len(set(ids)) == len(ids)
    for command in COMMANDS:
        assert actions[command.id].text() == command.text
        assert command.tip in actions[command.id].toolTip()


def test_no_two_commands_share_a_key(actions):
    keys = [action.shortcut().toString() for action in actions if not action.shortcut().isEmpty()]
    assert len(set(keys)) == len(keys)
    assert {"F5", "Shift+F5", "Space", "Ctrl+O", "Ctrl+S"} <= set(keys)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (SessionState.IDLE, {"train", "step", "step_epoch"}),
        (SessionState.RUNNING, {"pause", "step_epoch", "stop"}),
        (SessionState.PAUSED, {"pause", "step", "step_epoch", "stop"}),
        (SessionState.STOPPING, set()),
    ],
)
def test_a_run_can_be_steered_as_its_state_allows(actions, state, expected):
    actions.update_from(Facts(state=state))
    assert enabled(actions, *RUN_COMMANDS) == expected


def test_a_design_with_a_problem_cannot_be_trained_and_says_why(actions):
    actions.update_from(Facts(problem="The kernel does not fit."))
    assert enabled(actions, *RUN_COMMANDS) == set()
    assert actions["train"].toolTip() == "Cannot train yet: The kernel does not fit. (F5)"
    assert "The kernel does not fit." in actions["train"].statusTip()
    actions.update_from(Facts())
    assert "Cannot" not in actions["train"].toolTip()


def test_a_problem_made_while_paused_does_not_hold_up_the_run(actions):
    actions.update_from(Facts(state=SessionState.PAUSED, problem="The kernel does not fit."))
    assert enabled(actions, "pause", "step") == {"pause", "step"}


def test_names_follow_the_state(actions):
    actions.update_from(Facts(state=SessionState.PAUSED))
    assert actions["pause"].text() == "Resume"
    actions.update_from(Facts(state=SessionState.STOPPING))
    assert (actions["pause"].text(), actions["stop"].text()) == ("Pause", "Stopping…")


def test_a_run_can_be_lengthened_once_it_is_over_and_begun_again_at_any_time(actions):
    ids = ("one_more_epoch", "restart")
    actions.update_from(Facts())
    assert enabled(actions, *ids) == set()
    actions.update_from(Facts(state=SessionState.PAUSED))
    assert enabled(actions, *ids) == {"restart"}
    actions.update_from(Facts(has_result=True))
    assert enabled(actions, *ids) == set(ids)
    actions.update_from(Facts(has_result=True, problem="The kernel does not fit."))
    assert enabled(actions, *ids) == set()


def test_what_needs_a_result_or_a_misfit_waits_for_it(actions):
    ids = ("save_run", "reset_weights", "adapt")
    actions.update_from(Facts())
    assert enabled(actions, *ids) == set()
    actions.update_from(Facts(has_result=True, can_adapt=True))
    assert enabled(actions, *ids) == set(ids)
    actions.update_from(Facts(state=SessionState.RUNNING, has_result=True))
    assert enabled(actions, *ids) == set()
    assert enabled(actions, "open_data_folder", "open_data_file") == set()
