"""From the list of runs: resuming bit for bit, twins, comparing."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtGui import QGuiApplication

from cnnviz.app.runs.run_about import RunKind
from cnnviz.app.training.session import SessionState
from cnnviz.spec.layers import Dropout
from cnnviz.training.history import Change
from cnnviz.ui.runs.twin_dialog import note_on
from tests.helpers.designs import ENDLESS, short_training, small_design
from tests.helpers.open_windows import open_window
from tests.helpers.runs import same_arrays

PATIENCE_MS = 30_000


@pytest.fixture
def window(qtbot, tmp_path, questions):
    with open_window(tmp_path, questions) as window:
        window.workbench.document.new(small_design())
        window.training_form.set_training(short_training(3))
        yield window


def kinds(window):
    return [entry.kind for entry in window.workbench.library.entries]


def train(window, qtbot, command="train"):
    with qtbot.waitSignal(window.workbench.session.run_ended, timeout=PATIENCE_MS):
        window.commands[command].trigger()
    qtbot.waitUntil(lambda: RunKind.RUNNING not in kinds(window), timeout=PATIENCE_MS)
    return window.workbench.session.result


def stop_within_first_epoch(window, qtbot):
    """Stop after exactly two steps."""
    session = window.workbench.session
    for count in (1, 2):
        window.commands["step"].trigger()
        qtbot.waitUntil(lambda count=count: len(session.history.steps) == count)
        qtbot.waitUntil(lambda: session.state is SessionState.PAUSED)
    with qtbot.waitSignal(session.run_ended, timeout=PATIENCE_MS):
        window.commands["stop"].trigger()
    qtbot.waitUntil(lambda: kinds(window)[0] is RunKind.STOPPED)


def test_a_resumed_run_has_the_bits_of_one_that_was_never_stopped(window, qtbot):
    session, library = window.workbench.session, window.workbench.library
    whole = train(window, qtbot)
    session.reset_weights()
    stop_within_first_epoch(window, qtbot)
    (entry, _) = library.entries
    window.workbench.document.insert_layer(Dropout(), 0)
    window.training_form.set_training(short_training(9))
    with qtbot.waitSignal(session.run_ended, timeout=PATIENCE_MS):
        window.run_list.table.selectRow(0)
        window.run_list.resume.trigger()
    resumed = session.result
    assert resumed.state.step == whole.state.step
    assert same_arrays(resumed.parameters, whole.parameters)
    assert same_arrays(resumed.state.optimizer, whole.state.optimizer)
    assert resumed.history.steps.loss.tolist() == whole.history.steps.loss.tolist()
    qtbot.waitUntil(lambda: kinds(window) == 2 * [RunKind.FINISHED])
    assert library.entries[0].id == entry.id
    assert window.workbench.document.undo_stack.canUndo()


def test_a_run_that_is_done_says_how_it_can_go_on(window, qtbot):
    train(window, qtbot)
    window.run_list.table.selectRow(0)
    window.run_list.resume.trigger()
    qtbot.waitUntil(lambda: "all its 3 epochs" in window.banner.text)
    assert window.workbench.session.is_idle
    with qtbot.waitSignal(window.workbench.session.run_ended, timeout=PATIENCE_MS):
        window.banner.action_requested.emit("One More Epoch")
    assert window.workbench.session.result.state.epoch == 4


def test_while_a_run_is_on_another_is_neither_opened_nor_resumed(window, qtbot):
    train(window, qtbot)
    window.training_form.set_training(ENDLESS)
    window.commands["train"].trigger()
    run_id = window.workbench.library.entries[0].id
    window.kept_runs.resume(run_id)
    assert "Stop it first, then resume another" in window.banner.text
    window.kept_runs.open(run_id)
    assert "Stop it first, then open another" in window.banner.text


def test_a_run_on_other_images_goes_on_once_these_are_open(window, qtbot):
    selection, session = window.workbench.selection, window.workbench.session
    stop_within_first_epoch(window, qtbot)
    digits = selection.dataset
    selection.set_dataset(
        dataclasses.replace(digits, images=digits.max_value - digits.images, name="inverted", source="")
    )
    with qtbot.waitSignal(session.run_ended, timeout=PATIENCE_MS):
        window.kept_runs.resume(window.workbench.library.entries[0].id)
    assert selection.dataset.content_hash == digits.content_hash
    assert session.result.state.epoch == 3


def twin_dialog(window, label, value, group=""):
    dialog = window.kept_runs.ask_for_twin(window.workbench.library.entries[-1].id)
    dialog.list.choose(label, group)
    (editor,) = dialog.editor.editors.values()
    editor.set_value(value)
    editor.value_changed.emit(value)
    return dialog


def test_a_twin_differs_in_one_thing_and_is_compared_with_its_original(window, qtbot):
    session, library = window.workbench.session, window.workbench.library
    original = train(window, qtbot)
    window.workbench.document.insert_layer(Dropout(), 0)
    dialog = twin_dialog(window, "Batch size", 50)
    words = f"batch size {original.training.batch_size:,} → 50"
    assert dialog.name.text() == words
    with qtbot.waitSignal(session.run_ended, timeout=PATIENCE_MS):
        dialog.accept()
    twin = session.result
    assert twin.training == dataclasses.replace(original.training, batch_size=50)
    assert window.training_form.training == twin.training
    assert (twin.spec.layers, twin.spec.input) == (original.spec.layers, original.spec.input)
    assert twin.history.steps.step[0] == 1
    qtbot.waitUntil(lambda: kinds(window) == 2 * [RunKind.FINISHED], timeout=PATIENCE_MS)
    entry = library.entries[0]
    assert (entry.about.name, entry.about.twin_of) == (words, library.entries[1].id)
    assert entry.about.is_from_first
    qtbot.waitUntil(lambda: words in window.banner.text)
    window.banner.action_requested.emit("Compare")
    (comparison,) = window.findChildren(type(window.kept_runs.compare(entry.id, entry.id)))[:1]
    assert comparison.names == (library.entries[1].about.name, words)
    window.menus.undo.trigger()
    assert any(isinstance(layer, Dropout) for layer in window.workbench.document.spec.layers)


def test_the_very_same_settings_give_the_very_same_run(window, qtbot):
    """What a twin shares with its original: first weights, order of images, everything."""
    session = window.workbench.session
    original = train(window, qtbot)
    dialog = twin_dialog(window, "Epochs", 4)
    with qtbot.waitSignal(session.run_ended, timeout=PATIENCE_MS):
        dialog.accept()
    losses = session.result.history.steps.loss.tolist()
    assert losses[: len(original.history.steps)] == original.history.steps.loss.tolist()
    assert len(losses) > len(original.history.steps)


def test_a_twin_says_where_more_than_one_thing_differs(window, qtbot):
    train(window, qtbot)
    (entry,) = window.workbench.library.entries
    assert note_on(entry).endswith("seed and the order of the images.")
    other = dataclasses.replace(entry, about=dataclasses.replace(entry.about, is_from_first=False))
    assert "first weights of its seed" in note_on(other)
    texts = "learning rate 0.001 → 0.004", "L2 0 → 1", "clip 0 → 1"
    changes = tuple(Change(step, text) for step, text in enumerate(texts, 9))
    changed = dataclasses.replace(entry, facts=dataclasses.replace(entry.facts, changes=changes))
    told = "learning rate 0.001 → 0.004 from step 10 on, L2 0 → 1 from step 11 on, and 1 more."
    assert f"changed on the way: {told}" in note_on(changed)


def test_while_a_run_is_on_a_twin_is_queued(window, qtbot):
    train(window, qtbot)
    dialog = twin_dialog(window, "Filters", 9, "conv1")
    assert dialog.start_button.text() == "&Start Twin"
    window.training_form.set_training(ENDLESS)
    window.commands["train"].trigger()
    assert dialog.start_button.text() == "&Queue Twin"
    assert dialog.start_button.isEnabled()
    with qtbot.waitSignal(window.workbench.session.run_ended, timeout=PATIENCE_MS):
        window.commands["stop"].trigger()
    qtbot.waitUntil(lambda: dialog.start_button.text() == "&Start Twin")
    dialog.reject()


def test_the_name_of_a_twin_stays_once_it_was_typed(window, qtbot):
    train(window, qtbot)
    dialog = twin_dialog(window, "L2", 0.5)
    qtbot.keyClicks(dialog.name, "!")
    typed = dialog.name.text()
    dialog.list.choose("Seed")
    assert dialog.name.text() == typed
    assert not dialog.start_button.isEnabled()
    dialog.search.setText("conv1 filters")
    shown = [label for label in ("Filters", "Seed") if is_listed(dialog, label)]
    assert shown == ["Filters"]
    dialog.reject()


def is_listed(dialog, label):
    return any(not item.isHidden() for item, field in dialog.list._rows if field.label == label)


def two_runs(window, qtbot):
    train(window, qtbot)
    window.workbench.session.reset_weights()
    window.training_form.set_training(dataclasses.replace(short_training(4), seed=3))
    train(window, qtbot)
    window.docks.bring(window.docks.runs)


def test_two_runs_are_compared_copied_and_exported(window, qtbot, questions, tmp_path):
    two_runs(window, qtbot)
    panel = window.run_list
    panel.table.selectRow(0)
    assert not panel.compare.isEnabled()
    panel.table.selectAll()
    assert panel.compare.isEnabled()
    older, newer = panel.pair
    assert older.about.began_at < newer.about.began_at
    dialog = window.kept_runs.compare(older.id, newer.id)
    qtbot.waitUntil(dialog.isVisible)
    assert "Other seeds" in dialog.notes.text()
    assert [len(line) for line in dialog.overlay.lines] == [3, 4]
    (difference,) = dialog.difference.lines
    assert difference.x.tolist() == [1, 2, 3]
    dialog.axis.setCurrentIndex(1)
    assert dialog.difference.lines[0].x[0] > 1
    dialog.copy_button.click()
    assert "Seed: " in QGuiApplication.clipboard().text()
    QGuiApplication.clipboard().clear()
    questions.paths = [tmp_path / "x.csv", tmp_path / "x.txt"]
    dialog.export_button.click()
    assert (tmp_path / "x.csv").read_text().startswith("step,")
    dialog.export_button.click()
    assert "must end in .csv" in dialog.told.text()
    names = dialog.names
    dialog.swap_button.click()
    assert dialog.names == names[::-1]
    dialog.close()


def test_a_run_without_an_epoch_has_figures_but_no_curves(window, qtbot):
    stop_within_first_epoch(window, qtbot)
    run_id = window.workbench.library.entries[0].id
    dialog = window.kept_runs.compare(run_id, run_id)
    assert not dialog.export_button.isEnabled()
    assert dialog.table.topLevelItemCount() == 4
    dialog.close()


def test_the_chosen_runs_stay_chosen_when_another_is_added(window, qtbot):
    two_runs(window, qtbot)
    panel = window.run_list
    panel.table.selectRow(1)
    chosen = [entry.id for entry in panel.selected]
    window.workbench.session.reset_weights()
    train(window, qtbot)
    assert [entry.id for entry in panel.selected] == chosen


@pytest.mark.parametrize("command", ["train", "one_more_epoch"])
def test_a_run_that_can_have_no_more_epochs_says_so_and_offers_a_restart(window, qtbot, command, monkeypatch):
    train(window, qtbot)
    monkeypatch.setattr("cnnviz.ui.run_actions.MOST_EPOCHS", 3)
    window.commands[command].trigger()
    assert window.workbench.session.is_idle
    assert window.banner.text == "This run has done 3 epochs, the most there can be."
    with qtbot.waitSignal(window.workbench.session.run_ended, timeout=PATIENCE_MS):
        window.banner.action_requested.emit("Restart")
    assert window.workbench.session.result.state.epoch == 3
