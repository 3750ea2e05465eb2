from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QComboBox, QPushButton

from cnnviz.app.training.loss_advice import LossAdvice
from cnnviz.app.training.presets import Presets
from cnnviz.spec.losses import MeanSquaredError, MulticlassSVM
from cnnviz.spec.schedules import Cosine
from cnnviz.spec.training import SGD, Adam, Momentum, TrainingSpec
from cnnviz.training.changes import LIVE_SETTINGS
from cnnviz.ui.training.settings_form import FIXED_REASON, LIVE_NOTE, TrainingForm

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def form(qtbot: QtBot, tmp_path: Path) -> TrainingForm:
    training = TrainingSpec(optimizer=Adam(learning_rate=0.004), epochs=3)
    widget = TrainingForm(training, Presets(tmp_path / "presets.json"))
    qtbot.addWidget(widget)
    return widget


def choose(form: TrainingForm, name: str) -> None:
    choices = [chooser.choice for chooser in form.choosers.values()]
    choice = next(choice for choice in choices if choice.findText(name) >= 0)
    choice.setCurrentIndex(choice.findText(name))


def test_every_setting_can_be_changed(form: TrainingForm, qtbot: QtBot) -> None:
    changes = {
        "batch_size": 64,
        "epochs": 7,
        "seed": 5,
        "l2": 0.01,
        "clip_norm": 1.5,
        "warmup_steps": 4,
        "patience": 3,
        "best_by": "val_loss",
        "final_weights": "best",
        "threads": 1,
    }
    for name, value in changes.items():
        with qtbot.waitSignal(form.training_changed) as changed:
            form.editor(name).value_changed.emit(value)
        assert getattr(changed.args[0], name) == value
    form.choosers["optimizer"].rows.editors["learning_rate"].value_changed.emit(0.1)
    assert form.training == TrainingSpec(optimizer=Adam(learning_rate=0.1), **changes)


def test_no_setting_is_forgotten(form: TrainingForm) -> None:
    parts = {*form.choosers, "frozen", "augmenting"}
    for field in dataclasses.fields(TrainingSpec):
        assert field.name in parts or form.editor(field.name).info.label


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
    assert form.editor("batch_size").value() == 8
    assert form.choosers["optimizer"].rows.editors["learning_rate"].value() == pytest.approx(0.3)
    assert form.choosers["optimizer"].choice.currentText() == "SGD"


def test_during_a_run_only_what_it_can_take_over_may_be_changed(form: TrainingForm) -> None:
    form.set_running(True)
    for name in ("batch_size", "seed", "threads", "best_by", "final_weights"):
        assert name not in LIVE_SETTINGS
        assert not form.editor(name).isEnabled()
        assert FIXED_REASON in form.editor(name).toolTip()
    for name in ("epochs", "warmup_steps", "l1", "l2", "clip_value", "clip_norm", "patience"):
        assert name in LIVE_SETTINGS
        assert form.editor(name).isEnabled()
        assert FIXED_REASON not in form.editor(name).toolTip()
    assert not form.choosers["loss"].choice.isEnabled()
    assert not form.choosers["loss"].rows.editors["label_smoothing"].isEnabled()
    assert not form.choosers["optimizer"].choice.isEnabled()
    assert form.choosers["optimizer"].rows.editors["learning_rate"].isEnabled()
    assert form.choosers["schedule"].choice.isEnabled()
    assert FIXED_REASON in form.choosers["optimizer"].choice.toolTip()
    assert form.presets.note == LIVE_NOTE


def test_after_a_run_everything_may_be_changed_again(form: TrainingForm) -> None:
    form.set_running(True)
    form.set_running(False)
    assert all(choice.isEnabled() for choice in form.findChildren(QComboBox))
    assert form.editor("seed").isEnabled()
    assert FIXED_REASON not in form.editor("seed").toolTip()
    assert form.presets.note == ""


def test_the_schedule_is_drawn_for_the_settings_and_the_data_set(form: TrainingForm) -> None:
    form.set_train_images(320)
    assert "0.004 at the end of 3 epochs or 30 steps" in form.schedule_plot.accessibleDescription()
    form.editor("batch_size").value_changed.emit(64)
    choose(form, "Cosine")
    assert "0.004 at first" in form.schedule_plot.accessibleDescription()
    assert "15 steps" in form.schedule_plot.accessibleDescription()
    assert "0.004 at the end" not in form.schedule_plot.accessibleDescription()


@pytest.mark.parametrize(("width", "columns"), [(420, 1), (900, 2)])
def test_a_wide_form_has_two_columns_and_a_narrow_one_cuts_nothing_off(
    form: TrainingForm, qtbot: QtBot, width: int, columns: int
) -> None:
    form.resize(width, 250)
    with qtbot.waitExposed(form):
        form.show()
    qtbot.waitUntil(lambda: form.is_in_two_columns == (columns == 2))
    qtbot.waitUntil(lambda: form.widget().width() <= form.viewport().width())


def test_what_matters_most_is_in_sight_at_first(form: TrainingForm, qtbot: QtBot) -> None:
    form.resize(880, 230)
    with qtbot.waitExposed(form):
        form.show()
    rate = form.choosers["optimizer"].rows.editors["learning_rate"]
    for widget in (form.editor("epochs"), form.editor("batch_size"), rate, form.schedule_plot):
        bottom = widget.mapTo(form.viewport(), widget.rect().bottomLeft()).y()
        assert bottom <= form.viewport().height()


def test_a_loss_that_fits_is_one_click_away(form: TrainingForm, qtbot: QtBot) -> None:
    form.set_advice(LossAdvice(MeanSquaredError(), "The data set has numbers to learn."))
    assert "numbers" in form.advice.text
    button = next(b for b in form.advice.findChildren(QPushButton) if b.text() == "Use Mean Squared Error")
    with qtbot.waitSignal(form.training_changed):
        button.click()
    assert form.training.loss == MeanSquaredError()
    form.set_advice(None)
    assert form.advice.isHidden()
