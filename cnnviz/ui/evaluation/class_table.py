"""How well each class is found, as a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from cnnviz.ui.class_names import without_common_words
from cnnviz.ui.evaluation.words import figure
from cnnviz.ui.theme import SPACE_4, SPACE_8, colors_of, strong_font, with_tabular_figures
from cnnviz.ui.widgets.plain_table import make_plain

if TYPE_CHECKING:
    from cnnviz.training.class_report import ClassReport

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_COLUMNS = (
    ("Class", "The classes, in the order of the data set"),
    ("Images", "How many images are of the class"),
    ("Precision", "Which share of the images taken for the class is of it"),
    ("Recall", "Which share of the images of the class is taken for it"),
    ("F1", "Harmonic mean of precision and recall: high only where both are"),
)
_MEAN = "mean"
_LEAST_WIDTH_PX, _MOST_NAME_PX, _SLACK_PX = 150, 84, 2
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ClassTableModel(QAbstractTableModel):
    """One row for each class, in the order that was asked for, and a last row with the means."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._report: ClassReport | None = None
        self._short: tuple[str, ...] = ()
        self._is_short = False
        self._order: list[int] = []
        self._column, self._descending = 0, False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the classes; none before the first report."""
        return () if self._report is None else self._report.class_names

    @property
    def most_images(self) -> str:
        """The number in the last row, which is the largest of its column."""
        return self._text(None, 1) if self._report is not None else ""

    def show(self, report: ClassReport) -> None:
        """Show another report."""
        same_classes = self._report is not None and self._report.class_names == report.class_names
        if same_classes:
            self._report = report
            self._reorder()
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(_COLUMNS) - 1))
            return
        self.beginResetModel()
        self._report = report
        self._short = without_common_words(report.class_names)
        self._order = self._sorted()
        self.endResetModel()

    def write_shortly(self, *, on: bool) -> None:
        """Write names without the words that all of them share: cut short, they would be alike."""
        if on is not self._is_short:
            self._is_short = on
            if self._report is not None:
                self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, 0))

    def class_of(self, row: int) -> int | None:
        """Return the class of a row; None for the means."""
        return self._order[row] if row < len(self._order) else None

    def row_of(self, class_number: int) -> int:
        """Return the row of a class."""
        return self._order.index(class_number)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; figures that have no meaning come last, the means stay where they are."""
        self._column, self._descending = max(column, 0), order is Qt.SortOrder.DescendingOrder
        self._reorder()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() or self._report is None else len(self._order) + 1

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._report is None:
            return None
        row, column = self.class_of(index.row()), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                if self._is_short and column == 0 and row is not None:
                    return self._short[row]
                return self._text(row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column else _LEFT
            case Qt.ItemDataRole.ToolTipRole:
                return self._text(row, column) if column == 0 else _COLUMNS[column][1]
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self._text(row, 0)}: {_COLUMNS[column][0]} {self._text(row, column)}"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _COLUMNS[section][0]
            case Qt.ItemDataRole.ToolTipRole:
                return _COLUMNS[section][1]
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if section else _LEFT
        return None

    def _text(self, class_number: int | None, column: int) -> str:
        assert self._report is not None
        figures = self._report.figures
        if column == 0:
            return _MEAN if class_number is None else self._report.class_names[class_number]
        if column == 1:
            images = figures.images.sum() if class_number is None else figures.images[class_number]
            return f"{int(images):,}"
        if class_number is None:
            return figure(figures.means()[column - 2])
        return figure(float((figures.precision, figures.recall, figures.f1)[column - 2][class_number]))

    def _reorder(self) -> None:
        """Put the rows in order; what is chosen stays with its class."""
        order = self._sorted()
        if order == self._order:
            return
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self.class_of(index.row())) for index in self.persistentIndexList()]
        self._order = order
        for index, class_number in kept:
            if class_number is not None:
                moved = self.index(self.row_of(class_number), index.column())
                self.changePersistentIndex(index, moved)
        self.layoutChanged.emit()

    def _sorted(self) -> list[int]:
        if self._report is None:
            return []
        figures = self._report.figures
        numbers = np.arange(len(self._report.class_names))
        columns = (numbers, figures.images, figures.precision, figures.recall, figures.f1)
        amounts = columns[self._column].tolist()
        known = [place for place in numbers.tolist() if not math.isnan(amounts[place])]
        known.sort(key=lambda place: amounts[place], reverse=self._descending)
        return [*known, *(place for place in numbers.tolist() if math.isnan(amounts[place]))]


