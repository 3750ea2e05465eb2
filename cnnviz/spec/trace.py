"""Following the shapes through a design: one record per layer, as far as it can be computed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.spec.fields import field_infos, value_problem
from cnnviz.spec.formulas import parameter_formula
from cnnviz.spec.layers import Residual
from cnnviz.spec.receptive import ReceptiveField, receptive_field
from cnnviz.spec.shapes import (
    Shape,
    ShapeError,
    activation_bytes,
    format_shape,
    multiply_adds,
    output_shape,
    parameter_count,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.spec.layers import Layer
    from cnnviz.spec.network import NetworkSpec

MAX_PARAMETERS = 200_000_000
"""Above the 138 million of VGG-16. Training holds each about eight times, so this takes some 6 GB."""
MAX_ACTIVATION_BYTES = 400_000_000
"""Outputs of all layers for one image; a training step holds them for every image of the batch."""


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a design cannot be trained.

    `layer_id` is None for the input and for the design as a whole; `field` names the setting to blame. Where
    `is_unfinished`, nothing there is wrong: it only has to go on.
    """

    message: str
    layer_id: str | None = None
    field: str | None = None
    is_unfinished: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class LayerTrace:
    """What is known of one layer. Shapes are None behind the first layer with a problem.

    For a block the counts and problems are those of everything inside it too, and `inner` has a record for
    each layer of its body.
    """

    layer: Layer
    input_shape: Shape | None
    output_shape: Shape | None
    parameters: int = 0
    multiply_adds: int = 0
    activation_bytes: int = 0
    receptive_field: ReceptiveField | None = None
    problems: tuple[Problem, ...] = ()
    inner: tuple[LayerTrace, ...] = ()

    def walk(self) -> Iterator[LayerTrace]:
        """Yield this record and those inside it, depth first."""
        yield self
        for record in self.inner:
            yield from record.walk()


@dataclasses.dataclass(frozen=True, slots=True)
class NetworkTrace:
    """What is known of a design, layer by layer. Sums run over the layers that could be computed."""

    input_shape: Shape
    layers: tuple[LayerTrace, ...]

    def walk(self) -> Iterator[LayerTrace]:
        """Yield every record depth first: a block stands before the layers of its body."""
        for record in self.layers:
            yield from record.walk()

    @property
    def output_shape(self) -> Shape | None:
        """What the network gives, or None where a layer has a problem."""
        return self.layers[-1].output_shape if self.layers else self.input_shape

    @property
    def parameters(self) -> int:
        """How many numbers the network learns."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds of one image's forward pass."""
        return sum(layer.multiply_adds for layer in self.layers)

    @property
    def activation_bytes(self) -> int:
        """Memory of all layers' outputs for one image."""
        return sum(layer.activation_bytes for layer in self.layers)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem, in the order of the layers."""
        return tuple(problem for layer in self.layers for problem in layer.problems)


def trace(spec: NetworkSpec, known: NetworkTrace | None = None) -> NetworkTrace:
    """Follow the shapes from the input to the last layer, or to the first that cannot take its input.

    `known` is the trace of a design much like this one: what it says of layers that are as they were, and
    take what they took, is not computed again.
    """
    shape: Shape | None = spec.input.shape
    field: ReceptiveField = ReceptiveField()
    image = (spec.input.height, spec.input.width)
    remembered = _remembered(known, image)
    parameters = activations = 0
    records = []
    for layer in spec.layers:
        record, before = remembered.get(layer.id, (None, None))
        if record is None or record.layer != layer or record.input_shape != shape or before != field:
            record = _trace_layer(layer, shape, field, image)
        parameters += record.parameters
        activations += record.activation_bytes
        record = _within_memory(record, parameters, activations)
        records.append(record)
        shape = record.output_shape
        field = record.receptive_field or field
    return NetworkTrace(spec.input.shape, tuple(records))


def _remembered(
    known: NetworkTrace | None, image: tuple[int, int]
) -> dict[str, tuple[LayerTrace, ReceptiveField]]:
    """Return the record of each layer in order, by its id, and what the units before it see."""
    found: dict[str, tuple[LayerTrace, ReceptiveField]] = {}
    if known is None or known.input_shape[:2] != image:
        return found
    field = ReceptiveField()
    for record in known.layers:
        if not record.problems:
            found[record.layer.id] = (record, field)
        field = record.receptive_field or field
    return found


def _trace_layer(
    layer: Layer, shape: Shape | None, before: ReceptiveField, image: tuple[int, int]
) -> LayerTrace:
    inner = _trace_body(layer, shape, before, image) if isinstance(layer, Residual) else ()
    problems = _value_problems(layer) + tuple(problem for record in inner for problem in record.problems)
    if shape is None or problems:
        return LayerTrace(layer, shape, None, problems=problems, inner=inner)
    try:
        result = output_shape(layer, shape)
    except ShapeError as error:
        problems = (Problem(str(error), layer.id, error.field),)
        return LayerTrace(layer, shape, None, problems=problems, inner=inner)
    return LayerTrace(
        layer,
        shape,
        result,
        parameters=parameter_count(layer, shape),
        multiply_adds=multiply_adds(layer, shape),
        activation_bytes=activation_bytes(result) + sum(record.activation_bytes for record in inner),
        receptive_field=receptive_field(layer, before, shape, image),
        inner=inner,
    )


def _trace_body(
    block: Residual, shape: Shape | None, before: ReceptiveField, image: tuple[int, int]
) -> tuple[LayerTrace, ...]:
    records = []
    for layer in block.layers:
        record = _trace_layer(layer, shape, before, image)
        records.append(record)
        shape, before = record.output_shape, record.receptive_field or before
    return tuple(records)


def _within_memory(record: LayerTrace, parameters: int, activations: int) -> LayerTrace:
    """Refuse a layer with which the design becomes too large: computing it could end the whole program.

    `parameters` and `activations` (in bytes) are the sums up to this layer.
    """
    if record.input_shape is None or record.output_shape is None:
        return record
    if parameters > MAX_PARAMETERS:
        formula = parameter_formula(record.layer, record.input_shape)
        alone = f" The layer alone: {formula}." if formula else ""
        message = (
            f"With this layer the design has {parameters:,} parameters; at most {MAX_PARAMETERS:,} are "
            f"allowed.{alone}"
        )
    elif activations > MAX_ACTIVATION_BYTES:
        message = (
            f"With this layer ({format_shape(record.output_shape)}) the outputs for one image need "
            f"{activations:,} bytes; at most {MAX_ACTIVATION_BYTES:,} are allowed."
        )
    else:
        return record
    problem = Problem(message, record.layer.id)
    return LayerTrace(record.layer, record.input_shape, None, problems=(problem,), inner=record.inner)


def _value_problems(layer: Layer) -> tuple[Problem, ...]:
    found = []
    for name, info in field_infos(type(layer)).items():
        sentence = value_problem(info, getattr(layer, name))
        if sentence is not None:
            found.append(Problem(sentence, layer.id, name))
    return tuple(found)
