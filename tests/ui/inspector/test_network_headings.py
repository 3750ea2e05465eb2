"""Names of layers over their columns can be told apart also where there is little room."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QFont, QFontMetrics

from cnnviz.spec.layers import Conv2D, Dense, Flatten, ReLU
from cnnviz.ui.inspector.network_headings import shortened, title_room
from cnnviz.ui.inspector.network_view import NetworkView
from tests.ui.inspector.views import DIGITS, make_view

LONG = (
    Conv2D(filters=4, id="a_convolution_with_a_long_name1"),
    ReLU(id="an_activation_with_a_long_name1"),
    Conv2D(filters=4, id="c2"),
    Flatten(id="flattened_to_a_very_long_row"),
    Dense(units=10, id="the_last_of_all_the_layers"),
)


@pytest.fixture
def metrics(qapp):
    return QFontMetrics(QFont())


def test_a_name_with_room_is_whole(metrics):
    assert shortened("maxpool1", metrics, metrics.horizontalAdvance("maxpool1")) == "maxpool1"


@pytest.mark.parametrize("name", ["maxpool1", "maxpool12", "batchnorm2"])
def test_a_cut_name_keeps_its_beginning_and_its_number(metrics, name):
    room = metrics.horizontalAdvance(name) - 4
    said = shortened(name, metrics, room)
    begin, number = said.split("…")
    assert name.startswith(begin)
    assert len(begin) >= 4
    assert name.endswith(number)
    assert not name.removesuffix(number)[-1].isdigit()
    assert metrics.horizontalAdvance(said) <= room


def test_a_name_without_a_number_is_cut_in_the_middle(metrics):
    said = shortened("the_first_of_all", metrics, metrics.horizontalAdvance("the_first_of"))
    assert said.startswith("the")
    assert said.endswith("all")


def test_where_hardly_anything_fits_the_number_is_not_all_that_is_left(metrics):
    assert shortened("maxpool1", metrics, metrics.horizontalAdvance("…1")) != "…1"


@pytest.mark.parametrize("width", [500, 850, 1200])
def test_long_names_side_by_side_do_not_overlap(qtbot, width):
    view = NetworkView()
    qtbot.addWidget(view)
    view.resize(width, 400)
    view.set_view(make_view(*LONG), DIGITS)
    layout, brushes = view.canvas.network_layout, view.canvas._current_brushes()
    strong = QFontMetrics(brushes.strong)
    ends = []
    for placed in layout.columns:
        room = title_room(placed, layout, brushes)
        assert room >= placed.width
        half = strong.horizontalAdvance(shortened(placed.column.title, strong, room)) / 2
        middle = placed.left + placed.width / 2
        ends.append((middle - half, middle + half))
    assert all(one[1] < other[0] for one, other in itertools.pairwise(ends))
