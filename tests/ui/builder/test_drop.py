from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.errors import FileError, SpecError
from cnnviz.spec.layers import LAYER_TYPES, Conv2D, Dense, Flatten, Layer, ReLU, Residual
from cnnviz.spec.network import MAX_LAYERS, InputSpec, NetworkSpec
from cnnviz.spec.tree_edits import Place
from cnnviz.ui.builder.drop import (
    MAX_BYTES,
    DraggedLayers,
    apply_drop,
    drop_label,
    from_mime,
    to_mime,
)

HERE, ELSEWHERE = "list-1", "list-2"


def design(*layers: Layer) -> NetworkSpec:
    return NetworkSpec(name="design", input=InputSpec(), layers=layers)


FOUR = design(Conv2D(id="conv1"), ReLU(id="relu1"), Flatten(id="flatten1"), Dense(id="dense1"))
kinds = st.sampled_from(LAYER_TYPES).map(lambda kind: kind())
designs = st.lists(kinds, max_size=8).map(lambda layers: design(*layers))


def bare(layer: Layer) -> Layer:
    """Return a layer without its id and those of the layers inside it."""
    if isinstance(layer, Residual):
        layer = dataclasses.replace(layer, layers=tuple(bare(inner) for inner in layer.layers))
    return dataclasses.replace(layer, id="")


def ids(spec: NetworkSpec) -> list[str]:
    return [layer.id for layer in spec.layers]


@given(st.lists(kinds, min_size=1, max_size=5), st.text(max_size=20))
def test_what_is_dragged_arrives(layers: list[Layer], source: str) -> None:
    dragged = DraggedLayers(tuple(layers), source)
    arrived = from_mime(to_mime(dragged))
    assert arrived == dragged


@given(designs, kinds, st.data())
def test_a_drop_from_the_palette_adds_one_layer_there(
    spec: NetworkSpec, layer: Layer, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(spec.layers)))
    after, landed = apply_drop(spec, DraggedLayers((layer,)), Place(index), copy=False, target=HERE)
    assert landed == (after.layers[index].id,)
    assert ids(after)[:index] + ids(after)[index + 1 :] == ids(spec)
    new = after.layers[index]
    assert bare(new) == layer
    assert new.id not in ids(spec)


@given(designs.filter(lambda spec: len(spec.layers) > 0), st.data())
def test_a_drop_of_the_lists_own_layers_moves_them(spec: NetworkSpec, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(spec.layers)))
    chosen = data.draw(st.lists(st.sampled_from(spec.layers), min_size=1, unique=True))
    before = [name for name in ids(spec)[:index] if name not in [layer.id for layer in chosen]]
    after, landed = apply_drop(
        spec, DraggedLayers(tuple(chosen), HERE), Place(index), copy=False, target=HERE
    )
    assert set(landed) == {layer.id for layer in chosen}
    assert sorted(ids(after)) == sorted(ids(spec))
    in_order = tuple(layer for layer in spec.layers if layer in chosen)
    assert after.layers[len(before) : len(before) + len(chosen)] == in_order
    others = [name for name in ids(spec) if name not in [layer.id for layer in chosen]]
    assert [name for name in ids(after) if name in others] == others


@given(designs.filter(lambda spec: len(spec.layers) > 0), st.data(), st.booleans())
def test_copies_and_layers_of_other_lists_leave_what_was_there(
    spec: NetworkSpec, data: st.DataObject, copy: bool
) -> None:
    index = data.draw(st.integers(0, len(spec.layers)))
    chosen = data.draw(st.lists(st.sampled_from(spec.layers), min_size=1, max_size=3))
    source = HERE if copy else ELSEWHERE
    dragged = DraggedLayers(tuple(chosen), source)
    after, _ = apply_drop(spec, dragged, Place(index), copy=copy, target=HERE)
    assert ids(after)[:index] + ids(after)[index + len(chosen) :] == ids(spec)
    for new, old in zip(after.layers[index:], chosen, strict=False):
        assert bare(new) == bare(old)


def test_a_layer_that_has_gone_meanwhile_comes_back_as_a_new_one() -> None:
    dragged = DraggedLayers((Dense(id="dense7", units=7),), HERE)
    after, _ = apply_drop(FOUR, dragged, Place(4), copy=False, target=HERE)
    assert ids(after) == [*ids(FOUR), "dense2"]
    assert after.layers[-1] == Dense(id="dense2", units=7)


def test_a_move_takes_the_layer_as_it_is_now() -> None:
    """Not as it was when the drag began: undo may have come between."""
    dragged = DraggedLayers((Conv2D(id="conv1", filters=99),), HERE)
    after, _ = apply_drop(FOUR, dragged, Place(4), copy=False, target=HERE)
    assert after.layers[-1] == Conv2D(id="conv1")


def test_labels_say_what_the_drop_does() -> None:
    new = DraggedLayers((Conv2D(),))
    own = DraggedLayers((FOUR.layers[0],), HERE)
    assert drop_label(FOUR, new, copy=False, target=HERE) == "Add Conv2D"
    assert drop_label(FOUR, own, copy=False, target=HERE) == "Move conv1"
    assert drop_label(FOUR, own, copy=True, target=HERE) == "Copy conv1"
    both = DraggedLayers(FOUR.layers[:2], HERE)
    assert drop_label(FOUR, both, copy=False, target=HERE) == "Move 2 layers"


def test_a_design_that_would_be_too_long_is_refused() -> None:
    full = design(*[ReLU()] * MAX_LAYERS)
    with pytest.raises(SpecError, match="at most 500 layers"):
        apply_drop(full, DraggedLayers((ReLU(),)), Place(0), copy=False, target=HERE)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is not valid JSON"),
        (b"\xff\xfe", "is not text"),
        (b"[]", 'holds no list of "layers"'),
        (b'{"layers": []}', "must hold 1 to 500 layers; received 0"),
        (b'{"layers": [{"type": "Conv9D"}]}', r"layers\[0\]\.type: 'Conv9D' is not known"),
        (b'{"layers": [{"type": "Dense", "units": -1}]}', "Units must be from 1"),
        (b'{"layers": [{"type": "ReLU"}], "source": 5}', '"source" must be text'),
        (b" " * (MAX_BYTES + 1), "is too large"),
    ],
)
def test_foreign_text_is_refused_with_its_reason(data: bytes, words: str) -> None:
    with pytest.raises(FileError, match=words):
        from_mime(data)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["layers", "type", "id", "source", "units"]), inner)
        ),
    )
)
def test_any_json_raises_nothing_but_our_own_error(value: object) -> None:
    try:
        from_mime(json.dumps(value).encode())
    except FileError:
        return


def test_layers_are_dragged_into_a_block_but_a_block_not_into_itself() -> None:
    spec = FOUR.insert(4, Residual(id="block", layers=(Residual(id="inner", layers=()),)))
    two = DraggedLayers((spec.layer("relu1"), spec.layer("conv1")), HERE)
    after, landed = apply_drop(spec, two, Place(0, "inner"), copy=False, target=HERE)
    assert [layer.id for layer in after.layers_of("inner")] == ["conv1", "relu1"]
    assert set(landed) == {"conv1", "relu1"}
    block = DraggedLayers((spec.layer("block"),), HERE)
    with pytest.raises(SpecError, match="cannot be put inside itself"):
        apply_drop(spec, block, Place(0, "inner"), copy=False, target=HERE)
    after, landed = apply_drop(spec, block, Place(0, "inner"), copy=True, target=HERE)
    assert landed == ("residual1",)
    assert after.parent_of("residual1") == "inner"
