"""Grad-CAM: where a layer sees what speaks for a class."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.errors import SpecError
from cnnviz.spec.layers import ELU, BatchNorm, Conv2D, LeakyReLU, ReLU, Residual, Sigmoid, Tanh
from cnnviz.spec.losses import end_left_to_loss
from cnnviz.spec.trace import trace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.engine.types import Array
    from cnnviz.interpret.attribution.score import ClassScore
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.receptive import ReceptiveField

_DEEP = (Conv2D, Residual)
_AFTER = (BatchNorm, ReLU, LeakyReLU, ELU, Sigmoid, Tanh)


def map_layers(spec: NetworkSpec) -> tuple[str, ...]:
    """Return the ids of all layers with maps, those inside blocks included: what Grad-CAM can look at."""
    left_out = spec.layers[-1].id if end_left_to_loss(spec) is not None else None
    return tuple(
        record.layer.id
        for record in trace(spec).walk()
        if record.output_shape is not None and len(record.output_shape) == 3 and record.layer.id != left_out
    )


def usual_layer(spec: NetworkSpec) -> str:
    """Return the layer that Grad-CAM is usually taken at, or an empty id where no layer has maps.

    That is the last convolution or block, with what normalises and activates its maps, or else the last layer
    with maps.
    """
    choices = map_layers(spec)
    usual = choices[-1] if choices else ""
    follows = False
    for layer in spec.layers:
        if layer.id not in choices:
            break
        follows = isinstance(layer, _DEEP) or (follows and isinstance(layer, _AFTER))
        if follows:
            usual = layer.id
    return usual


def grad_cam(score: ClassScore, image: Array, layer_id: str) -> tuple[float, Array, Array]:
    """Return the score of an image (C, H, W), what each map adds (F, h, w), and Grad-CAM by pixel (H, W).

    In the cells of the layer, Grad-CAM is the sum of what the maps add, where that is above 0.

    Raises
    ------
    SpecError
        There is no such layer, or it has no maps.
    """
    if not layer_id:
        raise SpecError("Grad-CAM looks at the maps of a layer, and no layer of this design has any.")
    record = next((one for one in trace(score.network.spec).walk() if one.layer.id == layer_id), None)
    if record is None or record.output_shape is None or record.receptive_field is None:
        raise SpecError(f'No layer of the design is called "{layer_id}".')
    if len(record.output_shape) != 3:
        raise SpecError(f'Grad-CAM needs maps; layer "{layer_id}" gives a row of numbers.')
    value, maps, gradient = score.at_layer(image, layer_id)
    weights = gradient.mean(axis=(1, 2), dtype=np.float64)
    parts = weights[:, None, None] * maps
    spread = spread_over_image(cells_of(parts), record.receptive_field, (image.shape[1], image.shape[2]))
    return value, parts.astype(image.dtype), spread.astype(image.dtype)


def cells_of(parts: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return Grad-CAM in the cells of a layer (h, w), given what each of its maps adds (F, h, w)."""
    cells: NDArray[np.float64] = np.maximum(parts.sum(axis=0, dtype=np.float64), 0)
    return cells


def cell_at(field: ReceptiveField, cells: tuple[int, int], row: int, column: int) -> tuple[int, int]:
    """Return the cell (row, column) of a layer of (h, w) `cells` whose middle is nearest to a pixel.

    The middle of a cell is that of the part of the image which it sees.
    """
    found = []
    for axis, place in ((0, row), (1, column)):
        middle = field.start[axis] + (field.size[axis] - 1) / 2
        nearest = math.floor((place - middle) / max(1, field.jump[axis]) + 0.5)
        found.append(min(max(nearest, 0), cells[axis] - 1))
    return found[0], found[1]


def spread_over_image(
    cells: NDArray[np.float64], field: ReceptiveField, size: tuple[int, int]
) -> NDArray[np.float64]:
    """Return the cells (h, w) of a layer over an image of `size` (H, W), linear between their middles.

    The middle of a cell is that of the part of the image which it sees; beyond the outermost ones the value
    stays. For layers that keep to a grid of whole pixels this is the usual bilinear enlargement, and where
    convolutions without padding have cut the edges off, it does not stretch what is left over them.
    """
    for axis in (0, 1):
        middles = (
            field.start[axis] + (field.size[axis] - 1) / 2 + field.jump[axis] * np.arange(cells.shape[axis])
        )
        weights = _linear_weights(middles, size[axis])
        cells = np.moveaxis(np.tensordot(weights, cells, axes=(1, axis)), 0, axis)
    return cells


def _linear_weights(middles: NDArray[np.floating], pixels: int) -> NDArray[np.float64]:
    """Return how much of each cell a pixel takes, (pixels, cells)."""
    units = np.eye(len(middles))
    if len(middles) == 1 or middles[1] == middles[0]:
        return np.full((pixels, len(middles)), 1 / len(middles))
    places = np.arange(pixels)
    return np.stack([np.interp(places, middles, unit) for unit in units], axis=1)
