from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QComboBox

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
    choice = form.findChild(QComboBox)
    choice.setCurrentIndex(choice.findText(name))


def test_every_setting_can_be_changed(form: TrainingForm, qtbot: QtBot) -> None:
    for name, value in {"batch_size": 64, "epochs": 7, "seed": 5}.items():
        with qtbot.waitSignal(form.training_changed) as changed:
            form._run_rows.editors[name].value_changed.emit(value)
        assert getattr(changed.args[0], name) == value
    form._optimizer_rows.editors["learning_rate"].value_changed.emit(0.1)
    assert form.training == TrainingSpec(optimizer=Adam(learning_rate=0.1), batch_size=64, epochs=7, seed=5)


def test_another_optimizer_brings_its_own_numbers_and_keeps_the_old(form: TrainingForm) -> None:
    choose(form, "Momentum")
    assert form.training.optimizer == Momentum()
    assert set(form._optimizer_rows.editors) == {"learning_rate", "momentum"}
    choose(form, "SGD")
    assert form.training.optimizer == SGD()
    choose(form, "Adam")
    assert form.training.optimizer == Adam(learning_rate=0.004)


def test_settings_from_outside_are_shown_without_a_signal(form: TrainingForm, qtbot: QtBot) -> None:
    training = TrainingSpec(optimizer=SGD(learning_rate=0.3), batch_size=8)
    with qtbot.assertNotEmitted(form.training_changed):
        form.set_training(training)
    assert form._run_rows.editors["batch_size"].value() == 8
    assert form._optimizer_rows.editors["learning_rate"].value() == pytest.approx(0.3)
    assert form.findChild(QComboBox).currentText() == "SGD"


def test_a_locked_form_takes_no_changes(form: TrainingForm) -> None:
    form.set_locked(True)
    assert not form.findChild(QComboBox).isEnabled()
    form.set_locked(False)
    assert form.findChild(QComboBox).isEnabled()
