from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from cnnviz.ui.widgets.breakable import breakable, unbroken

NAME = "a_very_long_name_of_a_layer_that_somebody_has_chosen_by_hand"


@pytest.mark.parametrize("text", ["", "short words stay", "GlobalAvgPool2D", "Insert Flatten before dense1"])
def test_words_of_usual_length_stay_as_they_are(text: str) -> None:
    assert breakable(text) == text


def test_a_long_name_may_be_broken_and_still_says_the_same() -> None:
    text = breakable(f"Remove {NAME} now")
    assert text.replace("\u200b", "") == f"Remove {NAME} now"
    assert max(len(piece) for piece in text.replace("\u200b", " ").split()) < 20
    assert breakable(breakable(NAME)).replace("\u200b", "") == NAME


def test_a_label_with_a_long_name_needs_little_room(qtbot) -> None:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    qtbot.addWidget(label)
    label.setText(NAME)
    wide = label.minimumSizeHint().width()
    label.setText(breakable(NAME))
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
