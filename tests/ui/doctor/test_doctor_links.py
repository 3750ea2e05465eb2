"""Fixes of the doctor in the window: made with one click, and taken back with another."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtWidgets import QMenu

from cnnviz.app.runs.run_about import RunKind
from cnnviz.spec.layers import LeakyReLU, ReLU
from cnnviz.spec.training import SGD, Adam
from cnnviz.training.doctor_fixes import clipped, leaky, penalised, with_rate
from cnnviz.training.doctor_revival import restarted
from cnnviz.ui.doctor.doctor_links import BEGUN_AGAIN, UNDO
from tests.helpers.open_windows import open_window


@pytest.fixture
def window(qapp, tmp_path):
    with open_window(tmp_path) as window:
        yield window


def press(window, word):
    window.banner.action_requested.emit(word)


def test_an_edit_is_one_step_of_undo(window):
    document = window.workbench.document
    (fix,) = leaky(document.spec, ["relu1"])
    window.doctor.fix_requested.emit(fix)
    assert isinstance(document.spec.layer("relu1"), LeakyReLU)
    assert document.undo_stack.undoText() == "Use LeakyReLU"
    assert window.banner.text.startswith("Use LeakyReLU: done.")
    press(window, UNDO)
    assert isinstance(document.spec.layer("relu1"), ReLU)
    assert not window.banner.isVisible()


def test_an_edit_that_is_undone_from_the_menu_is_not_said_to_be_done(window):
    document = window.workbench.document
    (fix,) = leaky(document.spec, ["relu1"])
    window.doctor.fix_requested.emit(fix)
    assert window.banner.isVisible()
    document.undo_stack.undo()
    assert isinstance(document.spec.layer("relu1"), ReLU)
    assert not window.banner.isVisible()


def test_an_edit_that_something_came_after_is_left_to_the_menu(window):
    document = window.workbench.document
    (fix,) = leaky(document.spec, ["relu1"])
    window.doctor.fix_requested.emit(fix)
    document.rename("Mine")
    press(window, UNDO)
    assert document.spec.name == "Mine"
    assert isinstance(document.spec.layer("relu1"), LeakyReLU)


def test_settings_are_changed_and_taken_back_without_what_came_after(window):
    form = window.training_form
    fix = with_rate(form.training, 0.0001)
    window.doctor.fix_requested.emit(fix)
    assert form.training.optimizer == Adam(learning_rate=0.0001)
    assert "learning rate 0.001 → 0.0001" in window.banner.text
    form.choose(dataclasses.replace(form.training, epochs=3))
    press(window, UNDO)
    assert (form.training.optimizer, form.training.epochs) == (Adam(), 3)


def test_the_key_of_undo_takes_back_the_settings_while_their_notice_stands(window):
    form, document, undo = window.training_form, window.workbench.document, window.menus.undo
    document.rename("Mine")
    (fix,) = penalised(form.training)
    window.doctor.fix_requested.emit(fix)
    assert form.training.l2
    assert undo.text() == f"Undo {fix.label}"
    undo.trigger()
    assert not form.training.l2
    assert document.spec.name == "Mine"
    assert not window.banner.isVisible()
    undo.trigger()
    assert document.spec.name != "Mine"


def test_the_key_of_undo_works_where_the_design_was_never_edited(window):
    form, undo = window.training_form, window.menus.undo
    assert not undo.isEnabled()
    window.doctor.fix_requested.emit(*penalised(form.training))
    assert undo.isEnabled()
    undo.trigger()
    assert not form.training.l2
    assert not undo.isEnabled()
    assert undo.text() == "Undo"


@pytest.mark.parametrize("other", [None, "Something else was said."])
def test_the_key_of_undo_is_the_designs_again_once_the_notice_is_gone(window, other):
    form, document, undo = window.training_form, window.workbench.document, window.menus.undo
    document.rename("Mine")
    window.doctor.fix_requested.emit(*penalised(form.training))
    if other is None:
        window.notices.clear()
    else:
        window.notices.show_problem(other)
    undo.trigger()
    assert form.training.l2
    assert document.spec.name != "Mine"


def test_an_edit_after_the_settings_is_undone_before_them(window):
    form, document, undo = window.training_form, window.workbench.document, window.menus.undo
    conv = document.spec.layer("conv1")
    document.replace_layer(dataclasses.replace(conv, filters=3), merge_key="filters")
    window.doctor.fix_requested.emit(*penalised(form.training))
    document.replace_layer(dataclasses.replace(conv, filters=5), merge_key="filters")
    undo.trigger()
    assert form.training.l2
    assert document.spec.layer("conv1").filters == 3
    undo.trigger()
    assert not form.training.l2
    assert document.spec.layer("conv1").filters == 3


def test_edits_that_lead_back_to_the_same_design_are_undone_before_the_settings(window):
    form, document, undo = window.training_form, window.workbench.document, window.menus.undo
    conv = document.spec.layer("conv1")
    window.doctor.fix_requested.emit(*penalised(form.training))
    document.replace_layer(dataclasses.replace(conv, filters=3))
    document.replace_layer(conv)
    undo.trigger()
    assert form.training.l2
    assert document.spec.layer("conv1").filters == 3
    undo.trigger()
    undo.trigger()
    assert not form.training.l2
    assert document.spec.layer("conv1") == conv


def test_a_fix_keeps_what_a_person_has_set_meanwhile(window):
    form = window.training_form
    fix, (clip,) = with_rate(form.training, 0.0001), clipped(form.training)
    form.choose(dataclasses.replace(form.training, optimizer=SGD(), batch_size=64))
    window.doctor.fix_requested.emit(fix)
    window.doctor.fix_requested.emit(clip)
    assert form.training.optimizer == SGD(learning_rate=0.0001)
    assert (form.training.batch_size, form.training.clip_norm) == (64, 1.0)


def test_the_doctor_knows_the_settings_on_screen(window):
    form, doctor = window.training_form, window.workbench.doctor
    form.choose(dataclasses.replace(form.training, batch_size=7))
    assert doctor.training.batch_size == 7


def test_a_finding_selects_its_layer_everywhere(window):
    window.doctor.layer_selected.emit("dense1")
    assert window.builder.selected_layer_id == "dense1"
    assert window.layer_panel.layer_id == "dense1"


def test_the_doctor_looks_only_while_its_dock_is_in_front(window, qtbot):
    doctor = window.workbench.doctor
    assert doctor.findings == ()
    window.docks.bring(window.docks.doctor)
    qtbot.waitUntil(lambda: doctor.findings != ())


def test_the_menu_starts_a_test_and_brings_the_doctor_to_the_front(window, qtbot):
    doctor = window.workbench.doctor
    assert window.doctor.visibleRegion().isEmpty()
    (menu,) = (menu for menu in window.findChildren(QMenu) if menu.title() == "Doctor")
    assert [action.text() for action in menu.actions()] == ["Overfit Test", "Range Test", "Cancel"]
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: not window.doctor.visibleRegion().isEmpty())
    qtbot.waitUntil(lambda: doctor.experiment is None, timeout=20_000)
    qtbot.waitUntil(lambda: window.doctor.chosen is not None)


def test_a_rate_to_begin_again_with_stops_the_run_under_way_and_keeps_it(window, qtbot):
    form, bench = window.training_form, window.workbench
    session, library = bench.session, bench.library
    form.choose(dataclasses.replace(form.training, optimizer=Adam(learning_rate=0.01), epochs=100_000))
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: session.weights_step > 0, timeout=20_000)
    fix = restarted(form.training)
    with qtbot.waitSignal(session.run_ended) as ended:
        window.doctor.fix_requested.emit(fix)
        assert form.training.optimizer == Adam(learning_rate=0.01), "the run under way has none of it"
    stopped = ended.args[0].result
    qtbot.waitUntil(lambda: session.steering.settings is not None, timeout=20_000)
    assert session.steering.settings.optimizer == form.training.optimizer == Adam()
    told = f"Changed: learning rate 0.01 → 0.001. {BEGUN_AGAIN}"
    qtbot.waitUntil(lambda: window.banner.text == told)
    qtbot.waitUntil(lambda: library.entry_of(stopped.state).kind is RunKind.STOPPED, timeout=20_000)
    assert stopped.training.optimizer == Adam(learning_rate=0.01)
    assert stopped.history.changes == ()
    assert window.menus.undo.text() == f"Undo {fix.label}", "the key does what the button does"
    press(window, UNDO)
    assert form.training.optimizer == Adam(learning_rate=0.01)
    with qtbot.waitSignal(session.run_ended):
        session.stop()


def test_nothing_is_changed_where_the_weights_are_to_be_kept(window, monkeypatch):
    form = window.training_form
    monkeypatch.setattr(window.files, "may_reset", lambda: False)
    fix = with_rate(form.training, 0.0001)
    window.doctor.fix_requested.emit(dataclasses.replace(fix, restarts=True))
    assert form.training.optimizer == Adam()
    assert window.workbench.session.is_idle
