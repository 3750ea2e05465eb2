from __future__ import annotations

import pytest

from cnnviz.spec.layers import Conv2D, Dense, ReLU, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import trace
from cnnviz.spec.tree_edits import Place
from cnnviz.ui.builder.card_layout import FRAME_INSET_PX, depth_at, indent
from cnnviz.ui.builder.cards import cards_of
from cnnviz.ui.builder.gaps import Gap, gap_behind, gap_in_front

INNER = Residual(id="inner", layers=(ReLU(id="c"),))
OUTER = Residual(id="outer", layers=(Conv2D(id="b"), INNER))
SPEC = NetworkSpec(name="", input=InputSpec(), layers=(Conv2D(id="a"), OUTER, Dense(id="d")))
CARDS = cards_of(trace(SPEC), ())  # input, a, outer, b, inner, c, d


@pytest.mark.parametrize(
    ("row", "gap"),
    [
        (-1, Gap(1, Place(0))),
        (0, Gap(1, Place(0))),
        (1, Gap(1, Place(0))),
        (2, Gap(2, Place(1))),
        (3, Gap(3, Place(0, "outer"), 1)),
        (5, Gap(5, Place(0, "inner"), 2)),
        (6, Gap(6, Place(2))),
        (7, Gap(7, Place(3))),
    ],
)
def test_in_front_of_a_row_is_beside_its_card(row: int, gap: Gap) -> None:
    assert gap_in_front(SPEC, CARDS, row) == gap


@pytest.mark.parametrize(
    ("row", "gap"),
    [
        (0, Gap(1, Place(0))),
        (1, Gap(2, Place(1))),
        (2, Gap(3, Place(0, "outer"), 1)),
        (3, Gap(4, Place(1, "outer"), 1)),
        (4, Gap(5, Place(0, "inner"), 2)),
        (5, Gap(6, Place(1, "inner"), 2)),
        (6, Gap(7, Place(3))),
    ],
)
def test_behind_a_row_is_inside_an_open_block_or_beside_the_card(row: int, gap: Gap) -> None:
    assert gap_behind(SPEC, CARDS, row) == gap


def test_behind_the_last_layer_of_blocks_the_pointer_says_how_far_out() -> None:
    assert [gap_behind(SPEC, CARDS, 5, deepest) for deepest in (5, 2, 1, 0, -1)] == [
        Gap(6, Place(1, "inner"), 2),
        Gap(6, Place(1, "inner"), 2),
        Gap(6, Place(2, "outer"), 1),
        Gap(6, Place(2), 0),
        Gap(6, Place(2), 0),
    ]
    assert gap_behind(SPEC, CARDS, 3, 0) == Gap(4, Place(1, "outer"), 1)  # others of the block follow


def test_behind_a_closed_block_is_beside_it() -> None:
    closed = cards_of(trace(SPEC), (), closed={"outer"})
    assert gap_behind(SPEC, closed, 2) == Gap(3, Place(2))


def test_the_pointer_is_as_deep_as_the_frames_left_of_it() -> None:
    assert depth_at(0) == 0
    for depth in range(1, 9):
        assert indent(depth) > indent(depth - 1)
        assert depth_at(indent(depth) + FRAME_INSET_PX) == depth
        assert depth_at(indent(depth) + FRAME_INSET_PX - 1) == depth - 1