class FigureDelegate(QStyledItemDelegate):
    """Writes a cell with the headings' margins; the means are stronger."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colors, widget = colors_of(option.widget), option.widget
        is_mean = index.row() == index.model().rowCount() - 1
        painter.save()
        try:
            if option.state & QStyle.StateFlag.State_Selected:
                painter.fillRect(option.rect, colors.selection)
            if is_mean:
                painter.setPen(QPen(colors.border, 1))
                painter.drawLine(option.rect.topLeft(), option.rect.topRight())
            painter.setPen(colors.text)
            painter.setFont(with_tabular_figures(strong_font(widget) if is_mean else widget.font()))
            room = option.rect.adjusted(SPACE_8, 0, -SPACE_8, 0)
            text = painter.fontMetrics().elidedText(
                str(index.data()), Qt.TextElideMode.ElideMiddle, room.width()
            )
            painter.drawText(room, index.data(Qt.ItemDataRole.TextAlignmentRole), text)
        finally:
            painter.restore()


class ClassTable(QTableView):
    """The table on screen; clicking a heading sorts.

    Signals
    -------
    class_chosen(object)
        The mistakes of this class are to be shown; None, those of all classes.
    """

    class_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.classes = ClassTableModel(self)
        self._is_following = False
        self.setModel(self.classes)
        self.setItemDelegate(FigureDelegate(self))
        make_plain(self)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self._fit_columns()
        self.setAccessibleName("Figures of each class")

    @property
    def wanted_width(self) -> int:
        """The width at which no name and no figure is cut short."""
        figures = sum(self.columnWidth(column) for column in range(1, len(_COLUMNS)))
        return figures + self._longest_name() + self.width() - self.viewport().width()

    def show_report(self, report: ClassReport) -> None:
        """Show the figures of another report."""
        self._is_following = True
        try:
            names = self.classes.names
            self.classes.show(report)
        finally:
            self._is_following = False
        if self.classes.names != names:
            self._fit_columns()

    def select_class(self, class_number: int | None) -> None:
        """Choose the row of a class from outside, or none; no signal is sent."""
        self._is_following = True
        try:
            if class_number is None:
                self.clearSelection()
                self.setCurrentIndex(QModelIndex())
            else:
                self.setCurrentIndex(self.classes.index(self.classes.row_of(class_number), 0))
        finally:
            self._is_following = False

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and current.row() != previous.row() and not self._is_following:
            self.class_chosen.emit(self.classes.class_of(current.row()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the focus without a choice: Qt would make the first row the current one."""
        had_choice = self.currentIndex().isValid()
        self._is_following = True
        try:
            super().focusInEvent(event)
            if not had_choice:
                self.selectionModel().clearCurrentIndex()
        finally:
            self._is_following = False

    def sizeHint(self) -> QSize:
        return QSize(320, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH_PX, 80)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit_columns()

    def _fit_columns(self) -> None:
        """Give figures the width of the longest, and names the rest, but enough to tell them apart."""
        metrics, rest = self.fontMetrics(), self.viewport().width()
        strong = QFontMetrics(with_tabular_figures(strong_font(self)))  # that of the means
        self.verticalHeader().setMinimumSectionSize(metrics.height())
        self.verticalHeader().setDefaultSectionSize(metrics.height() + SPACE_4)
        for column, (title, _) in list(enumerate(_COLUMNS))[1:]:
            figures = strong.horizontalAdvance("100.0 %" if column > 1 else self.classes.most_images)
            width = max(metrics.horizontalAdvance(title), figures + _SLACK_PX) + 2 * SPACE_8
            self.setColumnWidth(column, width)
            rest -= width
        longest = self._longest_name()
        self.setColumnWidth(0, max(rest, min(longest, _MOST_NAME_PX)))
        self.classes.write_shortly(on=longest > self.columnWidth(0))

    def _longest_name(self) -> int:
        names = (_COLUMNS[0][0], *self.classes.names)
        mean = QFontMetrics(strong_font(self)).horizontalAdvance(_MEAN)
        return max(mean, *map(self.fontMetrics().horizontalAdvance, names)) + 2 * SPACE_8 + SPACE_4
