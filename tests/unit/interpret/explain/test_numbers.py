from __future__ import annotations

import json

import numpy as np
import pytest

from cnnviz.interpret.explain.explain import explain
from cnnviz.interpret.explain.numbers import facts_of, numbers_of
from cnnviz.interpret.explain.place import Unit
from cnnviz.spec.layers import (
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LocalResponseNorm,
    MaxPool2D,
    ReLU,
    Residual,
    Softmax,
)
from tests.helpers.looks import design_of, look_of

EVERY_KIND = design_of(
    Conv2D(id="conv", filters=4, kernel_size=(3, 3), padding="same"),
    BatchNorm(id="norm"),
    ReLU(id="relu"),
    LocalResponseNorm(id="quiet"),
    MaxPool2D(id="max", pool_size=(2, 2), padding="same"),
    AvgPool2D(id="mean", pool_size=(2, 2)),
    Residual(id="block", layers=(Conv2D(id="body", filters=3, kernel_size=(1, 1)),)),
    Dropout(id="drop"),
    Flatten(id="flat"),
    Dense(id="dense", units=5),
    Softmax(id="end"),
)
UNITS = [Unit(one, 1, 0, 0) for one in ("conv", "norm", "relu", "quiet", "max", "mean", "block", "drop")]
ROWS = [Unit(one, 1) for one in ("flat", "dense", "end")]


@pytest.fixture(scope="module")
def look():
    return look_of(EVERY_KIND)


@pytest.mark.parametrize(
    "unit", [*UNITS, *ROWS, Unit("", 0, 1, 1)], ids=lambda unit: unit.layer_id or "input"
)
def test_every_kind_of_number_has_its_value_and_the_engines(look, unit) -> None:
    explanation = explain(look, unit)
    arrays = numbers_of(explanation).arrays
    assert arrays["engine"].dtype == np.float32
    assert arrays["engine"] == look.value(unit)
    assert arrays["value"] == explanation.value
    assert all(isinstance(array, np.ndarray) for array in arrays.values())
    facts = json.loads(json.dumps(facts_of(explanation), allow_nan=False))
    assert (facts["layer"], facts["value"]) == (unit.layer_id, explanation.value)


def test_the_products_of_a_convolution_add_up_to_its_value(look) -> None:
    numbers = numbers_of(explain(look, Unit("conv", 2, 0, 3)))
    arrays = numbers.arrays
    assert next(iter(arrays)) == "products"
    assert np.allclose(arrays["patch"] * arrays["kernel"], arrays["products"])
    assert np.isclose(arrays["products"].sum() + arrays["bias"], arrays["value"])
    assert np.array_equal(arrays["inside"], [[False] * 3, [True] * 3, [True] * 3])
    table = numbers.table
    assert len(table.rows) == 2 * 3 * 3
    assert np.isclose(sum(row[-1] for row in table.rows), arrays["products"].sum())
    assert all(np.isclose(row[3] * row[4], row[5]) for row in table.rows)


def test_channels_of_a_grouped_convolution_have_their_own_numbers() -> None:
    look = look_of(design_of(Conv2D(id="conv", filters=2, kernel_size=(1, 1), groups=2)))
    table = numbers_of(explain(look, Unit("conv", 1, 2, 2))).table
    assert [row[0] for row in table.rows] == [1]


def test_padding_has_no_row_in_the_table_of_a_window(look) -> None:
    unit = Unit("max", 0, 3, 0)
    explanation = explain(look, unit)
    rows = numbers_of(explanation).table.rows
    assert len(rows) == explanation.how.window.count
    assert max(row[-1] for row in rows) == pytest.approx(look.value(unit))


def test_shares_add_up_to_one(look) -> None:
    numbers = numbers_of(explain(look, Unit("end", 3)))
    assert numbers.arrays["shares"].sum() == pytest.approx(1)
    assert numbers.arrays["shares"][3] == numbers.arrays["value"]


def test_the_projection_of_a_block_is_there_too(look) -> None:
    arrays = numbers_of(explain(look, Unit("block", 2, 1, 0))).arrays
    assert np.isclose(arrays["body"] + arrays["past"], arrays["value"])
    assert np.isclose(arrays["projection_products"].sum() + arrays["projection_bias"], arrays["past"])


def test_facts_lead_on(look) -> None:
    facts = facts_of(explain(look, Unit("norm", 1, 0, 0)))
    assert facts["strongest"] == ["conv", 1, 0, 0]
    assert facts["then"]["layer"] == "relu"
    assert facts["steps"][-1]["value"] == facts["value"]
