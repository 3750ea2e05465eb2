"""Runs that later ones have replaced stay within reach until a file holds them."""

from __future__ import annotations

import dataclasses
import types

import pytest

from cnnviz.app.runs.run_about import RunKind
from cnnviz.app.training.job import events_of
from cnnviz.spec.layers import Dropout
from cnnviz.ui.run_words import run_words
from tests.helpers.designs import short_training, small_design
from tests.helpers.open_windows import open_window
from tests.helpers.runs import SETTINGS, finished, stopped_after


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        window.workbench.session.keeping = events_of  # the disk keeps no runs
        assert window.files.new(small_design())
        yield window


def train(window, qtbot, epochs=1):
    window.training_form.set_training(short_training(epochs))
    with qtbot.waitSignal(window.workbench.session.run_ended, timeout=30_000):
        window.commands["train"].trigger()
    return window.workbench.session.result


def entries(window):
    window.menus.earlier_runs.menu.parent().aboutToShow.emit()
    return window.menus.earlier_runs.menu.actions() if window.menus.earlier_runs.menu.isEnabled() else []


def test_a_run_of_a_design_that_is_gone_can_be_brought_back(window, qtbot):
    document, session = window.workbench.document, window.workbench.session
    assert entries(window) == []
    first = train(window, qtbot, epochs=2)
    assert entries(window) == []
    document.insert_layer(Dropout(), 3)
    second = train(window, qtbot)
    document.undo_stack.undo()
    assert session.result is first
    document.rename("Another branch")
    document.insert_layer(Dropout(rate=0.1), 0)
    third = train(window, qtbot)
    texts = [action.text() for action in entries(window)]
    assert texts == [run_words(second), run_words(first)]
    assert texts[1].startswith("Small: 2 epochs, ")
    edited = document.spec
    entries(window)[0].trigger()
    assert session.result is second
    assert document.spec == second.spec
    assert document.undo_stack.undoText() == "Bring Back a Run"
    assert window.training_form.training == second.training
    assert session.parameters_for(document.spec)["dense1/bias"] is second.parameters["dense1/bias"]
    window.menus.undo.trigger()
    assert document.spec is edited
    assert session.result is third


def test_a_run_on_other_images_does_not_replace_the_one_before(window, qtbot):
    session, selection = window.workbench.session, window.workbench.selection
    first = train(window, qtbot)
    digits = selection.dataset
    selection.set_dataset(
        dataclasses.replace(digits, images=digits.max_value - digits.images, name="inverted")
    )
    second = train(window, qtbot)
    assert second.history.steps.step[0] == 1
    assert session.unsaved_runs == (first, second)
    entries(window)[0].trigger()
    assert session.result is first
    assert [action.text() for action in entries(window)] == [run_words(second)]


def test_undo_finds_every_trained_stop_of_a_dragged_setting(window, qtbot):
    document = window.workbench.document
    results = []
    for filters in (5, 6, 7):
        conv = dataclasses.replace(document.spec.layer("conv1"), filters=filters)
        document.replace_layer(conv, "filters of conv1")
        results.append(train(window, qtbot))
    for result in reversed(results):
        assert window.workbench.session.result is result
        window.menus.undo.trigger()


def test_while_a_run_is_on_none_is_offered(window, qtbot):
    train(window, qtbot)
    window.workbench.document.insert_layer(Dropout(), 0)
    window.training_form.set_training(short_training(10_000))
    window.commands["train"].trigger()
    assert entries(window) == []
    window.files.bring_back(window.workbench.session.unsaved_runs[0])
    assert "Stop it first" in window.banner.text


def test_a_run_is_told_by_its_length_and_success():
    assert run_words(stopped_after(2)) == "Noisy: 2 steps"
    result = finished(dataclasses.replace(SETTINGS, epochs=1))
    accuracy = float(result.history.epochs.val_accuracy[0])
    assert run_words(result) == f"Noisy: 1 epoch, {100 * accuracy:.1f} % right in validation"
    nameless = types.SimpleNamespace(
        spec=result.spec.renamed(""),
        history=dataclasses.replace(
            result.history,
            epochs=dataclasses.replace(
                result.history.epochs,
                val_accuracy=result.history.epochs.val_accuracy * float("nan"),
                val_loss=result.history.epochs.val_loss * 0 + 0.25,
            ),
        ),
    )
    assert run_words(nameless) == "Untitled: 1 epoch, validation loss 0.2500"


def test_kept_runs_are_listed_by_name_and_one_is_shown_again(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        session, library = window.workbench.session, window.workbench.library
        assert window.files.new(small_design())
        first = train(window, qtbot, epochs=2)
        window.workbench.document.insert_layer(Dropout(), 3)
        train(window, qtbot)
        qtbot.waitUntil(lambda: [e.kind for e in library.entries] == 2 * [RunKind.FINISHED], timeout=10_000)
        qtbot.waitUntil(lambda: session.unsaved_runs == ())  # the disk has them
        (entry,) = entries(window)
        assert entry.text().startswith("Small on digits 1: 2 epochs, ")
        entry.trigger()
        qtbot.waitUntil(lambda: session.result is not None and session.result.state.epoch == 2)
        assert window.workbench.document.spec == first.spec
