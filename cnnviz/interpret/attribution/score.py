"""The score of one class as a function of images, and the way back from it to the image."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.floats import quiet
from cnnviz.engine.meeting import alone
from cnnviz.engine.plan import observed_plan
from cnnviz.engine.stages import Surroundings, compute, follow_back
from cnnviz.engine.workspace import Workspace
from cnnviz.errors import SpecError
from cnnviz.spec.layers import ReLU
from cnnviz.spec.losses import end_left_to_loss
from cnnviz.spec.shapes import format_shape
from cnnviz.spec.trace import trace

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.engine.meeting import Meeting
    from cnnviz.engine.network import Network
    from cnnviz.engine.stages import LayerBackward, LayerGradients, Run, Stage
    from cnnviz.engine.types import Array, Tap
    from cnnviz.spec.network import NetworkSpec

_MOST_IMAGES = 64
_MOST_BYTES = 64_000_000
_MOST_WORK = 400_000_000
"""Images are computed together up to so many multiply-adds forward: some tens of milliseconds, after which a
wish to cancel is heard, and a run beside it gets the processor back."""


class ReluRule(enum.Enum):
    """What ReLU lets through on the way back; the names are those of the methods that do so."""

    GRADIENT = "gradient"
    """The gradient, where the layer's input was above 0."""
    GUIDED = "guided backpropagation"
    """The gradient, where it and the layer's input were above 0 (Springenberg et al. 2015)."""
    DECONVOLUTION = "deconvolution"
    """The gradient, where it is above 0, whatever the input was (Zeiler & Fergus 2014)."""


class ClassScore:
    """The score of one class before softmax, for images in the engine's layout.

    Where the network gives one number for two classes, class 1 is for a high number and class 0 for a low
    one, whose score is minus that number. With `against` it is by how much the score of the class is above
    that of another class; of one number for two classes that is the number itself, which is the logarithm of
    how many times likelier the class is. It serves one thread, and keeps its buffers.

    Raises
    ------
    SpecError
        The network has no such class, or does not end in a row of scores; or a class is held against itself.
    """

    def __init__(
        self,
        network: Network,
        class_index: int,
        rule: ReluRule = ReluRule.GRADIENT,
        *,
        against: int | None = None,
    ) -> None:
        traced = trace(network.spec)
        self._units, self._unit, self._sign = _place_of(traced.output_shape, class_index)
        self._other = _other_place(traced.output_shape, class_index, against)
        self.network = network
        self.class_index, self.against = class_index, against
        self.images_at_once = images_at_once(network.spec)
        self._rule = rule
        self._stages = () if rule is ReluRule.GRADIENT else _ruled_plan(network.spec, rule)
        self._workspace = Workspace()

    def of(self, images: Array) -> Array:
        """Return the scores (N,) of images (C, H, W, N)."""
        return self._chosen(self.network.forward(images, workspace=self._workspace))

    def gradient(self, images: Array) -> tuple[Array, Array]:
        """Return the scores (N,) of images (C, H, W, N), and what flows back to these by the rule of ReLU."""
        scores, backward = self._record(images)
        dx = backward(self._start(scores))
        return self._chosen(scores), dx.copy()

    def at_layer(self, image: Array, layer_id: str) -> tuple[float, Array, Array]:
        """Return the score of an image (C, H, W), a layer's output, and the gradient of the score for it.

        Raises
        ------
        SpecError
            No layer that is computed before the score has this id.
        """
        kept: dict[str, Array] = {}
        gradients: dict[str, Array] = {}

        def keep(into: dict[str, Array]) -> Tap:
            def tap(told: str, values: Array) -> None:
                if told == layer_id:
                    into[told] = values[..., 0].copy()

            return tap

        scores, backward = self.network.record(image[..., None], taps=keep(kept))
        score = float(self._chosen(scores)[0])
        backward(self._start(scores), taps=keep(gradients))
        if layer_id not in kept or layer_id not in gradients:
            raise SpecError(f'No layer before the score is called "{layer_id}".')
        return score, kept[layer_id], gradients[layer_id]

    def _record(self, images: Array) -> tuple[Array, Callable[[Array], Array]]:
        if self._rule is ReluRule.GRADIENT:
            scores, backward = self.network.record(images, workspace=self._workspace)
            return scores, lambda dscores: _present(backward(dscores, input_gradient=True).input)
        around = Surroundings(self.network.arrays, self._workspace, False, None, None, {})
        with quiet():
            scores, trail = alone(compute(self._stages, self._workspace.copy_of_input(images), around))

        def follow(dscores: Array) -> Array:
            with quiet():
                return _present(alone(follow_back(trail, dscores, True, None))[0])

        return scores, follow

    def _chosen(self, scores: Array) -> Array:
        chosen: Array = self._sign * scores[self._unit]
        return chosen if self._other is None else chosen - scores[self._other]

    def _start(self, scores: Array) -> Array:
        start = np.zeros_like(scores)
        start[self._unit] = self._sign
        if self._other is not None:
            start[self._other] = -1
        return start


