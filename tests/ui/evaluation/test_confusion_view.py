"""The matrix: what it shows, how it is reached by mouse and keyboard, and large ones."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from cnnviz.ui.evaluation.confusion_colors import cell_colors
from cnnviz.ui.evaluation.confusion_view import ConfusionView
from cnnviz.ui.theme import DARK, LIGHT
from tests.ui.evaluation.reports import named_digits, report_of

MANY = tuple(f"a name of some length, number {number}" for number in range(100))


@pytest.fixture
def view(qtbot):
    view = ConfusionView()
    qtbot.addWidget(view)
    view.resize(420, 340)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    return view


def middle_of(view, row, column):
    return view.layout_now().rect(row, column).center()


def color_at(view, row, column):
    corner = view.layout_now().rect(row, column).topLeft() + QPoint(2, 2)
    return view.viewport().grab().toImage().pixelColor(corner)


def test_what_is_right_is_blue_what_is_wrong_orange_and_nothing_is_paper(view):
    view.set_report(report_of(said={3: 8}))
    right, wrong, empty = color_at(view, 1, 1), color_at(view, 3, 8), color_at(view, 3, 3)
    assert right.blue() > right.red()
    assert wrong.red() > wrong.blue()
    assert empty == LIGHT.base


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_more_is_farther_from_the_paper(colors):
    amounts = np.array([[9.0, 1, 4], [0, 3, 2], [0, 0, 1]])
    cells = cell_colors(amounts, colors)

    def distance(row, column):
        color, paper = cells.image.pixelColor(column, row), colors.base
        return sum(abs(a - b) for a, b in zip(color.getRgb()[:3], paper.getRgb()[:3], strict=True))

    assert distance(0, 0) > distance(1, 1) > distance(2, 2) > distance(1, 0) == 0
    assert distance(0, 2) > distance(1, 2) > distance(0, 1) > 0
    assert (cells.most_right, cells.most_wrong) == (9, 4)


def test_a_click_chooses_the_cell_and_the_mouse_tells_its_numbers(view, qtbot):
    report = report_of(said={3: 8})
    view.set_report(report)
    QTest.mouseMove(view.viewport(), middle_of(view, 3, 8))
    qtbot.waitUntil(lambda: view.current == (3, 8))
    count = int(report.confusion[3, 8])
    assert view.hover_text.startswith(f"3 taken for 8: {count} image")
    assert f"100.0 % of all {count} of 3" in view.hover_text
    with qtbot.waitSignal(view.cell_chosen) as told:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(view, 3, 8))
    assert told.args == [3, 8]
    assert view.chosen == (3, 8)


def test_the_keyboard_reaches_and_chooses_every_cell(view, qtbot):
    view.set_report(report_of())
    view.setFocus()
    assert view.current == (0, 0)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up):
        QTest.keyClick(view, key)
    assert view.current == (0, 2)
    with qtbot.waitSignal(view.cell_chosen) as told:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert told.args == [0, 2]
    view.clearFocus()
    assert view.current is None
    assert view.chosen == (0, 2)


def test_shares_are_of_the_row(view):
    report = report_of(said={3: 8})
    view.set_report(report)
    before = view.viewport().grab().toImage()
    view.set_by_row(True)
    assert view.viewport().grab().toImage() != before


def test_a_hundred_classes_can_be_scrolled_and_zoomed(view):
    view.set_report(report_of(named_digits(*MANY)))
    layout = view.layout_now()
    assert layout.cell.height() >= view.fontMetrics().xHeight(), "names can be read"
    assert view.horizontalScrollBar().maximum() > 0
    view.setFocus()
    for _ in range(30):
        QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.layout_now().cell.width() == 2
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.verticalScrollBar().maximum() == 0, "all of it is seen"
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.layout_now().cell.width() > 2, "keys beyond the smallest size are not owed"
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.layout_now().cell == layout.cell
    for _ in range(99):
        QTest.keyClick(view, Qt.Key.Key_Down)
    place = view.layout_now().rect(*view.current)
    assert view.current == (99, 0)
    assert view.viewport().rect().contains(place), "the cell is scrolled into sight"


def test_zooming_keeps_what_is_in_the_middle(view):
    view.set_report(report_of(named_digits(*MANY)))
    view.horizontalScrollBar().setValue(600)
    view.verticalScrollBar().setValue(500)
    middle = view.viewport().rect().center()
    before = view.layout_now().at(middle)
    view.zoom(1)
    after = view.layout_now().at(middle)
    assert max(abs(after[0] - before[0]), abs(after[1] - before[1])) <= 1


def test_it_is_described_for_those_who_do_not_see_it(view):
    view.set_report(report_of(said={3: 8}))
    assert "Most frequent mistake: 3 taken for 8" in view.accessibleDescription()
    view.set_report(report_of())
    assert "100.0 % right" in view.accessibleDescription()


def test_other_classes_begin_anew(view):
    view.set_report(report_of())
    view.set_chosen((3, 3))
    view.set_report(report_of(said={1: 2}))
    assert view.chosen == (3, 3)
    view.set_report(report_of(named_digits(*MANY)))
    assert view.chosen is None


@pytest.mark.parametrize("size", [(560, 520), (430, 424), (541, 491), (900, 700), (240, 222)])
def test_all_of_a_large_matrix_is_seen_at_once_where_that_is_wanted(view, qtbot, size):
    offered = []
    view.whole_offered.connect(offered.append)
    view.resize(*size)
    view.set_report(report_of(named_digits(*MANY)))
    qtbot.waitUntil(lambda: offered == [True])
    assert view.verticalScrollBar().maximum() > 0, "until then it can be read"
    view.set_whole(True)
    qtbot.waitUntil(lambda: view.viewport().size() == view.maximumViewportSize())
    layout = view.layout_now()
    assert min(layout.cell.width(), layout.cell.height()) >= 2
    assert view.rect().contains(layout.rect(99, 99))
    assert (view.horizontalScrollBar().maximum(), view.verticalScrollBar().maximum()) == (0, 0)
    color = view.viewport().grab().toImage().pixelColor(layout.rect(3, 3).center())
    assert color.blue() > color.red(), "what is right is blue in a small cell, too"
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=layout.rect(40, 41).center())
    assert view.chosen == (40, 41), "a cell can still be hit"
    view.set_whole(False)
    assert view.verticalScrollBar().maximum() > 0
    assert offered == [True]


def test_a_matrix_is_not_offered_as_a_whole_where_it_is_or_cannot_be(view, qtbot):
    offered = []
    view.whole_offered.connect(offered.append)
    view.set_report(report_of())
    assert offered == [], "ten classes are seen at once"
    view.set_report(report_of(named_digits(*(f"class {number}" for number in range(300)))))
    assert offered == [], "cells would be too small to be told apart"
    view.set_report(report_of(named_digits(*MANY)))
    assert offered == [True], "room for it can be made"
    view.set_report(report_of())
    assert offered == [True, False]
