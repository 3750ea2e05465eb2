from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from cnnviz.ui.plots import text_widths
from cnnviz.ui.plots.text_widths import TextWidths

pytestmark = pytest.mark.usefixtures("qapp")


def test_words_are_as_wide_as_qt_says_however_often_one_asks():
    font = QFont()
    widths, metrics = TextWidths(font), QFontMetricsF(font)
    for _ in range(2):
        for word in ("loss", "validation 0.0312", ""):
            assert widths.of(word) == metrics.horizontalAdvance(word)
        long = "a rate that was changed by hand"
        assert widths.elided(long, 60.0) == metrics.elidedText(long, Qt.TextElideMode.ElideRight, 60.0)
        assert widths.elided(long, 1000.0) == long
    assert widths.line == metrics.height()


def test_words_that_are_new_all_the_time_are_forgotten_again(monkeypatch):
    monkeypatch.setattr(text_widths, "_MOST_WORDS", 3)
    widths = TextWidths(QFont())
    for number in range(20):
        widths.of(f"{number}")
        widths.elided("long word", float(number))
    assert len(widths._widths) <= 3
    assert len(widths._elided) <= 3
