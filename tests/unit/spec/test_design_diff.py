from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings

from cnnviz.spec.design_diff import Fate, diff_designs
from cnnviz.spec.layers import Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from tests.helpers.random_designs import random_designs

BODY = (Conv2D(id="inner", padding="same"), ReLU(id="inner-relu"))


@pytest.fixture
def spec():
    layers = (
        Conv2D(id="conv1", filters=16),
        ReLU(id="relu1"),
        Residual(id="block", layers=BODY),
        MaxPool2D(id="pool1"),
        Flatten(id="flat"),
        Dense(id="out", units=10),
    )
    return NetworkSpec(name="A", input=InputSpec(), layers=layers)


def fates(left, right):
    """Every layer that is not the same, by its id."""
    found = diff_designs(left, right).layers
    return {layer.layer_id: layer.fate for layer in found if layer.fate is not Fate.SAME}


def test_a_design_is_the_same_under_another_name(spec):
    found = diff_designs(spec, spec.renamed("B"))
    assert found.is_same
    assert found.summary == "the same design"
    assert [layer.depth for layer in found.layers] == [0, 0, 0, 1, 1, 0, 0, 0]


def test_changed_fields_are_told_with_both_values(spec):
    wider = spec.replace(dataclasses.replace(spec.layer("conv1"), filters=32, kernel_size=(5, 5)))
    found = diff_designs(spec, wider)
    (conv,) = [layer for layer in found.layers if layer.fate is Fate.CHANGED]
    assert conv.text == "~ conv1 Conv2D: filters 16 → 32, kernel 3×3 → 5×5"
    assert not found.is_same


def test_layers_come_and_go_also_inside_blocks(spec):
    other = spec.remove("relu1").insert(1, Dropout(id="drop", rate=0.25), "block")
    found = diff_designs(spec, other)
    assert [layer.text for layer in found.layers if layer.fate is not Fate.SAME] == [
        "− relu1 ReLU",
        "+   drop Dropout, rate 0.25",
    ]
    assert found.summary == "1 added, 1 removed"


def test_a_layer_that_stands_elsewhere_has_moved_and_may_have_changed(spec):
    moved = spec.move("pool1", 0)
    assert fates(spec, moved) == {"pool1": Fate.MOVED}
    both = moved.replace(dataclasses.replace(moved.layer("pool1"), pool_size=(3, 3)))
    (pool,) = [layer for layer in diff_designs(spec, both).layers if layer.fate is Fate.MOVED]
    assert pool.text == "↕ pool1 MaxPool2D (moved): window 2×2 → 3×3"
    into = spec.move("relu1", 0, "block")
    assert fates(spec, into) == {"relu1": Fate.MOVED}


def test_a_layer_made_anew_is_compared_with_the_one_in_its_place(spec):
    anew = spec.remove("conv1").insert(0, Conv2D(id="conv9", filters=8))
    assert [layer.text for layer in diff_designs(spec, anew).layers if layer.changes] == [
        "~ conv9 Conv2D: filters 16 → 8"
    ]


def test_another_kind_under_the_same_id_is_another_layer(spec):
    layers = tuple(Dense(id="flat") if layer.id == "flat" else layer for layer in spec.layers)
    assert sorted(fate.value for fate in fates_list(spec, dataclasses.replace(spec, layers=layers))) == [
        "added",
        "removed",
    ]


def fates_list(left, right):
    return [layer.fate for layer in diff_designs(left, right).layers if layer.fate is not Fate.SAME]


def test_a_block_made_anew_keeps_its_layers_in_place(spec):
    index = spec.index("block")
    anew = spec.remove("block").insert(index, Residual(id="other", layers=BODY))
    assert fates_list(spec, anew) == []


def test_other_images_are_told(spec):
    found = diff_designs(spec, spec.with_input(InputSpec(height=28, width=8, channels=1)))
    assert [one.text for one in found.input] == ["height 8 → 28"]
    assert found.summary == "other images"


@given(left=random_designs(), right=random_designs())
@settings(max_examples=60, deadline=None)
def test_every_layer_of_both_designs_has_exactly_one_line(left, right):
    layers = diff_designs(left, right).layers
    shown = [layer.layer_id for layer in layers if layer.fate is not Fate.REMOVED]
    assert shown == [layer.id for layer in right.walk()]
    paired = sum(layer.fate in (Fate.SAME, Fate.CHANGED, Fate.MOVED) for layer in layers)
    removed = sum(layer.fate is Fate.REMOVED for layer in layers)
    assert paired + removed == len(tuple(left.walk()))
    assert diff_designs(left, left).is_same
