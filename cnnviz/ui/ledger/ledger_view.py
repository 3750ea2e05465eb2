"""The cost table on screen: sortable, one layer chosen, copied with the keyboard."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView, QWidget

from cnnviz.ui.ledger.columns import COLUMNS
from cnnviz.ui.ledger.cost_delegate import CostDelegate, row_height
from cnnviz.ui.theme import SPACE_8
from cnnviz.ui.widgets.fitted_columns import FittedColumns
from cnnviz.ui.widgets.plain_table import make_plain, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QResizeEvent

    from cnnviz.ui.ledger.ledger_model import Index, LedgerModel

_NAME_COLUMN = 0
_FIGURES = (12, 8, 8, 9, 8, 7, 5, 3, 5, 6, 6)
"""How many figures fit into each column at first, where its heading does not need more."""
_MARGINS_PX = 2 * SPACE_8 + 2


class LedgerView(QTableView):
    """Shows the table. Rows are chosen as wholes; clicking a heading sorts.

    Signals
    -------
    layer_chosen(str)
        A person has chosen the row of another layer.
    """

    layer_chosen = Signal(str)

    def __init__(self, model: LedgerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._is_following = False
        self.setModel(model)
        self.setItemDelegate(CostDelegate(self))
        make_plain(self)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self._set_up_header(self.horizontalHeader())
        self._columns = FittedColumns(self.horizontalHeader(), len(COLUMNS))
        self._adopt_font()
        self.setSortingEnabled(True)
        self.sortByColumn(_NAME_COLUMN, Qt.SortOrder.AscendingOrder)
        self.setAccessibleName("Costs of each layer")

    def select_layer(self, layer_id: str) -> None:
        """Choose a row from outside, without a signal; an unknown id chooses none."""
        row = self._model.row_of(layer_id)
        if row == self.currentIndex().row() and (row < 0) == self.selectionModel().selection().isEmpty():
            return
        across = self.horizontalScrollBar().value()
        self._is_following = True
        try:
            if row < 0:
                self.clearSelection()
                self.setCurrentIndex(QModelIndex())
            else:
                self.setCurrentIndex(self._model.index(row, max(self.currentIndex().column(), _NAME_COLUMN)))
        finally:
            self._is_following = False
        self.horizontalScrollBar().setValue(across)

    def sort_by(self, column: int) -> None:
        """Sort by a column as a click on its heading does: once more turns the order round."""
        header = self.horizontalHeader()
        order = header.sortIndicatorOrder()
        if header.sortIndicatorSection() != column:
            role = Qt.ItemDataRole.InitialSortOrderRole
            order = self._model.headerData(column, Qt.Orientation.Horizontal, role)
        elif order is Qt.SortOrder.AscendingOrder:
            order = Qt.SortOrder.DescendingOrder
        else:
            order = Qt.SortOrder.AscendingOrder
        self.sortByColumn(column, order)

    @Slot()
    def copy_table(self) -> None:
        """Put the whole table on the clipboard, for spreadsheets: tab-separated text, and CSV."""
        table = self._model.table()
        data = QMimeData()
        data.setText(separated(table, "\t"))
        data.setData("text/csv", separated(table, ",").encode())
        QApplication.clipboard().setMimeData(data)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and current.row() != previous.row() and not self._is_following:
            self.layer_chosen.emit(self._model.layer_id(current.row()))

    def event(self, event: QEvent) -> bool:
        """Keep Copy for this table while it has the focus: layers of the design are copied with it too."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Copy)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_table()
            event.accept()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin in the first row where none is chosen, as lists do."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._model.rowCount():
            self._is_following = True
            self.selectionModel().setCurrentIndex(
                self._model.index(0, _NAME_COLUMN), self.selectionModel().SelectionFlag.NoUpdate
            )
            self._is_following = False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._adopt_font()

    def _set_up_header(self, header: QHeaderView) -> None:
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _adopt_font(self) -> None:
        self.verticalHeader().setDefaultSectionSize(row_height(self))
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give headings two lines where all columns would not be in sight otherwise, until a person drags."""
        if self._columns.is_by_hand:
            return
        plain = self._widths([column.title for column in COLUMNS])
        is_tight = sum(plain) > self.viewport().width()
        self._model.wrap_headings(is_tight)
        narrow = self._widths([wrapped(column.title) for column in COLUMNS])
        self._columns.fit(narrow if is_tight else plain)
        self.updateGeometries()

    def _widths(self, headings: Sequence[str]) -> list[int]:
        metrics = self.fontMetrics()
        return [
            max(figures * metrics.horizontalAdvance("0"), metrics.size(0, heading).width()) + _MARGINS_PX
            for heading, figures in zip(headings, _FIGURES, strict=True)
        ]


def separated(table: Sequence[Sequence[str]], separator: str) -> str:
    """Return rows as lines whose cells stand between separators, quoted where they have to be."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(table)
    return text.getvalue()
