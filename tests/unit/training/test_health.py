"""The vitals of a run against a naive recomputation from weights, gradients and outputs."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from cnnviz.data.batches import epoch_batches
from cnnviz.data.dataset import Split
from cnnviz.engine.build import build
from cnnviz.engine.losses import make_loss
from cnnviz.engine.optimizers import make_optimizer
from cnnviz.spec.layers import (
    ELU,
    BatchNorm,
    Conv2D,
    Dense,
    Flatten,
    LeakyReLU,
    MaxPool2D,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
)
from cnnviz.spec.losses import BinaryCrossEntropy
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.training import SGD, Adam, AdamW
from cnnviz.training import health
from cnnviz.training.control import RunControl
from cnnviz.training.events import LayerVitals, StepDone, Vitals
from cnnviz.training.health import FEWEST_STEPS_APART, HealthWatch
from cnnviz.training.history import MOST_VITALS, HistoryLog
from cnnviz.training.loop import train
from cnnviz.training.random_state import initial_rng, order_rng
from tests.helpers.runs import (
    SETTINGS,
    events_of,
    few_digits,
    finished,
    noisy_design,
    odd_digits,
    same_arrays,
    stopped_after,
)

WHOLE = dataclasses.replace(SETTINGS, batch_size=90, epochs=3)
"""Each epoch is one step, which sees all images."""


def design(*layers, units: int = 10) -> NetworkSpec:
    return NetworkSpec(
        name="D",
        input=InputSpec(height=8, width=8, channels=1),
        layers=(*layers, Flatten(), Dense(units=units)),
    )


def every_kind() -> NetworkSpec:
    """Every activation, pooling behind ReLU, and a block with layers and a projection of its own."""
    body = (Conv2D(filters=6, padding="same"), BatchNorm(), ReLU(), Conv2D(filters=6, padding="same"))
    return design(
        Conv2D(filters=8),
        ReLU(),
        MaxPool2D(),
        Residual(layers=body),
        ELU(alpha=0.7),
        Conv2D(filters=5, kernel_size=(2, 2)),
        LeakyReLU(),
        Flatten(),
        Dense(units=12),
        Tanh(),
        Dense(units=9),
        Sigmoid(),
    )


def looks(events) -> list[Vitals]:
    return [event for event in events if isinstance(event, Vitals)]


def of(vitals: Vitals, layer: str) -> LayerVitals:
    return next(one for one in vitals.layers if one.layer == layer)


def sick(network) -> None:
    """Weights by which some units are dead, and some outputs saturated."""
    network.parameters["conv1/bias"][:3] = -50
    network.parameters["conv1/bias"][3] = 50
    network.parameters["conv2/bias"][2] = -90
    network.parameters["dense1/weight"][...] *= 3
    network.parameters["dense2/weight"][...] *= 20


class Naive:
    """The same run step by step, by the network's own passes, in double precision."""

    def __init__(self, spec: NetworkSpec, training, dataset, *, frozen=()) -> None:
        self.network = build(spec, initial_rng(training.seed), np.float64)
        sick(self.network)
        self.optimizer = make_optimizer(training.optimizer, self.network.parameters, frozen)
        self.loss = make_loss(training.loss, spec)
        self.training, self.dataset, self.frozen = training, dataset, frozen

    def step(self, indices) -> dict[str, tuple[float | None, ...]]:
        images = self.dataset.scaled(indices).astype(np.float64)
        outputs: dict[str, np.ndarray] = {}
        scores, backward = self.network.record(
            images, training=True, taps=lambda name, y: outputs.update({name: y.copy()})
        )
        _, dscores = self.loss.compute(scores, self.dataset.labels[indices])
        gradients = backward(dscores / len(indices)).parameters
        before = {name: array.copy() for name, array in self.network.parameters.items()}
        norms = {name: np.linalg.norm(array) for name, array in gradients.items()}
        self.optimizer.step(gradients)
        return {layer.id: self.measured(layer, outputs, before, norms) for layer in self.network.spec.walk()}

    def measured(self, layer, outputs, before, norms):
        ratio = norm = dead = saturated = None
        own = [name for name in before if name.startswith(f"{layer.id}/") and name not in self.frozen]
        if own:
            norm = math.hypot(*(norms[name] for name in own))
            name = f"{layer.id}/weight"
            if before[name].ndim > 1:
                change = self.network.parameters[name] - before[name]
                ratio = np.linalg.norm(change) / np.linalg.norm(before[name])
        y = outputs[layer.id]
        rows = y.reshape(len(y), -1)
        if isinstance(layer, ReLU):
            dead = np.mean([(row == 0).all() for row in rows])
        elif isinstance(layer, ELU):
            dead = np.mean([(row <= -0.95 * layer.alpha).all() for row in rows])
        elif isinstance(layer, Tanh):
            saturated = np.mean(1 - y**2 < 0.05)
        elif isinstance(layer, Sigmoid):
            saturated = np.mean(4 * y * (1 - y) < 0.05)
        return ratio, norm, dead, saturated


