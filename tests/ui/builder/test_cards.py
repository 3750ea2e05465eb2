from __future__ import annotations

import pytest

from cnnviz.spec.layers import (
    LAYER_TYPES,
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool2D,
    ReLU,
    Residual,
    Softmax,
    ZeroPadding2D,
)
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import trace
from cnnviz.spec.validate import DataShape, check_trace
from cnnviz.ui.builder.cards import (
    SUM_WITH_INPUT,
    SUM_WITH_PROJECTION,
    UNKNOWN,
    Fold,
    cards_of,
    settings_text,
)


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (Conv2D(), "16 × 3×3"),
        (Conv2D(filters=1024, kernel_size=(5, 3), padding="same"), "1,024 × 5×3, same"),
        (Conv2D(stride=(2, 2), padding=(1, 1, 1, 1)), "16 × 3×3, stride 2, padding 1"),
        (Conv2D(stride=(2, 1), padding=(0, 1, 0, 1)), "16 × 3×3, stride 2×1, padding 0 1 0 1"),
        (MaxPool2D(), "2×2"),
        (AvgPool2D(pool_size=(3, 3)), "3×3, stride 2"),
        (Dense(units=1), "1 unit"),
        (Dense(units=4096), "4,096 units"),
        (Dropout(rate=0.25), "rate 0.25"),
        (ReLU(), "max(0, x)"),
        (Conv2D(dilation=(2, 2), groups=4, use_bias=False), "16 × 3×3, dilation 2, 4 groups, no bias"),
        (MaxPool2D(pool_size=(3, 3), padding="same"), "3×3, stride 2, same"),
        (ZeroPadding2D(), "padding 1"),
        (Residual(layers=(BatchNorm(), ReLU())), "BatchNorm, ReLU"),
    ],
)
def test_settings_in_short(layer: Layer, text: str) -> None:
    assert settings_text(layer) == text


def test_every_kind_says_something() -> None:
    assert all(settings_text(kind()) for kind in LAYER_TYPES)


def cards(
    *layers: Layer,
    data: DataShape | None = None,
    fresh: tuple[str, ...] = (),
    closed: tuple[str, ...] = (),
):
    traced = trace(NetworkSpec(name="", input=InputSpec(), layers=layers))
    return cards_of(traced, check_trace(traced, data), fresh, closed)


def test_cards_of_a_sound_design() -> None:
    first, conv, flat, dense = cards(Conv2D(), Flatten(), Dense(units=10), fresh=("dense1",))
    assert (first.title, first.shape, first.settings, first.parameters) == (
        "Input",
        "8×8×1",
        "gray image",
        "",
    )
    assert (conv.layer_id, conv.shape, conv.parameters) == ("conv1", "6×6×16", "160")
    assert (flat.shape, flat.parameters) == ("576", "")
    assert dense.parameters == "5,770"
    assert [card.fresh for card in (first, conv, flat, dense)] == [False, False, False, True]
    assert conv.sentence == "Conv2D conv1, 16 × 3×3, output 6×6×16, 160 parameters."
    assert "not trained yet" in dense.sentence


def test_a_problem_stands_on_its_card_and_hides_the_shapes_behind_it() -> None:
    _, conv, dense, relu = cards(Conv2D(), Dense(), ReLU())
    assert conv.problems == ()
    assert dense.problems[0].startswith("Dense needs a row of numbers")
    assert (dense.shape, relu.shape) == (UNKNOWN, UNKNOWN)
    assert relu.problems == ()
    assert "Problem: Dense needs a row" in dense.sentence
    assert "not known until" in relu.tooltip


def test_what_only_has_to_follow_is_no_problem_of_a_card() -> None:
    _, conv = cards(Conv2D(), data=DataShape(8, 8, 1, 10))
    assert conv.problems == ()
    assert conv.unfinished[0].endswith("Add Flatten and Dense with 10 units.")
    assert conv.unfinished[0] in conv.sentence
    assert "Problem" not in conv.sentence
    assert conv.unfinished[0] in conv.tooltip


def test_problems_with_the_data_stand_on_the_layer_to_blame() -> None:
    _, _, dense = cards(Flatten(), Dense(units=7), data=DataShape(8, 8, 1, 10))
    assert "10 classes" in dense.problems[0]


def test_a_block_is_one_card_with_the_problems_inside_it() -> None:
    body = (Conv2D(padding="same"), Conv2D(kernel_size=(9, 9)))
    _, block, flat = cards(Residual(layers=body), Flatten(), fresh=("conv2",), closed=("residual1",))
    assert block.problems[0].startswith("conv2: A window 9 high")
    assert block.fresh
    assert (block.title, flat.layer_id) == ("Residual", "flatten1")
    assert (block.fold, block.settings) == (Fold.CLOSED, "Conv2D, Conv2D")


def test_an_open_block_is_followed_by_what_is_inside() -> None:
    inner = Residual(layers=(Conv2D(filters=1, padding="same"), ReLU()))
    rows = cards(Residual(layers=(Conv2D(kernel_size=(9, 9)), inner)), Residual(layers=()), fresh=("conv1",))
    assert [(card.layer_id, card.depth, card.parent) for card in rows[1:]] == [
        ("residual1", 0, None),
        ("conv1", 1, "residual1"),
        ("residual2", 1, "residual1"),
        ("conv2", 2, "residual2"),
        ("relu1", 2, "residual2"),
        ("residual3", 0, None),
    ]
    assert [card.fresh for card in rows] == [False, False, True, False, False, False, False]
    assert rows[1].problems == ()
    assert rows[2].problems[0].startswith("A window 9 high")
    assert rows[5].endings == (SUM_WITH_INPUT, SUM_WITH_INPUT)
    assert rows[6].is_empty_block
    assert rows[1].sentence.endswith("open, 2 layers inside.")
    assert rows[5].sentence.endswith("inside residual2.")


def test_a_block_that_changes_the_shape_projects_its_input() -> None:
    rows = cards(Residual(layers=(Conv2D(padding="same"),)))
    assert rows[-1].endings == (SUM_WITH_PROJECTION,)


def test_an_activation_is_a_part_of_the_card_above() -> None:
    rows = cards(Conv2D(), ReLU(), ReLU(), Flatten(), Dense(), Softmax())
    assert [card.attached for card in rows] == [False, False, True, False, False, False, True]
