"""One map of a layer, or one unit of a row, as a function of images."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.network import Network
from cnnviz.engine.workspace import Workspace
from cnnviz.errors import SpecError
from cnnviz.interpret.attribution.score import images_at_once
from cnnviz.spec.layers import Residual
from cnnviz.spec.losses import end_left_to_loss
from cnnviz.spec.trace import trace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnnviz.engine.types import Array
    from cnnviz.spec.layers import Layer
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.receptive import ReceptiveField


@dataclasses.dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of an image in whole pixels; `bottom` and `right` do not belong to it."""

    top: int
    left: int
    bottom: int
    right: int


class UnitOutput:
    """What one map of a layer (or one unit of a row) makes of images.

    Only the layers on the way to it are computed. For a Softmax at the end, and a Sigmoid of one unit, it is
    the score that goes in. `shape` is that of the map, (1, 1) for a unit. It serves one thread.

    Raises
    ------
    SpecError
        There is no such layer or unit.
    """

    def __init__(self, spec: NetworkSpec, arrays: Mapping[str, Array], layer_id: str, unit: int) -> None:
        self.way = way_to(spec, layer_id)
        last = trace(self.way).layers[-1]
        shape = last.output_shape
        if shape is None or last.receptive_field is None:
            raise SpecError(
                f'Layer "{layer_id}" cannot be computed: the design has a problem there or before.'
            )
        self.units = shape[-1]
        if not 0 <= unit < self.units:
            raise SpecError(f'Layer "{layer_id}" has maps or units 0 to {self.units - 1}; received {unit}.')
        self.layer_id, self.unit = layer_id, unit
        self.shape = (shape[0], shape[1]) if len(shape) == 3 else (1, 1)
        self.field: ReceptiveField = last.receptive_field
        self.images_at_once = images_at_once(self.way)
        self._network = Network.wrapping(self.way, arrays)
        self._workspace = Workspace()

    def of(self, images: Array) -> Array:
        """Return the map of each of the images (C, H, W, N), as (h, w, N)."""
        return self._chosen(self._network.forward(images, workspace=self._workspace)).copy()

    def gradient(self, images: Array) -> tuple[Array, Array]:
        """Return the mean of the map for each of the images (N,), and its gradient (C, H, W, N)."""
        outputs, backward = self._network.record(images, workspace=self._workspace)
        start = np.zeros_like(outputs)
        start[self.unit] = 1 / (self.shape[0] * self.shape[1])
        gradient = backward(start, input_gradient=True).input
        assert gradient is not None  # it was asked for
        return self._chosen(outputs).mean(axis=(0, 1)), gradient.copy()

    def seen_from(self, row: int, column: int) -> Box:
        """Return the part of the image that a place of the map sees, without what lies in the padding."""
        height, width, _ = self.way.input.shape
        edges = []
        for axis, (place, length) in enumerate(((row, height), (column, width))):
            start = self.field.start[axis] + place * self.field.jump[axis]
            edges.append((max(0, start), min(length, start + self.field.size[axis])))
        (top, bottom), (left, right) = edges
        return Box(top, left, bottom, right)

    def _chosen(self, outputs: Array) -> Array:
        chosen: Array = outputs[self.unit].reshape(*self.shape, -1)
        return chosen


def way_to(spec: NetworkSpec, layer_id: str) -> NetworkSpec:
    """Return the layers that are on the way to a layer, as a design that ends with it.

    A layer inside a block sees what comes into the block and the layers before it there, so these follow each
    other, and the way past the body is left out.

    Raises
    ------
    SpecError
        There is no such layer.
    """
    layers = _way(spec.layers, layer_id)
    if layers is None:
        raise SpecError(f'No layer of the design is called "{layer_id}".')
    way = dataclasses.replace(spec, layers=tuple(layers))
    if end_left_to_loss(way) is not None and len(layers) == 1:
        raise SpecError(f'Nothing is computed before layer "{layer_id}".')
    return way


def _way(layers: Sequence[Layer], layer_id: str) -> list[Layer] | None:
    for place, layer in enumerate(layers):
        if layer.id == layer_id:
            return list(layers[: place + 1])
        if isinstance(layer, Residual):
            inner = _way(layer.layers, layer_id)
            if inner is not None:
                return [*layers[:place], *inner]
    return None
