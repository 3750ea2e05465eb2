"""What a number can see is what moves it: neither more nor less."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnviz.interpret.activations import view_image
from cnnviz.interpret.explain.effective import effective_field, unit_gradient
from cnnviz.interpret.explain.explain import explain
from cnnviz.interpret.explain.place import ExplainError, Look, Unit, place_of, unit_at
from cnnviz.interpret.explain.reach import reaches
from cnnviz.spec.layers import (
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Flatten,
    GlobalAvgPool2D,
    LocalResponseNorm,
    MaxPool2D,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
    ZeroPadding2D,
)
from cnnviz.spec.trace import trace
from tests.helpers.looks import design_of, look_of
from tests.helpers.random_designs import random_designs

LINEAR = (
    (Conv2D(filters=4, kernel_size=(3, 2), padding="same"), AvgPool2D(), Conv2D(filters=2)),
    (Conv2D(filters=4, kernel_size=(2, 3), dilation=(3, 2), padding=(1, 2, 3, 0)), Conv2D(filters=2)),
    (Conv2D(filters=4, stride=(2, 1)), Conv2D(filters=4, groups=2, kernel_size=(2, 2), stride=(3, 3))),
    (ZeroPadding2D(top=2, bottom=0, left=1, right=0), Conv2D(filters=2, kernel_size=(2, 2)), BatchNorm()),
    (
        Conv2D(filters=4),
        Residual(layers=(Conv2D(filters=3, padding="same", stride=(2, 2)),)),
        Conv2D(filters=2),
    ),
    (Conv2D(filters=4), Residual(layers=(Conv2D(filters=4, padding="same"), BatchNorm())), AvgPool2D()),
    (Conv2D(filters=3), Flatten()),
    (Conv2D(filters=3), Flatten(), Dense(units=3)),
    (Conv2D(filters=3), GlobalAvgPool2D()),
)


def positive(look):
    """Return the same look with weights above 0, so that nothing cancels."""
    arrays = {name: np.abs(array) + np.float32(0.1) for name, array in look.arrays.items()}
    return Look(look.spec, arrays, view_image(look.spec, arrays, look.view.image))


@pytest.mark.parametrize("layers", LINEAR, ids=lambda layers: " ".join(type(one).__name__ for one in layers))
def test_the_image_is_seen_exactly_where_the_gradient_is_not_zero(layers):
    look = positive(look_of(design_of(*layers, size=(13, 12))))
    last = look.spec.layers[-1].id
    values = look.values(last)
    for flat in range(values.size):
        unit = unit_at(last, values, flat)
        gradient = unit_gradient(look, unit)
        reach = reaches(look, unit).get("")
        seen = gradient != 0
        if reach is None:
            assert not seen.any()
            continue
        for mask, axes in zip(reach.masks, ((1, 2), (0, 2), (0, 1)), strict=True):
            np.testing.assert_array_equal(mask, seen.any(axis=axes))
        top, left, rows, columns = reach.box
        assert seen[:, top].any()
        assert seen[:, :, left + columns - 1].any()
        assert not seen[:, :top].any()
        assert not seen[:, top + rows :].any()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spec=random_designs(), data=st.data())
def test_nothing_outside_of_the_reach_moves_the_number(spec, data):
    look = look_of(spec)
    layer = data.draw(st.sampled_from(list(spec.walk())))
    values = look.values(layer.id)
    unit = unit_at(layer.id, values, data.draw(st.integers(0, values.size - 1)))
    reach = reaches(look, unit).get("")
    image = look.view.image + 1
    if reach is not None:
        inside = reach.channels[:, None, None] & reach.rows[:, None] & reach.columns
        image = np.where(inside, look.view.image, image)
    other = view_image(spec, look.arrays, image.astype(np.float32))
    moved = dataclasses.replace(look, view=other)
    assert moved.value(unit) == pytest.approx(look.value(unit), rel=1e-4, abs=1e-4)


def test_the_box_is_that_of_the_receptive_field_where_no_edge_is_near():
    layers = (Conv2D(filters=2), MaxPool2D(), Conv2D(filters=2, kernel_size=(3, 5)), ReLU())
    look = look_of(design_of(*layers, size=(30, 30)))
    record = trace(look.spec).layers[-1]
    field = record.receptive_field
    top, left, rows, columns = reaches(look, Unit("relu1", 1, 4, 3))[""].box
    assert (rows, columns) == field.size
    assert (top, left) == (field.start[0] + 4 * field.jump[0], field.start[1] + 3 * field.jump[1])


def test_every_layer_on_the_way_has_its_part():
    layers = (
        Conv2D(filters=6),
        LocalResponseNorm(size=3),
        Residual(layers=(Conv2D(filters=6, padding="same"),)),
    )
    look = look_of(design_of(*layers))
    found = reaches(look, Unit("residual1", 2, 0, 0))
    assert set(found) == {"", "conv1", "lrn1", "conv2"}
    assert found["lrn1"].box == (0, 0, 2, 2)
    assert found["conv2"].box == (0, 0, 1, 1)
    assert list(np.flatnonzero(found["conv2"].channels)) == [2]
    assert found[""].box == (0, 0, 4, 4)
    alone = reaches(look, Unit("lrn1", 0, 1, 1))["conv1"]
    assert list(np.flatnonzero(alone.channels)) == [0, 1]


def test_a_number_that_is_not_there_has_no_reach():
    look = look_of(design_of(Conv2D(filters=2)))
    with pytest.raises(ExplainError):
        reaches(look, Unit("conv1", 2))
    with pytest.raises(ExplainError):
        unit_gradient(look, Unit("conv1", 0, 99, 0))


@pytest.mark.parametrize(
    ("layers", "unit"),
    [
        ((Conv2D(filters=3), Tanh(), MaxPool2D()), Unit("maxpool1", 1, 1, 0)),
        ((Conv2D(filters=3), ReLU(), Flatten(), Dense(units=3), Softmax()), Unit("softmax1", 2)),
        ((Conv2D(filters=3), Flatten(), Dense(units=1), Sigmoid()), Unit("sigmoid1", 0)),
        (
            (
                Conv2D(filters=3),
                Residual(layers=(Conv2D(filters=3, padding="same"), Tanh(), BatchNorm())),
                ReLU(),
            ),
            Unit("tanh1", 1, 2, 2),
        ),
        (
            (Conv2D(filters=3), Residual(layers=(Conv2D(filters=4, padding="same"),))),
            Unit("residual1", 1, 1, 1),
        ),
        ((Conv2D(filters=2),), Unit("", 1, 2, 3)),
    ],
)
def test_the_gradient_is_that_of_finite_differences(layers, unit):
    look = look_of(design_of(*layers), seed=3)
    exact = unit_gradient(look, unit)
    if not unit.layer_id:
        assert exact[1, 2, 3] == 1
        assert np.abs(exact).sum() == 1
        return
    image = look.view.image.astype(np.float64)
    for place in [(0, 0, 0), (0, 2, 2), (1, 3, 3), (1, 1, 2), (0, 4, 3), (1, 6, 5)]:
        ends = []
        for step in (-1e-2, 1e-2):
            moved = image.copy()
            moved[place] += step
            view = view_image(look.spec, look.arrays, moved.astype(np.float32))
            ends.append(dataclasses.replace(look, view=view).value(unit))
        assert exact[place] == pytest.approx((ends[1] - ends[0]) / 2e-2, rel=0.05, abs=2e-3)


def test_the_effective_field_is_the_size_of_the_gradient():
    gradient = np.zeros((2, 3, 3), np.float32)
    gradient[:, 1, 2] = (-3, 1)
    gradient[0, 0, 0] = np.nan
    field = effective_field(gradient)
    assert field[1, 2] == 1
    assert field.sum() == 1
    assert not effective_field(np.zeros((1, 2, 2), np.float32)).any()


def test_the_window_of_a_unit_is_its_reach_one_layer_back():
    look = look_of(design_of(Conv2D(filters=2, padding="same", dilation=(2, 2)), size=(9, 9)))
    layer_id = place_of(look.spec, "conv1").layer.id
    for row, column in np.ndindex(9, 9):
        unit = Unit(layer_id, 0, row, column)
        window, reach = explain(look, unit).how.window, reaches(look, unit)[""]
        assert reach.rows.sum() * reach.columns.sum() == window.count