def compared(spec, training, dataset, *, threads: int, frozen=()):
    """Yield every layer's measures as the run reports them, and as recomputed."""
    network = build(spec, initial_rng(training.seed))
    sick(network)
    network.freeze(frozen)
    reported = {one.step: one for one in looks(train(network, dataset, training, threads=threads))}
    naive, order, step = Naive(spec, training, dataset, frozen=frozen), order_rng(training.seed), 0
    for _ in range(training.epochs):
        for indices in epoch_batches(dataset.indices(Split.TRAIN), training.batch_size, order):
            step += 1
            wanted = naive.step(indices)
            for layer in reported[step].layers if step in reported else ():
                measures = (
                    layer.update_ratio,
                    layer.gradient_norm,
                    layer.dead_share,
                    layer.saturated_share,
                )
                yield layer.layer, measures, wanted[layer.layer]


# What is measured


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("optimizer", [SGD(learning_rate=0.02), AdamW(learning_rate=0.001, epsilon=0.01)])
def test_every_measure_is_that_of_a_naive_recomputation(threads, optimizer):
    training = dataclasses.replace(SETTINGS, optimizer=optimizer, epochs=1)
    seen = {}
    for layer, reported, wanted in compared(every_kind(), training, few_digits(), threads=threads):
        for one, other in zip(reported, wanted, strict=True):
            assert (one is None) == (other is None), layer
            assert one is None or one == pytest.approx(other, rel=1e-4, abs=1e-7), layer
        seen[layer] = reported
    assert seen["relu1"][2] == 3 / 8
    assert seen["elu1"][2] is not None
    assert 0 < seen["tanh1"][3] < 1
    assert 0 < seen["sigmoid1"][3] < 1
    assert "leakyrelu1" not in seen


def test_in_one_step_of_doubles_all_agree_to_five_digits():
    """In double precision nothing but the measuring itself could differ."""
    training = dataclasses.replace(WHOLE, epochs=1, optimizer=Adam(learning_rate=0.001, epsilon=0.01))
    network = build(every_kind(), initial_rng(training.seed), np.float64)
    sick(network)
    (reported,) = looks(train(network, few_digits(), training, threads=1))
    (indices,) = epoch_batches(few_digits().indices(Split.TRAIN), 90, order_rng(training.seed))
    wanted = Naive(every_kind(), training, few_digits()).step(indices)
    measured = [dataclasses.astuple(layer) for layer in reported.layers]
    assert len(measured) > 8
    for layer, *values in measured:
        assert values == [
            other if other is None else pytest.approx(other, rel=1e-5) for other in wanted[layer]
        ]


def test_what_is_frozen_has_no_measures_but_a_place():
    frozen = dataclasses.replace(SETTINGS, frozen=("conv1",), epochs=1)
    first, *_ = looks(events_of(frozen))
    assert of(first, "conv1") == LayerVitals("conv1", None, None, None, None)
    assert of(first, "dense1").update_ratio > 0


def test_layers_come_in_the_order_of_the_design_and_blocks_before_their_body():
    first, *_ = looks(events_of(spec=every_kind()))
    reported = [one.layer for one in first.layers]
    order = [layer.id for layer in every_kind().walk()]
    assert reported == [name for name in order if name in reported]
    assert {"residual1", "batchnorm1", "relu2"} <= set(reported)
    assert of(first, "batchnorm1").update_ratio is None
    assert of(first, "batchnorm1").gradient_norm > 0


def test_an_end_that_is_left_to_the_loss_is_not_called_saturated():
    probabilities, *_ = looks(events_of(spec=noisy_design(10, Softmax())))
    assert [one.layer for one in probabilities.layers] == ["conv1", "relu1", "dense1"]
    binary = dataclasses.replace(SETTINGS, loss=BinaryCrossEntropy())
    yes_or_no, *_ = looks(events_of(binary, spec=noisy_design(1, Sigmoid()), dataset=odd_digits()))
    assert [one.layer for one in yes_or_no.layers] == ["conv1", "relu1", "dense1"]


def test_a_kernel_of_zeros_has_no_ratio():
    spec = design(Conv2D(filters=2, initializer="constant", initial_value=0.0))
    first, *_ = looks(events_of(spec=spec))
    assert of(first, "conv1").update_ratio is None
    assert of(first, "conv1").gradient_norm >= 0


def test_few_images_call_no_unit_dead():
    small = dataclasses.replace(SETTINGS, batch_size=15, epochs=1)
    first, *_ = looks(events_of(small))
    assert of(first, "relu1") == LayerVitals("relu1", None, None, None, None)


def test_some_units_stand_for_all_of_a_large_kernel(monkeypatch):
    exact, *_ = looks(events_of())
    monkeypatch.setattr(health, "_MOST_NUMBERS", 50)
    watch = HealthWatch(build(noisy_design(), initial_rng(5)), 90, 32)
    checkup = watch.begin(1, 0)
    assert checkup._before["dense1"].shape[0] < 10
    some, *_ = looks(events_of())
    assert of(some, "dense1").update_ratio == pytest.approx(of(exact, "dense1").update_ratio, rel=0.5)


