from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect

from cnnviz.interpret.activations import view_image
from cnnviz.spec.layers import AvgPool2D, Conv2D
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.receptive import ReceptiveField
from cnnviz.spec.trace import trace
from cnnviz.ui.plots.map_place import own_place, place_over_image, seen_box


def test_a_map_alone_has_whole_cells_in_the_middle():
    place = own_place((3, 4), 201, 150, 40)
    assert place.whole == QRect(20, 0, 160, 120)
    assert place.cell(2, 1) == QRect(60, 80, 40, 40)
    assert place.locate(61, 119) == (2, 1)
    assert place.locate(19, 0) is None
    assert place.locate(20, 120) is None


def test_a_map_that_keeps_the_size_covers_the_image():
    field = ReceptiveField(size=(3, 3), jump=(1, 1), start=(-1, -1))
    place = place_over_image((8, 8), (8, 8), field, 160, 160, 40)
    assert place.whole == place.image == QRect(0, 0, 160, 160)
    assert seen_box(place, (8, 8), field, (0, 3)) == QRect(40, 0, 60, 40)


def test_each_number_lies_around_the_middle_of_what_it_sees():
    layers = (Conv2D(filters=1, kernel_size=(3, 3), padding="valid"), AvgPool2D(pool_size=(2, 2)))
    spec = NetworkSpec(name="", input=InputSpec(height=10, width=8, channels=1), layers=layers)
    record = trace(spec).layers[-1]
    rows, columns, _ = record.output_shape
    place = place_over_image((rows, columns), (10, 8), record.receptive_field, 80, 100, 10)
    ratio = 10
    for cell in ((0, 0), (3, 2)):
        box = seen_box(place, (10, 8), record.receptive_field, cell)
        assert place.cell(*cell).center() == box.center()
        assert (box.width(), box.height()) == (4 * ratio, 4 * ratio)
    assert place.whole == QRect(10, 10, 60, 80)


def test_the_box_is_what_really_moves_the_number():
    layers = (Conv2D(filters=1, stride=(2, 2), padding="same"),)
    spec = NetworkSpec(name="", input=InputSpec(height=9, width=9, channels=1), layers=layers)
    field = trace(spec).layers[0].receptive_field
    kernel = {f"{trace(spec).layers[0].layer.id}/weight": np.ones((1, 1, 3, 3), np.float32)}
    kernel[next(iter(kernel)).replace("weight", "bias")] = np.zeros(1, np.float32)

    def value(image):
        return view_image(spec, kernel, image).layers[0].values[0, 2, 3]

    blank = np.zeros((1, 9, 9), np.float32)
    seen = []
    for row, column in np.ndindex(9, 9):
        image = blank.copy()
        image[0, row, column] = 1
        if value(image) != value(blank):
            seen.append((row, column))
    place = place_over_image((5, 5), (9, 9), field, 9, 9, 1)
    box = seen_box(place, (9, 9), field, (2, 3))
    assert seen == [(row, column) for row, column in np.ndindex(9, 9) if box.contains(column, row)]


@pytest.mark.parametrize("start", [0, -1])
def test_a_place_beside_the_map_is_no_number(start):
    field = ReceptiveField(size=(5, 5), jump=(2, 2), start=(start, start))
    place = place_over_image((2, 2), (7, 7), field, 70, 70, 10)
    assert place.locate(69, 69) is None
    assert place.locate(place.left + 1, place.top + 1) == (0, 0)
