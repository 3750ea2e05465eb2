from __future__ import annotations

from cnnviz.spec.layers import Conv2D, Dense, Flatten, Layer, MaxPool2D, ReLU, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import NetworkTrace, Problem, trace
from cnnviz.spec.tree_edits import Place, insert_layers, move_layers
from cnnviz.spec.validate import DataShape, check_trace
from cnnviz.ui.builder.drop_preview import DropPreview, ShapeChange, drop_preview, refusal

DATA = DataShape(8, 8, 1, 10)
SPEC = NetworkSpec(
    name="",
    input=InputSpec(),
    layers=(Conv2D(filters=4), ReLU(), MaxPool2D(), Flatten(), Dense(units=10)),
)


def known(spec: NetworkSpec) -> tuple[NetworkTrace, tuple[Problem, ...]]:
    traced = trace(spec)
    return traced, check_trace(traced, DATA)


def added(layer: Layer, place: Place, spec: NetworkSpec = SPEC) -> DropPreview:
    after, landed = insert_layers(spec, (layer,), place)
    return drop_preview(known(spec), known(after), landed, "Add")


def test_what_lands_and_every_shape_that_changes_is_told() -> None:
    preview = added(MaxPool2D(), Place(1))
    assert preview.landing == "Add: 3×3×4"
    assert preview.changes == {
        "relu1": ShapeChange("6×6×4", "3×3×4"),
        "maxpool1": ShapeChange("3×3×4", "1×1×4"),
        "flatten1": ShapeChange("36", "4"),
    }
    assert preview.broken == {}
    assert preview.warnings == ()
    assert preview.notes == ("Parameters of the network: 410 → 90",)


def test_parameters_of_what_lands_are_told() -> None:
    assert added(Dense(units=7), Place(5)).landing == "Add: 7, 77 parameters"


def test_what_would_break_is_told_in_words() -> None:
    preview = drop_preview(
        known(SPEC), known(move_layers(SPEC, ["flatten1"], Place(5))), ["flatten1"], "Move"
    )
    assert preview.landing == "Move: shape unknown"
    assert preview.changes == {"dense1": ShapeChange("10", "–")}
    assert preview.broken["dense1"].startswith("Dense needs a row of numbers")
    assert preview.warnings[0].startswith("Would break dense1: Dense needs a row of numbers")
    assert preview.notes == ()


def test_what_does_not_work_where_it_lands_is_told() -> None:
    preview = added(Conv2D(kernel_size=(5, 5)), Place(3))
    assert preview.warnings[0].startswith("Would not work here: A window 5 high")
    assert set(preview.broken) == {"conv2"}


def test_the_first_layers_of_a_design_are_not_called_wrong_because_others_have_to_follow() -> None:
    empty = NetworkSpec(name="", input=InputSpec())
    for first in (Conv2D(), MaxPool2D(), Flatten()):
        preview = added(first, Place(0), empty)
        assert (preview.warnings, preview.broken) == ((), {})
    assert added(Dense(), Place(0), empty).warnings[0].startswith("Would not work here: Dense needs a row")
    cut = drop_preview(known(SPEC), known(SPEC.remove("dense1").remove("flatten1")), [], "Move")
    assert cut.warnings[0].startswith("Nothing here") or "Add Flatten and Dense" in cut.warnings[0]


def test_problems_there_were_before_are_not_told_again() -> None:
    broken = SPEC.remove("flatten1")
    assert added(ReLU(), Place(0), broken).warnings == ()
    preview = added(Flatten(), Place(3), broken)
    assert preview.notes[0] == "Solves the problem of dense1."


def test_of_many_problems_the_first_are_told() -> None:
    after, landed = insert_layers(SPEC, [Dense(units=0)] * 3, Place(0))
    preview = drop_preview(known(SPEC), known(after), landed, "Paste")
    assert len(preview.warnings) == 3
    assert preview.warnings[2] == "And 1 more problem."


def test_layers_inside_a_block_are_followed_too() -> None:
    spec = SPEC.insert(2, Residual(layers=(Conv2D(filters=4, padding="same"),)))
    preview = added(MaxPool2D(), Place(0), spec)
    assert preview.changes["conv2"] == ShapeChange("6×6×4", "2×2×4")
    assert preview.changes["residual1"] == ShapeChange("6×6×4", "2×2×4")


def test_a_refusal_says_why() -> None:
    preview = refusal("No.")
    assert preview.refused
    assert preview.warnings == ("No.",)
