"""Whether a design can be trained, and if not, why, in words with the arithmetic."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.spec.layers import Dense, Sigmoid, Softmax
from cnnviz.spec.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError
from cnnviz.spec.shapes import format_shape
from cnnviz.spec.trace import NetworkTrace, Problem, trace
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec


@dataclasses.dataclass(frozen=True, slots=True)
class DataShape:
    """What a data set demands of a design: images of this shape, and what is to be said of each.

    `targets` is how many numbers there are to be learned for each image; 0 where there are classes only.
    """

    height: int
    width: int
    channels: int
    classes: int
    targets: int = 0


def check(spec: NetworkSpec, data: DataShape | None = None, loss: Loss | None = None) -> tuple[Problem, ...]:
    """Return every problem that keeps `spec` from being trained, on `data` where it is given.

    `loss` is what training is to make small; the cross-entropy where none is given.
    """
    return check_trace(trace(spec), data, loss)


def check_trace(
    traced: NetworkTrace, data: DataShape | None = None, loss: Loss | None = None
) -> tuple[Problem, ...]:
    """Return the problems of a design that has been traced already."""
    problems = list(traced.problems)
    if not traced.layers:
        problems.append(_unfinished("There is no layer yet. Add a Dense layer with one unit for each class."))
    elif traced.parameters == 0 and not problems:
        problems.append(_unfinished("Nothing here can learn. Add a Conv2D or a Dense layer."))
    if data is not None:
        problems.extend(_input_problems(traced, data))
        problems.extend(_output_problems(traced, data, loss if loss is not None else CrossEntropy()))
    return tuple(problems)


def units_needed(data: DataShape, loss: Loss) -> int:
    """Return how many numbers the last layer must give; 1 where the data has none for `loss`."""
    match loss:
        case BinaryCrossEntropy():
            return 1
        case MeanSquaredError():
            return max(1, data.targets)
        case _:
            return data.classes


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


def _output_problems(traced: NetworkTrace, data: DataShape, loss: Loss) -> list[Problem]:
    """Compare the end of the design with what the loss needs for this data."""
    units = units_needed(data, loss)
    match loss:
        case BinaryCrossEntropy():
            if data.classes != 2:
                return [Problem(f"{loss.title} tells two classes apart; the data set has {data.classes:,}.")]
            need = f"{loss.title} needs 1 number"
            return _size_problems(traced, units, need) or _binary_end_problems(traced)
        case MeanSquaredError():
            if data.targets == 0:
                return [Problem(f"{loss.title} learns numbers, but the data set has classes only.")]
            need = f"The data set has {counted(data.targets, 'number')} to learn for each image"
            return _size_problems(traced, units, need) or _number_end_problems(traced)
        case _:
            if data.targets and data.classes < 2:
                advice = f"Choose {MeanSquaredError.title.lower()}."
                return [Problem(f"{loss.title} needs classes, but the data set has numbers. {advice}")]
            return _size_problems(
                traced, units, f"The data set has {counted(data.classes, 'class', 'classes')}"
            )


def _size_problems(traced: NetworkTrace, wanted: int, need: str) -> list[Problem]:
    shape = traced.output_shape
    if not traced.layers or shape is None or shape == (wanted,):
        return []
    numbers, units = counted(wanted, "number"), counted(wanted, "unit")
    needed = f"{need}, so the last layer must give {numbers}"
    if len(shape) == 3:
        message = f"{needed}; it gives a volume of {format_shape(shape)}. Add Flatten and Dense with {units}."
        return [_unfinished(message, traced.layers[-1].layer.id)]
    scored = [record.layer for record in traced.layers if isinstance(record.layer, Dense)]
    given = f"{needed}; it gives {shape[0]:,}."
    if not scored:
        return [_unfinished(f"{given} Add Dense with {units}.", traced.layers[-1].layer.id)]
    return [Problem(f"{given} Set the units to {wanted}.", scored[-1].id, "units")]


def _unfinished(message: str, layer_id: str | None = None) -> Problem:
    return Problem(message, layer_id, is_unfinished=True)


def _binary_end_problems(traced: NetworkTrace) -> list[Problem]:
    if not traced.layers or traced.output_shape is None or isinstance(traced.layers[-1].layer, Sigmoid):
        return []
    message = f"{BinaryCrossEntropy.title} needs a probability: the last layer must be a Sigmoid."
    return [Problem(message, traced.layers[-1].layer.id)]


def _number_end_problems(traced: NetworkTrace) -> list[Problem]:
    if not traced.layers or not isinstance(traced.layers[-1].layer, Softmax):
        return []
    message = (
        f"{MeanSquaredError.title} needs free numbers, but a Softmax makes probabilities of them. Remove it."
    )
    return [Problem(message, traced.layers[-1].layer.id)]
