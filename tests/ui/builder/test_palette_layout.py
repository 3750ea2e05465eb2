from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from cnnviz.ui.builder.palette_layout import Gaps, Piece, flow

GAPS = Gaps(piece=4, inner=1)
pieces = st.lists(st.lists(st.integers(20, 110), min_size=1, max_size=2).map(tuple), max_size=9)


def test_pieces_share_a_line_while_there_is_room() -> None:
    pair: list[Piece] = [(80, 20), (60,)]
    wide = flow(pair, width=200, height=24, gaps=GAPS)
    assert wide.places == (((0, 0), (81, 0)), ((105, 0),))
    assert wide.bottom == 24
    narrow = flow(pair, width=120, height=24, gaps=GAPS, top=10)
    assert narrow.places == (((0, 10), (81, 10)), ((0, 38),))
    assert narrow.bottom == 62


def test_what_just_fits_stays_in_its_line() -> None:
    assert flow([(80,), (60,)], width=144, height=24, gaps=GAPS).bottom == 24
    assert flow([(80,), (60,)], width=143, height=24, gaps=GAPS).bottom == 52


def test_without_pieces_there_is_no_line() -> None:
    assert flow([], width=100, height=24, gaps=GAPS, top=7).bottom == 7


@given(pieces, st.integers(230, 600))
def test_things_stay_inside_and_apart_and_pieces_together(pieces: list[Piece], width: int) -> None:
    found = flow(pieces, width=width, height=24, gaps=GAPS)
    boxes = []
    for piece, places in zip(pieces, found.places, strict=True):
        assert len({top for _, top in places}) == 1
        boxes += [(left, top, thing) for (left, top), thing in zip(places, piece, strict=True)]
    for left, top, thing in boxes:
        assert left >= 0
        assert left + thing <= width
        assert top + 24 <= found.bottom
    for (left, top, thing), (next_left, next_top, _) in itertools.pairwise(boxes):
        assert next_top >= top + 28 or (next_top == top and next_left > left + thing)
