"""One training step, or one evaluation, on several cores.

A batch is cut into shards; each of a few lanes computes its shards one after the other, forward and backward,
with BLAS held to one thread. Gradients are summed in a fixed order, so the same seed and number of threads
give the same bits again.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from cnnviz.engine.losses import make_loss
from cnnviz.engine.metrics import mean_absolute_error, r_squared, top_k_count
from cnnviz.engine.noise import Noise, draw_noise_key
from cnnviz.engine.parameters import ParameterSet
from cnnviz.engine.workspace import Workspace
from cnnviz.errors import TrainingError
from cnnviz.spec.losses import CrossEntropy, Loss, MeanSquaredError
from cnnviz.spec.trace import trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from cnnviz.engine.network import Network
    from cnnviz.engine.types import Array, Right

T = TypeVar("T")

MAX_SHARD_IMAGES = 64
"""Larger shards leave the caches."""
MIN_SHARD_IMAGES = 4
"""Smaller shards cost more to hand out than they save."""
MIN_LANE_WORK = 8_000_000
"""Multiply-adds of a forward pass for which another lane saves more than the lanes lose by waiting."""
TOP = 5
"""An image counts for `Evaluation.top_accuracy` where its class is among so many highest scores."""


@dataclasses.dataclass(frozen=True, slots=True)
class StepResult:
    """What one batch gave: mean loss, number of right answers, and gradients of the mean loss.

    The gradients are overwritten by the next step.
    """

    loss: float
    correct: int
    gradients: Mapping[str, Array]


@dataclasses.dataclass(frozen=True, slots=True)
class Evaluation:
    """How a network does on `images` images: mean loss and share of right answers.

    `top_accuracy` is the share of images whose class is among the `TOP` highest scores; None where there are
    no more classes than that. Where numbers are learned instead of classes, the accuracy is 0, and
    `mean_absolute_error` and `r_squared` tell how far the outputs are from the targets; else they are None.
    """

    loss: float
    accuracy: float
    images: int
    top_accuracy: float | None = None
    mean_absolute_error: float | None = None
    r_squared: float | None = None


def default_threads() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def cut(images: int, lanes: int, image_work: int) -> list[list[slice]]:
    """Return the shards of a batch, as slices of its images, for each of at most `lanes` lanes.

    `image_work` is the number of multiply-adds of one image's forward pass.
    """
    lanes = max(1, min(lanes, images // MIN_SHARD_IMAGES, images * image_work // MIN_LANE_WORK))
    count = lanes * max(1, -(-images // (lanes * MAX_SHARD_IMAGES)))
    edges = [images * number // count for number in range(count + 1)]
    shards = [slice(start, stop) for start, stop in itertools.pairwise(edges)]
    return [shards[lane::lanes] for lane in range(lanes)]


class _Lane:
    """What one thread works with: its buffers, and its share of the gradients."""

    def __init__(self, network: Network) -> None:
        self.workspace = Workspace()
        shapes = {name: array.shape for name, array in network.parameters.items()}
        self.gradients = ParameterSet(shapes, network.dtype)

    def take(self, x: Array, shard: slice) -> Array:
        """Return the images of a shard (C, H, W, n) as a contiguous array."""
        part = x[..., shard]
        if part.flags.c_contiguous:
            return part
        own = self.workspace.array("", "input", part.shape, part.dtype)
        np.copyto(own, part)
        return own


class Executor:
    """Computes steps and predictions of one network on `threads` cores. Use it as a context manager.

    `loss` is what a step makes small and an evaluation measures; cross-entropy where none is given. While it
    is open, BLAS runs single-threaded in the whole process. It serves one caller at a time.
    """

    def __init__(self, network: Network, threads: int | None = None, loss: Loss | None = None) -> None:
        self.network = network
        self.loss = loss if loss is not None else CrossEntropy()
        self._loss = make_loss(self.loss, network.spec)
        self.threads = default_threads() if threads is None else threads
        if self.threads < 1:
            raise TrainingError(f"At least 1 thread is needed; received {self.threads}.")
        traced = trace(network.spec)
        self._image_work = traced.multiply_adds
        self._units = traced.output_shape[0] if traced.output_shape else 0
        self._lanes = [_Lane(network) for _ in range(self.threads)]
        self._pool: ThreadPoolExecutor | None = None
        self._limits: threadpool_limits | None = None

    def __enter__(self) -> Executor:
        self._limits = threadpool_limits(limits=1, user_api="blas")
        if self.threads > 1:
            self._pool = ThreadPoolExecutor(self.threads - 1, thread_name_prefix="cnnviz-lane")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def nbytes(self) -> int:
        """Memory held in buffers, in bytes."""
        return sum(lane.workspace.nbytes + lane.gradients.flat.nbytes for lane in self._lanes)

    def close(self) -> None:
        """End the threads and give BLAS its own back."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
        if self._limits is not None:
            self._limits.restore_original_limits()
            self._limits = None

    def step(self, x: Array, y: Right, rng: np.random.Generator) -> StepResult:
        """Return loss and gradients of the batch x (C, H, W, N) with labels y (N,), or targets y (K, N).

        `rng` gives one number for the step's dropout, whether the design has any or not.

        Raises
        ------
        SpecError
            x does not fit the design.
        TrainingError
            y does not fit x, or holds a label the design has no score for.
        """
        images = x.shape[-1]
        self._loss.check(self._units, images, y)
        key = draw_noise_key(rng)

        def learn(lane: _Lane, shards: list[slice]) -> tuple[float, int]:
            loss, correct = 0.0, 0
            for number, shard in enumerate(shards):
                scores, backward = self.network.record(
                    lane.take(x, shard),
                    training=True,
                    noise=Noise(key, shard.start),
                    workspace=lane.workspace,
                )
                right = y[..., shard]
                part, dscores = self._loss.compute(scores, right)
                loss, correct = loss + part, correct + self._loss.correct(scores, right)
                dscores /= images
                own = backward(dscores).parameters
                if number == 0:
                    lane.gradients.copy_from(own)
                else:
                    lane.gradients.add(own)
            return loss, correct

        results = self._spread(learn, images)
        total = self._lanes[0].gradients
        for lane in self._lanes[1 : len(results)]:
            total.flat += lane.gradients.flat
        return StepResult(sum(loss for loss, _ in results) / images, sum(n for _, n in results), total)

    def predict(self, x: Array) -> Array:
        """Return what the network makes of images x (C, H, W, N), as rows (K, N).

        Probabilities of the classes for cross-entropy, those of both classes for the binary one, scores for
        the SVM, and predicted numbers for squared errors.

        Raises
        ------
        SpecError
            x does not fit the design.
        """
        return self._loss.outputs(self.scores(x))

    def scores(self, x: Array) -> Array:
        """Return the scores (K, N) of images x (C, H, W, N), or raise `SpecError` where x does not fit."""
        parts: dict[int, Array] = {}

        def look(lane: _Lane, shards: list[slice]) -> None:
            for shard in shards:
                result = self.network.forward(lane.take(x, shard), workspace=lane.workspace)
                parts[shard.start] = result.copy()

        self._spread(look, x.shape[-1])
        return np.concatenate([parts[start] for start in sorted(parts)], axis=-1)

    def evaluate(self, x_batches: Iterable[Array], right: Right) -> Evaluation:
        """Return loss and measures over batches (C, H, W, n).

        The images have the labels `right` (N,), or the targets (K, N), in this order.

        Raises
        ------
        SpecError
            A batch does not fit the design.
        TrainingError
            The labels do not fit the images.
        """
        loss, correct, images = 0.0, 0, 0
        parts = []
        for x in x_batches:
            own = right[..., images : images + x.shape[-1]]
            self._loss.check(self._units, x.shape[-1], own)
            scores = self.scores(x)
            loss += self._loss.compute(scores, own)[0]
            correct += self._loss.correct(scores, own)
            images += x.shape[-1]
            parts.append(scores)
        if images != right.shape[-1] or images == 0:
            raise TrainingError(
                f"There must be a label for each image; received {images} and {right.shape[-1]}."
            )
        scores = np.concatenate(parts, axis=-1)
        if isinstance(self.loss, MeanSquaredError):
            outputs = self._loss.outputs(scores)
            error, share = mean_absolute_error(outputs, right), r_squared(outputs, right)
            return Evaluation(loss / images, 0.0, images, None, error, share)
        top = top_k_count(scores, right, TOP) / images if self._units > TOP else None
        return Evaluation(loss / images, correct / images, images, top)

    def _spread(self, work: Callable[[_Lane, list[slice]], T], images: int) -> list[T]:
        plan = cut(images, self.threads if self._pool is not None else 1, self._image_work)
        futures = []
        if self._pool is not None:
            for lane, shards in zip(self._lanes[1:], plan[1:], strict=False):
                futures.append(self._pool.submit(work, lane, shards))
        try:
            first = work(self._lanes[0], plan[0])
        finally:
            errors = [future.exception() for future in futures]
        for error in errors:
            if error is not None:
                raise error
        return [first, *(future.result() for future in futures)]
