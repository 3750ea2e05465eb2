from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from cnnviz.ui.plots.line_labels import spread


@given(st.lists(st.floats(-50, 250), max_size=5))
def test_labels_keep_apart_and_inside(wanted: list[float]) -> None:
    places = spread(wanted, 14, 0, 200)
    ordered = sorted(places)
    assert all(b - a >= 14 - 1e-6 for a, b in itertools.pairwise(ordered))
    assert all(-1e-6 <= place <= 200 + 1e-6 for place in places)


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread([100, 20], 14, 0, 200) == [100, 20]


def test_neighbours_keep_their_order() -> None:
    low, high = spread([199.0, 198.0], 14, 0, 200)
    assert (low, high) == (200, 186)
