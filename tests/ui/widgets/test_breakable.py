from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from cnnviz.ui.widgets.breakable import (
    elided,
    shortened,
    unbroken,
    with_breaks,
    with_shares,
    without_breaks,
)

NAME = "a_very_long_name_of_a_layer_that_somebody_has_chosen_by_hand"
EQUATION = "(227 − ((11 − 1)·4 + 1) + 2·19)/12 + 1 = 17"


@pytest.mark.parametrize(
    "text", ["", "short words stay", "GlobalAvgPool2D", "LocalResponseNorm", "1,135,256,096 multiply-adds"]
)
def test_words_that_fit_into_a_line_stay_as_they_are(text: str) -> None:
    assert shortened(text) == text


def test_a_long_name_is_told_by_both_of_its_ends() -> None:
    text = shortened(f"Remove {NAME} now")
    assert text == "Remove a_very_long_n…osen_by_hand now"
    assert shortened(text) == text


def test_a_word_is_elided_to_the_length_asked_for() -> None:
    assert elided("abcdefgh", 8) == "abcdefgh"
    assert elided("abcdefghi", 8) == "abcd…ghi"


def test_a_label_with_a_long_name_needs_little_room(qtbot) -> None:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    qtbot.addWidget(label)
    label.setText(NAME)
    wide = label.minimumSizeHint().width()
    label.setText(shortened(NAME))
    assert label.minimumSizeHint().width() < wide / 2


def test_sums_stay_on_one_line() -> None:
    assert unbroken("a height of 3: 3 − 5 = −2 is below 0").split(" ") == [
        "a",
        "height",
        "of",
        "3:",
        "3\u00a0−\u00a05\u00a0=\u00a0−2",
        "is",
        "below",
        "0",
    ]


def test_a_sum_too_long_for_a_line_may_break() -> None:
    pieces = unbroken(EQUATION).split(" ")
    assert len(pieces) > 1
    assert pieces[-1] == "=\u00a017"
    assert without_breaks(unbroken(EQUATION)) == EQUATION


def test_a_product_may_break_behind_its_signs_and_still_says_the_same() -> None:
    text = "99·99·512·999 + 999 = 5,013,163,359"
    assert max(map(len, with_breaks(text).replace("\u200b", " ").split())) < 15
    assert without_breaks(with_breaks(text)) == text


def test_no_line_ends_before_a_per_cent_sign() -> None:
    said = "More than 25 % of the units, 12.5 % of the maps"
    for kept in (with_shares(said), unbroken(said)):
        assert "25\u00a0% of" in kept
        assert " %" not in kept
        assert without_breaks(kept) == said
