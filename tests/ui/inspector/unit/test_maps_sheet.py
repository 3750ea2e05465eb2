"""A map as the sum that it is: shown, moved over, exported; and offered only where there is one."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cnnviz.interpret.explain.channel_maps import channel_maps
from cnnviz.interpret.explain.place import Unit
from cnnviz.spec.layers import Conv2D, MaxPool2D, ReLU
from cnnviz.ui.format import number
from cnnviz.ui.inspector.unit.figures import Text
from tests.helpers.looks import design_of
from tests.ui.inspector.unit.pages import open_page

DESIGN = design_of(
    Conv2D(filters=6, padding="same"), ReLU(), Conv2D(filters=3, padding="same"), MaxPool2D(), size=(8, 8)
)
UNIT = Unit("conv2", 1, 2, 5)


@pytest.fixture
def page(qtbot):
    page = open_page(qtbot, DESIGN, UNIT)
    qtbot.mouseClick(page.bar.maps_button, Qt.MouseButton.LeftButton)
    return page


def spots(view):
    """Return everything that the mouse can find in a view, by what is said of it."""
    figure = view.figure
    places = ((x, y) for y in range(0, figure.height, 4) for x in range(0, figure.width, 4))
    return {spot.text: spot for x, y in places if (spot := figure.spot(x, y)) is not None}


def words(figure):
    """Return all lines of text in a figure."""
    found = [figure.text] if isinstance(figure, Text) else []
    for part in getattr(figure, "parts", ()):
        found += words(part)
    for name in ("title", "inner"):
        if hasattr(figure, name):
            found += words(getattr(figure, name))
    if hasattr(figure, "make"):
        for index in range(figure.count):
            found += words(figure.make(index))
    return found


def test_each_map_before_adds_a_map_and_all_of_them_are_written_down(page):
    said = words(page.sheet_view.figure)
    found = channel_maps(page.look, "conv2", 1)
    assert [f"map {channel}" for channel in range(6)] == [one for one in said if one.startswith("map ")]
    assert said.count("+") == 5
    assert said.count("=") == 6
    sums = [
        float(one.replace("−", "-"))
        for one in said
        if one.replace("−", "-").replace(".", "").lstrip("-").isdigit()
    ]
    np.testing.assert_allclose(sums, found.maps[:, 2, 5], atol=5e-4)
    assert f"All 6 added up, plus the bias {number(found.bias)} everywhere, are map 1 of conv2." in said


def test_a_cell_of_what_is_added_moves_the_number(page):
    found = channel_maps(page.look, "conv2", 1)
    said = spots(page.sheet_view)
    spot = said[f"map 4 adds {number(float(found.maps[4, 7, 0]))} at row 7, column 0"]
    assert spot.moves_to == Unit("conv2", 1, 7, 0)
    page.sheet_view.pointed.emit(spot)
    assert page.shown == Unit("conv2", 1, 7, 0)
    assert any(one.startswith("relu1, map 0, row 0, column 0: ") for one in said), "the maps before are there"
    assert any(one.startswith("weight of row 2, column 1: ") for one in said)


def test_it_is_one_of_two_other_views_and_a_click_leads_back(page, qtbot):
    assert page.shows_maps
    qtbot.mouseClick(page.reach_button, Qt.MouseButton.LeftButton)
    assert not page.shows_maps
    assert page.reach_button.isChecked()
    qtbot.mouseClick(page.bar.maps_button, Qt.MouseButton.LeftButton)
    assert not page.reach_button.isChecked()
    qtbot.mouseClick(page.bar.maps_button, Qt.MouseButton.LeftButton)
    assert not page.shows_maps
    assert "patch" in words(page.sheet_view.figure)


def test_what_is_no_convolution_does_not_offer_it(page):
    page.open_unit(Unit("relu1", 0, 1, 1))
    assert not page.bar.maps_button.isVisible()
    assert not page.shows_maps
    page.open_unit(Unit("conv1", 0, 1, 1))
    assert page.bar.maps_button.isVisible()
    assert page.shows_maps, "as it was left"


def test_the_maps_are_computed_once_for_all_numbers_of_a_map(page):
    (before,) = page._kept.added.values()
    page.go_deeper()
    page.go_back()
    page.open_unit(UNIT.at(0, 0))
    assert list(page._kept.added.values()) == [before]
    page.open_unit(UNIT.in_map(2))
    assert list(page._kept.added) == [("conv2", 2)]


def test_pictures_of_a_map_that_is_left_are_not_kept(page):
    counts = []
    for channel in (0, 1, 2):
        page.open_unit(UNIT.in_map(channel))
        page.grab()
        counts.append(len(page._kept.images))
    assert counts[0] >= 6, "what each of six channels adds"
    assert counts[2] - counts[0] <= 2, "one for each map itself"


def test_few_channels_fill_the_page_and_many_are_seen_at_once(qtbot):
    few = open_page(qtbot, design_of(Conv2D(filters=2, padding="same"), size=(8, 8)), Unit("conv1", 0, 1, 1))
    few.bar.maps_button.setChecked(True)
    assert few.sheet_view.figure.height > 300
    many = open_page(qtbot, DESIGN, UNIT, size=(1000, 560))
    many.bar.maps_button.setChecked(True)
    assert many.sheet_view.figure.height <= many._scroll.height()
