"""The sums under the cost table, which stay in sight while the layers scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Slot
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from cnnviz.spec.shapes import format_bytes
from cnnviz.spec.words import counted
from cnnviz.ui.ledger.columns import COLUMNS, Kind
from cnnviz.ui.ledger.cost_delegate import row_height
from cnnviz.ui.theme import SPACE_8, SPACE_12, colors_of, strong_font, with_tabular_figures

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

    from cnnviz.spec.ledger import Ledger
    from cnnviz.ui.ledger.columns import Costs

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class TotalsRow(QWidget):
    """One row of sums, each under its column, whatever the columns' widths and however they are scrolled."""

    def __init__(self, table: QTableView, costs: Costs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._costs = costs
        header = table.horizontalHeader()
        for moved in (header.sectionResized, header.sectionMoved, header.geometriesChanged):
            moved.connect(self._on_columns_moved)
        table.horizontalScrollBar().valueChanged.connect(self._on_columns_moved)
        self.show_costs(costs)

    @property
    def texts(self) -> tuple[str, ...]:
        """What stands under each column."""
        return tuple(column.total_text(self._costs) for column in COLUMNS)

    def show_costs(self, costs: Costs) -> None:
        """Show the sums of other costs."""
        self._costs = costs
        sums = list(zip(COLUMNS, self.texts, strict=True))[1:]
        words = ", ".join(f"{column.title} {text}" for column, text in sums if text)
        self.setAccessibleName(f"Total: {words}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, row_height(self))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos().x()), self)
            return True
        return super().event(event)

    def tip_at(self, x: int) -> str:
        """Return what the sum at this place is made of."""
        place = next((place for place in range(len(COLUMNS)) if self._cell(place).contains(x, 0)), None)
        if place is None:
            return ""
        if COLUMNS[place].title == "Memory":
            return _memory_in_words(self._costs.ledger)
        return COLUMNS[place].tip if self.texts[place] else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        colors = colors_of(self)
        painter.fillRect(self.rect(), colors.base)
        painter.setPen(QPen(colors.border, 1))
        painter.drawLine(0, 0, self.width(), 0)
        painter.setFont(with_tabular_figures(strong_font(self)))
        for place, (column, text) in enumerate(zip(COLUMNS, self.texts, strict=True)):
            stale = column.kind is Kind.TIME and self._costs.is_stale
            painter.setPen(colors.disabled if stale else colors.text)
            is_name = column.kind is Kind.NAME
            room = self._cell(place).adjusted(SPACE_12 if is_name else 0, 0, -SPACE_8, 0)
            painter.drawText(room, _LEFT if is_name else _RIGHT, text)

    def _cell(self, place: int) -> QRect:
        header = self._table.horizontalHeader()
        left = header.sectionViewportPosition(place) + self._table.frameWidth()
        return QRect(left, 0, header.sectionSize(place), self.height())

    @Slot()
    def _on_columns_moved(self) -> None:
        self.update()


def _memory_in_words(ledger: Ledger) -> str:
    threads = counted(ledger.threads, "thread")
    return (
        f"Peak of a run with batches of {counted(ledger.batch_size, 'image')} on {threads}, estimated. "
        f"{format_bytes(ledger.shared_bytes)} of it belong to no layer alone: the batch itself, room for "
        "intermediate results, and what every run needs."
    )
