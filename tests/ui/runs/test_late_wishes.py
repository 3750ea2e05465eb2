"""What was asked of the list of runs and comes late, or cannot be had: images, and files that are damaged."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt, QTimer

from cnnviz.app.training.session import SessionState
from cnnviz.spec.layers import Dropout
from cnnviz.ui.file_actions import FileActions
from tests.helpers.designs import short_training, small_design
from tests.helpers.open_windows import open_window

PATIENCE_MS = 30_000


@pytest.fixture
def window(qtbot, tmp_path):
    """A window whose list has one run, stopped after its first step; its weights are forgotten."""
    with open_window(tmp_path) as window:
        bench = window.workbench
        bench.document.new(small_design())
        window.training_form.set_training(short_training(3))
        window.commands["step"].trigger()
        qtbot.waitUntil(lambda: bench.session.state is SessionState.PAUSED, timeout=PATIENCE_MS)
        with qtbot.waitSignal(bench.library.kept, timeout=PATIENCE_MS):
            window.commands["stop"].trigger()
        bench.session.reset_weights()
        window.docks.bring(window.docks.runs)
        yield window


@pytest.fixture
def entry(window):
    (entry,) = window.workbench.library.entries
    return entry


def edited(window):
    window.workbench.document.insert_layer(Dropout(), 0)


def begun(window):
    window.workbench.document.new(small_design())


def reset(window):
    window.workbench.session.reset_weights()


def cancelled(window):
    window.workbench.dataset_opener.open("shapes")
    window.workbench.dataset_opener.cancel()


def untouched(window):
    """Leave all as it is."""


@pytest.mark.parametrize(
    ("wish", "change", "goes_on"),
    [
        ("resume", edited, False),
        ("resume", begun, False),
        ("resume", reset, False),
        ("resume", cancelled, False),
        ("resume", untouched, True),
        ("twin", edited, False),
        ("twin", begun, False),
        ("twin", cancelled, False),
        ("twin", untouched, True),
    ],
)
def test_what_waits_for_its_images_is_forgotten_once_something_else_is_on_screen(
    window, entry, qtbot, monkeypatch, wish, change, goes_on
):
    selection, session = window.workbench.selection, window.workbench.session
    digits = selection.dataset
    selection.set_dataset(
        dataclasses.replace(digits, images=digits.max_value - digits.images, name="inverted", source="")
    )
    monkeypatch.setattr(FileActions, "find_data", lambda *_: None)  # they must be opened by hand
    if wish == "resume":
        with qtbot.waitSignal(window.workbench.library.run_read, timeout=PATIENCE_MS):
            window.kept_runs.resume(entry.id)
    else:
        dialog = window.kept_runs.ask_for_twin(entry.id)
        dialog.list.choose("Seed")
        (editor,) = dialog.editor.editors.values()
        editor.set_value(5)
        editor.value_changed.emit(5)
        dialog.accept()
    prepared = []
    session.run_prepared.connect(lambda: prepared.append(True))
    change(window)
    selection.set_dataset(digits)
    with qtbot.waitCallback(timeout=PATIENCE_MS) as everybody_knows:
        QTimer.singleShot(0, everybody_knows)
    assert bool(prepared) is goes_on
    assert session.is_idle is not goes_on


def test_another_trouble_of_the_list_does_not_keep_a_run_from_being_opened(window, entry, qtbot):
    library, session = window.workbench.library, window.workbench.session
    window.kept_runs.open(entry.id)
    library.failed.emit("The list of runs could not be kept up. The disk is full.")
    qtbot.waitUntil(lambda: session.result is not None, timeout=PATIENCE_MS)
    assert session.result.state.step == 1


def test_a_run_that_cannot_be_read_is_neither_drawn_nor_opened_later(window, entry, qtbot):
    library, session, panel = window.workbench.library, window.workbench.session, window.run_list
    good = entry.path.read_bytes()
    entry.path.write_bytes(good[: len(good) // 2])
    box, role = panel.model.index(0, 0), Qt.ItemDataRole.CheckStateRole
    with qtbot.waitSignals([library.read_failed] * 2, timeout=PATIENCE_MS):
        panel.model.setData(box, Qt.CheckState.Checked.value, role)
        window.kept_runs.open(entry.id)
    assert panel.model.data(box, role) == Qt.CheckState.Unchecked
    drawn = []
    panel.overlays_changed.connect(drawn.append)
    entry.path.write_bytes(good)
    with qtbot.waitSignal(library.run_read, timeout=PATIENCE_MS):
        library.want_run(entry.id)
    assert drawn == []
    assert session.result is None


def test_a_run_that_is_gone_is_told_to_whoever_wanted_it(window, entry, qtbot):
    library = window.workbench.library
    assert library.delete(entry.id)
    with qtbot.waitSignal(library.read_failed, timeout=PATIENCE_MS) as told:
        library.want_run(entry.id)
    assert told.args == [entry.id]
