"""Numbers in cells: all of a block alike, short enough for their cells, exact enough to be compared."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from cnnviz.ui.inspector.unit.cell_numbers import CellFormat, fitting_format
from cnnviz.ui.inspector.unit.pens import Pens, Ramp, Scaling


@pytest.fixture
def pens(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return Pens.of(widget)


@pytest.mark.parametrize(
    ("written", "value", "text"),
    [
        (CellFormat(2), -0.123, "−0.12"),
        (CellFormat(2), -0.001, "0.00"),
        (CellFormat(2, is_short=True), -0.123, "−.12"),
        (CellFormat(2, is_short=True), 1.5, "1.50"),
        (CellFormat(1, power=-3), 0.0123, "12.3"),
        (CellFormat(1), math.nan, "nan"),
        (CellFormat(1), -math.inf, "−∞"),
    ],
)
def test_a_number_in_a_cell(written, value, text):
    assert written.text(value) == text


def test_a_power_of_ten_stands_in_the_heading():
    assert CellFormat(1, power=-3).heading == "×10⁻³"
    assert CellFormat(1).heading == ""


@pytest.mark.parametrize("largest", [1e-7, 3e-4, 0.02, 0.5, 3.0, 42.0, 900.0, 2e4, 7e9])
@pytest.mark.parametrize("width", [24, 30, 40, 60])
def test_what_is_written_fits_and_tells_the_largest_number(pens, largest, width):
    values = np.array([[largest, -largest / 3], [0.0, largest / 7]])
    written = fitting_format(values, width, pens)
    if written is None:
        assert width < 40
        return
    assert pens.width(written.text(largest), pens.small) <= width
    assert float(written.text(largest)) * 10.0**written.power == pytest.approx(largest, rel=0.2)


def test_cells_without_room_have_no_numbers(pens):
    assert fitting_format(np.array([[-0.25]]), 8, pens) is None


def test_colours_of_numbers():
    signed = Scaling.signed(np.array([-2.0, 1.0]), np.array([np.nan]))
    assert (signed.low, signed.high) == (-2.0, 2.0)
    found = signed.indices(np.array([-2.0, 0.0, 2.0, 5.0, np.nan]))
    np.testing.assert_array_equal(found, [1, 128, 255, 255, 0])
    amount = Scaling(Ramp.AMOUNT, 0.0, 4.0)
    np.testing.assert_array_equal(amount.indices(np.array([0.0, 4.0, -1.0])), [1, 255, 1])
    flat = Scaling.signed(np.zeros(3))
    np.testing.assert_array_equal(flat.indices(np.zeros(3)), [128, 128, 128])


def test_numbers_that_come_again_are_laid_out_once_and_not_kept_without_end(pens, monkeypatch):
    first, width, height = pens.small_text("−0.12")
    assert pens.small_text("−0.12")[0] is first
    assert abs(width - pens.width("−0.12", pens.small)) <= 1
    assert 0 < height <= pens.height(pens.small) + 2
    monkeypatch.setattr("cnnviz.ui.inspector.unit.pens._MOST_LAID_OUT", 3)
    for number in range(10):
        pens.small_text(str(number))
        assert len(pens.laid_out) <= 3
