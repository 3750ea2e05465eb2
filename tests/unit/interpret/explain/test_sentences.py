"""Explanations in words and as text: what is said is what was computed."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from cnnviz.interpret.explain.explain import explain
from cnnviz.interpret.explain.place import Unit
from cnnviz.interpret.explain.rows import share_out
from cnnviz.interpret.explain.sentences import sentence, text
from cnnviz.interpret.explain.steps import aligned, steps, written
from cnnviz.spec.layers import (
    ELU,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LeakyReLU,
    LocalResponseNorm,
    MaxPool2D,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
    ZeroPadding2D,
)
from cnnviz.spec.numerals import number
from tests.helpers.looks import design_of, look_of

LAYERS = (
    ZeroPadding2D(),
    Conv2D(filters=4, padding="same"),
    LeakyReLU(),
    BatchNorm(),
    LocalResponseNorm(size=3),
    MaxPool2D(pool_size=(2, 2), padding=(1, 1, 1, 1)),
    ELU(),
    Residual(layers=(Conv2D(filters=4, padding="same"), Tanh())),
    Residual(layers=(Conv2D(filters=3, padding="same"),)),
    Sigmoid(),
    Dropout(rate=0.2),
    Flatten(),
    Dense(units=30),
    ReLU(),
    Dense(units=3),
    Softmax(),
)


@pytest.fixture(scope="module")
def look():
    return look_of(design_of(*LAYERS))


@pytest.mark.parametrize(
    ("unit", "parts"),
    [
        (Unit("", 1, 2, 3), ["input, map 1, row 2, column 3", "the image itself"]),
        (Unit("padding1", 0, 0, 0), ["is 0: a zero that was added around the map"]),
        (Unit("padding1", 0, 1, 1), ["the number of input, map 0, row 0, column 0, passed on"]),
        (
            Unit("conv1", 1, 0, 0),
            ["18 products from 2 maps, 10 of them with padding", "Then leakyrelu1"],
        ),
        (Unit("leakyrelu1", 1, 0, 0), ["x above 0, else 0.01000 · x of", "same place before"]),
        (Unit("batchnorm1", 1, 0, 0), ["less the mean", "divided by the deviation"]),
        (Unit("lrn1", 1, 0, 0), ["divided by", "the squares of 3 maps"]),
        (Unit("maxpool1", 1, 0, 0), ["the largest of 1 number of a window of 2×2", "3 lie in the padding"]),
        (Unit("residual1", 1, 0, 0), ["what the body made of it", "plus what came in"]),
        (Unit("residual2", 1, 0, 0), ["plus its projection"]),
        (Unit("dropout1", 1, 0, 0), ["only while training 20 % of them are silenced", "multiplied by 1.250"]),
        (Unit("flatten1", 7), ["in its place in the row"]),
        (Unit("dense1", 7), ["products", "plus the bias", "Then relu1 makes"]),
        (
            Unit("softmax1", 2),
            ["divided by the sum of all 3 exponentials", "was taken away from all of"],
        ),
    ],
)
def test_a_sentence_says_where_the_number_comes_from(look, unit, parts):
    explanation = explain(look, unit)
    said = sentence(look, explanation)
    for part in parts:
        assert part in said
    assert f"is {number(explanation.value)}: " in said
    assert said.endswith(".")


def test_the_text_of_a_convolution_holds_every_factor_below_each_other(look):
    explanation = explain(look, Unit("conv1", 2, 1, 1))
    lines = text(look, explanation).splitlines()
    assert lines[0] == sentence(look, explanation)
    tables = [place for place, line in enumerate(lines) if line.startswith("patch")]
    assert len(tables) == 2
    for start in tables:
        assert len({len(line) for line in lines[start : start + 4]}) == 1
    sums = [line for line in lines if line.startswith(("Σ of 18 products", "+ bias", "= value"))]
    assert len({len(line) for line in sums}) == 1
    assert float(sums[-1].split()[-1].replace("−", "-")) == pytest.approx(explanation.value, abs=1e-3)
    assert lines[-1].startswith("The engine")


def test_padding_is_marked_in_the_text(look):
    assert "·" in text(look, explain(look, Unit("conv1", 0, 0, 0)))
    assert "·" not in text(look, explain(look, Unit("conv1", 0, 3, 3)))


def test_the_text_of_a_row_has_the_largest_products_first_and_the_sum_of_the_others(look):
    explanation = explain(look, Unit("dense1", 3))
    lines = text(look, explanation).splitlines()
    shown = [line for line in lines if line.startswith("unit ")]
    sizes = [abs(float(line.split("= ")[1].replace("−", "-"))) for line in shown]
    assert len(shown) == 20
    assert sizes == sorted(sizes, reverse=True)
    others = next(line for line in lines if "others" in line)
    assert others.startswith(f"{len(explanation.how.order) - 20:,} others: Σ ")


def test_every_kind_ends_with_its_value(look):
    for layer in look.spec.walk():
        explanation = explain(look, Unit(layer.id, 1, 0, 0))
        last = steps(explanation)[-1]
        assert last.value == explanation.value
        assert last.is_result
        assert sum(step.is_result for step in steps(explanation)) == 1
        assert text(look, explanation).endswith(".\n")


def test_numbers_below_each_other_have_as_many_decimals():
    assert aligned([1.5, -0.25, 0.0]) == ["1.500", "−0.250", "0.000"]
    assert aligned([123456.0, 0.5]) == ["123,456", "0"]
    assert aligned([0.0, math.nan]) == ["0", "not a number"]
    assert aligned([1e-9]) == [number(1e-9)]


def test_factors_keep_their_digits_where_terms_of_a_sum_have_equal_decimals(look):
    norm = explain(
        look, Unit(next(one.id for one in look.spec.walk() if isinstance(one, BatchNorm)), 1, 2, 2)
    )
    numbers = written(norm)
    digits = [len(one.strip().replace("−", "").replace(".", "").lstrip("0")) for one in numbers]
    assert digits[-1] == 4
    assert all(4 <= count <= 5 for count in digits), "those of other numbers no more than the result needs"
    assert len({len(one) - one.index(".") for one in numbers if "." in one}) == 1, "points below each other"
    conv = explain(look, Unit("conv1", 0, 3, 3))
    assert written(conv) == aligned([step.value for step in steps(conv)])


def test_whoever_computes_with_the_written_numbers_gets_the_written_result(look):
    operations = {"+": float.__add__, "−": float.__sub__, "×": float.__mul__, "/": float.__truediv__}
    checked = 0
    for layer in look.spec.walk():
        values = look.values(layer.id)
        for channel in range(len(values)):
            explanation = explain(look, Unit(layer.id, channel, 0, 0))
            found = steps(explanation)
            texts = [one.strip().replace("−", "-") for one in written(explanation)]
            if len(found) < 3 or any("×" in one for one in texts):
                continue
            total = float(texts[0])
            for step, one in zip(found[1:-1], texts[1:-1], strict=True):
                total = operations[step.label[0]](total, float(one))
            decimals = len(texts[-1].partition(".")[2])
            assert float(f"{total:.{decimals}f}") == float(texts[-1]), (layer.id, channel, texts)
            checked += 1
    assert checked > 40


def test_a_share_of_nearly_all_says_what_the_others_have(look):
    shares = share_out("dense2", 0, np.array([9.0, 1.2, -3.0], np.float32))
    told = dataclasses.replace(explain(look, Unit("softmax1", 0)), how=shares)
    assert [one.strip() for one in written(told)] == ["1.0000", "1.0004", "0.9996"]
    assert "exponentials, 1.0004" in sentence(look, told)


def test_the_slope_of_an_activation_is_no_part_of_a_sum(look):
    assert [step.label for step in steps(explain(look, Unit("relu1", 3)))] == ["x", "= value"]
