"""A network: a design with its parameters, computed forward and backward."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Protocol

import numpy as np

from cnnviz.engine.floats import quiet
from cnnviz.engine.noise import Noise, draw_noise_key
from cnnviz.engine.ops.softmax import logistic, probabilities
from cnnviz.engine.parameters import ParameterSet
from cnnviz.engine.plan import LayerBackward, Stage, Surroundings, fast_plan, observed_plan
from cnnviz.engine.workspace import Workspace
from cnnviz.errors import SpecError
from cnnviz.spec.layers import Sigmoid
from cnnviz.spec.losses import end_left_to_loss
from cnnviz.spec.shapes import parameter_shapes
from cnnviz.spec.trace import trace
from cnnviz.spec.validate import check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnviz.engine.types import Array, Tap
    from cnnviz.spec.network import NetworkSpec


@dataclasses.dataclass(frozen=True, slots=True)
class Gradients:
    """What the way back gives: the gradient of each parameter, and of the input where it was wanted."""

    parameters: dict[str, Array]
    input: Array | None


class Backward(Protocol):
    """The way back of one forward pass, to be taken once."""

    def __call__(self, dscores: Array, input_gradient: bool = False) -> Gradients:
        """Return the gradients, given that of the scores (K, N). They live in the workspace of the pass."""


class Network:
    """A design and its parameters.

    `parameters` holds arrays by `<layer id>/<name>`, which an optimizer changes in place. Computing changes
    nothing in the network, so several threads may do it at once, each with a workspace of its own.
    """

    def __init__(self, spec: NetworkSpec, parameters: Mapping[str, Array]) -> None:
        """Wrap arrays that fit `spec`; `build` and `with_parameters` make sure of that."""
        self.spec = spec
        self.parameters = parameters
        self._shapes = network_parameter_shapes(spec)
        self._open_end = end_left_to_loss(spec)
        self._observed = observed_plan(spec)
        self._fast = fast_plan(spec)

    @classmethod
    def with_parameters(cls, spec: NetworkSpec, parameters: Mapping[str, Array]) -> Network:
        """Return a network that computes with the given arrays themselves, which may be read-only.

        Raises
        ------
        SpecError
            The design has a problem, or an array is missing, unknown, of wrong shape or type, or not finite.
        """
        problems = check(spec)
        if problems:
            raise SpecError(problems[0].message)
        dtype: np.dtype[np.floating] = np.dtype(np.float32)
        if all(array.dtype == np.float64 for array in parameters.values()):
            dtype = np.dtype(np.float64)
        _check_parameters(network_parameter_shapes(spec), dtype, parameters)
        return cls(spec, parameters)

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """The type in which the network computes."""
        return next(iter(self.parameters.values())).dtype

    def twin(self) -> Network:
        """Return a network with copies of the parameters as they are now."""
        copies = ParameterSet(self._shapes, self.dtype)
        copies.copy_from(self.parameters)
        return Network(self.spec, copies)

    def snapshot(self) -> dict[str, Array]:
        """Return read-only copies of all parameters."""
        copies = {name: array.copy() for name, array in self.parameters.items()}
        for array in copies.values():
            array.flags.writeable = False
        return copies

    def load(self, parameters: Mapping[str, Array]) -> None:
        """Overwrite all parameters, or none.

        Raises
        ------
        SpecError
            An array is missing, unknown, of wrong shape or type, or not finite; the message names it.
        """
        _check_parameters(self._shapes, self.dtype, parameters)
        for name, array in self.parameters.items():
            np.copyto(array, parameters[name])

    def forward(
        self,
        x: Array,
        *,
        training: bool = False,
        rng: np.random.Generator | None = None,
        taps: Tap | None = None,
        workspace: Workspace | None = None,
    ) -> Array:
        """Return the scores (K, N) of images x (C, H, W, N).

        A Softmax at the end, or a Sigmoid of one unit, is left to the loss. `taps` is called with each
        layer's id and output, that of such an end included. The result lives in
        `workspace` until that is used again; without one it is the caller's.

        Raises
        ------
        SpecError
            x has another shape than the design's input.
        """
        scores, _ = self.record(x, training=training, rng=rng, taps=taps, workspace=workspace)
        return scores

    def record(
        self,
        x: Array,
        *,
        training: bool = False,
        rng: np.random.Generator | None = None,
        noise: Noise | None = None,
        taps: Tap | None = None,
        workspace: Workspace | None = None,
    ) -> tuple[Array, Backward]:
        """Compute `forward` and return the scores together with the way back.

        While training, Dropout takes its randomness from `noise`, or else from `rng`.

        Raises
        ------
        SpecError
            x has another shape than the design's input.
        """
        self._check_input(x)
        noise = _noise_of(training, noise, rng)
        memory = workspace if workspace is not None else Workspace()
        stages = self._fast if taps is None else self._observed
        trail: list[tuple[Stage, LayerBackward]] = []
        with quiet():
            for stage in stages[: len(stages) - (self._open_end is not None)]:
                around = Surroundings(memory.of(stage.layer_id), noise)
                x, back = stage.run(x, self._parameters_of(stage), around)
                trail.append((stage, back))
                if taps is not None:
                    taps(stage.layer_id, x)
            if taps is not None and self._open_end is not None:
                end = logistic(x) if self._open_end is Sigmoid else probabilities(x)
                taps(stages[-1].layer_id, end)

        def backward(dscores: Array, input_gradient: bool = False) -> Gradients:
            with quiet():
                return _follow_back(trail, dscores.copy(), input_gradient)

        return x, backward

    def activations(self, x: Array) -> dict[str, Array]:
        """Return every layer's output for images x (C, H, W, N) by layer id.

        Raises
        ------
        SpecError
            x has another shape than the design's input.
        """
        outputs: dict[str, Array] = {}
        self.record(x, taps=outputs.__setitem__)
        return outputs

    def _parameters_of(self, stage: Stage) -> dict[str, Array]:
        return {name: self.parameters[f"{stage.layer_id}/{name}"] for name in stage.parameter_names}

    def _check_input(self, x: Array) -> None:
        height, width, channels = self.spec.input.shape
        if x.ndim != 4 or x.shape[:3] != (channels, height, width) or x.shape[3] < 1:
            raise SpecError(
                f"The network takes images as (channels, height, width, images) = ({channels}, {height}, "
                f"{width}, 1 or more); received an array of shape {x.shape}."
            )


def scores_to_probabilities(scores: Array) -> Array:
    """Return the softmax of scores (K, N) over the classes."""
    return probabilities(scores)


def network_parameter_shapes(spec: NetworkSpec) -> dict[str, tuple[int, ...]]:
    """Return the shape of every parameter by `<layer id>/<name>`, in the order of the layers."""
    return {
        f"{record.layer.id}/{name}": shape
        for record in trace(spec).layers
        if record.input_shape is not None
        for name, shape in parameter_shapes(record.layer, record.input_shape).items()
    }


def first_non_finite(network: Network, x: Array) -> str | None:
    """Return the id of the first layer whose output for x (C, H, W, N) holds NaN or infinity, or None."""
    for layer_id, output in network.activations(x).items():
        if not np.isfinite(output).all():
            return layer_id
    return None


def _noise_of(training: bool, noise: Noise | None, rng: np.random.Generator | None) -> Noise | None:
    if not training or noise is not None or rng is None:
        return noise if training else None
    return Noise(draw_noise_key(rng))


def _follow_back(trail: list[tuple[Stage, LayerBackward]], dy: Array, input_gradient: bool) -> Gradients:
    """Run the closures in reverse, no further than something is wanted."""
    with_parameters = [place for place, (stage, _) in enumerate(trail) if stage.parameter_names]
    first = 0 if input_gradient or not with_parameters else with_parameters[0]
    parameters: dict[str, Array] = {}
    gradient: Array | None = dy
    for place in range(len(trail) - 1, first - 1, -1):
        stage, back = trail[place]
        if gradient is None:
            break
        gradient, own = back(gradient, input_gradient or place > first)
        parameters.update({f"{stage.layer_id}/{name}": array for name, array in own.items()})
    return Gradients(parameters, gradient if input_gradient else None)


def _check_parameters(
    shapes: Mapping[str, tuple[int, ...]], dtype: np.dtype[np.floating], parameters: Mapping[str, Array]
) -> None:
    for name in parameters:
        if name not in shapes:
            raise SpecError(f"The design has no parameter {_spoken(name)}.")
    for name, shape in shapes.items():
        if name not in parameters:
            raise SpecError(f"{_spoken(name)} is missing.")
        array = parameters[name]
        if array.dtype != dtype:
            raise SpecError(f"{_spoken(name)} must be of type {dtype}; received {array.dtype}.")
        if array.shape != shape:
            raise SpecError(f"{_spoken(name)} must have the shape {shape}; received {array.shape}.")
        if not np.isfinite(array).all():
            raise SpecError(f"{_spoken(name)} holds numbers that are not finite.")


def _spoken(name: str) -> str:
    layer_id, _, parameter = name.rpartition("/")
    return f'"{parameter}" of layer "{layer_id}"'