def test_numbers_beyond_what_32_bits_hold_are_none():
    network = build(noisy_design(), initial_rng(0))
    checkup = HealthWatch(network, 90, 32).begin(1, 0)
    network.parameters["conv1/weight"][0] = np.inf
    vitals = checkup.vitals({"conv1/weight": math.inf}, 32)
    assert of(vitals, "conv1") == LayerVitals("conv1", None, None, None, None)


# What is learned


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("spec", [noisy_design(), every_kind()])
def test_nothing_that_is_learned_changes_by_looking(monkeypatch, spec, threads):
    begin = HealthWatch.begin
    monkeypatch.setattr(HealthWatch, "begin", lambda self, step, images: None)
    unwatched = finished(spec=spec, threads=threads)
    assert unwatched.history.vitals == ()
    monkeypatch.setattr(HealthWatch, "begin", lambda self, step, images: begin(self, 1, images))
    watched = finished(spec=spec, threads=threads)
    assert len(watched.history.vitals) == 1  # every look calls itself the first
    assert same_arrays(watched.parameters, unwatched.parameters)
    assert same_arrays(watched.state.optimizer, unwatched.state.optimizer)
    assert np.array_equal(watched.history.steps.gradient_norm, unwatched.history.steps.gradient_norm)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_run_has_the_same_vitals(threads):
    options = {"spec": every_kind(), "threads": threads}
    assert finished(**options).history.vitals == finished(**options).history.vitals


# When


def test_the_first_steps_and_the_last_whole_batch_of_every_epoch_are_looked_at():
    events = list(events_of(dataclasses.replace(SETTINGS, epochs=4)))
    assert [one.step for one in looks(events)] == [1, 2, 4, 5, 8, 11]
    for place, event in enumerate(events):
        if isinstance(event, Vitals):
            assert isinstance(events[place - 1], StepDone)
            assert events[place - 1].step == event.step


@pytest.mark.parametrize(
    ("images", "batch", "expected"),
    [
        (32 * 80, 32, [16, 80]),
        (32 * 80 + 5, 32, [16, 80]),
        (32 * 10 + 31, 32, [10]),
        (5, 32, [1]),
        (32 * 800, 32, list(range(100, 801, 100))),
    ],
)
def test_looks_are_evenly_spaced_over_an_epoch(images, batch, expected):
    watch = HealthWatch(build(noisy_design(), initial_rng(0)), images, batch)
    batches = -(-images // batch)
    done = 10 * batches
    found = [
        place + 1 for place in range(batches) if watch.begin(done + place + 1, place * batch) is not None
    ]
    assert found == expected
    assert len(found) <= 2 + batches // FEWEST_STEPS_APART


@pytest.mark.parametrize("steps", [1, 2, 4, 5])
def test_a_run_that_goes_on_has_the_vitals_of_one_never_interrupted(steps):
    continued = finished(resume_from=stopped_after(steps))
    assert continued.history.vitals == finished().history.vitals


def test_a_single_step_is_measured():
    control = RunControl()
    control.pause()
    control.step()
    run = events_of(control=control)
    seen = []
    for event in run:
        seen.append(event)
        if isinstance(event, Vitals):
            control.request_stop()
    assert [one.step for one in looks(seen)] == [1]
    assert seen[-1].result.history.vitals == tuple(looks(seen))


# What is kept


def filled(steps, log: HistoryLog | None = None) -> HistoryLog:
    log = HistoryLog() if log is None else log
    for step in steps:
        log.append(Vitals(step, ()))
    return log


def kept(log: HistoryLog) -> list[int]:
    return [one.step for one in log.frozen().vitals]


def test_a_short_history_has_all_vitals_and_a_long_one_as_many_evenly():
    assert kept(filled(range(1, 1000))) == list(range(1, 1000))
    steps = kept(filled(range(1, 100_001)))
    assert steps[0] == 1
    assert MOST_VITALS / 2 <= len(steps) <= MOST_VITALS
    assert len(set(np.diff(steps[1:]))) == 1
    assert 100_000 - steps[-1] < steps[-1] - steps[-2]


def test_seldom_looks_are_all_kept():
    assert kept(filled(range(100, 100_001, 100))) == list(range(100, 100_001, 100))


@pytest.mark.parametrize("cut", [1, 1999, 2000, 4001, 9_000])
def test_thinning_does_not_depend_on_interruptions(cut):
    first = filled(range(1, cut + 1)).frozen()
    assert kept(filled(range(cut + 1, 10_001), HistoryLog(first))) == kept(filled(range(1, 10_001)))


def test_a_frozen_history_keeps_its_vitals_and_until_cuts_them():
    log = filled([1, 2])
    before = log.frozen()
    filled([3], log)
    assert [one.step for one in before.vitals] == [1, 2]
    assert [one.step for one in log.frozen().until(2, 0).vitals] == [1, 2]
