"""A design: the input's shape and the layers after it, edited by making new designs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.errors import SpecError
from cnnviz.spec.fields import FieldInfo, FieldKind, described

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnviz.spec.layers import Layer

MAX_SIDE = 1024
MAX_CHANNELS = 1024
MAX_LAYERS = 500


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class InputSpec:
    """The images a network takes."""

    height: int = described(
        8, FieldInfo(FieldKind.INTEGER, "Height", "Rows of the image.", minimum=1, maximum=MAX_SIDE)
    )
    width: int = described(
        8, FieldInfo(FieldKind.INTEGER, "Width", "Columns of the image.", minimum=1, maximum=MAX_SIDE)
    )
    channels: int = described(
        1,
        FieldInfo(
            FieldKind.INTEGER,
            "Channels",
            "1 for gray images, 3 for red, green and blue.",
            minimum=1,
            maximum=MAX_CHANNELS,
        ),
    )

    @property
    def shape(self) -> tuple[int, int, int]:
        """(height, width, channels)."""
        return (self.height, self.width, self.channels)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSpec:
    """A design. Every layer has an id of its own, which it keeps while it is edited or moved."""

    name: str
    input: InputSpec
    layers: tuple[Layer, ...] = ()

    def __post_init__(self) -> None:
        """Give every layer without an id a fresh one, and refuse an id that stands twice."""
        layers = _with_ids(self.layers)
        if len(layers) > MAX_LAYERS:
            raise SpecError(f"A design has at most {MAX_LAYERS} layers; received {len(layers)}.")
        object.__setattr__(self, "layers", layers)

    def index(self, layer_id: str) -> int:
        """Return the place of a layer.

        Raises
        ------
        SpecError
            No layer has this id.
        """
        for index, layer in enumerate(self.layers):
            if layer.id == layer_id:
                return index
        raise SpecError(f'There is no layer "{layer_id}" in this design.')

    def layer(self, layer_id: str) -> Layer:
        """Return the layer with this id, or raise `SpecError`."""
        return self.layers[self.index(layer_id)]

    def insert(self, index: int, layer: Layer) -> NetworkSpec:
        """Return a design with `layer` at `index` (0 is right after the input).

        A layer whose id is empty or already taken gets a fresh one.
        """
        if any(other.id == layer.id for other in self.layers):
            layer = dataclasses.replace(layer, id="")
        index = self._checked_place(index, len(self.layers))
        return self._with_layers((*self.layers[:index], layer, *self.layers[index:]))

    def remove(self, layer_id: str) -> NetworkSpec:
        """Return a design without this layer."""
        index = self.index(layer_id)
        return self._with_layers(self.layers[:index] + self.layers[index + 1 :])

    def move(self, layer_id: str, index: int) -> NetworkSpec:
        """Return a design in which this layer stands at `index`, counted after it was taken out."""
        layer = self.layer(layer_id)
        rest = self.remove(layer_id).layers
        index = self._checked_place(index, len(rest))
        return self._with_layers((*rest[:index], layer, *rest[index:]))

    def replace(self, layer: Layer) -> NetworkSpec:
        """Return a design in which `layer` stands for the layer with the same id."""
        index = self.index(layer.id)
        return self._with_layers((*self.layers[:index], layer, *self.layers[index + 1 :]))

    def with_input(self, new_input: InputSpec) -> NetworkSpec:
        """Return the design for images of another shape."""
        return dataclasses.replace(self, input=new_input)

    def renamed(self, name: str) -> NetworkSpec:
        """Return the design under another name."""
        return dataclasses.replace(self, name=name)

    def _with_layers(self, layers: tuple[Layer, ...]) -> NetworkSpec:
        return dataclasses.replace(self, layers=layers)

    @staticmethod
    def _checked_place(index: int, length: int) -> int:
        if not 0 <= index <= length:
            raise SpecError(f"A layer can be put at 0 to {length}; received {index}.")
        return index


def fresh_id(stem: str, taken: Iterable[str]) -> str:
    """Return `stem` with the smallest number that makes an id nobody has, such as `conv2`."""
    used = set(taken)
    number = 1
    while f"{stem}{number}" in used:
        number += 1
    return f"{stem}{number}"


def _with_ids(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    taken = [layer.id for layer in layers if layer.id]
    doubles = sorted({name for name in taken if taken.count(name) > 1})
    if doubles:
        raise SpecError(f'Every layer needs an id of its own; "{doubles[0]}" stands more than once.')
    result = []
    for layer in layers:
        if not layer.id:
            layer = dataclasses.replace(layer, id=fresh_id(layer.stem, taken))
            taken.append(layer.id)
        result.append(layer)
    return tuple(result)
