from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnviz.ui.inspector.answers import Answers, Meaning
from cnnviz.ui.inspector.probability_bars import MOST_ROWS, ProbabilityBars
from cnnviz.ui.theme import LIGHT, palette_for, strong_font, with_tabular_figures

DIGITS = tuple("0123456789")


@pytest.fixture
def bars(qtbot) -> ProbabilityBars:
    bars = ProbabilityBars()
    bars.setPalette(palette_for(LIGHT))
    bars.resize(300, 400)
    qtbot.addWidget(bars)
    with qtbot.waitExposed(bars):
        bars.show()
    return bars


def likely(index: int, count: int = 10, value: float = 0.982) -> np.ndarray:
    probabilities = np.full(count, (1 - value) / (count - 1), np.float32)
    probabilities[index] = value
    return probabilities


@pytest.mark.parametrize(
    ("true_class", "sentence"),
    [(3, "3 with 98.2 %; correct"), (5, "3 with 98.2 %; wrong, it is 5"), (None, "3 with 98.2 %")],
)
def test_the_prediction_is_a_sentence(bars: ProbabilityBars, true_class, sentence: str) -> None:
    bars.set_probabilities(likely(3), DIGITS, true_class)
    assert bars.summary == sentence


def test_without_probabilities_it_says_what_will_be_here(bars: ProbabilityBars) -> None:
    bars.set_probabilities(likely(3), DIGITS, 3)
    bars.set_probabilities(None, DIGITS, 3)
    assert "appear here" in bars.summary
    assert not bars.rows.isVisible()


def test_numbers_that_broke_are_no_prediction(bars: ProbabilityBars) -> None:
    bars.set_probabilities(np.full(10, np.nan, np.float32), DIGITS, 3)
    assert bars.summary == "No prediction: the probabilities are not numbers."
    assert not bars.grab().isNull()


def test_up_to_ten_classes_stand_in_their_order_and_are_all_seen(bars: ProbabilityBars) -> None:
    bars.set_probabilities(likely(7), DIGITS, None)
    assert bars.rows.order == list(range(10))
    assert bars.rows.visibleRegion().boundingRect().height() == bars.rows.height()


def test_more_classes_scroll_with_the_most_likely_first(bars: ProbabilityBars) -> None:
    bars.set_probabilities(likely(20, count=26), DIGITS, 25)
    assert bars.rows.order[:3] == [20, 0, 1]
    assert bars.rows.height() == 26 * bars.rows.row_height
    assert bars.rows.visibleRegion().boundingRect().height() == MOST_ROWS * bars.rows.row_height
    assert bars.summary == "20 with 98.2 %; wrong, it is 25"


def test_the_predicted_bar_has_the_accent_and_the_true_class_a_mark(bars: ProbabilityBars) -> None:
    def colors_in(row: int) -> set[str]:
        picture = bars.rows.grab().toImage()
        height = bars.rows.row_height
        return {
            picture.pixelColor(x, y).name()
            for x in range(picture.width())
            for y in range(row * height, (row + 1) * height)
        }

    accent, success = LIGHT.accent.name(), LIGHT.success.name()
    bars.set_probabilities(likely(3), DIGITS, 5)
    assert accent in colors_in(3)
    assert success not in colors_in(3)
    assert success in colors_in(5)
    assert accent not in colors_in(5)


def test_newer_numbers_of_the_same_classes_keep_the_rows(bars: ProbabilityBars) -> None:
    bars.set_probabilities(likely(3), DIGITS, 3)
    before = bars.rows.grab().toImage()
    bars.set_probabilities(likely(4), DIGITS, 3)
    assert bars.rows.grab().toImage() != before
    assert bars.rows.count == 10


def accented(bars: ProbabilityBars, row: int) -> int:
    """Return how many pixels of a row have the colour of the answer."""
    picture, height = bars.rows.grab().toImage(), bars.rows.row_height
    accent = LIGHT.accent.name()
    return sum(
        picture.pixelColor(x, y).name() == accent
        for x in range(picture.width())
        for y in range(row * height, (row + 1) * height)
    )


def test_scores_are_called_so_and_are_no_shares(bars: ProbabilityBars) -> None:
    scores = np.array([-2.5, 1.75, 0.5], np.float32)
    bars.set_answers(Answers(scores, Meaning.SCORES), "abc", 0)
    assert bars.summary == "b with the highest score, 1.750, 1.250 ahead of c; wrong, it is a"
    assert "%" not in bars.summary
    assert bars.rows.accessibleName() == "Scores of the classes"
    assert not bars._legend.isVisible(), "no margin is known"
    bars.set_answers(Answers(scores, Meaning.SCORES, margin=1.0), "abc", 1)
    assert bars._legend.text() == "Line: 1 below the true score; other scores beyond it cost."
    assert bars._legend.isVisible()
    assert bars.rows.row_text(0) == "a: −2.500; 4.250 below the true class, which is enough"
    bars.set_probabilities(likely(1, count=3), "abc", 1)
    assert not bars._legend.isVisible()
    bars.set_answers(Answers(scores, Meaning.SCORES), "abc", 0)
    assert accented(bars, 1) > 100
    assert accented(bars, 0) == 0, "only the answer has the colour"


