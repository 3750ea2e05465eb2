"""Where a number stands in a network, and what stands around it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.errors import CnnvizError
from cnnviz.spec.layers import ELU, LeakyReLU, ReLU, Residual, Sigmoid, Tanh

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from cnnviz.interpret.activations import ImageView
    from cnnviz.spec.layers import Layer
    from cnnviz.spec.network import NetworkSpec

Bending = ReLU | LeakyReLU | ELU | Sigmoid | Tanh
"""Layers that make one number of one number."""


class ExplainError(CnnvizError):
    """There is no such number, or it could not be computed."""


@dataclasses.dataclass(frozen=True, slots=True)
class Unit:
    """One number: of the output of a layer, or of the image where `layer_id` is empty.

    All count from 0. In a row of numbers `channel` is the unit, and row and column are 0.
    """

    layer_id: str
    channel: int
    row: int = 0
    column: int = 0

    @property
    def cell(self) -> tuple[int, int]:
        """(row, column) in its map."""
        return self.row, self.column

    def at(self, row: int, column: int) -> Unit:
        """Return the unit elsewhere in the same map."""
        return dataclasses.replace(self, row=row, column=column)

    def in_map(self, channel: int) -> Unit:
        """Return the unit at the same place in another map."""
        return dataclasses.replace(self, channel=channel)


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A layer among others.

    Attributes
    ----------
    layer
        The layer itself.
    source_id
        Whose output goes into it; empty for the image. For a block, what goes around its body too.
    following
        The activation right behind it, where there is one.
    block_ids
        The blocks it stands in, the outermost first.
    """

    layer: Layer
    source_id: str
    following: Bending | None
    block_ids: tuple[str, ...] = ()

    @property
    def body_id(self) -> str:
        """The last layer in the body of a block, whose output is added; empty for other layers."""
        return self.layer.layers[-1].id if isinstance(self.layer, Residual) else ""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One image in one snapshot of a network: all that numbers are explained from.

    `arrays` holds the parameters and states that `view` was computed with.
    """

    spec: NetworkSpec
    arrays: Mapping[str, NDArray[np.floating]]
    view: ImageView

    def values(self, layer_id: str) -> NDArray[np.float32]:
        """Return what comes out of a layer, (C, H, W) or (units,); of the image for an empty id.

        Raises
        ------
        ExplainError
            The layer is unknown, or could not be computed.
        """
        seen = self.view.layer(layer_id)
        if seen is None:
            problem = self.view.problem
            reason = f" {problem.message}" if problem is not None else ""
            raise ExplainError(f'Nothing is known of the output of layer "{layer_id}".{reason}')
        return seen.values

    def value(self, unit: Unit) -> float:
        """Return the engine's own number, which is a float32.

        Raises
        ------
        ExplainError
            There is no such unit.
        """
        values = self.values(unit.layer_id)
        return float(values[checked(unit, values)])


def place_of(spec: NetworkSpec, layer_id: str) -> Place:
    """Return where a layer stands.

    Raises
    ------
    ExplainError
        The design has no such layer.
    """
    place = next((one for one in _places(spec.layers, "", ()) if one.layer.id == layer_id), None)
    if place is None:
        raise ExplainError(f'The design has no layer "{layer_id}".')
    return place


def readers_of(spec: NetworkSpec, layer_id: str) -> tuple[str, ...]:
    """Return the ids of the layers that a layer's output goes into; an empty id is the image."""
    return tuple(one.layer.id for one in _places(spec.layers, "", ()) if one.source_id == layer_id)


def checked(unit: Unit, values: NDArray[np.float32]) -> tuple[int, ...]:
    """Return the index of a unit in (C, H, W) or (units,).

    Raises
    ------
    ExplainError
        It lies outside.
    """
    index = (unit.channel, unit.row, unit.column)
    shape = values.shape if values.ndim == 3 else (len(values), 1, 1)
    if not all(0 <= place < size for place, size in zip(index, shape, strict=True)):
        name = f'layer "{unit.layer_id}"' if unit.layer_id else "the image"
        raise ExplainError(
            f"The output of {name} has {shape[0]} maps of {shape[1]}×{shape[2]} numbers; received map "
            f"{unit.channel}, row {unit.row}, column {unit.column}."
        )
    return index if values.ndim == 3 else (unit.channel,)


def unit_at(layer_id: str, values: NDArray[np.float32], flat: int) -> Unit:
    """Return the unit that stands at a place of (C, H, W) or (units,) written as one row."""
    if values.ndim == 1:
        return Unit(layer_id, flat)
    channel, row, column = (int(place) for place in np.unravel_index(flat, values.shape))
    return Unit(layer_id, channel, row, column)


def _places(layers: Sequence[Layer], source_id: str, block_ids: tuple[str, ...]) -> Iterator[Place]:
    for index, layer in enumerate(layers):
        behind = layers[index + 1] if index + 1 < len(layers) else None
        following = behind if isinstance(behind, Bending) else None
        yield Place(layer, source_id, following, block_ids)
        if isinstance(layer, Residual):
            yield from _places(layer.layers, source_id, (*block_ids, layer.id))
        source_id = layer.id
