"""Runs in the thread of the test, on a few digits, and such as another window trains."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cnnviz.app.runs.run_about import About
from cnnviz.app.runs.run_folder import RunFolder
from cnnviz.data.dataset import Dataset, Split
from cnnviz.data.digits import open_digits
from cnnviz.engine.build import build
from cnnviz.spec.layers import Conv2D, Dense, Dropout, Flatten, Layer, MaxPool2D, ReLU
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.training import Adam, TrainingSpec
from cnnviz.training.control import RunControl
from cnnviz.training.events import Event, Failed, Finished, Stopped
from cnnviz.training.loop import train
from cnnviz.training.random_state import initial_rng
from cnnviz.training.result import RunResult

TRAIN_IMAGES = 90
STEPS_PER_EPOCH = 3
SETTINGS = TrainingSpec(optimizer=Adam(learning_rate=0.01), batch_size=32, epochs=2, seed=5)


@functools.cache
def few_digits() -> Dataset:
    """The bundled digits with 90 / 20 / 20 images in the splits: three steps of 32, 32 and 26 an epoch."""
    whole = open_digits()
    sizes = {Split.TRAIN: TRAIN_IMAGES, Split.VALIDATION: 20, Split.TEST: 20}
    splits = {split: whole.indices(split)[:size] for split, size in sizes.items()}
    return Dataset(
        name="few-digits",
        title="A few digits",
        images=whole.images,
        labels=whole.labels,
        class_names=whole.class_names,
        splits=splits,
        max_value=whole.max_value,
    )


@functools.cache
def odd_digits() -> Dataset:
    """The same digits in two classes, even and odd."""
    digits = few_digits()
    return dataclasses.replace(
        digits, name="odd-digits", labels=digits.labels % 2, class_names=("even", "odd")
    )


@functools.cache
def measured_digits() -> Dataset:
    """The same digits with two numbers to learn: how much ink there is in the upper and the lower half."""
    digits = few_digits()
    halves = [digits.images[:, :4], digits.images[:, 4:]]
    targets = np.stack([half.reshape(len(digits), -1).mean(axis=1) / 8 for half in halves], axis=1)
    return dataclasses.replace(
        digits,
        name="measured-digits",
        labels=np.zeros_like(digits.labels),
        class_names=("digit",),
        targets=targets.astype(np.float32),
    )


def noisy_design(units: int = 10, *end: Layer) -> NetworkSpec:
    """A design with a layer that draws random numbers at every step."""
    layers = (Conv2D(filters=4), ReLU(), MaxPool2D(), Flatten(), Dropout(rate=0.3), Dense(units=units), *end)
    return NetworkSpec(name="Noisy", input=InputSpec(height=8, width=8, channels=1), layers=layers)


def linear_design(units: int = 10, *end: Layer) -> NetworkSpec:
    """A design without anything that holds numbers back, so that a high rate makes them infinite."""
    layers = (*(Conv2D(filters=4, padding="same") for _ in range(4)), Flatten(), Dense(units=units), *end)
    return NetworkSpec(name="Linear", input=InputSpec(height=8, width=8, channels=1), layers=layers)


def events_of(
    training: TrainingSpec = SETTINGS,
    *,
    spec: NetworkSpec | None = None,
    dataset: Dataset | None = None,
    control: RunControl | None = None,
    resume_from: RunResult | None = None,
    threads: int = 2,
):
    """Start a run, with first weights by its seed, and return the generator of its events."""
    network = build(spec or noisy_design(), initial_rng(training.seed))
    images = dataset or few_digits()
    return train(network, images, training, threads=threads, control=control, resume_from=resume_from)


def finished(training: TrainingSpec = SETTINGS, **options) -> RunResult:
    """Train to the end and return the result."""
    *_, last = events_of(training, **options)
    assert isinstance(last, Finished), last
    return last.result


def stopped_after(steps: int, training: TrainingSpec = SETTINGS, **options) -> RunResult:
    """Train, ask for a stop when `steps` steps are done, and return the result."""
    control = RunControl()
    last: Event | None = None
    for last in events_of(training, control=control, **options):
        if getattr(last, "step", None) == steps:
            control.request_stop()
    assert isinstance(last, Stopped), last
    return last.result


def failure(training: TrainingSpec, **options) -> Failed:
    """Train until the run fails, and return how."""
    *_, last = events_of(training, **options)
    assert isinstance(last, Failed), last
    return last


def same_arrays(left, right) -> bool:
    """Whether two mappings hold the same arrays, bit for bit."""
    return set(left) == set(right) and all(np.array_equal(left[name], right[name]) for name in left)


@contextlib.contextmanager
def run_elsewhere(root: Path, name: str = "Theirs", *, is_begun: bool = True) -> Iterator[RunFolder]:
    """The folder, locked, of a run that another window trains; where it `is_begun`, with a checkpoint."""
    about = About(
        name, 3, datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC), steps_per_epoch=STEPS_PER_EPOCH
    )
    folder = RunFolder.made(root, about)
    if is_begun:
        folder.checkpoints.write(stopped_after(4))
    try:
        yield folder
    finally:
        folder.release()
