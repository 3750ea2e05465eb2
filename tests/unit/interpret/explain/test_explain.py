"""A number taken apart comes out as the engine's own, for every kind of layer."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnviz.interpret.explain.explain import exists, explain
from cnnviz.interpret.explain.place import ExplainError, Unit, place_of, readers_of, unit_at
from cnnviz.interpret.explain.pointwise import Bent, Passed
from cnnviz.interpret.explain.rows import Added, WeightedRow, as_maps
from cnnviz.interpret.explain.windows import Largest, Mean, Weighted, unit_over
from cnnviz.spec.layers import (
    ELU,
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    LeakyReLU,
    LocalResponseNorm,
    MaxPool2D,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    SpatialDropout,
    Tanh,
    ZeroPadding2D,
)
from cnnviz.spec.shapes import layer_padding
from tests.helpers import naive_ops
from tests.helpers.looks import design_of, look_of
from tests.helpers.random_designs import random_designs

EVERY_KIND = (
    Conv2D(filters=6, kernel_size=(3, 2), padding="same"),
    LeakyReLU(slope=0.1),
    Conv2D(filters=6, kernel_size=(2, 3), groups=2, dilation=(2, 1), padding=(2, 1, 0, 2), use_bias=False),
    BatchNorm(),
    ELU(alpha=1.5),
    LocalResponseNorm(size=3, alpha=0.5, k=1.0),
    SpatialDropout(),
    ZeroPadding2D(top=0, bottom=2, left=1, right=0),
    MaxPool2D(pool_size=(3, 2), stride=(1, 2), padding=(1, 1, 0, 1)),
    AvgPool2D(pool_size=(2, 2), stride=(1, 1), padding="same"),
    Residual(layers=(Conv2D(filters=6, padding="same"), Tanh())),
    Residual(layers=(Conv2D(filters=4, padding="same", stride=(2, 1)), ReLU())),
    Sigmoid(),
    Flatten(),
    Dropout(),
    Dense(units=7),
    Residual(layers=(Dense(units=7), ReLU())),
    Residual(layers=(Dense(units=5), BatchNorm())),
    Softmax(),
)


def every_unit(look, layer_id):
    values = look.values(layer_id)
    return [unit_at(layer_id, values, flat) for flat in range(values.size)]


def assert_is_the_engines(explanation, magnitude):
    assert explanation.value == pytest.approx(explanation.engine, rel=1e-5, abs=1e-5 * magnitude)
    assert explanation.rounding == explanation.engine - explanation.value


@pytest.mark.parametrize(
    "layers",
    [
        EVERY_KIND,
        (Conv2D(filters=3), GlobalAvgPool2D(), Dense(units=2)),
        (Conv2D(filters=3), GlobalMaxPool2D()),
    ],
    ids=["every kind", "global mean", "global maximum"],
)
def test_every_unit_of_every_layer_is_the_engines(layers):
    spec = design_of(*layers, size=(9, 8))
    look = look_of(spec)
    kinds = set()
    for layer in spec.walk():
        magnitude = float(np.abs(look.values(layer.id)).max())
        for unit in every_unit(look, layer.id):
            assert_is_the_engines(explain(look, unit), magnitude)
        kinds.add(type(layer))
    assert kinds == {type(layer) for layer in spec.walk()}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spec=random_designs(dropout=True), seed=st.integers(0, 99), data=st.data())
def test_units_of_random_designs_are_the_engines(spec, seed, data):
    look = look_of(spec, seed=seed)
    for layer in spec.walk():
        values = look.values(layer.id)
        flat = data.draw(st.integers(0, values.size - 1))
        explanation = explain(look, unit_at(layer.id, values, flat))
        before = look.values(place_of(spec, layer.id).source_id)
        magnitude = max(1.0, float(np.abs(values).max()), float(np.abs(before).max()))
        assert_is_the_engines(explanation, magnitude)


@pytest.mark.parametrize(
    "layer",
    [
        Conv2D(filters=4, kernel_size=(3, 2), stride=(2, 1), padding=(1, 2, 0, 1)),
        Conv2D(filters=4, kernel_size=(2, 2), padding="same", dilation=(3, 2), groups=2),
        Conv2D(filters=2, kernel_size=(1, 1), use_bias=False, groups=2),
    ],
)
def test_a_convolution_is_its_naive_twin(layer):
    spec = design_of(layer)
    look = look_of(spec)
    weight, bias = (look.arrays.get(f"{spec.layers[0].id}/{name}") for name in ("weight", "bias"))
    how = explain(look, Unit(spec.layers[0].id, 0)).how
    assert isinstance(how, Weighted)
    image = look.view.image[..., None].astype(np.float64)
    sides, steps = layer_padding(layer, look.spec.input.shape), (layer.dilation, layer.groups)
    expected = naive_ops.conv2d(image, weight, bias, layer.stride, sides, *steps)[..., 0]
    for unit in every_unit(look, spec.layers[0].id):
        how = explain(look, unit).how
        assert how.value == pytest.approx(expected[unit.channel, unit.row, unit.column], rel=1e-9, abs=1e-12)
        assert how.sums == pytest.approx(how.products.sum(axis=(1, 2)))
        assert (how.bias is None) == (not layer.use_bias)


@pytest.mark.parametrize(
    ("kind", "naive"), [(MaxPool2D, naive_ops.max_pool2d), (AvgPool2D, naive_ops.avg_pool2d)]
)
def test_pooling_is_its_naive_twin(kind, naive):
    layer = kind(pool_size=(3, 2), stride=(2, 1), padding=(2, 1, 1, 0))
    spec = design_of(layer)
    look = look_of(spec)
    image = look.view.image[..., None].astype(np.float64)
    expected = naive(image, layer.pool_size, layer.stride, layer.padding)[..., 0]
    for unit in every_unit(look, spec.layers[0].id):
        assert explain(look, unit).value == pytest.approx(expected[unit.channel, unit.row, unit.column])


def test_padding_is_marked_and_never_wins():
    spec = design_of(Conv2D(filters=2, use_bias=False), MaxPool2D(pool_size=(2, 2), padding=(1, 1, 1, 1)))
    look = look_of(spec)
    how = explain(look, Unit("maxpool1", 0)).how
    assert isinstance(how, Largest)
    np.testing.assert_array_equal(how.window.inside, [[False, False], [False, True]])
    assert how.winner == (1, 1)
    assert how.strongest == Unit("conv1", 0, 0, 0)
    assert how.window.unit(0, 0, 1) is None


def test_a_mean_counts_no_padding():
    look = look_of(design_of(AvgPool2D(pool_size=(2, 2), padding=(1, 1, 1, 1))))
    how = explain(look, Unit("avgpool1", 1)).how
    assert isinstance(how, Mean)
    assert (how.count, how.window.size) == (1, (2, 2))
    assert how.value == pytest.approx(float(look.view.image[1, 0, 0]))


def test_the_first_of_equal_numbers_wins():
    spec = design_of(MaxPool2D())
    look = look_of(spec)
    flat = dataclasses.replace(look.view.input, values=np.full_like(look.view.image, 0.5))
    view = dataclasses.replace(look.view, input=flat)
    how = explain(dataclasses.replace(look, view=view), Unit("maxpool1", 0, 1, 1)).how
    assert (how.winner, how.ties) == ((0, 0), 4)


def test_the_strongest_input_is_the_one_with_the_largest_product():
    look = look_of(design_of(Conv2D(filters=3), Flatten(), Dense(units=4)))
    how = explain(look, Unit("conv1", 1, 2, 2)).how
    found = how.strongest
    row, column = found.row - 2, found.column - 2
    assert abs(how.products[found.channel, row, column]) == np.abs(how.products).max()
    dense = explain(look, Unit("dense1", 2)).how
    assert isinstance(dense, WeightedRow)
    assert dense.strongest == Unit("flatten1", int(np.abs(dense.products).argmax()))
    assert list(np.abs(dense.products[dense.order])) == sorted(np.abs(dense.products), reverse=True)
    assert dense.rest(3) + dense.products[dense.order[:3]].sum() == pytest.approx(dense.total)


def test_a_row_knows_the_maps_it_was():
    look = look_of(design_of(Conv2D(filters=3), Flatten(), Dropout(), Dense(units=4), ReLU(), Dense(units=2)))
    first, second = (explain(look, Unit(layer_id, 0)).how for layer_id in ("dense1", "dense2"))
    assert first.folded == look.values("conv1").shape
    channel, row, column = first.cell(27)
    assert look.values("conv1")[channel, row, column] == first.inputs[27]
    assert second.folded is None
    assert as_maps(second) is None
    maps = as_maps(first)
    assert maps.value == pytest.approx(first.value)
    assert maps.window.source_id == "conv1"
    np.testing.assert_array_equal(maps.patch, look.values("conv1"))
    np.testing.assert_allclose(maps.products.sum(axis=(1, 2)), maps.sums)
    assert second.cell(1) is None


def test_an_activation_behind_is_shown_with_the_number():
    look = look_of(design_of(Conv2D(filters=2), ReLU(), MaxPool2D()))
    explanation = explain(look, Unit("conv1", 0, 1, 1))
    assert isinstance(explanation.then, Bent)
    assert explanation.then.value == pytest.approx(float(look.values("relu1")[0, 1, 1]))
    assert explain(look, Unit("relu1", 0, 1, 1)).then is None


def test_a_block_adds_what_came_in_or_its_projection():
    inside = (Conv2D(filters=2, padding="same"), ReLU())
    look = look_of(design_of(Residual(layers=inside), Residual(layers=(Conv2D(filters=3, padding="same"),))))
    plain = explain(look, Unit("residual1", 1, 2, 3)).how
    assert isinstance(plain, Added)
    assert (plain.body, plain.past, plain.projection) == (
        Unit("relu1", 1, 2, 3),
        Unit("", 1, 2, 3),
        None,
    )
    projected = explain(look, Unit("residual2", 2, 2, 3)).how
    assert isinstance(projected.projection, Weighted)
    assert projected.past.cell == (2, 3)
    assert projected.body == Unit("conv2", 2, 2, 3)


def test_a_pixel_and_the_padding_come_from_nowhere():
    look = look_of(design_of(ZeroPadding2D(top=1, bottom=0, left=0, right=0), Flatten()))
    pixel = explain(look, Unit("", 1, 2, 3))
    assert (pixel.how, pixel.deeper, pixel.place) == (Passed(None, pixel.engine), None, None)
    assert explain(look, Unit("padding1", 0, 0, 2)).how == Passed(None, 0.0)
    assert explain(look, Unit("padding1", 0, 1, 2)).deeper == Unit("", 0, 0, 2)
    assert explain(look, Unit("flatten1", 6)).deeper == Unit("padding1", 0, 1, 0)


def test_what_is_not_there_is_refused_by_name():
    look = look_of(design_of(Conv2D(filters=2)))
    for unit, named in [
        (Unit("conv1", 2), "conv1"),
        (Unit("conv1", 0, 0, -1), "conv1"),
        (Unit("", 0, 7, 0), "the image"),
        (Unit("conv9", 0), "conv9"),
    ]:
        assert not exists(look, unit)
        with pytest.raises(ExplainError, match=named):
            explain(look, unit)
    with pytest.raises(ExplainError, match="conv1/weight"):
        explain(dataclasses.replace(look, arrays={}), Unit("conv1", 0))
    with pytest.raises(ExplainError, match="no layer"):
        place_of(look.spec, "conv9")


def test_weights_that_are_not_finite_are_explained_too():
    look = look_of(design_of(Conv2D(filters=2), Flatten(), Dense(units=2), Softmax()))
    arrays = {name: np.full_like(array, np.inf) for name, array in look.arrays.items()}
    arrays["conv1/weight"] = np.full_like(arrays["conv1/weight"], np.nan)
    broken = dataclasses.replace(look, arrays=arrays)
    for unit in (Unit("conv1", 0), Unit("dense1", 0), Unit("softmax1", 1)):
        assert explain(broken, unit).deeper is not None


def test_who_reads_a_layer():
    spec = design_of(Residual(layers=(Conv2D(filters=2, padding="same"), ReLU())), Flatten())
    assert set(readers_of(spec, "")) == {"residual1", "conv1"}
    assert readers_of(spec, "conv1") == ("relu1",)
    assert readers_of(spec, "residual1") == ("flatten1",)


@pytest.mark.parametrize(
    "layer",
    [
        Conv2D(kernel_size=(3, 2), padding="same"),
        MaxPool2D(),
        Conv2D(stride=(2, 2), dilation=(2, 2), padding="same"),
    ],
)
def test_the_unit_over_a_cell_sees_it_in_its_middle(layer):
    look = look_of(design_of(layer, size=(9, 9)))
    layer_id = look.spec.layers[0].id
    rows, columns = look.values(layer_id).shape[1:]
    for cell in np.ndindex(9, 9):
        row, column = unit_over(look.spec.layers[0], cell, look.view.image.shape, (rows, columns))
        assert exists(look, Unit(layer_id, 0, row, column))
        top, left, high, wide = explain(look, Unit(layer_id, 0, row, column)).how.window.covered
        inside = top <= cell[0] < top + high and left <= cell[1] < left + wide
        assert inside or row in (0, rows - 1) or column in (0, columns - 1)
