"""Words of marks: in rows, each in sight, none on another."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from cnnviz.ui.plots.mark_words import MarkWord, arranged, broken, places
from cnnviz.ui.plots.text_widths import TextWidths

LINES = st.lists(st.tuples(st.floats(-50, 450), st.floats(10, 240)), max_size=8)


@given(LINES)
def test_no_word_lies_on_another_or_leaves_the_plot(lines: list[tuple[float, float]]) -> None:
    found = places(lines, 0, 400, 4)
    spans = [
        (row, start, start + width)
        for (_, width), place in zip(lines, found, strict=True)
        if place is not None
        for start, row in (place,)
    ]
    assert all(0 <= start and end <= 400 + 1e-6 and 0 <= row < 4 for row, start, end in spans)
    for (row, left, right), (other, start, end) in itertools.combinations(spans, 2):
        assert row != other or right <= start or end <= left


def test_neighbours_go_into_rows_of_their_own() -> None:
    found = places([(100, 80), (104, 80), (108, 80)], 0, 400, 4)
    assert found == [(104, 0), (20, 0), (112, 1)], "the second stands left of its line"


def test_a_word_at_the_right_end_stands_left_of_its_line() -> None:
    assert places([(395, 60)], 0, 400, 2) == [(395 - 60 - 4, 0)]


def test_words_without_room_or_out_of_sight_are_left_to_the_mouse() -> None:
    assert places([(100, 80), (300, 80), (-5, 80), (200, 500)], 0, 400, 1)[2:] == [None, None]
    assert places([(100, 80), (102, 120)], 0, 190, 1) == [(104, 0), None]
    assert places([(100, 80)], 0, 400, 0) == [None]


def test_a_word_wider_than_the_room_on_either_side_stands_across_its_line() -> None:
    assert places([(180, 240)], 0, 400, 2) == [(160, 0)]
    assert places([(220, 240)], 0, 400, 2) == [(0, 0)]
    assert places([(200, 401)], 0, 400, 2) == [None]


def test_a_word_of_two_lines_has_two_rows_of_its_own() -> None:
    lines = [(100, 80), (104, 120), (108, 80)]
    assert places(lines, 0, 400, 4, heights=[1, 2, 1]) == [(104, 0), (108, 1), (24, 1)]
    assert places(lines, 0, 400, 2, heights=[1, 2, 1])[1] is None


def test_a_long_word_that_says_two_things_is_broken_between_them(qapp) -> None:
    widths = TextWidths(QApplication.font())
    text = "L2 0 → 0.001, clip at norm 0 → 1, epochs 8 → 9"
    whole = widths.of(text)
    assert broken(text, whole, whole, widths) == (text,)
    most = widths.of("clip at norm 0 → 1, epochs 8 → 9")
    assert broken(text, most, most, widths) == ("L2 0 → 0.001,", "clip at norm 0 → 1, epochs 8 → 9")
    least = widths.of("L2 0 → 0.001,") + 1
    assert broken(text, least, least, widths)[0] == "L2 0 → 0.001,"
    assert broken(text, least, least, widths)[1].endswith("…")
    assert broken("schedule Constant → Cosine", least, least, widths)[0].endswith("…")


def test_a_change_is_not_cut_where_the_plot_has_room_for_all_of_it(qapp) -> None:
    """What a rate was changed to stands at the end; it was cut where it took more than a share of a plot."""
    widths = TextWidths(QApplication.font())
    change = "learning rate 0.001 → 0.01"
    area = QRectF(0, 0, 1.25 * widths.of(change), 6 * widths.line)
    at = 0.45 * area.width()
    word = MarkWord(at, change, QColor("black"))
    free: list[list[tuple[float, float]]] = [[], []]
    ((lines, place),) = arranged([(at, word)], area, free, widths)
    assert lines == (change,)
    assert place is not None
    taken = [[(0.0, 0.3 * area.width())]] * 2
    ((lines, place),) = arranged([(at, word)], area, taken, widths)
    assert lines[0].endswith("…")
    assert place is not None


def test_a_word_keeps_clear_of_what_is_written_there_already() -> None:
    """The name of a curve stands at its end, where the best epoch often is."""
    assert places([(200, 60)], 0, 400, 2) == [(204, 0)]
    assert places([(200, 60)], 0, 400, 2, [[(208, 300)]]) == [(136, 0)]
    assert places([(20, 60)], 0, 400, 2, [[(28, 120)]]) == [(24, 1)]
