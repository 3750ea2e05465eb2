"""Which place of a design a point between two cards means. Pure: no Qt."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.spec.tree_edits import Place, place_behind, place_of
from cnnviz.ui.builder.cards import Fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.spec.network import NetworkSpec
    from cnnviz.ui.builder.cards import Card


@dataclasses.dataclass(frozen=True, slots=True)
class Gap:
    """A place between rows: in front of row `row`, which means `place`, `depth` blocks deep."""

    row: int
    place: Place
    depth: int = 0


def gap_in_front(spec: NetworkSpec, cards: Sequence[Card], row: int) -> Gap:
    """Return the gap in front of a row, beside its card; rows beyond the last mean the end."""
    row = max(row, 1)
    if row >= len(cards):
        return Gap(len(cards), Place(len(spec.layers)))
    card = cards[row]
    return Gap(row, place_of(spec, card.layer_id), card.depth)


def gap_behind(spec: NetworkSpec, cards: Sequence[Card], row: int, deepest: int | None = None) -> Gap:
    """Return the gap right behind a row: inside a block that is open, else beside the card.

    Behind the last layer of a block, a smaller `deepest` leads further out.
    """
    card = cards[row]
    if card.is_input:
        return Gap(1, Place(0))
    if card.fold is Fold.OPEN:
        return Gap(row + 1, Place(0, card.layer_id), card.depth + 1)
    layer_id, depth = card.layer_id, card.depth
    outside = depth if deepest is None else min(max(deepest, 0), depth)
    for _ in card.endings:
        if depth <= outside:
            break
        layer_id, depth = spec.parent_of(layer_id) or layer_id, depth - 1
    return Gap(row + 1, place_behind(spec, layer_id), depth)
