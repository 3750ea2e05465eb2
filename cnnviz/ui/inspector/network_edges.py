"""What is made from what in the network view, column by column and map by map."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.ui.inspector.network_columns import ColumnKind, Wiring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.ui.inspector.network_columns import Column


@dataclasses.dataclass(frozen=True, slots=True)
class Edge:
    """The way from one column, by its place, to another. `is_skip` is the way past the body of a block."""

    start: int
    end: int
    wiring: Wiring
    groups: int = 1
    is_skip: bool = False


def edges_of(columns: Sequence[Column]) -> tuple[Edge, ...]:
    """Return every way between columns, in the order of the columns they end in."""
    edges = []
    for end, column in enumerate(columns[1:], 1):
        if not column.is_block:
            edges.append(Edge(end - 1, end, column.wiring, column.groups))
            continue
        edges.append(Edge(end - 1, end, Wiring.SAME if column.body else Wiring.ALL))
        skip = Wiring.ALL if column.is_projected else Wiring.SAME
        edges.append(Edge(end - column.body - 1, end, skip, is_skip=True))
    return tuple(edges)


def sources_of(edge: Edge, columns: Sequence[Column], number: int) -> range:
    """Return the maps or units at the start of a way from which `number` at its end is made."""
    start, end = columns[edge.start], columns[edge.end]
    if start.kind is ColumnKind.PICTURE:
        return range(1)
    if edge.wiring is Wiring.SAME:
        return range(number, number + 1)
    if edge.wiring is Wiring.UNROLLED:
        source = number * start.count // end.count
        return range(source, source + 1)
    return _share(start.count, edge.groups, number * edge.groups // end.count)


def readers_of(edge: Edge, columns: Sequence[Column], number: int) -> range:
    """Return the maps or units at the end of a way which are made from `number` at its start."""
    start, end = columns[edge.start], columns[edge.end]
    if start.kind is ColumnKind.PICTURE:
        return range(end.count)
    if edge.wiring is Wiring.SAME:
        return range(number, number + 1)
    if edge.wiring is Wiring.UNROLLED:
        return _share(end.count, start.count, number)
    return _share(end.count, edge.groups, number * edge.groups // start.count)


def _share(count: int, groups: int, group: int) -> range:
    size = count // groups
    return range(group * size, (group + 1) * size)
