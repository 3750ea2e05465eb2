"""Layers get other names, and designs that differ by one name only are recognised."""

from __future__ import annotations

import pytest

from cnnviz.errors import SpecError
from cnnviz.spec import io
from cnnviz.spec.layers import Conv2D, ReLU, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.renaming import rename_layer, renamed_layers

SPEC = NetworkSpec(
    name="names",
    input=InputSpec(),
    layers=(Conv2D(), Residual(layers=(Conv2D(padding="same"), ReLU())), Conv2D()),
)


def ids(spec):
    return [layer.id for layer in spec.walk()]


def test_a_layer_is_renamed_wherever_it_stands():
    assert ids(SPEC) == ["conv1", "residual1", "conv2", "relu1", "conv3"]
    assert ids(rename_layer(SPEC, "conv2", "edges")) == ["conv1", "residual1", "edges", "relu1", "conv3"]
    block = rename_layer(SPEC, "residual1", "Block-A_1")
    assert ids(block) == ["conv1", "Block-A_1", "conv2", "relu1", "conv3"]
    assert io.from_json(io.to_json(block)) == block
    assert rename_layer(SPEC, "conv1", "conv1") == SPEC


@pytest.mark.parametrize("name", ["", "1st", "two words", "a/b", "é", "x" * 65, "a\n"])
def test_a_name_that_no_file_could_hold_is_refused(name):
    with pytest.raises(SpecError, match="must begin with a letter"):
        rename_layer(SPEC, "conv1", name)


def test_a_name_that_another_layer_has_is_refused():
    with pytest.raises(SpecError, match='Another layer is called "relu1"'):
        rename_layer(SPEC, "conv1", "relu1")
    with pytest.raises(SpecError, match='no layer "pool9"'):
        rename_layer(SPEC, "pool9", "pool1")


def test_one_other_name_is_recognised_and_nothing_else():
    for layer_id in ids(SPEC):
        assert renamed_layers(SPEC, rename_layer(SPEC, layer_id, "new")) == {layer_id: "new"}
    assert renamed_layers(SPEC, SPEC) == {}
    assert renamed_layers(SPEC, SPEC.remove("conv1")) == {}
    assert renamed_layers(SPEC, SPEC.move("conv3", 0)) == {}  # the same settings, in another order
    assert renamed_layers(SPEC, SPEC.remove("conv3").insert(2, Conv2D(filters=3, id="new"))) == {}
    twice = rename_layer(rename_layer(SPEC, "conv1", "a"), "conv3", "b")
    assert renamed_layers(SPEC, twice) == {}
