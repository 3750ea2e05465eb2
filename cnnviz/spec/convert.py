"""Writing a Dense layer as a Conv2D that computes the same, and the other way round.

A Dense layer behind the Flatten of a volume is a convolution whose kernel covers all of that volume, and
every convolution is a (sparse) matrix (CS231n, "Convolutional Networks", section on converting layers).
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from cnnviz.errors import SpecError
from cnnviz.spec.layers import (
    ELU,
    MAX_FILTERS,
    MAX_UNITS,
    MAX_WINDOW,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Tanh,
)
from cnnviz.spec.trace import trace
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.spec.layers import Layer
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.shapes import Shape
    from cnnviz.spec.trace import LayerTrace, NetworkTrace

MAX_CONVERTED_WEIGHTS = 20_000_000
"""Above this a convolution is not written as a matrix, which would hold mostly zeros: 80 MB."""

_NUMBER_BY_NUMBER = (ReLU, LeakyReLU, ELU, Sigmoid, Tanh, Dropout)
"""Kinds to which it makes no difference whether the numbers stand in a volume or in a row."""


@dataclasses.dataclass(frozen=True, slots=True)
class Conversion:
    """One layer written as another kind, in a design that computes the same.

    `new_layer` takes the place of `layer`. The volume that goes in is `input_shape`, (height, width,
    channels), and the one that comes out `output_shape`, as the Conv2D of the two sees them.
    """

    layer: Dense | Conv2D
    new_layer: Dense | Conv2D
    new_spec: NetworkSpec
    input_shape: Shape
    output_shape: Shape


def target_title(layer: Layer | None) -> str:
    """Return the kind that a layer can be converted to, as people call it; empty for kinds without one."""
    match layer:
        case Dense():
            return Conv2D.title
        case Conv2D():
            return Dense.title
        case _:
            return ""


def conversion(spec: NetworkSpec, layer_id: str, traced: NetworkTrace | None = None) -> Conversion:
    """Return how a Dense layer becomes a Conv2D, or a Conv2D a Dense layer. `traced` is the trace of `spec`.

    Flatten is moved behind a new Conv2D and in front of a new Dense layer. The new layer gets an id of its
    own.

    Raises
    ------
    SpecError
        It cannot be done; the message says why.
    """
    layer = spec.layer(layer_id)
    if not isinstance(layer, Dense | Conv2D):
        raise SpecError(f"Only Conv2D and Dense can be converted; this is {layer.title}.")
    if spec.parent_of(layer_id) is not None:
        raise SpecError("Inside a block there is no Flatten that could be moved.")
    records = (traced or trace(spec)).layers
    place = spec.index(layer_id)
    if records[place].output_shape is None:
        raise SpecError("Solve the problem here or above first: the shapes are not known.")
    return _to_conv(spec, records, place) if isinstance(layer, Dense) else _to_dense(spec, records, place)


def _to_conv(spec: NetworkSpec, records: Sequence[LayerTrace], place: int) -> Conversion:
    dense = records[place].layer
    assert isinstance(dense, Dense)
    first = _flatten_before(records, place)
    volume = records[first].input_shape
    assert volume is not None  # what is behind it could be computed
    if dense.units > MAX_FILTERS:
        raise SpecError(
            f"A Conv2D has at most {MAX_FILTERS:,} filters; this layer has {counted(dense.units, 'unit')}."
        )
    if max(volume[:2]) > MAX_WINDOW:
        raise SpecError(
            f"A kernel has at most {MAX_WINDOW:,} rows and columns; the volume has {max(volume[:2]):,}."
        )
    conv = Conv2D(
        filters=dense.units,
        kernel_size=(volume[0], volume[1]),
        initializer=dense.initializer,
        initial_value=dense.initial_value,
    )
    layers = spec.layers
    needed = not isinstance(layers[place + 1] if place + 1 < len(layers) else None, Flatten)
    end = (layers[first],) if needed else ()
    new_layers = (*layers[:first], *layers[first + 1 : place], conv, *end, *layers[place + 1 :])
    new_spec = dataclasses.replace(spec, layers=new_layers)
    new_layer = new_spec.layers[place - 1]
    assert isinstance(new_layer, Conv2D)
    return Conversion(dense, new_layer, new_spec, volume, (1, 1, dense.units))


def _flatten_before(records: Sequence[LayerTrace], place: int) -> int:
    """Return the place of the Flatten whose volume the Dense layer at `place` sees, or say what fails."""
    index = place - 1  # there is a layer that makes a row of the image, or the shapes would not be known
    while isinstance(records[index].layer, _NUMBER_BY_NUMBER):
        index -= 1
    before = records[index]
    if isinstance(before.layer, Flatten) and len(before.input_shape or ()) == 3:
        return index
    if isinstance(before.layer, Dense):
        raise SpecError(
            f'A Conv2D needs a volume, but "{before.layer.id}" before it gives a row of numbers. '
            f'Convert "{before.layer.id}" first.'
        )
    raise SpecError(
        f"A Conv2D needs a volume. {before.layer.title} before this layer gives a row of numbers, and only "
        "Flatten can be moved behind."
    )


def _to_dense(spec: NetworkSpec, records: Sequence[LayerTrace], place: int) -> Conversion:
    conv, volume, result = records[place].layer, records[place].input_shape, records[place].output_shape
    assert isinstance(conv, Conv2D)
    assert volume is not None
    assert result is not None
    last = _row_maker_behind(records, place)
    inputs, units = math.prod(volume), math.prod(result)
    if units > MAX_UNITS:
        raise SpecError(f"A Dense layer has at most {MAX_UNITS:,} units; this one would need {units:,}.")
    if inputs * units > MAX_CONVERTED_WEIGHTS:
        raise SpecError(
            f"As a matrix this layer has {units:,} × {inputs:,} = {units * inputs:,} weights; at most "
            f"{MAX_CONVERTED_WEIGHTS:,} are made."
        )
    dense = Dense(units=units, initializer=conv.initializer, initial_value=conv.initial_value)
    layers = spec.layers
    flatten = layers[last] if isinstance(layers[last], Flatten) else Flatten()
    new_layers = (*layers[:place], flatten, dense, *layers[place + 1 : last], *layers[last + 1 :])
    new_spec = dataclasses.replace(spec, layers=new_layers)
    new_layer = new_spec.layers[place + 1]
    assert isinstance(new_layer, Dense)
    return Conversion(conv, new_layer, new_spec, volume, result)


def _row_maker_behind(records: Sequence[LayerTrace], place: int) -> int:
    """Return the place of the layer that writes the maps of the Conv2D as a row, or say what fails."""
    makers: tuple[type[Layer], ...] = (Flatten,)
    passed: tuple[type[Layer], ...] = _NUMBER_BY_NUMBER
    if (records[place].output_shape or ())[:2] == (1, 1):  # a map of one number is as good as the number
        makers, passed = (*makers, GlobalAvgPool2D, GlobalMaxPool2D), (*passed, BatchNorm)
    for index in range(place + 1, len(records)):
        layer = records[index].layer
        if isinstance(layer, makers):
            return index
        if not isinstance(layer, passed):
            raise SpecError(
                f'{layer.title} "{layer.id}" behind it needs feature maps, but a Dense layer gives a row of '
                "numbers."
            )
    raise SpecError("A Dense layer gives a row of numbers, but nothing behind this layer asks for one.")
