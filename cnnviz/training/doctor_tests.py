"""Short experiments that the doctor makes on request: one batch by heart, and a range of learning rates."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import statistics
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from cnnviz.data.batches import epoch_batches
from cnnviz.data.dataset import Split
from cnnviz.engine.build import build
from cnnviz.engine.optimizers import make_optimizer
from cnnviz.engine.parallel import Executor
from cnnviz.spec.layers import Dropout, SpatialDropout
from cnnviz.spec.losses import CrossEntropy, MeanSquaredError
from cnnviz.spec.trace import trace
from cnnviz.spec.training import Adam, TrainingSpec
from cnnviz.spec.tree_edits import remove_layers
from cnnviz.training.examples import right_answers
from cnnviz.training.limits import penalise_and_clip
from cnnviz.training.loop import check_run
from cnnviz.training.random_state import dropout_rng, initial_rng, order_rng

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.gate import Gate

    Report: TypeAlias = Callable[[float], None]

BATCH_IMAGES = 20
MOST_STEPS = 300
BATCH_RATE = 0.003
LEARNED_LOSS = 0.1
"""A batch is known by heart when its loss is this share of the first one, and every answer right.

Of both, what no network can go below is taken off: see `BatchTest.floor`.
"""
LOWEST_RATE, HIGHEST_RATE, RATE_STEPS = 1e-5, 10.0, 200
DIVERGED = 1.5
"""The test ends where the smoothed loss is so many times that of the first, short steps."""
_FIRST_STEPS = 10
"""Steps at the lowest rates, which hardly learn: their mean loss is what the others are compared with."""
_SMOOTHING = 0.8
_FALLEN = 0.05
"""Where the loss has fallen by this share, learning has begun."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class BatchTest:
    """How well a design learns a few images by heart.

    Attributes
    ----------
    spec, training
        The design that was tested and the settings, as they were given.
    content_hash
        That of the data set.
    images
        How many were to be learned.
    losses
        float64 (n,), the loss before each of the n steps.
    accuracy
        Share of right answers in the last step; NaN where numbers are learned.
    """

    spec: NetworkSpec
    training: TrainingSpec
    content_hash: str
    images: int
    losses: NDArray[np.float64] = dataclasses.field(repr=False)
    accuracy: float

    @property
    def is_learned(self) -> bool:
        """Whether the images are known by heart."""
        first, last = float(self.losses[0]), float(self.losses[-1])
        return _is_learned(first - self.floor, last - self.floor, self.accuracy)

    @property
    def floor(self) -> float:
        """The least loss that is possible: more than 0 where labels are smoothed."""
        return _least_loss(self.training.loss, self.spec)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class RateTest:
    """What the loss does while the learning rate grows with every batch.

    Attributes
    ----------
    spec, training
        What was tested; the rate in the settings plays no part.
    content_hash
        That of the data set.
    rates, losses, smooth
        float64 (n,), for each step: its rate, its loss, and the running mean of the losses.
    falls_from
        The rate from which on the loss has fallen; None where it has not.
    lost_from
        The rate from which on all that was gained is lost again; None where that is not so.
    suggested
        A tenth of the rate with the least loss; None where the loss has not fallen.
    """

    spec: NetworkSpec
    training: TrainingSpec
    content_hash: str
    rates: NDArray[np.float64] = dataclasses.field(repr=False)
    losses: NDArray[np.float64] = dataclasses.field(repr=False)
    smooth: NDArray[np.float64] = dataclasses.field(repr=False)
    falls_from: float | None
    lost_from: float | None
    suggested: float | None


def learn_one_batch(
    spec: NetworkSpec,
    training: TrainingSpec,
    dataset: Dataset,
    gate: Gate,
    report: Report,
    *,
    threads: int | None = None,
) -> BatchTest:
    """Learn a few training images by heart with a new network, without dropout, penalties and clipping.

    A network that cannot do that has a fault that no setting repairs (CS231n, "Neural Networks Part 3",
    sanity checks; Karpathy 2019, "A recipe for training neural networks"). Adam with a rate of its own is
    used, so that the rate on screen plays no part. `report` is told the share of the steps that is done.

    Raises
    ------
    TrainingError
        The design does not fit the data set or the memory.
    Interrupted
        The work was cancelled at the gate.
    """
    dropouts = [layer.id for layer in spec.walk() if isinstance(layer, Dropout | SpatialDropout)]
    bare = remove_layers(spec, dropouts)
    settings = TrainingSpec(
        optimizer=Adam(learning_rate=BATCH_RATE),
        loss=training.loss,
        batch_size=BATCH_IMAGES,
        seed=training.seed,
    )
    indices = _some_of_each(dataset, training.seed)
    losses: list[float] = []
    accuracy = math.nan
    rates = (BATCH_RATE for _ in range(MOST_STEPS))
    floor = _least_loss(training.loss, spec)
    steps = _steps(bare, settings, dataset, lambda: indices, rates, gate, threads)
    with contextlib.closing(steps):  # its threads end at once, also when interrupted
        for loss, accuracy in steps:
            losses.append(loss)
            report(len(losses) / MOST_STEPS)
            if not math.isfinite(loss) or _is_learned(losses[0] - floor, loss - floor, accuracy):
                break
    return BatchTest(spec, training, dataset.content_hash, len(indices), np.array(losses), accuracy)