def class_count(spec: NetworkSpec) -> int:
    """Return how many classes a design tells apart; 0 where it does not end in a row of scores."""
    shape = trace(spec).output_shape
    if shape is None or len(shape) != 1:
        return 0
    return max(2, shape[0])


def score_layer(spec: NetworkSpec) -> str:
    """Return the id of the layer whose numbers are the scores; empty where there is none."""
    if not spec.layers or not class_count(spec):
        return ""
    is_left_out = end_left_to_loss(spec) is not None and len(spec.layers) > 1
    return spec.layers[-2 if is_left_out else -1].id


def images_at_once(spec: NetworkSpec) -> int:
    """Return how many images are to be computed together, so that memory and patience last."""
    traced = trace(spec)
    by_memory = _MOST_BYTES // max(1, traced.activation_bytes)
    by_work = _MOST_WORK // max(1, traced.multiply_adds)
    return max(1, min(_MOST_IMAGES, by_memory, by_work))


def _place_of(shape: tuple[int, ...] | None, class_index: int) -> tuple[int, int, int]:
    """Return how many units give scores, which of them is that of the class, and with which sign."""
    if shape is None or len(shape) != 1:
        received = "nothing" if shape is None else format_shape(shape)
        raise SpecError(
            f"A class is explained by its score: the design must end in a row, not in {received}."
        )
    classes = max(2, shape[0])
    if not 0 <= class_index < classes:
        raise SpecError(f"There are classes 0 to {classes - 1}; received {class_index}.")
    return (1, 0, 2 * class_index - 1) if shape[0] == 1 else (shape[0], class_index, 1)


def _other_place(shape: tuple[int, ...] | None, class_index: int, against: int | None) -> int | None:
    """Return the unit whose score is taken away; None where there is none, or one number tells both."""
    if against is None:
        return None
    if against == class_index:
        raise SpecError(f"Class {class_index} cannot be held against itself.")
    units, unit, _ = _place_of(shape, against)
    return None if units == 1 else unit


def _present(gradient: Array | None) -> Array:
    assert gradient is not None  # it was asked for
    return gradient


def _ruled_plan(spec: NetworkSpec, rule: ReluRule) -> tuple[Stage, ...]:
    """Return the stages up to the scores, in which every ReLU goes back by `rule`."""
    relus = {layer.id for layer in spec.walk() if isinstance(layer, ReLU)}

    def watch(stage: Stage) -> Stage:
        if stage.layer_id not in relus:
            return stage
        return dataclasses.replace(stage, run=_ruled(stage.run, rule))

    stages = observed_plan(spec, watch)
    return stages[: len(stages) - (end_left_to_loss(spec) is not None)]


def _ruled(run: Run, rule: ReluRule) -> Run:
    def run_by_rule(x: Array, around: Surroundings) -> Meeting[tuple[Array, LayerBackward]]:
        y, back = yield from run(x, around)

        def backward(dy: Array, input_gradient: bool, taps: Tap | None) -> Meeting[LayerGradients]:
            np.maximum(dy, 0, out=dy)
            if rule is ReluRule.DECONVOLUTION:
                return dy, {}
            return (yield from back(dy, input_gradient, taps))

        return y, backward

    return run_by_rule
