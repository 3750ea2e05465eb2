from __future__ import annotations

import pytest
from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTableView, QWidget

from cnnviz.ui.theme import SPACE_8, SPACE_12
from cnnviz.ui.widgets.plain_table import off_the_edge, plain_table, wrapped


@pytest.fixture
def parent(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    return parent


@pytest.fixture
def table(parent):
    return plain_table(QStringListModel(["one", "two"], parent), "Two things", lambda table: 31, parent)


def test_one_row_is_chosen_as_a_whole(table):
    table.selectRow(0)
    table.selectRow(1)
    assert [index.row() for index in table.selectionModel().selectedRows()] == [1]


def test_nothing_is_edited_and_tab_leaves_the_table(table):
    assert table.editTriggers() == QAbstractItemView.EditTrigger.NoEditTriggers
    assert not table.tabKeyNavigation()


def test_rows_have_the_height_asked_for_and_the_table_its_name(table):
    assert table.rowHeight(0) == 31
    assert table.verticalHeader().isHidden()
    assert table.accessibleName() == "Two things"


def test_a_table_stands_off_the_edge_and_has_all_the_height_that_is_left(qtbot):
    panel = QWidget()
    qtbot.addWidget(panel)
    table, total = QTableView(panel), QLabel("Total", panel)
    panel.setLayout(off_the_edge(table, total))
    panel.resize(400, 300)
    with qtbot.waitExposed(panel):
        panel.show()
    assert (table.x(), table.y()) == (SPACE_12, 0)
    assert table.geometry().right() + 1 == 400 - SPACE_8
    assert total.geometry().bottom() + 1 == 300 - SPACE_8
    assert total.height() == total.sizeHint().height()
    assert table.geometry().bottom() + 1 == total.y()


@pytest.mark.parametrize(
    ("heading", "lines"),
    [("Best accuracy", "Best\naccuracy"), ("Multiply-adds", "Multiply-\nadds"), ("Epochs", "Epochs")],
)
def test_a_heading_breaks_once(heading, lines):
    assert wrapped(heading) == lines
