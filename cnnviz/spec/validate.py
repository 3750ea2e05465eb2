"""Whether a design can be trained, and if not, why, in words with the arithmetic."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.spec.layers import Dense
from cnnviz.spec.shapes import format_shape
from cnnviz.spec.trace import NetworkTrace, Problem, trace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnviz.spec.network import NetworkSpec


@dataclasses.dataclass(frozen=True, slots=True)
class DataShape:
    """What a data set demands of a design: images of this shape, and one score for each class."""

    height: int
    width: int
    channels: int
    classes: int


def check(spec: NetworkSpec, data: DataShape | None = None) -> tuple[Problem, ...]:
    """Return every problem that keeps `spec` from being trained, on `data` where it is given."""
    return check_trace(trace(spec), data)


def check_trace(traced: NetworkTrace, data: DataShape | None = None) -> tuple[Problem, ...]:
    """Return the problems of a design that has been traced already."""
    problems = list(traced.problems)
    if not traced.layers:
        problems.append(Problem("There is no layer yet. Add a Dense layer with one unit for each class."))
    elif traced.parameters == 0 and not problems:
        problems.append(Problem("Nothing here can learn. Add a Conv2D or a Dense layer."))
    if data is not None:
        problems.extend(_input_problems(traced, data))
        problems.extend(_output_problems(traced, data))
    return tuple(problems)


def in_words(problems: Iterable[Problem]) -> str:
    """Return problems as one text that names the layer of each, for places without a layer list beside it."""
    return " ".join(
        f'Layer "{problem.layer_id}": {problem.message}' if problem.layer_id else problem.message
        for problem in problems
    )


def _input_problems(traced: NetworkTrace, data: DataShape) -> list[Problem]:
    wanted = (data.height, data.width, data.channels)
    if traced.input_shape == wanted:
        return []
    received = format_shape(traced.input_shape)
    return [Problem(f"The images of the data set are {format_shape(wanted)}, but the input is {received}.")]


def _output_problems(traced: NetworkTrace, data: DataShape) -> list[Problem]:
    shape = traced.output_shape
    if not traced.layers or shape is None or shape == (data.classes,):
        return []
    scored = [record.layer for record in traced.layers if isinstance(record.layer, Dense)]
    needed = f"The data set has {data.classes} classes, so the last layer must give {data.classes} numbers"
    if len(shape) == 3:
        remedy = f"Add Flatten and Dense with {data.classes} units."
        message = f"{needed}; it gives a volume of {format_shape(shape)}. {remedy}"
        return [Problem(message, traced.layers[-1].layer.id)]
    blamed = scored[-1].id if scored else traced.layers[-1].layer.id
    remedy = f"Set the units to {data.classes}." if scored else f"Add Dense with {data.classes} units."
    return [Problem(f"{needed}; it gives {shape[0]:,}. {remedy}", blamed, "units" if scored else None)]
