from __future__ import annotations

import pytest
from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import QAbstractItemView, QWidget

from cnnviz.ui.widgets.plain_table import plain_table


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
