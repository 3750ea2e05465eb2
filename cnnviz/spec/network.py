"""A design: the input's shape and the layers after it, edited by making new designs."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

from cnnviz.errors import SpecError
from cnnviz.spec.fields import FieldInfo, FieldKind, described
from cnnviz.spec.layers import Residual, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnnviz.spec.layers import Layer

MAX_SIDE = 1024
MAX_CHANNELS = 1024
MAX_LAYERS = 500
"""Layers of a design, those inside blocks included."""
MAX_DEPTH = 8
"""Blocks that may stand in each other."""


def _side(label: str, meaning: str) -> FieldInfo:
    effect = "Larger images show more, and cost more in every layer of maps."
    return FieldInfo(FieldKind.INTEGER, label, meaning, effect, minimum=1, maximum=MAX_SIDE)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class InputSpec:
    """The images a network takes."""

    height: int = described(8, _side("Height", "Rows of the image."))
    width: int = described(8, _side("Width", "Columns of the image."))
    channels: int = described(
        1,
        FieldInfo(
            FieldKind.INTEGER,
            "Channels",
            "1 for gray images, 3 for red, green and blue.",
            "More: the filters of the first convolution become deeper.",
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
    """A design: a tree of layers, since a block holds layers of its own.

    Every layer has an id of its own in the whole tree, which it keeps while it is edited or moved; it is the
    name by which people know the layer, and `renaming` gives it another.
    """

    name: str
    input: InputSpec
    layers: tuple[Layer, ...] = ()

    def __post_init__(self) -> None:
        """Give every layer without an id a fresh one, and refuse an id that stands twice."""
        depth = _depth(self.layers)
        if depth > MAX_DEPTH:
            raise SpecError(f"Blocks can stand in each other up to {MAX_DEPTH} deep; received {depth}.")
        every = tuple(walk(self.layers))
        if len(every) > MAX_LAYERS:
            raise SpecError(f"A design has at most {MAX_LAYERS} layers; received {len(every)}.")
        taken = [layer.id for layer in every if layer.id]
        double = min((name for name, count in Counter(taken).items() if count > 1), default=None)
        if double is not None:
            raise SpecError(f'Every layer needs an id of its own; "{double}" stands more than once.')
        layers = _with_ids(self.layers, taken)
        object.__setattr__(self, "layers", layers)

    def walk(self) -> Iterator[Layer]:
        """Yield every layer depth first: a block stands before the layers of its body."""
        return walk(self.layers)

    def parent_of(self, layer_id: str) -> str | None:
        """Return the id of the block that holds a layer, or None for one of the network itself.

        Raises
        ------
        SpecError
            No layer has this id.
        """
        return self._find(layer_id)[0]

    def layers_of(self, parent: str | None = None) -> tuple[Layer, ...]:
        """Return the layers right inside a block, or those of the network itself.

        Raises
        ------
        SpecError
            No layer has the id `parent`, or it holds no others.
        """
        if parent is None:
            return self.layers
        block = self.layer(parent)
        if not isinstance(block, Residual):
            raise SpecError(f'The layer "{parent}" holds no layers of its own.')
        return block.layers

    def index(self, layer_id: str) -> int:
        """Return the place of a layer among those of its block, or of the network.

        Raises
        ------
        SpecError
            No layer has this id.
        """
        return self._find(layer_id)[1]

    def layer(self, layer_id: str) -> Layer:
        """Return the layer with this id, wherever it stands, or raise `SpecError`."""
        return self._find(layer_id)[2]

    def insert(self, index: int, layer: Layer, parent: str | None = None) -> NetworkSpec:
        """Return a design with `layer` at `index` (0 is right after the input) of the network or a block.

        A layer whose id is empty or already taken gets a fresh one, and so do those inside it.
        """
        return self.insert_all(index, (layer,), parent)

    def insert_all(self, index: int, layers: Iterable[Layer], parent: str | None = None) -> NetworkSpec:
        """Return a design with several layers, one behind the other, from `index` on; ids as for `insert`."""
        siblings = self.layers_of(parent)
        index = self._checked_place(index, len(siblings))
        taken = {other.id for other in self.walk()}
        new = []
        for layer in layers:
            new.append(_without_ids(layer, taken))
            taken.update(inner.id for inner in walk(new[-1:]))
        return self._with_siblings(parent, (*siblings[:index], *new, *siblings[index:]))

    def remove(self, layer_id: str) -> NetworkSpec:
        """Return a design without this layer."""
        parent, index, _ = self._find(layer_id)
        siblings = self.layers_of(parent)
        return self._with_siblings(parent, siblings[:index] + siblings[index + 1 :])

    def move(self, layer_id: str, index: int, parent: str | None = None) -> NetworkSpec:
        """Return a design in which this layer stands at `index` of the network, or of the block `parent`.

        Places are counted after the layer was taken out.

        Raises
        ------
        SpecError
            There is no such layer or place, or a block would stand inside itself.
        """
        layer = self.layer(layer_id)
        if parent is not None and any(inner.id == parent for inner in walk((layer,))):
            raise SpecError(f'The block "{layer_id}" cannot be put inside itself.')
        return self.remove(layer_id).insert(index, layer, parent)

    def replace(self, layer: Layer) -> NetworkSpec:
        """Return a design in which `layer` stands for the layer with the same id."""
        parent, index, _ = self._find(layer.id)
        siblings = self.layers_of(parent)
        return self._with_siblings(parent, (*siblings[:index], layer, *siblings[index + 1 :]))

    def with_input(self, new_input: InputSpec) -> NetworkSpec:
        """Return the design for images of another shape."""
        return dataclasses.replace(self, input=new_input)

    def renamed(self, name: str) -> NetworkSpec:
        """Return the design under another name."""
        return dataclasses.replace(self, name=name)

    def _find(self, layer_id: str) -> tuple[str | None, int, Layer]:
        """Return a layer with the block that holds it, and its place there."""
        for parent, siblings in _families(self.layers):
            for index, layer in enumerate(siblings):
                if layer.id == layer_id:
                    return parent, index, layer
        raise SpecError(f'There is no layer "{layer_id}" in this design.')

    def _with_siblings(self, parent: str | None, siblings: tuple[Layer, ...]) -> NetworkSpec:
        if parent is None:
            return dataclasses.replace(self, layers=siblings)
        block = self.layer(parent)
        assert isinstance(block, Residual)  # `layers_of` was asked before
        return self.replace(dataclasses.replace(block, layers=siblings))

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


def _families(
    layers: tuple[Layer, ...], parent: str | None = None
) -> Iterator[tuple[str | None, tuple[Layer, ...]]]:
    """Yield the layers that stand side by side, with the id of the block that holds them."""
    yield parent, layers
    for layer in layers:
        if isinstance(layer, Residual):
            yield from _families(layer.layers, layer.id)


def _without_ids(layer: Layer, taken: set[str]) -> Layer:
    """Take ids away that others have, from a layer and those inside it."""
    if isinstance(layer, Residual):
        layer = dataclasses.replace(layer, layers=tuple(_without_ids(inner, taken) for inner in layer.layers))
    return dataclasses.replace(layer, id="") if layer.id in taken else layer


def _depth(layers: tuple[Layer, ...]) -> int:
    return max((_depth(layer.layers) + 1 for layer in layers if isinstance(layer, Residual)), default=0)


def _with_ids(layers: tuple[Layer, ...], taken: list[str]) -> tuple[Layer, ...]:
    """Return the layers with an id for each; `taken` holds the ids of the whole design and is added to."""
    result = []
    for layer in layers:
        if not layer.id:
            layer = dataclasses.replace(layer, id=fresh_id(layer.stem, taken))
            taken.append(layer.id)
        if isinstance(layer, Residual):
            layer = dataclasses.replace(layer, layers=_with_ids(layer.layers, taken))
        result.append(layer)
    return tuple(result)
