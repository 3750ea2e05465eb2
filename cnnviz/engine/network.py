"""A network: a design with its parameters, computed forward and backward."""

from __future__ import annotations

import copy
import itertools
from typing import TYPE_CHECKING, TypedDict, TypeVar, Unpack

import numpy as np

from cnnviz.engine.floats import quiet
from cnnviz.engine.meeting import Meeting, alone
from cnnviz.engine.noise import Noise, draw_noise_key
from cnnviz.engine.ops.softmax import logistic, probabilities
from cnnviz.engine.parameters import ParameterSet
from cnnviz.engine.passes import Gradients, ShardPass
from cnnviz.engine.plan import fast_plan, observed_plan
from cnnviz.engine.stages import Surroundings, compute, follow_back
from cnnviz.engine.workspace import Workspace
from cnnviz.errors import SpecError
from cnnviz.spec.layers import BatchNorm, Sigmoid
from cnnviz.spec.losses import end_left_to_loss
from cnnviz.spec.shapes import parameter_shapes, state_shapes
from cnnviz.spec.trace import trace
from cnnviz.spec.validate import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cnnviz.engine.meeting import Said
    from cnnviz.engine.passes import Backward
    from cnnviz.engine.stages import GoOn
    from cnnviz.engine.types import Array, Tap
    from cnnviz.spec.layers import Layer
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.shapes import Shape
    from cnnviz.spec.trace import LayerTrace

T = TypeVar("T")
_IMAGES_LOOKED_AT = 64
"""Images that are searched together for numbers that are not finite."""


class How(TypedDict, total=False):
    """How a pass is to be made: as in training or not, with what randomness, watched by whom, and where.

    Randomness comes from `noise`, or else from `rng`. Without a workspace the arrays are made anew. `taps`
    has every layer computed by itself, so that all outputs can be seen; `glance` is told the outputs that
    there are without that: those of activations, though perhaps only where pooling behind them looks. `go_on`
    is asked before every layer, forward and back, and may raise to break the pass off.
    """

    training: bool
    rng: np.random.Generator | None
    noise: Noise | None
    taps: Tap | None
    glance: Tap | None
    workspace: Workspace | None
    go_on: GoOn | None


