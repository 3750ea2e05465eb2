from __future__ import annotations

from PySide6.QtCore import QPointF

from cnnviz.ui.inspector.cell_block import CellBlock
from cnnviz.ui.inspector.network_columns import Column, ColumnKind, Wiring
from cnnviz.ui.inspector.network_edges import Edge
from cnnviz.ui.inspector.network_layout import PlacedColumn
from cnnviz.ui.inspector.network_links import curves as curves_between
from cnnviz.ui.inspector.network_links import links

EVERY, SAME = Edge(0, 1, Wiring.ALL), Edge(0, 1, Wiring.SAME)


def answers(count: int, *, is_ranked: bool) -> PlacedColumn:
    """Answers of which three have a place."""
    column = Column(ColumnKind.ANSWERS, "", "a", "output", "", count, 1, 1, Wiring.SAME, is_ranked=is_ranked)
    return PlacedColumn(column, 200, 40, CellBlock(200, 0, 3, 3, 1, 1, 1, 16, 16, 20, 20))


def maps(left: int, rows: int, wiring: Wiring, *, columns: int = 1) -> PlacedColumn:
    count = rows * columns
    column = Column(ColumnKind.MAPS, "a", "a", "Conv2D", "", count, 4, 4, wiring)
    return PlacedColumn(column, left, 40, CellBlock(left, 0, count, rows, columns, 4, 4, 4, 4, 20, 20))


def strip(left: int, count: int, wiring: Wiring) -> PlacedColumn:
    column = Column(ColumnKind.UNITS, "b", "b", "Flatten", "", count, 1, 1, wiring)
    return PlacedColumn(column, left, 12, CellBlock(left, 0, count, count, 1, 1, 1, 12, 4, 12, 4))


def curves(path) -> list[tuple[QPointF, QPointF]]:
    """Return (start, end) of each curve: a move, two control points and the end."""
    elements = [path.elementAt(index) for index in range(path.elementCount())]
    points = [QPointF(element.x, element.y) for element in elements]
    return list(zip(points[::4], points[3::4], strict=True))


def test_a_convolution_reads_every_map() -> None:
    found = curves(links(maps(0, 3, Wiring.ALL), maps(200, 2, Wiring.ALL), EVERY, 1.0))
    assert {(start.y(), end.y()) for start, end in found} == {(y, z) for y in (8, 28, 48) for z in (8, 28)}
    assert {(start.x(), end.x()) for start, end in found} == {(16, 200)}


def test_fewer_curves_are_drawn_where_there_is_little_room() -> None:
    left = maps(0, 12, Wiring.ALL)
    wide, narrow = (links(left, maps(x, 12, Wiring.ALL), EVERY, 1.0) for x in (200, 30))
    assert len(curves(narrow)) < len(curves(wide)) == 144


def test_an_activation_reads_the_map_beside_it() -> None:
    found = curves(links(maps(0, 3, Wiring.ALL), maps(200, 3, Wiring.SAME), Edge(0, 1, Wiring.SAME), 1.0))
    assert [(start.y(), end.y()) for start, end in found] == [(8, 8), (28, 28), (48, 48)]


def test_each_map_is_unrolled_into_its_stretch() -> None:
    Edge(0, 1, Wiring.UNROLLED)
    found = curves(
        links(
            maps(0, 2, Wiring.ALL, columns=2),
            strip(200, 16, Wiring.UNROLLED),
            Edge(0, 1, Wiring.UNROLLED),
            1.0,
        )
    )
    assert [(start.x(), start.y(), end.y()) for start, end in found] == [
        (16, 8, 8),
        (16, 28, 24),
        (36, 8, 40),
        (36, 28, 56),
    ]


def test_a_convolution_in_groups_reads_the_maps_of_its_group() -> None:
    edge = Edge(0, 1, Wiring.ALL, groups=2)
    found = curves(links(maps(0, 4, Wiring.ALL), maps(200, 4, Wiring.ALL), edge, 1.0))
    assert {(start.y() < 40, end.y() < 40) for start, end in found} == {(True, True), (False, False)}
    assert len(found) == 8


def test_the_rows_of_the_likeliest_classes_belong_to_no_unit_beside_them() -> None:
    assert len(curves(links(maps(0, 12, Wiring.ALL), answers(12, is_ranked=True), SAME, 1.0))) > 12


def test_of_plain_numbers_that_are_cut_off_each_row_belongs_to_its_unit() -> None:
    found = curves(links(maps(0, 12, Wiring.ALL), answers(12, is_ranked=False), SAME, 1.0))
    assert [(start.y(), end.y()) for start, end in found] == [(8, 8), (28, 28), (48, 48)]


def test_between_some_tiles_and_some_others() -> None:
    left, right = maps(0, 3, Wiring.ALL), maps(200, 3, Wiring.ALL)
    found = curves(curves_between(left, (0, 2), right, (1,)))
    assert [(start.y(), end.y()) for start, end in found] == [(8, 28), (48, 28)]
    assert curves_between(left, (), right, (1,)).isEmpty()
