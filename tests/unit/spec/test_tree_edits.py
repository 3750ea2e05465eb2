from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.errors import SpecError
from cnnviz.spec.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Residual, Softmax
from cnnviz.spec.network import MAX_LAYERS, InputSpec, NetworkSpec
from cnnviz.spec.tree_edits import (
    Place,
    duplicate_layers,
    insert_layers,
    move_layers,
    outermost,
    place_above,
    place_behind,
    place_below,
    place_of,
    remove_layers,
    with_activation,
)
from tests.helpers.random_designs import random_designs

INNER = Residual(id="inner", layers=(Conv2D(id="c2"), ReLU(id="r2")))
OUTER = Residual(id="outer", layers=(Conv2D(id="c1"), INNER, ReLU(id="r1")))
EMPTY = Residual(id="empty", layers=())
TREE = NetworkSpec(
    name="tree",
    input=InputSpec(),
    layers=(Conv2D(id="conv"), OUTER, EMPTY, Flatten(id="flat"), Dense(id="dense")),
)


def outline(spec: NetworkSpec) -> str:
    """Return the ids with the bodies of blocks in brackets."""

    def of(layers) -> str:
        return " ".join(
            f"{layer.id}[{of(layer.layers)}]" if isinstance(layer, Residual) else layer.id for layer in layers
        )

    return of(spec.layers)


def test_the_outline_of_the_tree() -> None:
    assert outline(TREE) == "conv outer[c1 inner[c2 r2] r1] empty[] flat dense"


def test_layers_inside_a_chosen_block_are_not_counted_again() -> None:
    assert outermost(TREE, {"r2", "inner", "dense", "conv", "nobody"}) == ("conv", "inner", "dense")


@pytest.mark.parametrize(
    ("chosen", "place", "result"),
    [
        (["conv"], Place(0, "empty"), "outer[c1 inner[c2 r2] r1] empty[conv] flat dense"),
        (["c1", "dense"], Place(1, "inner"), "conv outer[inner[c2 c1 dense r2] r1] empty[] flat"),
        (["c2", "flat"], Place(0), "c2 flat conv outer[c1 inner[r2] r1] empty[] dense"),
        (["inner"], Place(2), "conv outer[c1 r1] inner[c2 r2] empty[] flat dense"),
        (["conv", "flat"], Place(4), "outer[c1 inner[c2 r2] r1] empty[] conv flat dense"),
        (["flat", "conv"], Place(5), "outer[c1 inner[c2 r2] r1] empty[] dense conv flat"),
        ([], Place(5), "conv outer[c1 inner[c2 r2] r1] empty[] flat dense"),
    ],
)
def test_layers_move_together_in_and_out_of_blocks(chosen: list[str], place: Place, result: str) -> None:
    assert outline(move_layers(TREE, chosen, place)) == result


def test_a_block_does_not_move_into_itself() -> None:
    with pytest.raises(SpecError, match='"outer" cannot be put inside itself'):
        move_layers(TREE, ["outer"], Place(0, "inner"))
    with pytest.raises(SpecError, match="A layer can be put at"):
        move_layers(TREE, ["conv"], Place(6))


def test_removing_takes_layers_at_any_depth() -> None:
    assert outline(remove_layers(TREE, ["c2", "outer", "empty"])) == "conv flat dense"
    assert outline(remove_layers(TREE, ["c2", "r1"])) == "conv outer[c1 inner[r2]] empty[] flat dense"


def test_copies_stand_behind_the_last_original_under_names_of_their_own() -> None:
    after, ids = duplicate_layers(TREE, ["inner", "conv"])
    assert outline(after) == (
        "conv outer[c1 inner[c2 r2] conv1 residual1[conv2 relu1] r1] empty[] flat dense"
    )
    assert ids == ("conv1", "residual1")
    assert duplicate_layers(TREE, []) == (TREE, ())


def test_inserted_layers_keep_names_that_are_free() -> None:
    layers = (ReLU(id="mine"), ReLU(id="conv"), ReLU(id="mine"), Dense())
    after, ids = insert_layers(TREE, layers, Place(0, "empty"))
    assert ids == ("mine", "relu1", "relu2", "dense1")
    assert outline(after).endswith("empty[mine relu1 relu2 dense1] flat dense")


def test_too_many_layers_are_refused() -> None:
    with pytest.raises(SpecError, match="at most 500 layers"):
        insert_layers(TREE, (ReLU(),) * MAX_LAYERS, Place(0))


