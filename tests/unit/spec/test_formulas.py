from __future__ import annotations

import math
import re

import pytest
from hypothesis import given

from cnnviz.spec.formulas import Formula, cost_formula, parameter_formula, size_formulas, value_formula
from cnnviz.spec.layers import (
    ELU,
    LAYER_TYPES,
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    Layer,
    LeakyReLU,
    LocalResponseNorm,
    MaxPool2D,
    ReLU,
    Residual,
    Softmax,
    ZeroPadding2D,
)
from cnnviz.spec.shapes import Shape, multiply_adds, output_shape, parameter_count
from cnnviz.spec.trace import trace
from tests.helpers.random_designs import random_designs

IMAGE = (28, 28, 1)


def worked_out(formula: str) -> tuple[float, float]:
    """Return what the left side of a formula amounts to, and the number on its right."""
    left, _, right = formula.rpartition(" = ")
    for sign, python in (
        ("·", "*"),
        ("−", "-"),
        (",", ""),
        ("⌊", "math.floor("),
        ("⌋", ")"),
        (" inside", ""),
    ):
        left, right = left.replace(sign, python), right.replace(sign, python)
    return eval(left, {"math": math}), float(right)


def size(layer: Layer, shape: Shape) -> list[tuple[str, str]]:
    return [(formula.name, formula.text) for formula in size_formulas(layer, shape)]


@pytest.mark.parametrize(
    ("layer", "shape", "text"),
    [
        (Conv2D(kernel_size=(5, 5), padding="same"), IMAGE, "(28 − 5 + 2·2)/1 + 1 = 28"),
        (Conv2D(), IMAGE, "(28 − 3)/1 + 1 = 26"),
        (Conv2D(stride=(2, 2), padding=(0, 1, 0, 1)), (9, 9, 1), "⌊(9 − 3 + 0 + 1)/2⌋ + 1 = 4"),
        (Conv2D(dilation=(2, 2)), (9, 9, 1), "(9 − ((3 − 1)·2 + 1))/1 + 1 = 5"),
        (Conv2D(kernel_size=(9, 9)), (8, 8, 1), "(8 − 9)/1 + 1 = 0"),
        (Conv2D(kernel_size=(9, 9), stride=(2, 2)), (3, 3, 1), "(3 − 9)/2 + 1 = −2"),
        (AvgPool2D(padding=(1, 1, 1, 1)), (8, 8, 3), "(8 − 2 + 2·1)/2 + 1 = 5"),
        (ZeroPadding2D(), IMAGE, "28 + 2·1 = 30"),
        (ZeroPadding2D(top=0, left=0), IMAGE, "28 + 0 + 1 = 29"),
    ],
)
def test_the_size_is_written_out(layer: Layer, shape: Shape, text: str) -> None:
    assert size(layer, shape) == [("Height, width", text)]


def test_sides_that_differ_stand_in_two_lines() -> None:
    assert size(MaxPool2D(), (7, 8, 1)) == [
        ("Height", "⌊(7 − 2)/2⌋ + 1 = 3"),
        ("Width", "(8 − 2)/2 + 1 = 4"),
    ]
    assert size(ZeroPadding2D(top=0, bottom=0), (7, 8, 1)) == [
        ("Height", "7 + 0 = 7"),
        ("Width", "8 + 2·1 = 10"),
    ]


def test_rows_of_numbers_are_counted() -> None:
    assert size(Flatten(), (8, 8, 24)) == [("Numbers", "8·8·24 = 1,536")]
    assert size(GlobalAvgPool2D(), (8, 8, 24)) == [("Numbers", "one for each channel = 24")]
    assert size(Flatten(), (24,)) == []
    assert size(ReLU(), IMAGE) == []
    assert size(MaxPool2D(), (24,)) == []