def try_rates(
    spec: NetworkSpec,
    training: TrainingSpec,
    dataset: Dataset,
    gate: Gate,
    report: Report,
    *,
    threads: int | None = None,
) -> RateTest:
    """Train a new network with a rate that grows from batch to batch, until the loss explodes.

    The range test of Smith (2015), "Cyclical learning rates for training neural networks", with a rate that
    grows by the same factor each time; a tenth of the rate with the least smoothed loss is suggested, as
    fast.ai does. Dropout, penalties and clipping are those of a run, as a rate that is too high without them
    may be right with them. Arguments and errors are those of `learn_one_batch`.
    """
    rates = np.geomspace(LOWEST_RATE, HIGHEST_RATE, RATE_STEPS)
    batches = _endless_batches(dataset, training)
    losses: list[float] = []
    mean, start = 0.0, math.inf
    smooth: list[float] = []
    settings = dataclasses.replace(training, frozen=())
    steps = _steps(spec, settings, dataset, batches.__next__, iter(rates.tolist()), gate, threads)
    with contextlib.closing(steps):
        for loss, _ in steps:
            mean = _SMOOTHING * mean + (1 - _SMOOTHING) * loss
            losses.append(loss)
            smooth.append(mean / (1 - _SMOOTHING ** len(losses)))
            report(len(losses) / RATE_STEPS)
            if len(losses) == _FIRST_STEPS:
                start = statistics.fmean(losses)
            if not math.isfinite(smooth[-1]) or smooth[-1] > DIVERGED * start:
                break
    return _rate_test(spec, training, dataset.content_hash, rates[: len(losses)], losses, smooth)


def _rate_test(
    spec: NetworkSpec,
    training: TrainingSpec,
    content_hash: str,
    rates: NDArray[np.float64],
    losses: list[float],
    smooth: list[float],
) -> RateTest:
    curve = np.nan_to_num(np.array(smooth), nan=np.inf)
    start = float(np.mean(losses[:_FIRST_STEPS]))
    best = int(np.argmin(curve))
    high = np.flatnonzero(curve >= (1 - _FALLEN) * start)
    has_fallen = bool(curve[best] < (1 - _FALLEN) * start)
    falls = int(high[high < best].max(initial=-1)) + 1
    lost = best + np.flatnonzero(curve[best:] >= start)
    return RateTest(
        spec,
        training,
        content_hash,
        rates,
        np.array(losses),
        curve,
        falls_from=float(rates[falls]) if has_fallen else None,
        lost_from=float(rates[lost[0]]) if len(lost) else None,
        suggested=float(rates[best]) / 10 if has_fallen else None,
    )


def _steps(
    spec: NetworkSpec,
    training: TrainingSpec,
    dataset: Dataset,
    next_batch: Callable[[], NDArray[np.int64]],
    rates: Iterator[float],
    gate: Gate,
    threads: int | None,
) -> Generator[tuple[float, float]]:
    """Train a new network and yield loss and accuracy of each batch, before it is learned from."""
    check_run(spec, dataset, training, threads)
    network = build(spec, initial_rng(training.seed))
    optimizer = make_optimizer(training.optimizer, network.parameters)
    randomness = dropout_rng(training.seed)
    learns_numbers = isinstance(training.loss, MeanSquaredError)
    with Executor(network, threads, training.loss) as executor:
        for rate in rates:
            gate.go_through()
            indices = next_batch()
            right = right_answers(dataset, indices, training.loss)
            outcome = executor.step(dataset.scaled(indices), right, randomness)
            with np.errstate(all="ignore"):
                penalise_and_clip(outcome.gradients, network, training)
                optimizer.step(outcome.gradients, rate)
            yield outcome.loss, math.nan if learns_numbers else outcome.correct / len(indices)


def _some_of_each(dataset: Dataset, seed: int) -> NDArray[np.int64]:
    """Return a few training images, of all classes in turn as far as they go."""
    shuffled = order_rng(seed).permutation(dataset.indices(Split.TRAIN))
    labels = dataset.labels[shuffled]
    rank = np.zeros(len(shuffled), np.int64)
    for label in np.unique(labels):
        of_class = labels == label
        rank[of_class] = np.arange(int(of_class.sum()))
    chosen: NDArray[np.int64] = shuffled[np.argsort(rank, kind="stable")[:BATCH_IMAGES]]
    return chosen


def _endless_batches(dataset: Dataset, training: TrainingSpec) -> Iterator[NDArray[np.int64]]:
    rng, indices = order_rng(training.seed), dataset.indices(Split.TRAIN)
    while True:
        yield from epoch_batches(indices, training.batch_size, rng)


def _least_loss(loss: Loss, spec: NetworkSpec) -> float:
    """Return the entropy of the smoothed labels, below which their cross-entropy cannot fall; else 0."""
    shape = trace(spec).output_shape
    if not isinstance(loss, CrossEntropy) or not loss.label_smoothing or not shape:
        return 0.0
    classes = math.prod(shape)
    wrong = loss.label_smoothing / classes
    right = 1 - loss.label_smoothing + wrong
    return -(right * math.log(right) + (classes - 1) * wrong * math.log(wrong))


def _is_learned(first: float, last: float, accuracy: float) -> bool:
    return last <= LEARNED_LOSS * first and not accuracy < 1
