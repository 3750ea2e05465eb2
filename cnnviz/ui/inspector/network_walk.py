"""From one layer or map of the network view to the next, as the arrow keys go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.ui.inspector.network_columns import ColumnKind

if TYPE_CHECKING:
    from cnnviz.ui.inspector.network_picture import NetworkPicture

Chosen = tuple[str, int | None]
"""A layer, empty for the image or for none, and a map or unit of it."""


def step_along(picture: NetworkPicture, chosen: Chosen, step: int) -> Chosen:
    """Return the layer before or behind; where the chosen one has no column, begin at that end."""
    layers = [column.layer_id for column in picture.columns if column.is_choosable]
    number, placed = chosen[1], picture.placed(chosen[0])
    present = layers.index(placed.column.layer_id) if placed else (-1 if step > 0 else len(layers))
    layer_id = layers[min(max(present + step, 0), len(layers) - 1)]
    return layer_id, None if number is None else _nearest(picture, layer_id, number)


def step_within(picture: NetworkPicture, chosen: Chosen, step: int) -> Chosen | None:
    """Return the map or answer before or behind, in the order in which they stand; None for none."""
    layer_id, number = chosen
    placed = picture.placed(layer_id)
    if placed is None:
        return None
    if number is None:
        return layer_id, placed.number_of(0)
    if placed.column.kind is ColumnKind.ANSWERS:
        row, last = placed.tile_of(number), placed.block.shown - 1
        return layer_id, placed.number_of(0 if row is None else min(max(row + step, 0), last))
    return layer_id, picture.neighbour(placed, number, step)


def _nearest(picture: NetworkPicture, layer_id: str, number: int) -> int | None:
    placed = picture.placed(layer_id)
    if placed is None or placed.column.kind is ColumnKind.ANSWERS:
        return None
    return min(max(number, 0), placed.column.count - 1)
