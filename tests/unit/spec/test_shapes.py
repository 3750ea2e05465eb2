from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.spec.layers import AvgPool2D, Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU, Softmax
from cnnviz.spec.receptive import ReceptiveField, receptive_field
from cnnviz.spec.shapes import (
    ShapeError,
    format_bytes,
    format_shape,
    multiply_adds,
    needed_padding,
    output_shape,
    parameter_count,
    parameter_shapes,
    resolve_padding,
    same_padding,
    window_output_size,
)


def test_alexnets_first_layer() -> None:
    layer = Conv2D(filters=96, kernel_size=(11, 11), stride=(4, 4))
    assert output_shape(layer, (227, 227, 3)) == (55, 55, 96)
    assert parameter_shapes(layer, (227, 227, 3)) == {"weight": (96, 3, 11, 11), "bias": (96,)}
    assert parameter_count(layer, (227, 227, 3)) == 34_848 + 96
    assert multiply_adds(layer, (227, 227, 3)) == 55 * 55 * 96 * 363


def test_same_padding_keeps_the_size() -> None:
    layer = Conv2D(filters=12, kernel_size=(3, 3), padding="same")
    assert output_shape(layer, (32, 32, 3)) == (32, 32, 12)


def test_padding_for_each_side() -> None:
    layer = Conv2D(filters=2, kernel_size=(3, 2), padding=(1, 0, 2, 3))
    assert output_shape(layer, (5, 6, 1)) == (5 + 1 - 3 + 1, 6 + 5 - 2 + 1, 2)


def test_shapes_of_the_other_kinds() -> None:
    assert output_shape(MaxPool2D(pool_size=(3, 3), stride=(2, 2)), (55, 55, 96)) == (27, 27, 96)
    assert output_shape(AvgPool2D(), (5, 7, 4)) == (2, 3, 4)
    assert output_shape(Flatten(), (8, 8, 24)) == (1536,)
    assert output_shape(Dense(units=10), (1536,)) == (10,)
    assert output_shape(Softmax(), (10,)) == (10,)
    assert output_shape(ReLU(), (8, 8, 24)) == (8, 8, 24)
    assert output_shape(Dropout(), (24,)) == (24,)


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (Conv2D(kernel_size=(5, 3)), (4, 8, 1), "4 − 5 = −1"),
        (Conv2D(kernel_size=(9, 3), padding=(1, 2, 0, 0)), (4, 8, 1), "7 − 9 = −2"),
        (MaxPool2D(pool_size=(2, 9)), (4, 8, 1), "9 wide"),
        (Conv2D(), (10,), "row of 10"),
        (Dense(), (8, 8, 16), "8 × 8 × 16 = 1,024"),
        (Softmax(), (8, 8, 16), "Flatten"),
    ],
)
def test_what_does_not_fit_is_said_with_its_arithmetic(
    layer: Conv2D, shape: tuple[int, ...], words: str
) -> None:
    with pytest.raises(ShapeError, match=words.replace("(", r"\(")) as caught:
        output_shape(layer, shape)
    assert (caught.value.field is not None) == ("−" in words or "wide" in words)


@given(st.integers(1, 64), st.integers(1, 9), st.integers(1, 5))
def test_same_padding_gives_the_size_divided_by_the_stride(size: int, window: int, stride: int) -> None:
    before, after = same_padding(size, window, stride)
    assert 0 <= after - before <= 1
    assert window_output_size(size, window, stride, before + after) == math.ceil(size / stride)


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 5), st.integers(0, 4), st.integers(1, 3))
def test_output_size_counts_the_places_of_the_window(
    size: int, window: int, stride: int, padding: int, dilation: int
) -> None:
    covered = (window - 1) * dilation + 1
    places = range(0, size + padding - covered + 1, stride)
    assert max(window_output_size(size, window, stride, padding, dilation), 0) == len(places)


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 3), st.sampled_from(["valid", "same"])),
        min_size=1,
        max_size=4,
    )
)
def test_receptive_field_is_what_a_unit_really_sees(steps: list[tuple[int, int, str]]) -> None:
    """A twin that follows single rows back through the layers agrees with the formula."""
    shape, field, layers = (64, 64, 1), ReceptiveField(), []
    for window, stride, padding in steps:
        layer = Conv2D(kernel_size=(window, window), stride=(stride, stride), padding=padding)  # type: ignore[arg-type]
        if window > shape[0]:
            return
        layers.append((layer, shape))
        field = receptive_field(layer, field, shape, (64, 64))
        shape = output_shape(layer, shape)  # type: ignore[assignment]
    for unit in (0, shape[0] - 1):
        low = high = unit
        for layer, before in reversed(layers):
            top = resolve_padding(layer.padding, before[:2], layer.kernel_size, layer.stride)[0]
            low = low * layer.stride[0] - top
            high = high * layer.stride[0] - top + layer.kernel_size[0] - 1
        assert field.start[0] + unit * field.jump[0] == low
        assert field.size[0] == high - low + 1


def test_a_dense_unit_sees_the_whole_image() -> None:
    assert receptive_field(Dense(), ReceptiveField(), (64,), (28, 20)).size == (28, 20)


def test_shapes_as_people_write_them() -> None:
    assert format_shape((8, 8, 16)) == "8×8×16"
    assert format_shape((1536,)) == "1,536"


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (5_833_664, "5.8 MB"), (2e10, "20.0 GB")],
)
def test_memory_as_people_write_it(count, text):
    assert format_bytes(count) == text


@pytest.mark.parametrize(
    ("conv", "following", "expected"),
    [
        (Conv2D(filters=2), MaxPool2D(), (0, -1, 0, 0)),
        (Conv2D(filters=2, padding="same"), AvgPool2D(pool_size=(3, 3), stride=(3, 4)), (1, -1, 1, 0)),
        (Conv2D(filters=2, stride=(2, 2)), MaxPool2D(), (0, -2, 0, -2)),
        (Conv2D(filters=2), MaxPool2D(padding="same"), (0, 0, 0, 0)),
        (Conv2D(filters=2, dilation=(2, 2)), MaxPool2D(), (0, 0, 0, 0)),
        (Conv2D(filters=2), ReLU(), (0, 0, 0, 0)),
        (Conv2D(filters=2, padding=(0, 1, 2, 0)), None, (0, 1, 2, 0)),
    ],
)
def test_a_convolution_leaves_out_what_pooling_does_not_look_at(conv, following, expected):
    assert needed_padding(conv, (11, 12, 3), following) == expected
