"""Ideas for problems of a design as a whole: its input, its end, its size, or that it cannot learn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cnnviz.spec.layers import (
    Category,
    Conv2D,
    Dense,
    Flatten,
    GlobalAvgPool2D,
    MaxPool2D,
    ReLU,
    Sigmoid,
    Softmax,
)
from cnnviz.spec.losses import BinaryCrossEntropy, MeanSquaredError
from cnnviz.spec.network import InputSpec
from cnnviz.spec.repair_edits import Idea, change, exchange, put_before, put_first, put_last, take_out
from cnnviz.spec.shapes import activation_bytes, format_shape, output_shape, parameter_count
from cnnviz.spec.trace import MAX_ACTIVATION_BYTES, MAX_PARAMETERS
from cnnviz.spec.validate import units_needed
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.spec.layers import Layer
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.repair_edits import Edit
    from cnnviz.spec.shapes import Shape
    from cnnviz.spec.trace import LayerTrace, NetworkTrace
    from cnnviz.spec.validate import DataShape

_USUAL_UNITS = 10
"""Where no data set says how many classes there are."""


def whole_ideas(traced: NetworkTrace, data: DataShape | None, loss: Loss) -> Iterator[Idea]:
    """Yield ideas for a design with another input than the images, without layers, or that cannot learn."""
    units = units_needed(data, loss) if data is not None else _USUAL_UNITS
    closing = (Sigmoid(),) if isinstance(loss, BinaryCrossEntropy) and data is not None else ()
    end_words = "Flatten, Dense and Sigmoid" if closing else "Flatten and Dense"
    if data is not None:
        wanted = InputSpec(height=data.height, width=data.width, channels=data.channels)
        yield Idea(f"Set the input to {format_shape(wanted.shape)}", (lambda spec: spec.with_input(wanted),))
    if not traced.layers:
        end = (Flatten(), Dense(units=units), *closing)
        yield Idea(f"Add {end_words}: a linear classifier", (put_last(*end),))
        network = (Conv2D(padding="same"), ReLU(), MaxPool2D(), *end)
        yield Idea(f"Add Conv2D, ReLU, MaxPool2D, {end_words}", (put_last(*network),))
    elif traced.parameters == 0:
        yield from _last_layer_ideas(traced, units, ())
        yield Idea("Insert Conv2D behind the input", (put_first(Conv2D(padding="same")),))


def end_ideas(traced: NetworkTrace, data: DataShape, loss: Loss) -> Iterator[Idea]:
    """Yield ideas for a design whose end is not what the loss needs for the data."""
    units = units_needed(data, loss)
    last = traced.layers[-1].layer
    scored = next((r.layer for r in reversed(traced.layers) if isinstance(r.layer, Dense)), None)
    if traced.output_shape is None or traced.output_shape == (units,):
        closing, words = _closing(last, loss)
        yield Idea(f"{words[:1].upper()}{words[1:]}", closing)
        return
    tail = _tail(traced)
    adding = [_closed(idea, last if tail else None, loss) for idea in _last_layer_ideas(traced, units, tail)]
    if scored is None:
        yield from adding
        return
    setting = Idea(f"Set the units of {scored.id} to {units:,}", (change(scored.id, units=units),))
    setting = _closed(setting, last, loss)
    behind = traced.layers[_place(traced, scored) + 1 :]
    is_hidden = any(_is_hidden_activation(record.layer) for record in behind)
    yield from (*adding, setting) if is_hidden else (setting, *adding)


def memory_ideas(traced: NetworkTrace, record: LayerTrace) -> Iterator[Idea]:
    """Yield ideas for the layer with which a design becomes too large."""
    layer, shape = record.layer, record.input_shape
    assert shape is not None  # the layer could be computed, or it would have another problem
    if isinstance(layer, Conv2D | Dense):
        name = "filters" if isinstance(layer, Conv2D) else "units"
        most = _most_outputs(traced, layer, shape)
        if most > 0:
            yield Idea(f"Set the {name} of {layer.id} to {most:,}", (change(layer.id, **{name: most}),))
    earlier = [before.layer for before in traced.layers[: _place(traced, layer)]]
    flatten = next((other for other in reversed(earlier) if isinstance(other, Flatten)), None)
    if flatten is not None:
        yield Idea(f"Insert MaxPool2D before {flatten.id}", (put_before(flatten.id, MaxPool2D()),))
        pool = GlobalAvgPool2D()
        yield Idea(f"Replace {flatten.id} by {pool.title}", (exchange(flatten.id, pool),))
    if isinstance(layer, Conv2D):
        stride = (2 * layer.stride[0], 2 * layer.stride[1])
        words = f"Set the stride of {layer.id} to {format_shape(stride)}"
        yield Idea(words, (change(layer.id, stride=stride),))
    if len(shape) == 3:
        yield Idea(f"Insert MaxPool2D before {layer.id}", (put_before(layer.id, MaxPool2D()),))
    yield Idea("Insert MaxPool2D behind the input", (put_first(MaxPool2D()),))


def _last_layer_ideas(traced: NetworkTrace, units: int, tail: tuple[str, ...]) -> Iterator[Idea]:
    """Yield ideas that add a last layer with this number of outputs, in front of the layers of `tail`."""
    before = [record for record in traced.layers if record.layer.id not in tail]
    shape = before[-1].output_shape if before else traced.input_shape
    dense = Dense(units=units)
    words = f"Dense with {counted(units, 'unit')}"

    def put(*layers: Layer) -> Edit:
        return put_before(tail[0], *layers) if tail else put_last(*layers)

    if shape is None or len(shape) == 1:
        yield Idea(f"Add {words}", (put(dense),))
        return
    if shape[2] == units:
        yield Idea("Add GlobalAvgPool2D", (put(GlobalAvgPool2D()),))
    last = before[-1].layer if before else None
    if isinstance(last, Conv2D) and last.filters != units:
        edits = (change(last.id, filters=units), put(GlobalAvgPool2D()))
        yield Idea(f"Set the filters of {last.id} to {units:,} and add GlobalAvgPool2D", edits)
    yield Idea(f"Add Flatten and {words}", (put(Flatten(), dense),))
    yield Idea(f"Add GlobalAvgPool2D and {words}", (put(GlobalAvgPool2D(), dense),))


def _closed(idea: Idea, last: Layer | None, loss: Loss) -> Idea:
    """Return the idea with what makes the end one that the loss can use."""
    edits, words = _closing(last, loss)
    return Idea(f"{idea.label} and {words}", (*idea.edits, *edits)) if edits else idea


def _closing(last: Layer | None, loss: Loss) -> tuple[tuple[Edit, ...], str]:
    """Return the edits that make the end fit the loss, and their words; both are empty where it does.

    `last` is the last layer, or None where that is a new Dense.
    """
    if isinstance(loss, MeanSquaredError) and isinstance(last, Softmax):
        return (take_out(last.id),), f"remove {last.id}"
    if not isinstance(loss, BinaryCrossEntropy) or isinstance(last, Sigmoid):
        return (), ""
    if last is not None and last.category is Category.ACTIVATION:
        return (exchange(last.id, Sigmoid()),), f"replace {last.id} by Sigmoid"
    return (put_last(Sigmoid()),), "add Sigmoid"


def _tail(traced: NetworkTrace) -> tuple[str, ...]:
    """Return the id of the last layer where it only makes probabilities of scores."""
    last = traced.layers[-1].layer
    return (last.id,) if isinstance(last, Softmax | Sigmoid) else ()


def _is_hidden_activation(layer: Layer) -> bool:
    return layer.category is Category.ACTIVATION and not isinstance(layer, Softmax | Sigmoid)


def _place(traced: NetworkTrace, layer: Layer) -> int:
    return next(place for place, record in enumerate(traced.layers) if record.layer.id == layer.id)


def _most_outputs(traced: NetworkTrace, layer: Conv2D | Dense, shape: Shape) -> int:
    """Return the largest power of two of filters or units with which the design is not too large, or 0."""
    before = traced.layers[: _place(traced, layer)]
    parameters = MAX_PARAMETERS - sum(record.parameters for record in before)
    memory = MAX_ACTIVATION_BYTES - sum(record.activation_bytes for record in before)
    outputs = layer.filters if isinstance(layer, Conv2D) else layer.units
    weights = parameter_count(layer, shape) / outputs
    own = activation_bytes(output_shape(layer, shape)) / outputs
    most = min(outputs, int(parameters / weights), int(memory / own))
    return 2 ** int(math.log2(most)) if most > 0 else 0
