from __future__ import annotations

import pytest

from cnnviz.errors import SpecError
from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, Flatten, ReLU, Residual
from cnnviz.spec.network import MAX_DEPTH, MAX_LAYERS, InputSpec, NetworkSpec, fresh_id


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


@pytest.fixture
def tree() -> NetworkSpec:
    inner = Residual(layers=(BatchNorm(),))
    layers = (Conv2D(), Residual(layers=(Conv2D(), inner, ReLU())), Flatten())
    return NetworkSpec(name="tree", input=InputSpec(), layers=layers)


def walked(spec: NetworkSpec) -> list[str]:
    return [layer.id for layer in spec.walk()]


def test_ids_are_unique_in_the_whole_tree(tree: NetworkSpec) -> None:
    assert ids(tree) == ["conv1", "residual1", "flatten1"]
    assert walked(tree) == ["conv1", "residual1", "conv2", "residual2", "batchnorm1", "relu1", "flatten1"]
    with pytest.raises(SpecError, match='"a" stands more than once'):
        NetworkSpec(name="", input=InputSpec(), layers=(ReLU(id="a"), Residual(layers=(ReLU(id="a"),))))


def test_layers_inside_a_block_are_found(tree: NetworkSpec) -> None:
    assert tree.layer("batchnorm1") == BatchNorm(id="batchnorm1")
    assert [tree.parent_of(name) for name in ("conv1", "conv2", "batchnorm1")] == [
        None,
        "residual1",
        "residual2",
    ]
    assert [tree.index(name) for name in ("conv2", "residual2", "relu1", "flatten1")] == [0, 1, 2, 2]
    assert [layer.id for layer in tree.layers_of("residual1")] == ["conv2", "residual2", "relu1"]
    with pytest.raises(SpecError, match='"conv1" holds no layers'):
        tree.layers_of("conv1")


def test_layers_inside_a_block_are_edited(tree: NetworkSpec) -> None:
    longer = tree.insert(0, Conv2D(id="conv1", filters=5), parent="residual2")
    assert longer.layers_of("residual2")[0] == Conv2D(id="conv3", filters=5)
    assert longer.remove("conv3") == tree
    changed = tree.replace(BatchNorm(id="batchnorm1", momentum=0.5))
    assert changed.layer("batchnorm1") == BatchNorm(id="batchnorm1", momentum=0.5)
    assert walked(changed) == walked(tree)


def test_layers_move_within_and_between_blocks(tree: NetworkSpec) -> None:
    assert [layer.id for layer in tree.move("relu1", 0, "residual1").layers_of("residual1")] == [
        "relu1",
        "conv2",
        "residual2",
    ]
    out = tree.move("residual2", 3)
    assert ids(out) == ["conv1", "residual1", "flatten1", "residual2"]
    assert out.move("residual2", 1, "residual1") == tree
    with pytest.raises(SpecError, match='"residual1" cannot be put inside itself'):
        tree.move("residual1", 0, "residual2")
    with pytest.raises(SpecError, match="0 to 1; received 2"):
        tree.insert(2, ReLU(), parent="residual2")


def test_a_copied_block_gets_ids_of_its_own_throughout(tree: NetworkSpec) -> None:
    copied = tree.insert(3, tree.layer("residual1"))
    assert len(set(walked(copied))) == len(walked(copied)) == 12


def test_a_tree_has_limits() -> None:
    many = Residual(layers=(ReLU(),) * MAX_LAYERS)
    with pytest.raises(SpecError, match="at most 500 layers; received 501"):
        NetworkSpec(name="", input=InputSpec(), layers=(many,))
    deep = Residual(layers=())
    for _ in range(MAX_DEPTH):
        deep = Residual(layers=(deep,))
    with pytest.raises(SpecError, match="up to 8 deep; received 9"):
        NetworkSpec(name="", input=InputSpec(), layers=(deep,))