def path(step, start: str, closed=()) -> list[str]:
    """Return the outlines on the way of a layer as far as it goes."""
    spec, seen = TREE, []
    while (place := step(spec, [start], closed)) is not None:
        spec = move_layers(spec, [start], place)
        seen.append(outline(spec))
    return seen


def test_steps_down_lead_through_every_place() -> None:
    assert path(place_below, "conv") == [
        "outer[conv c1 inner[c2 r2] r1] empty[] flat dense",
        "outer[c1 conv inner[c2 r2] r1] empty[] flat dense",
        "outer[c1 inner[conv c2 r2] r1] empty[] flat dense",
        "outer[c1 inner[c2 conv r2] r1] empty[] flat dense",
        "outer[c1 inner[c2 r2 conv] r1] empty[] flat dense",
        "outer[c1 inner[c2 r2] conv r1] empty[] flat dense",
        "outer[c1 inner[c2 r2] r1 conv] empty[] flat dense",
        "outer[c1 inner[c2 r2] r1] conv empty[] flat dense",
        "outer[c1 inner[c2 r2] r1] empty[conv] flat dense",
        "outer[c1 inner[c2 r2] r1] empty[] conv flat dense",
        "outer[c1 inner[c2 r2] r1] empty[] flat conv dense",
        "outer[c1 inner[c2 r2] r1] empty[] flat dense conv",
    ]


def test_closed_blocks_are_passed_over() -> None:
    assert path(place_above, "flat", {"outer", "empty"}) == [
        "conv outer[c1 inner[c2 r2] r1] flat empty[] dense",
        "conv flat outer[c1 inner[c2 r2] r1] empty[] dense",
        "flat conv outer[c1 inner[c2 r2] r1] empty[] dense",
    ]
    assert path(place_below, "conv", {"outer", "empty"})[0] == (
        "outer[c1 inner[c2 r2] r1] conv empty[] flat dense"
    )


@given(spec=random_designs(), data=st.data())
def test_a_step_up_undoes_a_step_down(spec: NetworkSpec, data: st.DataObject) -> None:
    layer_id = data.draw(st.sampled_from([layer.id for layer in spec.walk()]))
    down = place_below(spec, [layer_id])
    if down is not None:
        below = move_layers(spec, [layer_id], down)
        assert below != spec
        up = place_above(below, [layer_id])
        assert up is not None
        assert move_layers(below, [layer_id], up) == spec


@given(spec=random_designs(), data=st.data())
def test_moving_keeps_every_layer_as_it_is(spec: NetworkSpec, data: st.DataObject) -> None:
    every = [layer.id for layer in spec.walk()]
    chosen = data.draw(st.sets(st.sampled_from(every), min_size=1))
    blocks = [None, *(layer.id for layer in spec.walk() if isinstance(layer, Residual))]
    parent = data.draw(st.sampled_from(blocks))
    place = Place(data.draw(st.integers(0, len(spec.layers_of(parent)))), parent)
    try:
        after = move_layers(spec, chosen, place)
    except SpecError as error:
        assert "inside itself" in str(error)
        return
    assert sorted(layer.id for layer in after.walk()) == sorted(every)
    moved = outermost(spec, chosen)
    assert [after.parent_of(layer_id) for layer_id in moved] == [parent] * len(moved)
    places = [after.index(layer_id) for layer_id in moved]
    assert places == list(range(places[0], places[0] + len(moved)))


def test_nothing_chosen_goes_nowhere() -> None:
    assert place_above(TREE, []) is None
    assert place_below(TREE, ["nobody"]) is None


def test_places_by_name() -> None:
    assert place_of(TREE, "r2") == Place(1, "inner")
    assert place_behind(TREE, "r2") == Place(2, "inner")
    assert place_behind(TREE, "") == Place(0)


def test_an_activation_belongs_to_what_stands_before_it() -> None:
    spec = dataclasses.replace(
        TREE,
        layers=(
            Conv2D(id="a"),
            ReLU(id="b"),
            MaxPool2D(id="c"),
            ReLU(id="d"),
            Dense(id="e"),
            Softmax(id="f"),
            Dense(id="g"),
        ),
    )
    assert [with_activation(spec, name) for name in "aceg"] == [("a", "b"), ("c",), ("e", "f"), ("g",)]
