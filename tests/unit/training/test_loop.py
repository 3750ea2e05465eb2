from __future__ import annotations

import dataclasses
import itertools
import threading

import numpy as np
import pytest

from cnnviz.data.dataset import Split
from cnnviz.engine.build import build
from cnnviz.engine.metrics import r_squared
from cnnviz.engine.network import Network
from cnnviz.engine.parallel import Executor
from cnnviz.engine.penalties import global_norm
from cnnviz.errors import TrainingError
from cnnviz.spec.layers import Dense, Flatten
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.schedules import StepDecay
from cnnviz.spec.training import SGD, Adam, Momentum
from cnnviz.training import loop
from cnnviz.training.control import RunControl
from cnnviz.training.events import (
    EpochDone,
    Failed,
    Finished,
    Paused,
    Resumed,
    RunStarted,
    Snapshot,
    StepDone,
    Stopped,
    Vitals,
)
from cnnviz.training.loop import check_fit
from cnnviz.training.random_state import initial_rng
from tests.helpers.data_files import small_dataset
from tests.helpers.runs import (
    SETTINGS,
    STEPS_PER_EPOCH,
    TRAIN_IMAGES,
    events_of,
    few_digits,
    finished,
    measured_digits,
    noisy_design,
    same_arrays,
    stopped_after,
)


def kinds(events) -> list[type]:
    return [type(event) for event in events]


# How a run goes


def test_the_order_of_events():
    steps = [StepDone] * STEPS_PER_EPOCH
    events = [kind for kind in kinds(events_of()) if kind is not Vitals]
    assert events == [RunStarted, *steps, EpochDone, *steps, EpochDone, Finished]


def test_steps_and_epochs_count_from_one_and_sum_up_the_images():
    steps = [event for event in events_of() if isinstance(event, StepDone)]
    assert [event.step for event in steps] == [1, 2, 3, 4, 5, 6]
    assert [event.epoch for event in steps] == [1, 1, 1, 2, 2, 2]
    assert [event.images for event in steps] == [32, 64, 90, 122, 154, 180]
    assert all(0 <= event.accuracy <= 1 for event in steps)
    assert all(a.seconds < b.seconds for a, b in itertools.pairwise(steps))


def test_every_step_reports_its_rate_and_the_norm_of_its_gradients(monkeypatch):
    """The norm is that of the loss's gradients, whatever penalties and limits make of them afterwards."""
    learn, norms = Executor.step, []

    def watched(self, x, y, rng, glance=None):
        outcome = learn(self, x, y, rng)
        norms.append(global_norm(outcome.gradients.values()))
        return outcome

    monkeypatch.setattr(Executor, "step", watched)
    training = dataclasses.replace(
        SETTINGS, schedule=StepDecay(every=1, factor=0.5), l2=0.1, clip_norm=0.01, clip_value=0.001
    )
    history = finished(training).history
    assert history.steps.gradient_norm == pytest.approx(norms, rel=1e-4)
    assert history.steps.learning_rate == pytest.approx([0.01] * 3 + [0.005] * 3)


def test_the_norm_leaves_out_what_is_frozen(monkeypatch):
    learn, norms = Executor.step, []

    def watched(self, x, y, rng, glance=None):
        outcome = learn(self, x, y, rng)
        norms.append(global_norm([outcome.gradients["dense1/weight"], outcome.gradients["dense1/bias"]]))
        return outcome

    monkeypatch.setattr(Executor, "step", watched)
    history = finished(dataclasses.replace(SETTINGS, frozen=("conv1",), epochs=1)).history
    assert history.steps.gradient_norm == pytest.approx(norms, rel=1e-4)


def test_numbers_that_are_learned_have_no_accuracy_but_an_error():
    training = dataclasses.replace(SETTINGS, loss=MeanSquaredError(), epochs=8)
    dataset = measured_digits()
    result = finished(training, spec=noisy_design(2), dataset=dataset)
    history = result.history
    assert np.isnan(history.steps.accuracy).all()
    assert np.isnan(history.epochs.train_accuracy).all()
    assert np.isnan(history.epochs.val_accuracy).all()
    images = dataset.indices(Split.VALIDATION)
    with Executor(Network.with_parameters(result.spec, result.parameters), 2, training.loss) as executor:
        outputs = executor.predict(dataset.scaled(images))
    wanted = dataset.targets[images].T
    assert history.epochs.val_mean_absolute_error[-1] == pytest.approx(abs(outputs - wanted).mean(), rel=1e-5)
    assert history.epochs.val_r_squared[-1] == pytest.approx(r_squared(outputs, wanted), rel=1e-5)
    assert result.best_epoch == 1 + int(np.argmin(history.epochs.val_loss))


