from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QComboBox

from cnnviz.spec.losses import MulticlassSVM
from cnnviz.spec.schedules import Cosine
from cnnviz.spec.training import SGD, Adam, Momentum, TrainingSpec
from cnnviz.ui.training.settings_form import TrainingForm

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def form(qtbot: QtBot) -> TrainingForm:
    widget = TrainingForm(TrainingSpec(optimizer=Adam(learning_rate=0.004), epochs=3))
    qtbot.addWidget(widget)
    return widget


def choose(form: TrainingForm, name: str) -> None:
    choices = [chooser.choice for chooser in form.choosers.values()]
    choice = next(choice for choice in choices if choice.findText(name) >= 0)
    choice.setCurrentIndex(choice.findText(name))


def test_every_setting_can_be_changed(form: TrainingForm, qtbot: QtBot) -> None:
    changes = {"batch_size": 64, "epochs": 7, "seed": 5, "l2": 0.01, "clip_norm": 1.5, "warmup_steps": 4}
    for name, value in changes.items():
        with qtbot.waitSignal(form.training_changed) as changed:
            form._run_rows.editors[name].value_changed.emit(value)
        assert getattr(changed.args[0], name) == value
    form.choosers["optimizer"].rows.editors["learning_rate"].value_changed.emit(0.1)
    assert form.training == TrainingSpec(optimizer=Adam(learning_rate=0.1), **changes)


def test_another_optimizer_brings_its_own_numbers_and_keeps_the_old(form: TrainingForm) -> None:
    choose(form, "Momentum")
    assert form.training.optimizer == Momentum()
    assert set(form.choosers["optimizer"].rows.editors) == {"learning_rate", "momentum"}
    choose(form, "SGD")
    assert form.training.optimizer == SGD()
    choose(form, "Adam")
    assert form.training.optimizer == Adam(learning_rate=0.004)


def test_loss_and_schedule_are_chosen_with_their_numbers(form: TrainingForm, qtbot: QtBot) -> None:
    with qtbot.waitSignal(form.training_changed) as changed:
        choose(form, "Multiclass SVM")
    assert changed.args[0].loss == MulticlassSVM()
    form.choosers["loss"].rows.editors["margin"].value_changed.emit(2.0)
    choose(form, "Cosine")
    form.choosers["schedule"].rows.editors["restart"].value_changed.emit(3)
    assert form.training.loss == MulticlassSVM(margin=2.0)
    assert form.training.schedule == Cosine(restart=3)
    assert form.training.optimizer == Adam(learning_rate=0.004)


def test_a_kind_without_numbers_has_no_empty_rows(form: TrainingForm) -> None:
    choose(form, "Mean squared error")
    assert form.choosers["loss"].rows.isHidden()
    choose(form, "Cross-entropy")
    assert not form.choosers["loss"].rows.isHidden()


def test_settings_from_outside_are_shown_without_a_signal(form: TrainingForm, qtbot: QtBot) -> None:
    training = TrainingSpec(optimizer=SGD(learning_rate=0.3), batch_size=8)
    with qtbot.assertNotEmitted(form.training_changed):
        form.set_training(training)
    assert form._run_rows.editors["batch_size"].value() == 8
    assert form.choosers["optimizer"].rows.editors["learning_rate"].value() == pytest.approx(0.3)
    assert form.choosers["optimizer"].choice.currentText() == "SGD"


def test_a_locked_form_takes_no_changes(form: TrainingForm) -> None:
    form.set_locked(True)
    assert not form.findChild(QComboBox).isEnabled()
    form.set_locked(False)
    assert form.findChild(QComboBox).isEnabled()