def test_plain_numbers_have_no_class_and_no_winner(bars: ProbabilityBars) -> None:
    bars.set_answers(Answers(np.array([-0.5, 0.25], np.float32), Meaning.NUMBERS), ("digit",), 0)
    assert bars.summary == "Numbers that the network gives; they are not classes."
    assert bars.rows.count == 2
    assert accented(bars, 0) == accented(bars, 1) == 0
    picture = bars.rows.grab().toImage()
    success = LIGHT.success.name()
    assert not any(
        picture.pixelColor(x, y).name() == success
        for x in range(picture.width())
        for y in range(picture.height())
    )


def test_scores_that_broke_are_no_prediction(bars: ProbabilityBars) -> None:
    bars.set_answers(Answers(np.full(3, np.nan, np.float32), Meaning.SCORES), "abc", 0)
    assert bars.summary == "No prediction: the scores are not numbers."
    assert not bars.grab().isNull()


def test_a_click_on_a_row_asks_why_of_its_class(bars: ProbabilityBars, qtbot) -> None:
    bars.set_probabilities(likely(20, count=26), DIGITS, 25)
    middle = QPoint(40, bars.rows.row_height // 2)
    with qtbot.waitSignal(bars.why_requested, check_params_cb=lambda asked: asked == 20):
        QTest.mouseClick(bars.rows, Qt.MouseButton.LeftButton, pos=middle)
    with qtbot.waitSignal(bars.why_requested, check_params_cb=lambda asked: asked is None):
        QTest.mouseClick(bars.why_button, Qt.MouseButton.LeftButton)
    with qtbot.assertNotEmitted(bars.why_requested):
        QTest.mouseClick(bars.rows, Qt.MouseButton.RightButton, pos=middle)


def test_the_keyboard_walks_the_rows_and_asks_why(bars: ProbabilityBars, qtbot) -> None:
    bars.set_probabilities(likely(20, count=26), DIGITS, 20)
    bars.activateWindow()
    bars.rows.setFocus()
    qtbot.waitUntil(bars.rows.hasFocus)
    assert bars.rows.current == 0
    assert bars.rows.accessibleDescription() == "20: 98.2 %, true. Enter shows why."
    before = bars.rows.visibleRegion().boundingRect().top()
    for _ in range(30):
        QTest.keyClick(bars.rows, Qt.Key.Key_Down)
    assert bars.rows.current == 25, "the last one"
    assert bars.rows.visibleRegion().boundingRect().top() > before, "it is scrolled into sight"
    QTest.keyClick(bars.rows, Qt.Key.Key_PageUp)
    assert bars.rows.current == 15
    with qtbot.waitSignal(bars.why_requested, check_params_cb=lambda asked: asked == bars.rows.order[15]):
        QTest.keyClick(bars.rows, Qt.Key.Key_Return)
    bars.rows.clearFocus()
    assert bars.rows.current is None


def test_without_rows_nothing_is_asked(bars: ProbabilityBars, qtbot) -> None:
    bars.set_probabilities(None, DIGITS, None)
    assert not bars.why_button.isVisible()
    with qtbot.assertNotEmitted(bars.why_requested):
        QTest.keyClick(bars.rows, Qt.Key.Key_Return)
        QTest.mouseClick(bars.rows, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))


def test_the_answer_stays_strong_in_another_theme(qtbot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = app.styleSheet()
    try:
        app.setStyleSheet("QLabel { padding: 1px }")
        bars = ProbabilityBars()
        qtbot.addWidget(bars)
        with qtbot.waitExposed(bars):
            bars.show()
        bars.set_probabilities(likely(3), DIGITS, 3)
        app.setStyleSheet("QLabel { padding: 2px }")
        assert bars._summary.font().weight() > QFont.Weight.Normal
    finally:
        app.setStyleSheet(before)


def test_names_that_would_be_cut_alike_are_written_without_the_words_they_share(
    bars: ProbabilityBars,
) -> None:
    names = [f"species of garden bird number {count}" for count in range(100)]
    bars.set_probabilities(likely(7, 100), names, 7)
    assert bars.rows.written_names == tuple(map(str, range(100)))
    assert bars.rows.row_text(0).startswith(names[7])
    bars.set_probabilities(likely(3), ["a cat", "a dog", *map(str, range(2, 10))], 7)
    assert bars.rows.written_names[:2] == ("a cat", "a dog")


def test_figures_in_names_are_as_wide_as_they_are_painted(bars: ProbabilityBars) -> None:
    bars.set_probabilities(likely(7, 100), [f"{count:03d}" for count in range(100)], 7)
    metrics = QFontMetrics(with_tabular_figures(strong_font(bars.rows)))
    assert bars.rows._name_widths[0] >= metrics.horizontalAdvance("098")