@pytest.mark.parametrize(
    ("layer", "shape", "parameters", "cost"),
    [
        (Conv2D(filters=6, kernel_size=(5, 5)), IMAGE, "5·5·1·6 + 6 = 156", "24·24·6·5·5·1 = 86,400"),
        (Conv2D(filters=6, use_bias=False), IMAGE, "3·3·1·6 = 54", "26·26·6·3·3·1 = 36,504"),
        (
            Conv2D(filters=12, groups=6),
            (8, 9, 6),
            "3·3·(6/6)·12 + 12 = 120",
            "6·7·12·3·3·(6/6) = 4,536",
        ),
        (Dense(units=1000), (1536,), "1,536·1,000 + 1,000 = 1,537,000", "1,536·1,000 = 1,536,000"),
        (BatchNorm(), (8, 8, 16), "2·16 = 32", ""),
        (
            Residual(layers=(Conv2D(filters=12, padding="same", stride=(2, 2)), BatchNorm())),
            (8, 9, 6),
            "684 inside + 6·12 + 12 = 768",
            "12,960 inside + 4·5·12·6 = 14,400",
        ),
        (Residual(layers=(BatchNorm(),)), (8, 8, 16), "32 inside", ""),
        (Residual(layers=(Dense(units=3),)), (5,), "18 inside + 5·3 + 3 = 36", "15 inside + 3·5 = 30"),
        (Residual(layers=(ReLU(),)), IMAGE, "", ""),
        (Residual(layers=(Conv2D(kernel_size=(9, 9)),)), (8, 8, 1), "", ""),
        (ReLU(), IMAGE, "", ""),
        (Conv2D(), (1536,), "", ""),
        (Dense(), IMAGE, "", ""),
        (MaxPool2D(), IMAGE, "", ""),
    ],
)
def test_parameters_and_cost_are_shown_as_their_products(
    layer: Layer, shape: Shape, parameters: str, cost: str
) -> None:
    assert parameter_formula(layer, shape) == parameters
    assert cost_formula(layer, shape) == cost


@pytest.mark.parametrize(
    ("layer", "shape", "text"),
    [
        (Conv2D(groups=2), (8, 8, 6), "the sum of 3·3·(6/2) products + bias"),
        (Conv2D(use_bias=False), IMAGE, "the sum of 3·3·1 products"),
        (Dense(), (1536,), "the sum of 1,536 products + bias"),
        (MaxPool2D(pool_size=(2, 3)), IMAGE, "the largest of 2·3 = 6"),
        (AvgPool2D(), IMAGE, "the mean of 2·2 = 4"),
        (GlobalMaxPool2D(), IMAGE, "the largest of 28·28 = 784"),
        (GlobalAvgPool2D(), IMAGE, "the mean of 28·28 = 784"),
        (BatchNorm(), IMAGE, "γ·(x − mean)/√(variance + 1e-05) + β"),
        (LocalResponseNorm(), IMAGE, "x/(2 + 0.0001/5·Σx²)^0.75"),
        (Dropout(rate=0.25), IMAGE, "0 or x/(1 − 0.25) while training, then x"),
        (LeakyReLU(slope=0.1), IMAGE, "x above 0, else 0.1·x"),
        (ELU(alpha=2.0), IMAGE, "x above 0, else 2·(eˣ − 1)"),
        (Softmax(), (10,), "eˣ/Σeˣ"),
        (Residual(layers=(ReLU(),)), IMAGE, "body(x) + x"),
        (Residual(), IMAGE, "body(x) + projection(x)"),
        (Residual(layers=()), IMAGE, ""),
        (Conv2D(), (10,), ""),
        (Dense(), IMAGE, ""),
    ],
)
def test_how_a_number_comes_about(layer: Layer, shape: Shape, text: str) -> None:
    assert value_formula(layer, shape) == text


def test_only_what_arranges_numbers_has_nothing_to_say_about_them() -> None:
    silent = [
        kind for kind in LAYER_TYPES if not (value_formula(kind(), IMAGE) or value_formula(kind(), (9,)))
    ]
    assert silent == [Flatten, ZeroPadding2D]


@given(random_designs())
def test_every_formula_comes_to_what_it_says(spec) -> None:
    for record in trace(spec).walk():
        layer, before = record.layer, record.input_shape
        assert before is not None
        numbers = {
            parameter_formula(layer, before): parameter_count(layer, before),
            cost_formula(layer, before): multiply_adds(layer, before),
        }
        for text, count in numbers.items():
            if re.search(r" = ", text):
                assert worked_out(text) == (count, count)
            else:
                assert text in ("", f"{count:,} inside")
        after = output_shape(layer, before)
        for formula in size_formulas(layer, before):
            check_size(formula, after)


def check_size(formula: Formula, after: Shape) -> None:
    expected = {"Height": after[0], "Width": after[-2] if len(after) > 1 else 0, "Numbers": after[0]}
    expected["Height, width"] = expected["Height"]
    if formula.text.startswith("one for each"):
        assert formula.text.endswith(f" = {after[0]:,}")
    else:
        assert worked_out(formula.text) == (expected[formula.name], expected[formula.name])
