from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.spec.layers import LAYER_TYPES
from cnnviz.ui.builder.palette_search import matching_kinds


def titles(query: str) -> list[str]:
    return [kind.title for kind in matching_kinds(query)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("conv", "Conv2D"),
        ("CONVOLUTION", "Conv2D"),
        ("fc", "Dense"),
        ("fully connected", "Dense"),
        ("linear", "Dense"),
        ("norm", "BatchNorm"),
        ("lrn", "LocalResponseNorm"),
        ("skip", "Residual"),
        ("shortcut", "Residual"),
        ("gap", "GlobalAvgPool2D"),
        ("max", "MaxPool2D"),
        ("average", "AvgPool2D"),
        ("drop", "Dropout"),
        ("batch normalization", "BatchNorm"),
        ("leaky-relu", "LeakyReLU"),
        ("pad", "ZeroPadding2D"),
        ("probab", "Softmax"),
        ("  soft ", "Softmax"),
    ],
)
def test_a_kind_is_found_by_what_people_call_it(query, first):
    assert titles(query)[0] == first


def test_a_group_finds_all_its_kinds():
    assert set(titles("pooling")) >= {"MaxPool2D", "AvgPool2D", "GlobalAvgPool2D", "GlobalMaxPool2D"}
    assert set(titles("regularization")) >= {"Dropout", "SpatialDropout", "BatchNorm", "LocalResponseNorm"}


def test_the_line_of_help_is_searched_last():
    assert titles("silences") == ["Dropout", "SpatialDropout"]
    assert titles("relu")[0] == "ReLU"
    assert "LeakyReLU" in titles("relu")


def test_nothing_is_found_for_rubbish():
    assert titles("xyzzy") == []


def test_an_empty_query_means_every_kind():
    assert matching_kinds("  ") == LAYER_TYPES


@given(st.text(max_size=20))
def test_any_text_is_taken_and_no_kind_comes_twice(query):
    hits = matching_kinds(query)
    assert len(set(hits)) == len(hits)


@pytest.mark.parametrize("kind", LAYER_TYPES, ids=lambda kind: kind.title)
def test_every_kind_is_the_first_hit_of_its_own_name(kind):
    assert matching_kinds(kind.title)[0] is kind
