"""Where the numbers of a layer come from, written out with its own numbers. Pure: no Qt."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from cnnviz.spec.shapes import format_shape, output_size_formula, parameter_formula

if TYPE_CHECKING:
    from cnnviz.spec.network import InputSpec
    from cnnviz.spec.trace import LayerTrace


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A number with its name, and how it comes about."""

    name: str
    text: str


def layer_arithmetic(record: LayerTrace) -> tuple[Line, ...]:
    """Return output size, parameters, cost and receptive field of a layer, as far as they are known."""
    if record.input_shape is None:
        return ()
    lines = [_size_line(line) for line in output_size_formula(record.layer, record.input_shape).splitlines()]
    if record.output_shape is None:
        return tuple(lines)
    lines.append(Line("Shape", f"{format_shape(record.input_shape)} → {format_shape(record.output_shape)}"))
    if record.parameters:
        lines.append(Line("Parameters", parameter_formula(record.layer, record.input_shape)))
    if record.multiply_adds:
        lines.append(Line("Multiply-adds", f"{record.multiply_adds:,}"))
    if record.receptive_field is not None:
        lines.append(Line("A unit sees", f"{format_shape(record.receptive_field.size)} pixels"))
    return tuple(lines)


def input_arithmetic(input_spec: InputSpec) -> tuple[Line, ...]:
    """Return how many numbers one image holds."""
    shape = input_spec.shape
    return (Line("Numbers", f"{'·'.join(map(str, shape))} = {math.prod(shape):,}"),)


def _size_line(formula: str) -> Line:
    sides, _, numbers = formula.partition(" = ")
    return Line(sides.capitalize(), numbers)
