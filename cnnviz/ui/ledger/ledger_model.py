"""The cost table as rows and columns: one row for each layer, in the order that was asked for."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from cnnviz.ui.format import share
from cnnviz.ui.ledger.columns import COLUMNS, UNKNOWN, Kind, in_order
from cnnviz.ui.widgets.plain_table import wrapped

if TYPE_CHECKING:
    from cnnviz.spec.ledger import LedgerRow
    from cnnviz.ui.ledger.columns import Costs

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """All that is painted in one place, in one piece: asking for each part costs more than painting it.

    `share` is the layer's part of the column's sum, from 0 to 1, or None where there is none. `is_stale` says
    that the number is that of another design.
    """

    row: LedgerRow
    text: str
    share: float | None
    is_stale: bool


class CostRole(enum.IntEnum):
    """What `data` knows beyond Qt's own roles."""

    CELL = Qt.ItemDataRole.UserRole + 1
    """The whole `Cell`."""


class LedgerModel(QAbstractTableModel):
    """Shows `Costs`. Texts are made when they are asked for: only what is in sight costs anything."""

    def __init__(self, costs: Costs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._costs = costs
        self._column, self._descending = 0, False
        self._is_wrapped = False
        self._rows = self._sorted_rows()

    @property
    def costs(self) -> Costs:
        """What is shown."""
        return self._costs

    def wrap_headings(self, is_wrapped: bool) -> None:
        """Give headings two lines, for narrower columns, or one."""
        if is_wrapped is not self._is_wrapped:
            self._is_wrapped = is_wrapped
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def show(self, costs: Costs) -> None:
        """Show other costs in the order that was last asked for."""
        before = [row.layer_id for row in self._rows]
        self._costs = costs
        rows = self._sorted_rows()
        if [row.layer_id for row in rows] == before:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def layer_id(self, row: int) -> str:
        """Return the id of the layer in this row."""
        return self._rows[row].layer_id

    def row_of(self, layer_id: str) -> int:
        """Return the row of a layer, or -1 where there is none."""
        return next((place for place, row in enumerate(self._rows) if row.layer_id == layer_id), -1)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; what stands inside a block stays under it."""
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self.layer_id(index.row())) for index in self.persistentIndexList()]
        self._column, self._descending = max(column, 0), order is Qt.SortOrder.DescendingOrder
        self._rows = self._sorted_rows()
        places = {row.layer_id: place for place, row in enumerate(self._rows)}
        for index, layer_id in kept:
            self.changePersistentIndex(index, self.index(places[layer_id], index.column()))
        self.layoutChanged.emit()

    def table(self) -> list[list[str]]:
        """Return headings, rows as they stand, and sums, for other programs.

        Behind the name stand the kind of layer, and the block that it is inside of.
        """
        costs = self._costs
        name, *others = COLUMNS
        headings = [name.title, "Type", "Inside", *(column.title for column in others)]
        rows = [
            [row.layer_id, row.type_name, "".join(row.blocks[-1:]), *(c.plain(costs, row) for c in others)]
            for row in self._rows
        ]
        sums = [name.total_text(costs), "", "", *(column.plain_total(costs) for column in others)]
        return [headings, *rows, sums]

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, row = COLUMNS[index.column()], self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(self._costs, row)
            case CostRole.CELL:
                stale = column.kind is Kind.TIME and self._costs.is_stale
                return Cell(row, column.text(self._costs, row), column.share(self._costs, row), stale)
            case Qt.ItemDataRole.ToolTipRole:
                return column.tooltip(self._costs, row)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _LEFT if column.kind is Kind.NAME else _RIGHT
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._sentence(index.column(), row)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        is_name = column.kind is Kind.NAME
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return wrapped(column.title) if self._is_wrapped else column.title
            case Qt.ItemDataRole.ToolTipRole:
                return column.tip
            case Qt.ItemDataRole.TextAlignmentRole:
                return _LEFT if is_name else _RIGHT
            case Qt.ItemDataRole.InitialSortOrderRole:  # what costs most is looked for first
                return Qt.SortOrder.AscendingOrder if is_name else Qt.SortOrder.DescendingOrder
        return None

    def _sentence(self, section: int, row: LedgerRow) -> str:
        """Return a cell in words, for a screen reader."""
        column = COLUMNS[section]
        text = column.text(self._costs, row)
        if column.kind is Kind.NAME:
            return f"{row.title} {row.layer_id}"
        known = "not known" if text in ("", UNKNOWN) else text
        part = column.share(self._costs, row)
        of_all = "" if part is None else f", {share(part)} of {column.of}"
        return f"{row.layer_id}: {column.title} {known}{of_all}"

    def _sorted_rows(self) -> list[LedgerRow]:
        rows = self._costs.ledger.rows
        if not self._column:
            amounts: list[Any] = list(range(len(rows)))
        else:
            amounts = [COLUMNS[self._column].amount(self._costs, row) for row in rows]
        return [rows[place] for place in in_order(rows, amounts, descending=self._descending)]
