from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QSize

from cnnviz.ui.evaluation.matrix_layout import MatrixLayout, fitting_cell, zoomed


@given(
    st.integers(1, 200),
    st.integers(2, 60),
    st.integers(2, 40),
    st.integers(0, 3_000),
    st.integers(0, 3_000),
    st.data(),
)
def test_the_cell_at_a_point_is_the_one_drawn_there(classes, width, height, across, down, data):
    layout = MatrixLayout(classes, QSize(width, height), QSize(50, 30), QPoint(across, down))
    row, column = data.draw(st.integers(0, classes - 1)), data.draw(st.integers(0, classes - 1))
    middle = layout.rect(row, column).center()
    is_covered = middle.x() < 50 or middle.y() < 30
    assert layout.at(middle) == (None if is_covered else (row, column))
    rows, columns = layout.seen(QSize(300, 200))
    if not is_covered and middle.x() < 300 and middle.y() < 200:
        assert row in rows
        assert column in columns
    assert all(0 <= place < classes for place in (*rows, *columns))


def test_outside_there_is_no_cell():
    layout = MatrixLayout(3, QSize(10, 10), QSize(20, 20))
    assert layout.at(QPoint(50, 25)) is None
    assert layout.at(QPoint(5, 25)) is None
    assert layout.at(QPoint(49, 49)) == (2, 2)


def test_cells_fill_the_room_but_stay_readable():
    assert fitting_cell(QSize(200, 150), 10, 12) == QSize(20, 15)
    assert fitting_cell(QSize(200, 150), 100, 12) == QSize(12, 12)
    assert fitting_cell(QSize(2_000, 2_000), 2, 12) == QSize(64, 36)


def test_zooming_ends_at_a_smallest_and_a_largest_cell():
    cell = QSize(12, 10)
    sizes = [zoomed(cell, steps).width() for steps in range(-20, 20)]
    assert sizes == sorted(sizes)
    assert (sizes[0], sizes[-1], sizes[20]) == (2, 96, 12)