class Network:
    """A design and its arrays.

    `parameters` holds what is learned by `<layer id>/<name>`; an optimizer changes these arrays in place.
    `states` holds what layers keep beside it, such as running statistics, by the same kind of name. Computing
    changes nothing in the network, so several threads may do it at once, each with a workspace of its own.
    `meets` says whether the shards of a batch have to meet while training, as a layer looks at all of it.
    """

    def __init__(
        self, spec: NetworkSpec, parameters: Mapping[str, Array], states: Mapping[str, Array] | None = None
    ) -> None:
        """Wrap arrays that fit `spec`; `build` and `with_parameters` make sure of that."""
        self.spec = spec
        self.parameters = parameters
        self.states = {} if states is None else states
        self.meets = any(isinstance(layer, BatchNorm) for layer in spec.walk())
        self._frozen: frozenset[str] = frozenset()
        self._parameter_shapes = network_parameter_shapes(spec)
        self._state_shapes = network_state_shapes(spec)
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
        _check_arrays(network_array_shapes(spec), dtype, parameters)
        return cls.wrapping(spec, parameters)

    @classmethod
    def wrapping(cls, spec: NetworkSpec, arrays: Mapping[str, Array]) -> Network:
        """Do what `with_parameters` does without looking at the arrays, which may hold what is not finite."""
        parameters = {name: arrays[name] for name in network_parameter_shapes(spec)}
        return cls(spec, parameters, {name: arrays[name] for name in network_state_shapes(spec)})

    def with_arrays(self, arrays: Mapping[str, Array]) -> Network:
        """Return a network of the same design that computes with these parameters and states themselves.

        Its operations are not planned again. As by `wrapping`, the arrays are not looked at.
        """
        other = copy.copy(self)
        other.parameters = {name: arrays[name] for name in self._parameter_shapes}
        other.states = {name: arrays[name] for name in self._state_shapes}
        return other

    @property
    def array_shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every parameter and state of the design."""
        return self._parameter_shapes | self._state_shapes

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """The type in which the network computes."""
        return next(iter(self.parameters.values())).dtype

    @property
    def arrays(self) -> dict[str, Array]:
        """Parameters and states, the arrays themselves: all that a file has to hold."""
        return {**self.parameters, **self.states}

    @property
    def frozen(self) -> frozenset[str]:
        """The names of the parameters that no optimizer is to move."""
        return self._frozen

    def freeze(self, names: Iterable[str]) -> None:
        """Leave these parameters, and no others, as they are while training.

        It holds for runs that begin afterwards, whose optimizers are made with `frozen`.

        Raises
        ------
        SpecError
            The design has no such parameter, or nothing would be left to learn.
        """
        frozen = frozenset(names)
        for name in sorted(frozen):
            if name not in self.parameters:
                raise SpecError(f"The design has no parameter {_spoken(name)}.")
        if frozen.issuperset(self.parameters):
            raise SpecError("Every parameter is frozen; leave at least one to learn.")
        self._frozen = frozen

    def twin(self) -> Network:
        """Return a network with copies of all arrays as they are now, and the same ones frozen."""
        parameters = ParameterSet(self._parameter_shapes, self.dtype)
        parameters.copy_from(self.parameters)
        states = {name: array.copy() for name, array in self.states.items()}
        twin = Network(self.spec, parameters, states)
        twin._frozen = self._frozen
        return twin

    def snapshot(self) -> dict[str, Array]:
        """Return read-only copies of all parameters and states."""
        copies = {name: array.copy() for name, array in self.arrays.items()}
        for array in copies.values():
            array.flags.writeable = False
        return copies

    def load(self, arrays: Mapping[str, Array]) -> None:
        """Overwrite all parameters and states, or none.

        Raises
        ------
        SpecError
            An array is missing, unknown, of wrong shape or type, or not finite; the message names it.
        """
        _check_arrays(self.array_shapes, self.dtype, arrays)
        self._copy(arrays)

    def put(self, arrays: Mapping[str, Array]) -> None:
        """Overwrite some parameters or states, all of those given or none.

        Raises
        ------
        SpecError
            An array is unknown, of wrong shape or type, or not finite; the message names it.
        """
        _check_arrays(self.array_shapes, self.dtype, {**self.arrays, **arrays})
        self._copy(arrays)

    def take_states(self, new_states: Mapping[str, Array]) -> None:
        """Take over what a pass made of the running statistics, which may no longer be finite."""
        for name, array in new_states.items():
            np.copyto(self.states[name], array)

    def _copy(self, arrays: Mapping[str, Array]) -> None:
        own = self.arrays
        for name, array in arrays.items():
            np.copyto(own[name], array)

    def forward(self, x: Array, **how: Unpack[How]) -> Array:
        """Return the scores (K, N) of images x (C, H, W, N).

        A Softmax at the end, or a Sigmoid of one unit, is left to the loss. `taps` is called with each
        layer's id and output, that of such an end included. The result lives in
        `workspace` until that is used again; without one it is the caller's.

        Raises
        ------
        SpecError
            x has another shape than the design's input.
        """
        scores, _ = self.record(x, **how)
        return scores

    def record(self, x: Array, **how: Unpack[How]) -> tuple[Array, Backward]:
        """Compute `forward` and return the scores together with the way back.

        While training, Dropout takes its randomness from `noise`, or else from `rng`, and BatchNorm the
        statistics of x, which is the whole batch.

        Raises
        ------
        SpecError
            x has another shape than the design's input.
        """
        shard = alone(self.record_shard(x, **how))

        def backward(dscores: Array, input_gradient: bool = False, taps: Tap | None = None) -> Gradients:
            return alone(shard.backward(dscores, input_gradient, taps))

        return shard.scores, backward

    def record_shard(self, x: Array, **how: Unpack[How]) -> Meeting[ShardPass]:
        """Do what `record` does for a shard x of a batch, which meets the others where a layer needs all.

        Raises
        ------
        SpecError
            x has another shape than the design's input.
        """
        self._check_input(x)
        training, taps, workspace = how.get("training", False), how.get("taps"), how.get("workspace")
        if workspace is not None:
            x = workspace.copy_of_input(x)
        stages = self._fast if taps is None else self._observed
        around = Surroundings(
            arrays=self.arrays,
            workspace=workspace if workspace is not None else Workspace(),
            training=training,
            noise=_noise_of(training, how.get("noise"), how.get("rng")),
            taps=taps if taps is not None else how.get("glance"),
            new_states={},
            go_on=how.get("go_on"),
        )
        computed = stages[: len(stages) - (self._open_end is not None)]
        scores, trail = yield from _quietly(compute(computed, x, around))
        if taps is not None and self._open_end is not None:
            taps(
                stages[-1].layer_id, logistic(scores) if self._open_end is Sigmoid else probabilities(scores)
            )

        def backward(
            dscores: Array, input_gradient: bool = False, taps: Tap | None = None
        ) -> Meeting[Gradients]:
            way_back = follow_back(trail, dscores.copy(), input_gradient, taps, around.go_on)
            dx, parameters = yield from _quietly(way_back)
            return Gradients(parameters, dx)

        return ShardPass(scores, backward, around.new_states)

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
    """Return the shape of every parameter by `<layer id>/<name>`, in the order of the layers, depth first."""
    return _shapes_by_name(trace(spec).walk(), parameter_shapes)


def network_state_shapes(spec: NetworkSpec) -> dict[str, tuple[int, ...]]:
    """Return the shape of every state, such as running statistics, by `<layer id>/<name>`."""
    return _shapes_by_name(trace(spec).walk(), state_shapes)


def network_array_shapes(spec: NetworkSpec) -> dict[str, tuple[int, ...]]:
    """Return the shape of every array that belongs to a network: parameters first, then states."""
    return array_shapes_of(trace(spec).layers)


def array_shapes_of(records: Iterable[LayerTrace]) -> dict[str, tuple[int, ...]]:
    """Do what `network_array_shapes` does for layers whose shapes have been followed already."""
    every = [inner for record in records for inner in record.walk()]
    return _shapes_by_name(every, parameter_shapes) | _shapes_by_name(every, state_shapes)


def _shapes_by_name(
    records: Iterable[LayerTrace], of_layer: Callable[[Layer, Shape], dict[str, tuple[int, ...]]]
) -> dict[str, tuple[int, ...]]:
    return {
        f"{record.layer.id}/{name}": shape
        for record in records
        if record.input_shape is not None and record.output_shape is not None
        for name, shape in of_layer(record.layer, record.input_shape).items()
    }


def first_non_finite(network: Network, x: Array, *, training: bool = False) -> str | None:
    """Return the id of the first layer whose output for x (C, H, W, N) holds NaN or infinity, or None.

    A few images at a time are looked at, which needs little memory, so while `training` BatchNorm takes the
    statistics of these few. Nothing is random.
    """
    found: list[int] = []
    order: list[str] = []
    for start in range(0, x.shape[-1], _IMAGES_LOOKED_AT):
        outputs: dict[str, Array] = {}
        part = np.ascontiguousarray(x[..., start : start + _IMAGES_LOOKED_AT])
        network.record(part, training=training, taps=outputs.__setitem__)
        order = list(outputs)
        broken = (place for place, y in enumerate(outputs.values()) if not np.isfinite(y).all())
        found.extend(itertools.islice(broken, 1))
    return order[min(found)] if found else None


def _noise_of(training: bool, noise: Noise | None, rng: np.random.Generator | None) -> Noise | None:
    if not training or noise is not None or rng is None:
        return noise if training else None
    return Noise(draw_noise_key(rng))


def _quietly(meeting: Meeting[T]) -> Meeting[T]:
    """Let numbers overflow without a warning, but only while this computation has its turn."""
    answer: Sequence[Said] | None = None
    while True:
        try:
            with quiet():
                said = next(meeting) if answer is None else meeting.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result
        answer = yield said


def _check_arrays(
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
