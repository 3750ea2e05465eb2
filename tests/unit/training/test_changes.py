"""Settings that change while a run is on, early ends, and single epochs."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.errors import TrainingError
from cnnviz.spec.schedules import Cosine, StepDecay
from cnnviz.spec.training import BEST, VAL_ACCURACY, VAL_LOSS, Adam, Momentum, TrainingSpec
from cnnviz.training.changes import change_in_words, check_change
from cnnviz.training.control import RunControl
from cnnviz.training.events import EpochDone, Failed, Finished, Paused, SettingsChanged, StepDone, Vitals
from cnnviz.training.runfile import load_run, save_run
from tests.helpers.runs import SETTINGS, STEPS_PER_EPOCH, events_of, finished, same_arrays, stopped_after

SLOWER = dataclasses.replace(SETTINGS, optimizer=Adam(learning_rate=0.001), l2=0.01)


def changed_after(steps, settings, *, stop_after=None):
    """Train, change the settings when `steps` steps are done, and return all events."""
    control, events = RunControl(), []
    for event in events_of(SETTINGS, control=control):
        events.append(event)
        if isinstance(event, StepDone) and event.step == steps:
            control.change(settings)
        if isinstance(event, StepDone) and event.step == stop_after:
            control.request_stop()
    return events


def test_what_differs_is_said_in_words():
    assert change_in_words(SETTINGS, SETTINGS) == ""
    assert change_in_words(SETTINGS, SLOWER) == "learning rate 0.01 → 0.001, L2 0 → 0.01"
    later = dataclasses.replace(SETTINGS, schedule=StepDecay())
    assert change_in_words(SETTINGS, later).startswith("schedule ")
    assert (
        change_in_words(later, dataclasses.replace(later, schedule=StepDecay(factor=0.2)))
        == "factor 0.1 → 0.2"
    )


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        (dataclasses.replace(SETTINGS, batch_size=8), "batch size"),
        (dataclasses.replace(SETTINGS, seed=8), "seed"),
        (dataclasses.replace(SETTINGS, frozen=("conv1",)), "frozen"),
        (dataclasses.replace(SETTINGS, optimizer=Momentum()), "kind of its optimizer"),
    ],
)
def test_what_a_run_cannot_change_is_refused(settings, word):
    with pytest.raises(TrainingError, match=word):
        check_change(SETTINGS, settings)


def test_the_next_batch_is_learned_with_the_new_settings():
    events = changed_after(2, SLOWER)
    change = next(event for event in events if isinstance(event, SettingsChanged))
    place = events.index(change)
    assert (change.step, change.training) == (2, SLOWER)
    assert [event.learning_rate for event in events[:place] if isinstance(event, StepDone)] == [0.01] * 2
    rates = {event.learning_rate for event in events[place:] if isinstance(event, StepDone)}
    assert rates == {0.001}
    result = events[-1].result
    assert result.training == SLOWER
    assert [(change.step, change.text) for change in result.history.changes] == [(2, change.text)]


def test_a_change_that_changes_nothing_is_no_event():
    assert not any(isinstance(event, SettingsChanged) for event in changed_after(2, SETTINGS))


def test_what_cannot_be_changed_ends_the_run_where_nobody_has_refused_it():
    *_, last = changed_after(2, dataclasses.replace(SETTINGS, optimizer=Momentum()))
    assert isinstance(last, Failed)


def test_a_run_with_a_change_is_gone_on_with_bit_for_bit():
    whole = changed_after(2, SLOWER)[-1].result
    part = changed_after(2, SLOWER, stop_after=4)[-1].result
    rest = finished(part.training, resume_from=part)
    assert same_arrays(rest.parameters, whole.parameters)
    assert rest.history.changes == whole.history.changes


def test_changes_are_kept_in_run_files_and_go_with_the_steps(tmp_path):
    result = changed_after(2, SLOWER)[-1].result
    save_run(tmp_path / "run.cnnviz", result)
    read = load_run(tmp_path / "run.cnnviz").result
    assert read.history.changes == result.history.changes
    assert read.training == result.training
    assert read.history.until(1, 0).changes == ()
    assert read.history.until(2, 0).changes == result.history.changes


def test_another_schedule_holds_from_the_step_it_was_chosen_at():
    settings = dataclasses.replace(SETTINGS, schedule=Cosine())
    result = changed_after(3, settings)[-1].result
    expected = finished(settings).history.steps.learning_rate
    np.testing.assert_array_equal(result.history.steps.learning_rate[3:], expected[3:])


def test_a_run_ends_early_when_no_epoch_was_better_for_long_enough(monkeypatch):
    losses = iter([3.0, 1.0, 2.0, 1.5, 1.2, 0.5])
    monkeypatch.setattr("cnnviz.training.counters.Counters.end_epoch", ended_with(losses))
    settings = dataclasses.replace(SETTINGS, epochs=6, best_by=VAL_LOSS, patience=3)
    *_, last = events_of(settings)
    assert isinstance(last, Finished)
    assert last.note == "Ended early: no epoch was better than epoch 2 for 3 epochs."
    assert len(last.result.history.epochs) == 5
    assert last.result.best_epoch == 2


def test_the_weights_at_the_end_may_be_those_of_the_best_epoch(monkeypatch):
    losses = iter([3.0, 1.0, 2.0])
    monkeypatch.setattr("cnnviz.training.counters.Counters.end_epoch", ended_with(losses))
    settings = dataclasses.replace(SETTINGS, epochs=3, best_by=VAL_LOSS)
    result = finished(settings)
    assert result.shown_parameters is result.parameters
    best = dataclasses.replace(result, training=dataclasses.replace(settings, final_weights=BEST))
    assert best.shown_parameters is best.best_parameters
    assert not same_arrays(best.shown_parameters, best.parameters)
    early = dataclasses.replace(stopped_after(1), training=best.training)
    assert early.shown_parameters is early.parameters  # there is no best epoch yet


def ended_with(losses):
    from cnnviz.training.counters import Counters

    real = Counters.end_epoch

    def end_epoch(counters, validation):
        return dataclasses.replace(real(counters, validation), val_loss=next(losses), val_accuracy=0.5)

    return end_epoch


def test_a_single_epoch_ends_in_a_pause_after_its_validation():
    control, events = RunControl(), []
    control.step_epoch()
    for event in events_of(SETTINGS, control=control):
        events.append(event)
        if isinstance(event, Paused):
            control.request_stop()
    kinds = [type(event) for event in events[1:-1] if not isinstance(event, Vitals)]
    assert kinds == [StepDone] * STEPS_PER_EPOCH + [EpochDone, Paused]


def test_settings_of_old_files_have_the_defaults_of_what_is_new():
    assert (TrainingSpec().patience, TrainingSpec().threads) == (0, 0)


def test_another_rule_for_the_best_epoch_forgets_weights_that_are_not_the_best_by_it(monkeypatch):
    losses = iter([3.0, 1.0, 2.0, 4.0])
    monkeypatch.setattr("cnnviz.training.counters.Counters.end_epoch", ended_with(losses))
    by_loss = dataclasses.replace(SETTINGS, epochs=3, best_by=VAL_LOSS)
    result = finished(by_loss)
    assert result.best_epoch == 2
    longer = dataclasses.replace(by_loss, epochs=4)
    assert finished(longer, resume_from=result).best_epoch == 2
    monkeypatch.undo()
    monkeypatch.setattr("cnnviz.training.counters.Counters.end_epoch", ended_with(iter([4.0])))
    other = dataclasses.replace(longer, best_by=VAL_ACCURACY)
    later = dataclasses.replace(result, history=worse_first(result.history))
    assert finished(other, resume_from=later).best_parameters is None


def worse_first(history):
    """Return the history as if the first epoch had been the most accurate one."""
    accuracy = np.array([0.9, *history.epochs.val_accuracy[1:]])
    return dataclasses.replace(history, epochs=dataclasses.replace(history.epochs, val_accuracy=accuracy))
