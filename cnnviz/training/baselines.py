"""Simple classifiers on the same split: what a network has to beat."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np

from cnnviz.data.batches import batch_count, ordered_batches
from cnnviz.data.dataset import Split
from cnnviz.engine.build import build
from cnnviz.engine.neighbors import Metric
from cnnviz.engine.network import Network
from cnnviz.engine.parallel import Executor
from cnnviz.errors import TrainingError
from cnnviz.spec.losses import BinaryCrossEntropy, MeanSquaredError
from cnnviz.spec.trace import trace
from cnnviz.spec.words import counted
from cnnviz.training.evaluation import BATCH_SIZE
from cnnviz.training.events import Failed, Finished, StepDone, Stopped
from cnnviz.training.loop import check_fit, train
from cnnviz.training.neighbors import NeighborChoice, NeighborClassifier
from cnnviz.training.random_state import initial_rng

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.events import Event
    from cnnviz.training.gate import Gate

    Weights: TypeAlias = Mapping[str, NDArray[np.floating]]
    Report: TypeAlias = Callable[[float], None]

_CHOICE_SHARE = 0.8
"""How much of the work of the nearest neighbours is spent on choosing k and the distance, about."""


@dataclasses.dataclass(frozen=True, slots=True)
class NetworkBaseline:
    """A design and how it is trained; the weights of its best epoch are measured."""

    name: str
    title: str
    spec: NetworkSpec
    training: TrainingSpec


@dataclasses.dataclass(frozen=True, slots=True)
class NeighborBaseline:
    """The k-nearest neighbours among the training images."""

    name: str = "nearest-neighbours"
    title: str = "Nearest neighbours"


Baseline: TypeAlias = NetworkBaseline | NeighborBaseline


@dataclasses.dataclass(frozen=True, slots=True)
class Measure:
    """How a classifier does on a split: the share of right answers, and the seconds for all `images`."""

    accuracy: float
    images: int
    seconds: float

    @property
    def seconds_per_image(self) -> float:
        """Time for one image where many are classified at once."""
        return self.seconds / self.images


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class BaselineResult:
    """A classifier that is ready, and how well it does.

    Attributes
    ----------
    name, title
        Identifier, and what the person reads.
    validation, test
        What was measured; `test` is None until somebody asks for it.
    training_seconds
        Time in training steps; None where nothing was trained.
    parameters
        Learned numbers.
    how
        How it was made, in words.
    choice
        For the nearest neighbours: k and the distance.
    spec, weights, loss
        For networks.
    """

    name: str
    title: str
    validation: Measure
    training_seconds: float | None
    parameters: int
    how: str
    choice: NeighborChoice | None = None
    spec: NetworkSpec | None = None
    weights: Weights | None = None
    loss: Loss | None = None
    test: Measure | None = None


def run_baseline(
    baseline: Baseline, dataset: Dataset, gate: Gate, report: Report, *, threads: int | None = None
) -> BaselineResult:
    """Make a classifier from the training images and measure it on the validation images.

    `report` is told the share that is done, from 0 to 1.

    Raises
    ------
    TrainingError
        The classifier does not fit the data set or the memory, or its training has failed.
    Interrupted
        The work was cancelled at the gate.
    """
    gate.go_through()
    if isinstance(baseline, NeighborBaseline):
        return _run_neighbors(baseline, dataset, gate, report, threads)
    return _run_network(baseline, dataset, gate, report, threads)


def measure_test(
    result: BaselineResult, dataset: Dataset, gate: Gate, report: Report, *, threads: int | None = None
) -> BaselineResult:
    """Return the result with its measure on the test images added; raises what `run_baseline` raises."""
    indices = dataset.indices(Split.TEST)
    if result.choice is not None:
        classifier = NeighborClassifier(dataset, threads)
        test = _neighbor_measure(classifier, dataset, indices, result.choice, gate, report)
    else:
        assert result.spec is not None  # a result is of neighbours or of a network
        assert result.weights is not None
        assert result.loss is not None
        test = measure_network(
            result.spec, result.weights, result.loss, dataset, indices, gate, report, threads=threads
        )
    return dataclasses.replace(result, test=test)


def measure_network(
    spec: NetworkSpec,
    weights: Weights,
    loss: Loss,
    dataset: Dataset,
    indices: NDArray[np.int64],
    gate: Gate,
    report: Report,
    *,
    threads: int | None = None,
) -> Measure:
    """Return how a network does on the images `indices`; raises what `run_baseline` raises.

    The time is that of the network alone; pixels become numbers before.
    """
    check_fit(spec, dataset, loss)
    if isinstance(loss, MeanSquaredError):
        raise TrainingError("This network learns numbers, not classes, so it has no accuracy to compare.")
    network = Network.with_parameters(spec, weights)
    right, done, seconds = 0, 0, 0.0
    with Executor(network, threads, loss) as executor:
        executor.scores(dataset.scaled(indices[:BATCH_SIZE]))  # the first time, buffers are made
        for batch in ordered_batches(indices, BATCH_SIZE):
            gate.go_through()
            images = dataset.scaled(batch)
            started = time.perf_counter()
            classes = _classes(executor.scores(images), loss)
            seconds += time.perf_counter() - started
            right += int((classes == dataset.labels[batch]).sum())
            done += len(batch)
            report(done / len(indices))
    return Measure(right / done, done, seconds)


def _classes(scores: NDArray[np.floating], loss: Loss) -> NDArray[np.int64]:
    if isinstance(loss, BinaryCrossEntropy):
        is_second: NDArray[np.int64] = (scores[0] > 0).astype(np.int64)
        return is_second
    classes: NDArray[np.int64] = np.argmax(scores, axis=0)
    return classes


def _run_network(
    baseline: NetworkBaseline, dataset: Dataset, gate: Gate, report: Report, threads: int | None
) -> BaselineResult:
    training = baseline.training
    network = build(baseline.spec, initial_rng(training.seed))
    steps = training.epochs * batch_count(len(dataset.indices(Split.TRAIN)), training.batch_size)
    ending: Finished | Stopped | Failed | None = None
    run = cast("Generator[Event]", train(network, dataset, training, threads=threads))
    with contextlib.closing(run) as events:  # its threads end at once, also when interrupted
        for event in events:
            if isinstance(event, StepDone):
                gate.go_through()
                report(event.step / steps)
            elif isinstance(event, Finished | Stopped | Failed):
                ending = event
    assert ending is not None  # every run ends so
    if isinstance(ending, Failed):
        raise TrainingError(ending.reason)
    result = ending.result
    weights = result.shown_parameters
    indices = dataset.indices(Split.VALIDATION)
    measured = measure_network(
        result.spec, weights, training.loss, dataset, indices, gate, lambda share: None, threads=threads
    )
    return BaselineResult(
        baseline.name,
        baseline.title,
        measured,
        result.seconds,
        trace(result.spec).parameters,
        _training_words(training, result.state.epoch, result.best_epoch),
        spec=result.spec,
        weights=weights,
        loss=training.loss,
    )


def _training_words(training: TrainingSpec, epochs: int, best: int | None) -> str:
    optimizer = training.optimizer
    rate = f"{type(optimizer).title} with rate {optimizer.learning_rate:g}"
    return (
        f"{type(training.loss).title}, {rate}, batches of {training.batch_size}; "
        f"the best of {counted(epochs, 'epoch')} was epoch {best or epochs}."
    )


def _run_neighbors(
    baseline: NeighborBaseline, dataset: Dataset, gate: Gate, report: Report, threads: int | None
) -> BaselineResult:
    classifier = NeighborClassifier(dataset, threads)
    choice = classifier.choose(gate, lambda share: report(_CHOICE_SHARE * share))
    indices = dataset.indices(Split.VALIDATION)
    measured = _neighbor_measure(
        classifier,
        dataset,
        indices,
        choice,
        gate,
        lambda share: report(_CHOICE_SHARE + (1 - _CHOICE_SHARE) * share),
    )
    kept = len(dataset.indices(Split.TRAIN))
    how = (
        f"k = {choice.k} and {_DISTANCE_WORDS[choice.metric]} were best on {choice.chosen_on:,} validation "
        f"images. Nothing is learned; all {kept:,} training images are kept."
    )
    return BaselineResult(baseline.name, baseline.title, measured, None, 0, how, choice=choice)


_DISTANCE_WORDS = {Metric.L1: "the distance L1", Metric.L2: "the distance L2"}


def _neighbor_measure(
    classifier: NeighborClassifier,
    dataset: Dataset,
    indices: NDArray[np.int64],
    choice: NeighborChoice,
    gate: Gate,
    report: Report,
) -> Measure:
    classes, seconds = classifier.classify(indices, choice, gate, report)
    right = int((classes == dataset.labels[indices]).sum())
    return Measure(right / len(indices), len(indices), seconds)
