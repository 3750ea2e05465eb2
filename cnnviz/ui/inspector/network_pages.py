"""Which maps of a layer are shown where there are more than fit, and in which order."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.ui.inspector.network_columns import ColumnKind, Wiring, layer_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cnnviz.interpret.activations import ImageView
    from cnnviz.ui.inspector.network_columns import Column
    from cnnviz.ui.inspector.network_layout import PlacedColumn


class Order(enum.Enum):
    """In which order the maps of a layer stand."""

    AS_THEY_ARE = "in order"
    STRONGEST = "strongest first"


def leaders(columns: Sequence[Column]) -> tuple[int, ...]:
    """Return of each column the place of the first one whose pages it shares.

    What is made map by map stands beside what it is made from, so these turn their pages together.
    """
    found: list[int] = []
    for index, column in enumerate(columns):
        before = columns[index - 1]
        follows = index > 0 and column.wiring is Wiring.SAME and not column.is_block
        alike = (column.kind, column.count) == (before.kind, before.count)
        found.append(found[index - 1] if follows and alike else index)
    return tuple(found)


@dataclasses.dataclass(slots=True)
class Pages:
    """The first map that is shown of each layer that was paged, by its id, and the order of all maps."""

    first: dict[str, int] = dataclasses.field(default_factory=dict)
    order: Order = Order.AS_THEY_ARE

    def ranking(self, view: ImageView, column: Column) -> NDArray[np.intp]:
        """Return the maps or units of a column that leads, in their order.

        The strongest is the one with the largest mean size of its numbers; rows of numbers stay as they are.
        """
        if self.order is Order.AS_THEY_ARE or column.kind is not ColumnKind.MAPS:
            return np.arange(column.count)
        values = layer_of(view, column).values
        with np.errstate(all="ignore"):
            strength = np.nan_to_num(np.abs(values).mean(axis=(1, 2)))
        return np.argsort(-strength, kind="stable")

    def start(self, placed: PlacedColumn) -> int:
        """Return the place in the order of the first map that is shown: the last page is full, too."""
        wanted = self.first.get(placed.column.layer_id, 0)
        return min(max(wanted, 0), placed.hidden)

    def numbered(self, view: ImageView, placed: Sequence[PlacedColumn]) -> tuple[PlacedColumn, ...]:
        """Return columns of maps and units with the numbers that stand on their tiles."""
        columns, lead = [one.column for one in placed], leaders([one.column for one in placed])
        numbers: dict[int, tuple[int, ...] | None] = {}
        for index in sorted(set(lead)):
            if columns[index].kind in (ColumnKind.MAPS, ColumnKind.UNITS):
                start, shown = self.start(placed[index]), placed[index].block.shown
                ranking = self.ranking(view, columns[index])[start : start + shown]
                is_plain = bool((ranking == np.arange(shown)).all())
                numbers[index] = None if is_plain else tuple(int(one) for one in ranking)
        return tuple(
            dataclasses.replace(one, numbers=numbers[leader]) if leader in numbers else one
            for one, leader in zip(placed, lead, strict=True)
        )

    def turn(self, placed: PlacedColumn, pages: int) -> None:
        """Turn the pages of a column that leads."""
        wanted = self.start(placed) + pages * placed.block.shown
        self.first[placed.column.layer_id] = min(max(wanted, 0), placed.hidden)

    def show(self, view: ImageView, placed: PlacedColumn, number: int) -> None:
        """Turn the pages of a column that leads to the one with a map."""
        place = int(np.flatnonzero(self.ranking(view, placed.column) == number)[0])
        shown = placed.block.shown
        self.first[placed.column.layer_id] = min(place // shown * shown, placed.hidden)


def page_text(placed: PlacedColumn, start: int) -> str:
    """Return which maps of a column are shown: `17 to 32 of 512`."""
    return f"{start + 1:,}–{start + placed.block.shown:,} of {placed.column.count:,}"
