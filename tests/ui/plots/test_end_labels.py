"""Words at the ends of curves: shorter and shorter, then none."""

from __future__ import annotations

import pytest

from cnnviz.ui.plots.end_labels import clipped, end_labels

NAMES, NUMBERS = ("training", "validation"), ("0.000393", "0.02")


@pytest.mark.parametrize(
    ("room", "texts", "widest"),
    [
        (40, ("training 0.000393", "validation 0.02"), "validation 0.000393"),
        (18, ("train 0.000393", "val 0.02"), "train 0.000393"),
        (12, ("train", "val"), "train"),
        (4, (), ""),
    ],
)
def test_words_leave_the_curves_most_of_the_room(room: int, texts: tuple[str, ...], widest: str) -> None:
    found = end_labels(NAMES, NUMBERS, widest_number="0.000393", width_of=len, room=room, is_narrow=False)
    assert (found.texts, found.widest) == (texts, widest)


def test_words_in_a_narrow_plot_may_have_no_numbers() -> None:
    found = end_labels(NAMES, (), widest_number="1", width_of=len, room=99, is_narrow=True)
    assert found.texts == ("train", "val")


def test_nothing_is_said_of_no_curves() -> None:
    assert end_labels((), (), widest_number="1", width_of=len, room=99, is_narrow=False).texts == ()


def test_a_long_name_is_clipped() -> None:
    assert clipped("a name that goes on", 8) == "a name…"
