from __future__ import annotations

import numpy as np
import pytest

from cnnviz.data.quantities import AnglePart, Quantity, apart, degrees, quantity_name

_ANGLE = (Quantity("sine", part=AnglePart.SINE), Quantity("cosine", part=AnglePart.COSINE))


def test_a_number_without_a_name_is_called_after_its_place():
    named = (Quantity("width", "cm"),)
    assert quantity_name(named, 0) == "width"
    assert quantity_name(named, 1) == "output 1"
    assert named[0].title == "width (cm)"
    assert _ANGLE[0].title == "sine"


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, 180.0, 269.0, 359.0])
@pytest.mark.parametrize("length", [0.25, 1.0, 3.0])
def test_sine_and_cosine_are_an_angle_whatever_their_length(angle, length):
    turned = np.radians(angle)
    values = length * np.array([[np.sin(turned), np.cos(turned)]], np.float32)
    assert apart(degrees(_ANGLE, values), np.array([angle])) == pytest.approx(0, abs=1e-4)
    assert 0 <= float(degrees(_ANGLE, values)[0]) < 360


def test_other_numbers_are_no_angle():
    assert degrees((), np.zeros(2, np.float32)) is None
    assert degrees(_ANGLE[:1], np.zeros(1, np.float32)) is None
    assert degrees(_ANGLE, np.zeros(1, np.float32)) is None


def test_angles_are_compared_the_short_way_round():
    others = np.array([350.0, 10.0, 0.0, 90.0])
    assert apart(np.array([10.0, 350.0, 180.0, 45.0]), others).tolist() == [20, -20, -180, -45]