def test_classes_have_an_accuracy_and_no_error():
    epochs = finished().history.epochs
    assert np.isfinite(epochs.val_accuracy).all()
    assert np.isnan(epochs.val_mean_absolute_error).all()
    assert np.isnan(epochs.val_r_squared).all()


def test_an_epoch_reports_the_means_over_its_images():
    events = list(events_of())
    steps, (first, second) = (
        [event for event in events if isinstance(event, StepDone)],
        [event for event in events if isinstance(event, EpochDone)],
    )
    sizes = np.array([32, 32, 26])
    losses, accuracies = (np.array([getattr(e, n) for e in steps[3:]]) for n in ("loss", "accuracy"))
    assert second.train_loss == pytest.approx((losses * sizes).sum() / TRAIN_IMAGES)
    assert second.train_accuracy == pytest.approx((accuracies * sizes).sum() / TRAIN_IMAGES)
    assert (first.epoch, first.step, second.epoch, second.step) == (1, 3, 2, 6)
    assert second.images_per_second > 0


def test_validation_is_that_of_the_weights_after_the_epoch():
    result = finished()
    network = Network.with_parameters(result.spec, result.parameters)
    images = few_digits().indices(Split.VALIDATION)
    with Executor(network, 1) as executor:
        measured = executor.evaluate([few_digits().scaled(images)], few_digits().labels[images])
    assert result.history.epochs.val_loss[-1] == pytest.approx(measured.loss, rel=1e-5)
    assert result.history.epochs.val_accuracy[-1] == measured.accuracy


def test_training_learns():
    result = finished(dataclasses.replace(SETTINGS, epochs=30))
    assert result.history.epochs.train_accuracy[-1] > 0.7
    assert result.history.epochs.val_accuracy[-1] > 0.5


@pytest.mark.parametrize("optimizer", [SGD(), Momentum(), Adam()])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_seed_gives_the_same_bits_again(optimizer, threads):
    training = dataclasses.replace(SETTINGS, optimizer=optimizer)
    one, two = finished(training, threads=threads), finished(training, threads=threads)
    assert same_arrays(one.parameters, two.parameters)
    assert one.history.steps.loss.tolist() == two.history.steps.loss.tolist()


def test_another_seed_gives_other_weights():
    other = finished(dataclasses.replace(SETTINGS, seed=6))
    assert not same_arrays(finished().parameters, other.parameters)


def test_the_result_has_all_that_was_reported_and_is_read_only():
    *events, last = events_of()
    assert isinstance(last, Finished)
    steps = [event for event in events if isinstance(event, StepDone)]
    assert last.result.history.steps.loss.tolist() == [event.loss for event in steps]
    assert last.result.threads == 2
    assert last.result.images_per_second == pytest.approx(180 / steps[-1].seconds)
    assert last.result.data.content_hash == few_digits().content_hash
    arrays = {**last.result.parameters, **last.result.best_parameters}
    assert not any(array.flags.writeable for array in arrays.values())


def test_the_best_epoch_has_the_highest_accuracy_then_the_lowest_loss():
    control = RunControl()
    snapshots = {}
    last = None
    for last in events_of(dataclasses.replace(SETTINGS, epochs=8), control=control):
        if isinstance(last, EpochDone):
            control.request_snapshot()
        if isinstance(last, Snapshot):
            snapshots[last.epoch] = last.parameters
    assert isinstance(last, Finished)
    epochs = last.result.history.epochs
    pairs = list(zip(-epochs.val_accuracy, epochs.val_loss, strict=True))
    best = 1 + pairs.index(min(pairs))
    assert last.result.best_epoch == best
    assert same_arrays(last.result.best_parameters, snapshots.get(best, last.result.parameters))


# Steering


def test_a_stop_is_met_before_the_next_batch_and_keeps_what_was_learned():
    control = RunControl()
    run = events_of(control=control)
    seen = []
    for event in run:
        seen.append(event)
        if isinstance(event, StepDone) and event.step == 2:
            control.request_stop()
    assert kinds(seen) == [RunStarted, StepDone, Vitals, StepDone, Vitals, Stopped]
    result = seen[-1].result
    assert (result.state.step, result.state.epoch, result.state.images_in_epoch) == (2, 0, 64)
    assert result.best_parameters is None
    assert not same_arrays(result.parameters, build(noisy_design(), initial_rng(5)).parameters)


