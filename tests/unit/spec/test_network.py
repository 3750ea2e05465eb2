from __future__ import annotations

import pytest

from cnnviz.errors import SpecError
from cnnviz.spec.layers import Conv2D, Dense, Flatten, ReLU
from cnnviz.spec.network import MAX_LAYERS, InputSpec, NetworkSpec, fresh_id


@pytest.fixture
def spec() -> NetworkSpec:
    return NetworkSpec(name="test", input=InputSpec(), layers=(Conv2D(), ReLU(), Flatten(), Dense()))


def ids(spec: NetworkSpec) -> list[str]:
    return [layer.id for layer in spec.layers]


def test_layers_get_ids_that_read_well(spec: NetworkSpec) -> None:
    assert ids(spec) == ["conv1", "relu1", "flatten1", "dense1"]


def test_editing_makes_a_new_design(spec: NetworkSpec) -> None:
    longer = spec.insert(2, Conv2D(filters=8))
    assert ids(longer) == ["conv1", "relu1", "conv2", "flatten1", "dense1"]
    assert ids(spec) == ["conv1", "relu1", "flatten1", "dense1"]
    assert longer.remove("conv2") == spec


def test_a_copied_layer_gets_an_id_of_its_own(spec: NetworkSpec) -> None:
    copied = spec.insert(1, spec.layer("conv1"))
    assert ids(copied) == ["conv1", "conv2", "relu1", "flatten1", "dense1"]


def test_an_id_that_became_free_is_given_again(spec: NetworkSpec) -> None:
    assert fresh_id("conv", ["conv1", "conv3"]) == "conv2"


def test_move_counts_places_without_the_moved_layer(spec: NetworkSpec) -> None:
    assert ids(spec.move("conv1", 3)) == ["relu1", "flatten1", "dense1", "conv1"]
    assert ids(spec.move("dense1", 0)) == ["dense1", "conv1", "relu1", "flatten1"]
    assert spec.move("relu1", 1) == spec


def test_replace_keeps_the_place(spec: NetworkSpec) -> None:
    changed = spec.replace(Conv2D(id="conv1", filters=5))
    assert changed.layer("conv1") == Conv2D(id="conv1", filters=5)
    assert ids(changed) == ids(spec)


def test_what_cannot_be_done_is_refused(spec: NetworkSpec) -> None:
    with pytest.raises(SpecError, match='no layer "conv9"'):
        spec.remove("conv9")
    with pytest.raises(SpecError, match="0 to 4; received 5"):
        spec.insert(5, ReLU())
    with pytest.raises(SpecError, match='"a" stands more than once'):
        NetworkSpec(name="", input=InputSpec(), layers=(ReLU(id="a"), ReLU(id="a")))
    with pytest.raises(SpecError, match="at most 500"):
        NetworkSpec(name="", input=InputSpec(), layers=(ReLU(),) * (MAX_LAYERS + 1))


def test_input_and_name_are_replaced_alone(spec: NetworkSpec) -> None:
    other = spec.with_input(InputSpec(height=28, width=20, channels=3)).renamed("other")
    assert other.input.shape == (28, 20, 3)
    assert other.name == "other"
    assert other.layers == spec.layers
