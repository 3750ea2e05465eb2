"""One training step, or one evaluation, on several cores.

A batch is cut into shards; each of a few lanes computes its shards one after the other, forward and backward,
with BLAS held to one thread. Gradients are summed in a fixed order, so the same seed and number of threads
give the same bits again.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from cnnviz.engine.losses import make_loss
from cnnviz.engine.meeting import Room, alone, together
from cnnviz.engine.metrics import mean_absolute_error, r_squared, top_k_count
from cnnviz.engine.noise import Noise, draw_noise_key
from cnnviz.engine.parameters import ParameterSet
from cnnviz.engine.stages import BrokenOff
from cnnviz.engine.workspace import Workspace
from cnnviz.errors import TrainingError
from cnnviz.spec.losses import CrossEntropy, Loss, MeanSquaredError
from cnnviz.spec.trace import trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from numpy.typing import NDArray

    from cnnviz.engine.meeting import Meeting
    from cnnviz.engine.network import Network
    from cnnviz.engine.types import Array, Right, Tap

T = TypeVar("T")
_Learning: TypeAlias = "Callable[[slice, Workspace], Meeting[_Learned]]"

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


@dataclasses.dataclass(frozen=True, slots=True)
class _Learned:
    """What one shard gave; the gradients live in the workspace it was computed in."""

    loss: float
    correct: int
    gradients: Mapping[str, Array]
    new_states: Mapping[str, Array]


class _Lane:
    """What one thread works with: its buffers, and its share of the gradients.

    Shards that are computed side by side need a workspace each; the others take turns in the first.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._gradients: ParameterSet | None = None
        self.workspaces = [Workspace()]

    @property
    def gradients(self) -> ParameterSet:
        """The sum over the lane's shards. Room for it is made when the lane first learns: few lanes may."""
        if self._gradients is None:
            shapes = {name: array.shape for name, array in self._network.parameters.items()}
            self._gradients = ParameterSet(shapes, self._network.dtype)
        return self._gradients

    @property
    def nbytes(self) -> int:
        """Memory held, in bytes."""
        gradients = self._gradients.flat.nbytes if self._gradients is not None else 0
        return gradients + sum(workspace.nbytes for workspace in self.workspaces)

    def workspace(self, number: int) -> Workspace:
        """Return the workspace of this lane's shard `number`."""
        while len(self.workspaces) <= number:
            self.workspaces.append(Workspace())
        return self.workspaces[number]

    def collect(self, number: int, gradients: Mapping[str, Array]) -> None:
        """Add the gradients of this lane's shard `number`, the first of which begins a new sum."""
        if number == 0:
            self.gradients.copy_from(gradients)
        else:
            self.gradients.add(gradients)


