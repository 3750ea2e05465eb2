"""Where the numbers of a layer come from, written out with its own numbers. Pure: no Qt."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cnnviz.spec.formulas import Formula, cost_formula, parameter_formula, size_formulas, value_formula
from cnnviz.spec.shapes import format_shape

if TYPE_CHECKING:
    from cnnviz.spec.network import InputSpec
    from cnnviz.spec.receptive import ReceptiveField
    from cnnviz.spec.trace import LayerTrace


def key_arithmetic(record: LayerTrace) -> tuple[Formula, ...]:
    """Return what is followed while a setting is turned: output size and parameters, else each number."""
    layer, before, after = record.layer, record.input_shape, record.output_shape
    if before is None:
        return ()
    lines = list(size_formulas(layer, before))
    if after is not None and (parameters := parameter_formula(layer, before)):
        lines.append(Formula("Parameters", parameters))
    if after is not None and not lines:
        lines.append(Formula("Each number", value_formula(layer, before)))
    return tuple(line for line in lines if line.text)


def more_arithmetic(record: LayerTrace) -> tuple[Formula, ...]:
    """Return what else there is to know: shapes, how each number comes about, cost and receptive field."""
    layer, before, after = record.layer, record.input_shape, record.output_shape
    if before is None or after is None:
        return ()
    lines = [
        Formula("Shape", f"{format_shape(before)} → {format_shape(after)}"),
        Formula("Each number", value_formula(layer, before)),
        Formula("Parameters", "" if parameter_formula(layer, before) else "none"),
        Formula("Multiply-adds", cost_formula(layer, before)),
    ]
    if record.receptive_field is not None:
        lines.append(Formula("A unit sees", _seen(record.receptive_field)))
    known = key_arithmetic(record)
    return tuple(line for line in lines if line.text and line not in known)


def input_arithmetic(input_spec: InputSpec) -> tuple[Formula, ...]:
    """Return how many numbers one image holds."""
    shape = input_spec.shape
    return (Formula("Numbers", f"{'·'.join(map(str, shape))} = {math.prod(shape):,}"),)


def _seen(field: ReceptiveField) -> str:
    if field.size == (1, 1):
        return "1 pixel"
    return f"{format_shape(field.size)} pixels"
