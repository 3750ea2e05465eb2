"""What differs between two runs, as a table in groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from cnnviz.ui.theme import SPACE_4, colors_of, strong_font
from cnnviz.ui.widgets.fitted_columns import FittedColumns

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from cnnviz.ui.runs.comparison_words import Row

_SWATCH_PX = 10
_SHARES = (0.38, 0.2, 0.2)
"""Of the width, what each column but the last has, which has the rest."""


class ComparisonTable(QTreeWidget):
    """Groups of lines: what, the first run, the second, and the difference."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self.setAccessibleName("What differs")
        self.setColumnCount(4)
        self.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # the number at the end is what differs
        self._columns = FittedColumns(header, len(_SHARES))

    def show_rows(self, rows: tuple[Row, ...], names: tuple[str, str], colors: tuple[str, str]) -> None:
        """Show a comparison of two runs of these names and colours."""
        self._rows = rows
        self.setHeaderLabels(["", *names, "Difference"])
        header = self.headerItem()
        for column, (name, color) in enumerate(zip(names, colors, strict=True), 1):
            header.setIcon(column, swatch(color))
            header.setToolTip(column, name)
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.StyleChange:
            self._fill()
        super().changeEvent(event)

    def _fit_columns(self) -> None:
        """Share out the width, so that no column is out of sight, until a person has done it."""
        room = self.viewport().width()
        widths = [round(share * room) for share in _SHARES]
        self._columns.fit([*widths, room - sum(widths)])  # by itself the last one keeps a width of its own

    def _fill(self) -> None:
        self.clear()
        for row in self._rows:
            group = self._item(row)
            for column in range(self.columnCount()):
                group.setFont(column, strong_font(self))
            self.addTopLevelItem(group)
            self._span(group)
        self.expandAll()

    def _item(self, row: Row) -> QTreeWidgetItem:
        item = QTreeWidgetItem([row.what, row.left, row.right, row.change])
        for column in range(4):
            item.setToolTip(column, item.text(column) if column else row.tip or row.what)
            if row.is_quiet:
                item.setForeground(column, colors_of(self).muted)
        item.setSizeHint(0, QSize(0, self.fontMetrics().height() + 2 * SPACE_4))
        for child in row.children:
            item.addChild(self._item(child))
        return item

    def _span(self, item: QTreeWidgetItem) -> None:
        """Let words have the whole line where there is nothing else; the item must be in the tree."""
        item.setFirstColumnSpanned(not any(item.text(column) for column in range(1, self.columnCount())))
        for index in range(item.childCount()):
            child = item.child(index)
            if child is not None:
                self._span(child)


def swatch(color: str, side: int = _SWATCH_PX) -> QIcon:
    """Return a small square of a colour."""
    picture = QPixmap(side, side)
    picture.fill(QColor(color))
    shown = QIcon(picture)
    shown.addPixmap(picture, QIcon.Mode.Selected)  # else it is mixed with the colour of the row
    return shown
