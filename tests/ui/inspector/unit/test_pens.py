"""Numbers have their colours however large or small they are, without a warning."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.interpret.atlas import FIRST_INDEX, LAST_INDEX
from cnnviz.interpret.colormaps import ZERO_INDEX
from cnnviz.ui.inspector.unit.pens import Ramp, Scaling

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("size", [3e38, 1e20, 1.0, 1e-20, 1e-44])
def test_numbers_of_any_size_have_the_colours_of_their_places(size):
    values = np.array([-1, -0.5, 0, 0.5, 1], np.float32) * np.float32(size)
    indices = Scaling.signed(values).indices(values)
    assert indices.dtype == np.uint8
    assert indices[2] == ZERO_INDEX
    assert indices[4] == LAST_INDEX
    assert list(indices) == sorted(indices)
    assert len(set(indices.tolist())) == 5
    amounts = Scaling(Ramp.AMOUNT, 0.0, float(values[4])).indices(values[2:])
    assert (amounts[0], amounts[2]) == (FIRST_INDEX, LAST_INDEX)


def test_a_scale_of_float32_is_no_narrower():
    high = np.float32(3e38)
    values = np.array([-high, 0, high], np.float32)
    assert Scaling(Ramp.SIGNED, -high, high).indices(values).tolist()[1:] == [ZERO_INDEX, LAST_INDEX]


def test_numbers_that_are_not_finite_have_a_colour_of_their_own():
    values = np.array([np.inf, -np.inf, np.nan, 0, 3e38], np.float32)
    assert Scaling.signed(values).indices(values).tolist() == [0, 0, 0, ZERO_INDEX, LAST_INDEX]
    assert Scaling(Ramp.AMOUNT, 0.0, 1.0).indices(values).tolist() == [0, 0, 0, FIRST_INDEX, LAST_INDEX]
