"""What the settings of a run do to it: losses, penalties, clipping, schedules."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.data.dataset import Split
from cnnviz.engine.build import build
from cnnviz.engine.network import Network
from cnnviz.engine.optimizers import OptimizerState
from cnnviz.engine.parallel import Executor
from cnnviz.engine.penalties import global_norm
from cnnviz.engine.schedules import RateSchedule
from cnnviz.errors import TrainingError
from cnnviz.spec.layers import Sigmoid, Softmax
from cnnviz.spec.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError, MulticlassSVM
from cnnviz.spec.schedules import (
    SCHEDULE_TYPES,
    Cosine,
    Exponential,
    OneCycle,
    ReduceOnPlateau,
    StepDecay,
)
from cnnviz.spec.training import OPTIMIZER_TYPES, SGD, AdamW, TrainingSpec
from cnnviz.training.evaluation import evaluate
from cnnviz.training.events import Finished
from cnnviz.training.loop import train
from cnnviz.training.random_state import initial_rng
from cnnviz.training.runfile import load_run, save_run
from tests.helpers.runs import (
    SETTINGS,
    STEPS_PER_EPOCH,
    events_of,
    failure,
    few_digits,
    finished,
    linear_design,
    measured_digits,
    noisy_design,
    odd_digits,
    same_arrays,
    stopped_after,
)

LOSSES = {
    "smoothed": (CrossEntropy(label_smoothing=0.1), 10, (), few_digits),
    "svm": (MulticlassSVM(margin=2.0), 10, (), few_digits),
    "svm behind softmax": (MulticlassSVM(), 10, (Softmax(),), few_digits),
    "binary": (BinaryCrossEntropy(), 1, (Sigmoid(),), odd_digits),
    "numbers": (MeanSquaredError(), 2, (), measured_digits),
}
EVERYTHING = TrainingSpec(
    optimizer=SGD(learning_rate=0.02),
    loss=CrossEntropy(label_smoothing=0.05),
    schedule=ReduceOnPlateau(factor=0.5, patience=0),
    warmup_steps=2,
    l1=1e-4,
    l2=1e-3,
    clip_value=0.5,
    clip_norm=1.0,
    batch_size=32,
    epochs=3,
    seed=5,
)


def setting(name):
    """Return training settings, and the design and data set for them."""
    loss, units, end, dataset = LOSSES[name]
    options = {"spec": noisy_design(units, *end), "dataset": dataset()}
    return dataclasses.replace(SETTINGS, loss=loss), options


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_goes_down(name):
    training, options = setting(name)
    epochs = finished(dataclasses.replace(training, epochs=12), **options).history.epochs
    assert epochs.train_loss[-1] < 0.7 * epochs.train_loss[0]
    assert epochs.val_loss[-1] < epochs.val_loss[0]
    if name != "numbers":
        chance = 1 / len(options["dataset"].class_names)
        assert epochs.train_accuracy[-1] > 1.4 * chance


@pytest.mark.parametrize("steps", [1, 3, 4])
@pytest.mark.parametrize("name", LOSSES)
def test_a_continued_run_is_bit_for_bit_that_without_interruption(name, steps):
    training, options = setting(name)
    whole = finished(training, **options)
    continued = finished(training, resume_from=stopped_after(steps, training, **options), **options)
    assert same_arrays(continued.parameters, whole.parameters)
    assert continued.history.epochs.val_loss.tolist() == whole.history.epochs.val_loss.tolist()


@pytest.mark.parametrize("kind", OPTIMIZER_TYPES)
@pytest.mark.parametrize("steps", [2, 4])
def test_so_it_is_with_every_optimizer_from_a_file(tmp_path, kind, steps):
    training = dataclasses.replace(SETTINGS, optimizer=kind())
    save_run(tmp_path / "r.cnnviz", stopped_after(steps, training))
    continued = finished(training, resume_from=load_run(tmp_path / "r.cnnviz").result)
    whole = finished(training)
    assert same_arrays(continued.parameters, whole.parameters)
    assert same_arrays(continued.state.optimizer, whole.state.optimizer)


SCHEDULES = [StepDecay(every=1), Exponential(), Cosine(), OneCycle(), ReduceOnPlateau(patience=0)]


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("steps", [1, 4, 7])
def test_so_it_is_with_every_schedule_and_everything_else_from_a_file(tmp_path, schedule, steps):
    training = dataclasses.replace(EVERYTHING, schedule=schedule)
    save_run(tmp_path / "r.cnnviz", stopped_after(steps, training))
    saved = load_run(tmp_path / "r.cnnviz").result
    assert saved.training == training
    continued, whole = finished(training, resume_from=saved), finished(training)
    assert same_arrays(continued.parameters, whole.parameters)
    assert continued.state.plateau == whole.state.plateau


@pytest.fixture
def steps_taken(monkeypatch):
    """Note the rate and the norm of the gradients of every step that the optimizer takes."""
    taken = []
    move = OptimizerState.step

    def noted(self, gradients, rate=None):
        largest = max(float(abs(array).max()) for array in gradients.values())
        taken.append((rate, global_norm(gradients.values()), largest))
        move(self, gradients, rate)

    monkeypatch.setattr(OptimizerState, "step", noted)
    return taken


@pytest.mark.parametrize("kind", [kind for kind in SCHEDULE_TYPES if kind is not ReduceOnPlateau])
def test_the_rates_are_those_that_can_be_drawn_before(steps_taken, kind):
    training = dataclasses.replace(EVERYTHING, schedule=kind())
    finished(training)
    drawn = RateSchedule(kind(), 0.02, 2)
    expected = [drawn.rate(step, STEPS_PER_EPOCH, 3) for step in range(3 * STEPS_PER_EPOCH)]
    assert [rate for rate, _, _ in steps_taken] == expected


def test_a_plateau_lowers_the_rate_of_the_next_epoch(steps_taken):
    stuck = dataclasses.replace(
        SETTINGS,
        optimizer=SGD(learning_rate=1e-8),
        schedule=ReduceOnPlateau(factor=0.5, patience=1),
        epochs=5,
    )
    result = finished(stuck)
    assert [rate for rate, _, _ in steps_taken[::STEPS_PER_EPOCH]] == [1e-8, 1e-8, 1e-8, 5e-9, 5e-9]
    assert result.state.plateau.share == 0.25


def test_gradients_are_clipped_before_the_step(steps_taken):
    finished(dataclasses.replace(SETTINGS, clip_norm=0.01))
    finished(dataclasses.replace(SETTINGS, clip_value=0.001))
    count = len(steps_taken) // 2
    assert max(norm for _, norm, _ in steps_taken[:count]) <= 0.0100001
    assert max(largest for _, _, largest in steps_taken[count:]) <= np.float32(0.001)


def test_penalties_make_weights_smaller_and_are_not_in_the_reported_loss():
    plain = finished()
    for change in ({"l2": 0.5}, {"l1": 0.05}):
        result = finished(dataclasses.replace(SETTINGS, **change))
        assert result.history.steps.loss[0] == plain.history.steps.loss[0]
        for name in ("conv1/weight", "dense1/weight"):
            assert abs(result.parameters[name]).sum() < abs(plain.parameters[name]).sum()


def test_batches_of_one_image_are_learned_from():
    result = finished(dataclasses.replace(SETTINGS, optimizer=SGD(learning_rate=0.01), batch_size=1))
    assert result.state.step == 180
    assert result.history.epochs.train_loss[1] < result.history.epochs.train_loss[0]


def measured(name, epochs=1):
    training, options = setting(name)
    result = finished(dataclasses.replace(training, epochs=epochs), **options)
    network = Network.with_parameters(result.spec, result.parameters)
    dataset = options["dataset"]
    images = dataset.indices(Split.TEST)
    with Executor(network, 1, training.loss) as executor:
        return evaluate(executor, dataset, images), executor.predict(dataset.scaled(images)), dataset, images


def test_an_evaluation_tells_top_5_of_many_classes():
    evaluation, outputs, dataset, images = measured("smoothed")
    best = np.argsort(-outputs, axis=0, kind="stable")[:5]
    assert evaluation.top_accuracy == (best == dataset.labels[images]).any(axis=0).mean()
    assert evaluation.accuracy <= evaluation.top_accuracy < 1
    assert (evaluation.mean_absolute_error, evaluation.r_squared) == (None, None)


def test_an_evaluation_of_two_classes_counts_what_is_above_a_half():
    evaluation, outputs, dataset, images = measured("binary")
    assert outputs.shape == (2, len(images))
    np.testing.assert_allclose(outputs.sum(axis=0), 1, rtol=1e-6)
    assert evaluation.accuracy == ((outputs[1] > 0.5) == dataset.labels[images]).mean()
    assert evaluation.top_accuracy is None


def test_an_evaluation_of_numbers_tells_how_far_they_are_off():
    evaluation, outputs, dataset, images = measured("numbers", epochs=12)
    wanted = dataset.targets[images].T
    assert evaluation.loss == pytest.approx(np.square(outputs - wanted).mean(), rel=1e-5)
    assert evaluation.mean_absolute_error == pytest.approx(abs(outputs - wanted).mean(), rel=1e-5)
    assert evaluation.r_squared < 1
    assert evaluation.accuracy == 0


@pytest.mark.parametrize("name", LOSSES)
def test_when_numbers_explode_the_step_is_named_and_good_weights_are_kept(name):
    loss, units, end, dataset = LOSSES[name]
    training = TrainingSpec(optimizer=SGD(learning_rate=1e6), loss=loss, batch_size=32, epochs=3)
    failed = failure(training, spec=linear_design(units, *end), dataset=dataset())
    assert f"step {failed.step} " in failed.reason
    assert failed.layer_id is not None
    assert f'"{failed.layer_id}' in failed.reason
    assert all(np.isfinite(array).all() for array in failed.result.parameters.values())


@pytest.mark.parametrize(
    ("loss", "dataset", "words"),
    [
        (BinaryCrossEntropy(), few_digits, "two classes apart; the data set has 10"),
        (MeanSquaredError(), few_digits, "classes only"),
        (CrossEntropy(), measured_digits, "Choose mean squared error"),
    ],
)
def test_a_loss_that_does_not_fit_the_data_is_refused_in_words(loss, dataset, words):
    with pytest.raises(TrainingError, match=words):
        events_of(dataclasses.replace(SETTINGS, loss=loss), dataset=dataset())


def test_frozen_weights_stay_whatever_is_asked_of_them_and_do_not_count_for_the_norm(steps_taken):
    network = build(noisy_design(), initial_rng(5))
    network.freeze(["dense1/weight", "dense1/bias"])
    first = network.snapshot()
    training = dataclasses.replace(SETTINGS, l2=0.1, clip_norm=0.01, optimizer=AdamW())
    *_, last = train(network, few_digits(), training, threads=1)
    assert isinstance(last, Finished)
    for name, array in first.items():
        assert np.array_equal(last.result.parameters[name], array) == name.startswith("dense1")
    assert min(norm for _, norm, _ in steps_taken) > 0.01, "those of the frozen ones were scaled down, too"
