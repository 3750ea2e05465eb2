"""The comparison as a table: the network on screen, then the baselines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from cnnviz.app.evaluation.baseline_runner import CURRENT, Row, RowState
from cnnviz.ui.format import number, share

if TYPE_CHECKING:
    from cnnviz.training.baselines import BaselineResult

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
NONE = "–"
HEADINGS = ("Classifier", "Validation", "Test", "Training", "Per image", "Parameters")
_TIPS = (
    "The network on screen, and what it has to beat",
    "Share of right answers on the validation images",
    "Share of right answers on the test images; measured only when asked for",
    "Time spent in training steps",
    "Time to classify one image, where many are classified at once",
    "Learned numbers",
)


class BaselinesModel(QAbstractTableModel):
    """Shows rows of a `BaselineRunner`; the row of the network on screen is strong."""

    def __init__(self, rows: tuple[Row, ...] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = rows

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows

    def show(self, rows: tuple[Row, ...]) -> None:
        """Show other rows; where there are as many, the chosen one stays."""
        if len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        self._rows = rows
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(HEADINGS) - 1))

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(HEADINGS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell_text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return row.problem or (row.result.how if row.result is not None else row.state.value)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column else _LEFT
            case Qt.ItemDataRole.FontRole if row.name == CURRENT:
                font = QFont()
                font.setBold(True)
                return font
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.title}: {HEADINGS[column]} {cell_text(row, column)}"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return HEADINGS[section]
            case Qt.ItemDataRole.ToolTipRole:
                return _TIPS[section]
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if section else _LEFT
        return None


def cell_text(row: Row, column: int) -> str:
    """Return what stands in a cell."""
    if column == 0:
        return row.title
    if row.result is None:
        return _state_text(row.state) if column == 1 else ""
    return _result_texts(row.result)[column - 1]


def _state_text(state: RowState) -> str:
    words = {
        RowState.RUNNING: "…",
        RowState.WAITING: "waits",
        RowState.TRAINING: "training…",
        RowState.FAILED: "not possible",
    }
    return words.get(state, NONE)


def _result_texts(result: BaselineResult) -> tuple[str, ...]:
    seconds, test = result.training_seconds, result.test
    return (
        share(result.validation.accuracy),
        NONE if test is None else share(test.accuracy),
        NONE if seconds is None else seconds_text(seconds),
        seconds_text(result.validation.seconds_per_image),
        f"{result.parameters:,}",
    )


def seconds_text(seconds: float) -> str:
    """Return a time with a unit that keeps the number readable: `58.2 µs`, `1.24 ms`, `3.10 s`."""
    for unit, factor in (("µs", 1e6), ("ms", 1e3)):
        if 0 < seconds * factor < 1_000:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds:,.2f} s" if seconds < 60 else f"{number(seconds / 60)} min"