class Executor:
    """Computes steps and predictions of one network on `threads` cores. Use it as a context manager.

    `loss` is what a step makes small and an evaluation measures; cross-entropy where none is given. While it
    is open, BLAS runs single-threaded in the whole process. It serves one caller at a time. Once
    `is_stopping` says so, from whichever thread it is asked, whatever is computed ends with `BrokenOff`
    before the next layer; nothing of the network has changed by it.
    """

    def __init__(
        self,
        network: Network,
        threads: int | None = None,
        loss: Loss | None = None,
        is_stopping: Callable[[], bool] | None = None,
    ) -> None:
        self.network = network
        self.loss = loss if loss is not None else CrossEntropy()
        self._loss = make_loss(self.loss, network.spec)
        self._is_stopping = is_stopping
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
        return sum(lane.nbytes for lane in self._lanes)

    def close(self) -> None:
        """End the threads and give BLAS its own back."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
        if self._limits is not None:
            self._limits.restore_original_limits()
            self._limits = None

    def step(self, x: Array, y: Right, rng: np.random.Generator, glance: Tap | None = None) -> StepResult:
        """Return loss and gradients of the batch x (C, H, W, N) with labels y (N,), or targets y (K, N).

        `rng` gives one number for the step's dropout, whether the design has any or not. `glance` is told
        outputs of layers for each shard, by several threads at once, and changes nothing.

        Raises
        ------
        SpecError
            x does not fit the design.
        TrainingError
            y does not fit x, or holds a label the design has no score for.
        BrokenOff
            `is_stopping` has said so.
        """
        images = x.shape[-1]
        self._loss.check(self._units, images, y)
        key = draw_noise_key(rng)

        def learned(shard: slice, workspace: Workspace) -> Meeting[_Learned]:
            way = yield from self.network.record_shard(
                x[..., shard],
                training=True,
                noise=Noise(key, shard.start),
                workspace=workspace,
                glance=glance,
                go_on=self._go_on,
            )
            loss, dscores = self._loss.compute(way.scores, y[..., shard])
            correct = self._loss.correct(way.scores, y[..., shard])
            dscores /= images
            gradients = yield from way.backward(dscores)
            return _Learned(loss, correct, gradients.parameters, way.new_states)

        results = (
            self._learn_together(learned, images) if self.network.meets else self._learn(learned, images)
        )
        total = self._lanes[0].gradients
        for lane in self._lanes[1 : len(results)]:
            total.flat += lane.gradients.flat
        every = [result for lane_results in results for result in lane_results]
        self.network.take_states(every[0].new_states)
        loss = sum(sum(result.loss for result in lane_results) for lane_results in results)
        return StepResult(loss / images, sum(result.correct for result in every), total)

    def _learn(self, learned: _Learning, images: int) -> list[list[_Learned]]:
        """Let each lane compute its shards one after the other, forward and back, in the same memory."""

        def work(lane: _Lane, shards: list[slice]) -> list[_Learned]:
            results = []
            for number, shard in enumerate(shards):
                result = alone(learned(shard, lane.workspace(0)))
                lane.collect(number, result.gradients)
                results.append(result)
            return results

        return self._spread(work, images)

    def _learn_together(self, learned: _Learning, images: int) -> list[list[_Learned]]:
        """Let all shards go forward and back side by side, because they have to meet on the way."""
        plan = self._plan(images)
        room = Room(threading.Barrier(len(plan)))

        def work(lane: _Lane, shards: list[slice]) -> list[_Learned]:
            meetings = {
                shard.start: learned(shard, lane.workspace(number)) for number, shard in enumerate(shards)
            }
            done = together(meetings, room)
            results = [done[shard.start] for shard in shards]
            for number, result in enumerate(results):
                lane.collect(number, result.gradients)
            return results

        return self._spread(work, images)

    def share(self, work: Callable[[slice], None], length: int) -> None:
        """Call `work` for parts of `length` things, side by side on all lanes; return when all are done."""
        lanes = max(1, min(length, self.threads if self._pool is not None else 1))
        edges = [length * number // lanes for number in range(lanes + 1)]
        first, *others = (slice(start, stop) for start, stop in itertools.pairwise(edges))
        futures = [] if self._pool is None else [self._pool.submit(work, part) for part in others]
        try:
            work(first)
        finally:
            errors = [future.exception() for future in futures]
        for error in filter(None, errors):
            raise error

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
                workspace = lane.workspace(0)
                result = self.network.forward(x[..., shard], workspace=workspace, go_on=self._go_on)
                parts[shard.start] = result.copy()

        self._spread(look, x.shape[-1])
        return np.concatenate([parts[start] for start in sorted(parts)], axis=-1)

    def evaluate(
        self, x_batches: Iterable[Array], right: Right, units: NDArray[np.float64] | None = None
    ) -> Evaluation:
        """Return loss and measures over batches (C, H, W, n).

        The images have the labels `right` (N,), or the targets (K, N), in this order. `units` (K,) is how
        much 1 of each target is in the unit in which errors are told; the same where nothing is given.

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
            del x  # or it would still be there while the next batch is made
        if images != right.shape[-1] or images == 0:
            raise TrainingError(
                f"There must be a label for each image; received {images} and {right.shape[-1]}."
            )
        scores = np.concatenate(parts, axis=-1)
        if isinstance(self.loss, MeanSquaredError):
            outputs = self._loss.outputs(scores)
            scale = 1.0 if units is None else units[:, None]
            error, share = mean_absolute_error(outputs * scale, right * scale), r_squared(outputs, right)
            return Evaluation(loss / images, 0.0, images, None, error, share)
        top = top_k_count(scores, right, TOP) / images if self._units > TOP else None
        return Evaluation(loss / images, correct / images, images, top)

    def _go_on(self) -> None:
        if self._is_stopping is not None and self._is_stopping():
            raise BrokenOff

    def _plan(self, images: int) -> list[list[slice]]:
        return cut(images, self.threads if self._pool is not None else 1, self._image_work)

    def _spread(self, work: Callable[[_Lane, list[slice]], T], images: int) -> list[T]:
        plan = self._plan(images)
        futures = []
        if self._pool is not None:
            for lane, shards in zip(self._lanes[1:], plan[1:], strict=False):
                futures.append(self._pool.submit(work, lane, shards))
        own_error: BaseException | None = None
        try:
            first = work(self._lanes[0], plan[0])
        except threading.BrokenBarrierError as error:  # another lane failed, and knows why
            own_error = error
        finally:
            errors = [future.exception() for future in futures]
        failures = sorted(filter(None, (*errors, own_error)), key=_is_consequence)
        if failures:
            raise failures[0]
        return [first, *(future.result() for future in futures)]


def _is_consequence(error: BaseException) -> bool:
    """Return whether a lane failed only because another one did."""
    return isinstance(error, threading.BrokenBarrierError)
