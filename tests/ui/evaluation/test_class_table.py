from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from cnnviz.ui.evaluation.class_table import ClassTable, ClassTableModel
from tests.ui.evaluation.reports import named_digits, report_of


@pytest.fixture
def table(qtbot):
    table = ClassTable()
    qtbot.addWidget(table)
    table.resize(360, 200)
    with qtbot.waitExposed(table):
        table.show()
    return table


def column(table, number):
    model = table.classes
    return [model.index(row, number).data() for row in range(model.rowCount())]


def test_the_model_keeps_the_rules_of_qt(qtbot):
    model = ClassTableModel()
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    QAbstractItemModelTester(model, mode, model)
    for report in (report_of(), report_of(said={3: 8}), report_of(named_digits(*"abcdefghijkl"))):
        model.show(report)
        for section in range(5):
            model.sort(section, Qt.SortOrder.DescendingOrder)


def test_each_class_has_its_figures_and_the_last_row_the_means(table):
    table.show_report(report_of(said={3: 8}))
    assert column(table, 0) == [*(str(digit) for digit in range(10)), "mean"]
    assert column(table, 1)[-1] == "20"
    assert column(table, 3)[3] == "0.0 %"
    assert column(table, 2)[3] == "–", "nothing is taken for a 3"
    assert column(table, 3)[5] == "100.0 %"


def test_sorting_puts_what_has_no_meaning_last_and_keeps_the_choice(table):
    table.show_report(report_of(said={3: 8}))
    table.select_class(8)
    table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    figures = column(table, 2)
    assert figures[0] == column(table, 2)[table.classes.row_of(8)]
    assert figures[-2:] == ["–", figures[-1]]
    assert table.classes.class_of(table.currentIndex().row()) == 8
    table.show_report(report_of(said={1: 2}))
    assert table.classes.class_of(table.currentIndex().row()) == 8


def test_a_person_chooses_a_class_the_program_does_not(table, qtbot):
    table.show_report(report_of())
    with qtbot.assertNotEmitted(table.class_chosen):
        table.select_class(4)
        table.select_class(None)
    assert not table.selectionModel().hasSelection()
    with qtbot.waitSignal(table.class_chosen) as told:
        place = table.visualRect(table.classes.index(2, 1)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [2]


def test_long_names_leave_room_for_the_figures(table):
    table.show_report(report_of(named_digits(*(f"{'long ' * 20}{number}" for number in range(10)))))
    assert 60 < table.columnWidth(0) < 200


def test_names_that_would_be_cut_are_written_without_the_words_that_all_of_them_share(table):
    names = [f"class number {number} with words" for number in range(10)]
    table.show_report(report_of(named_digits(*names)))
    assert column(table, 0) == [*map(str, range(10)), "mean"]
    cell = table.classes.index(3, 0)
    assert cell.data(Qt.ItemDataRole.ToolTipRole) == names[3]
    assert names[3] in cell.data(Qt.ItemDataRole.AccessibleTextRole)
    table.show_report(report_of(named_digits(*(f"a {letter}" for letter in "bcdefghijk"))))
    assert column(table, 0)[0] == "a b"


def test_the_focus_chooses_nothing_and_the_first_row_can_be_chosen_then(table, qtbot):
    table.show_report(report_of())
    table.clearFocus()
    with qtbot.assertNotEmitted(table.class_chosen):
        table.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(table.hasFocus)
    with qtbot.waitSignal(table.class_chosen) as chosen:
        QTest.keyClick(table, Qt.Key.Key_Down)
    assert chosen.args == [0]
