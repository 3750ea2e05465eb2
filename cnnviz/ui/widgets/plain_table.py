"""What all tables have in common: rows are chosen as wholes, nothing is edited, no lines between cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout

from cnnviz.ui.theme import SPACE_8, SPACE_12

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtWidgets import QWidget

_BREAK = re.compile(r" |(?<=-)")


def make_plain(table: QTableView) -> None:
    """Let one row of a table be chosen at a time, and let Tab leave the table."""
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setCornerButtonEnabled(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.horizontalHeader().setHighlightSections(False)


def off_the_edge(*widgets: QWidget) -> QVBoxLayout:
    """Return widgets below each other, off the edges of a panel; the first one, a table, gets the height."""
    layout = QVBoxLayout()
    layout.setContentsMargins(SPACE_12, 0, SPACE_8, SPACE_8)
    layout.setSpacing(0)
    for place, widget in enumerate(widgets):
        layout.addWidget(widget, 0 if place else 1)
    return layout


def wrapped(heading: str) -> str:
    """Return a heading in two lines, the second of which begins at a space or behind a hyphen."""
    return _BREAK.sub("\n", heading, count=1)


def plain_table(
    model: QAbstractItemModel, name: str, row_height: Callable[[QWidget], int], parent: QWidget
) -> QTableView:
    """Return a plain table whose columns are as wide as what is in them, the last one all that is left.

    `name` is for those who cannot see it; `row_height` gives that of a table in pixels.
    """
    table = QTableView(parent)
    table.setModel(model)
    make_plain(table)
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    # The last column is never narrower than it is now: the usual 100 pixels are too many where room is short.
    header.setDefaultSectionSize(header.minimumSectionSize())
    header.setStretchLastSection(True)
    table.verticalHeader().setDefaultSectionSize(row_height(table))
    table.setAccessibleName(name)
    return table