def test_a_stop_before_the_first_batch_gives_the_first_weights():
    control = RunControl()
    control.request_stop()
    *_, last = events_of(control=control)
    assert isinstance(last, Stopped)
    assert same_arrays(last.result.parameters, build(noisy_design(), initial_rng(5)).parameters)


def test_a_stop_after_the_last_batch_of_an_epoch_leaves_out_its_validation():
    result = stopped_after(STEPS_PER_EPOCH)
    assert result.state.images_in_epoch == TRAIN_IMAGES
    assert len(result.history.epochs) == 0


def test_a_paused_run_takes_single_steps_and_gives_snapshots():
    control = RunControl()
    control.pause()
    run = events_of(control=control)
    assert isinstance(next(run), RunStarted)
    assert next(run) == Paused(0)
    control.step()
    assert isinstance(next(run), StepDone)
    assert isinstance(next(run), Vitals)
    assert next(run) == Paused(1)
    control.request_snapshot()
    snapshot = next(run)
    assert isinstance(snapshot, Snapshot)
    assert (snapshot.step, snapshot.epoch) == (1, 1)
    control.resume()
    assert next(run) == Resumed(1)
    assert kinds(run)[-1] is Finished


def test_a_paused_run_can_be_stopped_from_another_thread():
    control = RunControl()
    control.pause()
    seen = []
    thread = threading.Thread(target=lambda: seen.extend(events_of(control=control)))
    thread.start()
    control.request_stop()
    thread.join(20)
    assert kinds(seen)[-1] is Stopped


def test_a_pause_does_not_change_what_is_learned():
    control = RunControl()
    last = None
    for last in events_of(control=control):
        if isinstance(last, StepDone):
            control.pause()
        elif isinstance(last, Paused):
            control.resume()
    assert isinstance(last, Finished)
    assert same_arrays(last.result.parameters, finished().parameters)


def test_a_snapshot_is_a_read_only_copy_of_its_moment():
    control = RunControl()
    run = events_of(control=control)
    next(run)
    control.request_snapshot()
    snapshot = next(run)
    assert isinstance(snapshot, Snapshot)
    first = build(noisy_design(), initial_rng(5)).parameters
    assert kinds(run)[-1] is Finished
    assert same_arrays(snapshot.parameters, first)
    assert not any(array.flags.writeable for array in snapshot.parameters.values())


def test_closing_the_generator_ends_its_threads(monkeypatch):
    closed = []
    monkeypatch.setattr(Executor, "close", lambda self, close=Executor.close: closed.append(close(self)))
    run = events_of()
    next(run)
    next(run)
    run.close()
    assert len(closed) == 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("cnnviz-lane")]


# What goes wrong


def test_a_design_that_does_not_fit_is_refused_before_anything_starts():
    wide = noisy_design().replace(dataclasses.replace(noisy_design().layers[-1], units=7))
    with pytest.raises(TrainingError, match="10 classes.*it gives 7"):
        events_of(spec=wide)
    with pytest.raises(TrainingError, match="5×4×1, but the input is 8×8×1"):
        check_fit(noisy_design(), small_dataset())


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_inside_ends_the_run_with_its_traceback(monkeypatch, threads):
    def broken(self, x, y, rng, glance=None):
        raise ZeroDivisionError("planted here")

    monkeypatch.setattr(Executor, "step", broken)
    *_, failed = events_of(threads=threads)
    assert isinstance(failed, Failed)
    assert "planted here" in failed.reason
    assert "Traceback" in failed.details
    assert "broken" in failed.details
    assert (failed.step, failed.layer_id) == (1, None)


def test_running_out_of_memory_is_said_in_a_sentence(monkeypatch):
    def greedy(self, x, y, rng, glance=None):
        raise MemoryError

    monkeypatch.setattr(Executor, "step", greedy)
    *_, failed = events_of()
    assert isinstance(failed, Failed)
    assert "not enough memory" in failed.reason


def test_running_out_of_memory_before_the_start_is_said_at_once(monkeypatch):
    def greedy(spec, parameters, frozen):
        raise MemoryError

    monkeypatch.setattr(loop, "make_optimizer", greedy)
    with pytest.raises(TrainingError, match="not enough memory"):
        events_of()


def test_a_network_without_convolutions_trains_too():
    spec = dataclasses.replace(noisy_design(), layers=(Flatten(), Dense(units=10)))
    assert finished(spec=spec).state.epoch == 2
