"""Runs, curves and data sets with known troubles, for the doctor."""

from __future__ import annotations

import dataclasses

import numpy as np

from cnnviz.data.dataset import Dataset, Split
from cnnviz.engine.build import build
from cnnviz.spec.layers import Conv2D, Dense, Flatten, Layer, MaxPool2D, ReLU, Sigmoid
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.training import TrainingSpec
from cnnviz.training.events import EpochDone, LayerVitals, StepDone, Vitals
from cnnviz.training.findings import Case
from cnnviz.training.history import History, HistoryLog
from cnnviz.training.loop import train
from cnnviz.training.random_state import initial_rng

STEPS = 5


def design(*layers: Layer) -> NetworkSpec:
    """A design for 8×8 gray images."""
    return NetworkSpec(name="Sick", input=InputSpec(height=8, width=8, channels=1), layers=layers)


def plain_design() -> NetworkSpec:
    """A healthy design of three layers that learn."""
    return design(Conv2D(filters=4), ReLU(), MaxPool2D(), Flatten(), Dense(units=16), ReLU(), Dense(units=10))


def deep_design(kind: type[Layer] = Sigmoid, depth: int = 8) -> NetworkSpec:
    """A deep chain of dense layers with one activation behind each."""
    pairs = [layer for _ in range(depth) for layer in (Dense(units=32), kind())]
    return design(Flatten(), *pairs, Dense(units=10))


def curves(
    losses: list[float],
    *,
    first: float | None = None,
    validation: list[float] | None = None,
    gap: float = 0.0,
    vitals: tuple[Vitals, ...] = (),
) -> History:
    """A history with one entry of `losses` per epoch of `STEPS` steps, all of them of that loss.

    `first` is the loss of the very first batch, `gap` how far training accuracy is above that of validation.
    """
    log = HistoryLog()
    for number, loss in enumerate(losses):
        for step in range(STEPS):
            batch = first if first is not None and not number and not step else loss
            log.append(StepDone(number * STEPS + step + 1, number + 1, batch, 0.9, 32, 0.1, 0.01, 1.0))
        val_loss = loss if validation is None else validation[number]
        step = (number + 1) * STEPS
        log.append(EpochDone(number + 1, step, loss, 0.9, val_loss, 0.9 - gap, 1.0, 100.0))
    for one in vitals:
        log.append(one)
    return log.frozen()


def vitals(step: int, **layers: dict[str, float]) -> Vitals:
    """Vitals of one step: for each layer what was measured."""
    names = [field.name for field in dataclasses.fields(LayerVitals) if field.name != "layer"]
    return Vitals(
        step,
        tuple(
            LayerVitals(layer, **{name: given.get(name) for name in names}) for layer, given in layers.items()
        ),
    )


def steady(count: int = 6, **layers: dict[str, float]) -> tuple[Vitals, ...]:
    """The same vitals again and again, after the first steps."""
    return tuple(vitals(100 * (1 + number), **layers) for number in range(count))


def images(
    labels: list[int],
    *,
    train: slice,
    validation: slice,
    test: slice,
    brightest: int = 255,
    max_value: int = 255,
    classes: int = 3,
) -> Dataset:
    """Random images with these labels, cut into splits as given."""
    rng = np.random.default_rng(7)
    every = np.arange(len(labels))
    return Dataset(
        name="made",
        title="Made",
        images=rng.integers(0, brightest + 1, (len(labels), 8, 8, 1)).astype(np.uint8),
        labels=np.array(labels, np.int64),
        class_names=tuple("abcdefghij"[:classes]),
        splits={
            Split.TRAIN: every[train],
            Split.VALIDATION: every[validation],
            Split.TEST: every[test],
        },
        max_value=max_value,
    )


def run_of(spec: NetworkSpec, training: TrainingSpec, dataset: Dataset) -> Case:
    """Train, and return the case of that run."""
    network = build(spec, initial_rng(training.seed))
    *_, end = train(network, dataset, training, threads=2)
    failure = end.reason if getattr(end, "diverged", False) else ""
    return Case(spec, training, end.result.history, dataset, failure)
