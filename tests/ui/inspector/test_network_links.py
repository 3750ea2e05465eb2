from __future__ import annotations

from PySide6.QtCore import QPointF

from cnnviz.ui.inspector.cell_block import CellBlock
from cnnviz.ui.inspector.network_columns import Column, ColumnKind, Wiring
from cnnviz.ui.inspector.network_layout import PlacedColumn
from cnnviz.ui.inspector.network_links import links, sources


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
    found = curves(links(maps(0, 3, Wiring.ALL), maps(200, 2, Wiring.ALL), 1.0))
    assert {(start.y(), end.y()) for start, end in found} == {(y, z) for y in (8, 28, 48) for z in (8, 28)}
    assert {(start.x(), end.x()) for start, end in found} == {(16, 200)}


def test_fewer_curves_are_drawn_where_there_is_little_room() -> None:
    left = maps(0, 12, Wiring.ALL)
    wide, narrow = (links(left, maps(x, 12, Wiring.ALL), 1.0) for x in (200, 30))
    assert len(curves(narrow)) < len(curves(wide)) == 144


def test_an_activation_reads_the_map_beside_it() -> None:
    found = curves(links(maps(0, 3, Wiring.ALL), maps(200, 3, Wiring.SAME), 1.0))
    assert [(start.y(), end.y()) for start, end in found] == [(8, 8), (28, 28), (48, 48)]


def test_each_map_is_unrolled_into_its_stretch() -> None:
    found = curves(links(maps(0, 2, Wiring.ALL, columns=2), strip(200, 16, Wiring.UNROLLED), 1.0))
    assert [(start.x(), start.y(), end.y()) for start, end in found] == [
        (16, 8, 8),
        (16, 28, 24),
        (36, 8, 40),
        (36, 28, 56),
    ]


def test_the_sources_of_one_map() -> None:
    left = maps(0, 3, Wiring.ALL)
    assert [start.y() for start, _ in curves(sources(left, maps(200, 3, Wiring.ALL), 1, 1))] == [8, 28, 48]
    ((start, end),) = curves(sources(left, maps(200, 3, Wiring.SAME), 1, 1))
    assert (start.y(), end.y()) == (28, 28)
    ((start, _),) = curves(sources(left, strip(200, 12, Wiring.UNROLLED), 7, 7))
    assert start.y() == 28


def test_the_source_of_a_sorted_class_is_the_unit_of_that_class() -> None:
    column = Column(ColumnKind.CLASSES, "", "classes", "output", "12", 12, 1, 1, Wiring.SAME)
    classes = PlacedColumn(column, 200, 40, CellBlock(200, 0, 3, 3, 1, 1, 1, 16, 16, 20, 20))
    left = maps(0, 12, Wiring.ALL)
    ((start, end),) = curves(sources(left, classes, 1, 7))
    assert (start.y(), end.y()) == (left.block.rect(7).center().y() + 1, 28)
    assert len(curves(links(left, classes, 1.0))) > 12  # no row belongs to the unit beside it


def test_a_source_that_is_not_shown_has_no_curve() -> None:
    column = Column(ColumnKind.MAPS, "a", "a", "Conv2D", "", 9, 4, 4, Wiring.ALL)
    few = PlacedColumn(column, 0, 40, CellBlock(0, 0, 3, 3, 1, 4, 4, 4, 4, 20, 20))
    assert sources(few, maps(200, 9, Wiring.SAME), 8, 8).isEmpty()
