from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.errors import SpecError
from cnnviz.spec.fields import field_infos
from cnnviz.spec.layers import AvgPool2D, Conv2D, Dense, MaxPool2D, Softmax, type_name
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.patterns import MAX_REPEATS, Pattern, notation, pattern_layers, pattern_problems
from cnnviz.spec.trace import trace

IMAGE = (32, 32, 3)


def _names(pattern: Pattern, shape=IMAGE) -> str:
    return " ".join(type_name(layer) for layer in pattern_layers(pattern, shape))


def _traced(pattern: Pattern, side: int = 32):
    spec = NetworkSpec(
        name="",
        input=InputSpec(height=side, width=side, channels=3),
        layers=pattern_layers(pattern, (side, side, 3)),
    )
    return trace(spec)


@pytest.mark.parametrize(
    ("n", "m", "k", "pooling", "written"),
    [
        (0, 0, 0, "max", "INPUT → FC"),
        (1, 1, 0, "none", "INPUT → CONV → RELU → FC"),
        (1, 2, 1, "max", "INPUT → [CONV → RELU → POOL]×2 → FC → RELU → FC"),
        (2, 3, 2, "max", "INPUT → [[CONV → RELU]×2 → POOL]×3 → [FC → RELU]×2 → FC"),
        (2, 1, 0, "average", "INPUT → [CONV → RELU]×2 → POOL → FC"),
        (0, 2, 0, "max", "INPUT → [POOL]×2 → FC"),
    ],
)
def test_the_notation_is_that_of_the_notes(n, m, k, pooling, written):
    pattern = Pattern(convolutions=n, stages=m, dense_layers=k, pooling=pooling, ending="scores")
    assert notation(pattern) == written


def test_what_comes_at_the_end_is_written_too():
    assert notation(Pattern(convolutions=1, stages=1, dense_layers=0)) == (
        "INPUT → CONV → RELU → POOL → FC → SOFTMAX"
    )
    assert notation(Pattern(convolutions=1, stages=1, ending="none")) == "INPUT → CONV → RELU → POOL"


def test_the_layers_follow_the_pattern():
    assert _names(Pattern(convolutions=2, stages=1, dense_layers=1)) == (
        "Conv2D ReLU Conv2D ReLU MaxPool2D Flatten Dense ReLU Dense Softmax"
    )
    assert _names(Pattern(convolutions=0, stages=0, dense_layers=0, ending="scores")) == "Flatten Dense"
    assert _names(Pattern(convolutions=1, stages=2, pooling="average", ending="none")) == (
        "Conv2D ReLU AvgPool2D Conv2D ReLU AvgPool2D"
    )


def test_a_row_of_numbers_is_not_flattened_again():
    assert _names(Pattern(stages=0, dense_layers=1), (84,)) == "Dense ReLU Dense Softmax"


def test_filters_double_from_stage_to_stage_or_stay():
    def filters(doubling):
        layers = pattern_layers(Pattern(convolutions=2, stages=3, filters=8, doubling=doubling), IMAGE)
        return [layer.filters for layer in layers if isinstance(layer, Conv2D)]

    assert filters(True) == [8, 8, 16, 16, 32, 32]
    assert filters(False) == [8] * 6


def test_every_number_arrives_in_a_layer():
    pattern = Pattern(kernel_size=5, padding="valid", pool_size=3, dense_units=77, classes=4)
    layers = pattern_layers(pattern, IMAGE)
    conv = next(layer for layer in layers if isinstance(layer, Conv2D))
    pool = next(layer for layer in layers if isinstance(layer, MaxPool2D))
    dense = [layer.units for layer in layers if isinstance(layer, Dense)]
    assert (conv.kernel_size, conv.padding) == ((5, 5), "valid")
    assert (pool.pool_size, pool.stride) == ((3, 3), (3, 3))
    assert dense == [77, 4]
    assert isinstance(layers[-1], Softmax)


@given(
    st.builds(
        Pattern,
        convolutions=st.integers(0, 3),
        stages=st.integers(0, 3),
        dense_layers=st.integers(0, 3),
        filters=st.integers(1, 4),
        doubling=st.booleans(),
        pooling=st.sampled_from(["max", "average", "none"]),
        ending=st.sampled_from(["softmax", "scores"]),
    )
)
def test_with_same_padding_a_pattern_that_fits_gives_a_score_for_each_class(pattern):
    traced = _traced(pattern)
    assert traced.problems == ()
    assert traced.output_shape == (pattern.classes,)
    convolutions = sum(isinstance(record.layer, Conv2D) for record in traced.layers)
    pools = sum(isinstance(record.layer, MaxPool2D | AvgPool2D) for record in traced.layers)
    assert convolutions == pattern.convolutions * pattern.stages
    assert pools == (0 if pattern.pooling == "none" else pattern.stages)


@pytest.mark.parametrize(
    ("change", "blamed"),
    [
        ({"kernel_size": 33, "padding": "valid"}, "kernel_size"),
        ({"pool_size": 40}, "pool_size"),
        ({"filters": 4096, "stages": 2}, "filters"),
        ({"stages": 6}, "pool_size"),
    ],
)
def test_a_problem_is_blamed_on_the_setting_behind_it(change, blamed):
    problems = pattern_problems(_traced(dataclasses.replace(Pattern(), **change)).layers)
    assert problems[0].field == blamed
    assert problems[0].layer_id is not None
    assert problems[0].message.startswith(f"{problems[0].layer_id}: ")


def test_a_convolution_of_a_row_of_numbers_is_a_problem_with_its_layer():
    spec = NetworkSpec(name="", input=InputSpec(), layers=pattern_layers(Pattern(stages=0), (8, 8, 1)))
    longer = spec.insert_all(len(spec.layers), pattern_layers(Pattern(), (10,)))
    assert pattern_problems(trace(longer).layers)[0].message.startswith("conv1: ")


@pytest.mark.parametrize("name", list(field_infos(Pattern)))
def test_numbers_out_of_range_are_refused(name):
    with pytest.raises(SpecError, match="must be"):
        pattern_layers(dataclasses.replace(Pattern(), **{name: -1}), IMAGE)


def test_the_largest_pattern_is_refused_in_words_and_does_not_break():
    largest = Pattern(
        convolutions=MAX_REPEATS,
        stages=MAX_REPEATS,
        dense_layers=MAX_REPEATS,
        filters=4096,
        dense_units=65536,
    )
    assert pattern_problems(_traced(largest).layers)
