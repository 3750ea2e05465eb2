"""The confusion matrix: which classes are taken for which, as numbers and colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from cnnviz.ui.evaluation.confusion_colors import CellColors, cell_colors, hues
from cnnviz.ui.evaluation.matrix_layout import (
    LEAST_WHOLE_PX,
    MatrixLayout,
    can_be_whole,
    fitting_cell,
    zoomed,
)
from cnnviz.ui.evaluation.matrix_names import MatrixNames
from cnnviz.ui.evaluation.matrix_numbers import fitting_font, fitting_number
from cnnviz.ui.evaluation.words import cell_number, cell_text, matrix_summary, scale_text
from cnnviz.ui.theme import FOCUS_RING_PX, SPACE_4, SPACE_12, caption_font, colors_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from cnnviz.training.class_report import ClassReport

Cell = tuple[int, int]

_LEAST_GAP_CELL_PX = 6
"""Smaller cells stand without a gap."""
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_ZOOM_KEYS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
_FIT_KEYS = (Qt.Key.Key_0, Qt.Key.Key_Home)
_CHOOSE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select)


class ConfusionView(QAbstractScrollArea):
    """Rows are true classes, columns what they are taken for. It fills its room, or can be scrolled.

    The wheel with Ctrl and the keys + and − zoom, 0 fits it in again. The arrow keys move through the cells;
    Enter chooses one, as a click does.

    Signals
    -------
    cell_chosen(int, int)
        The images of (true class, predicted class) are to be shown.
    whole_offered(bool)
        Whether the matrix is scrolled to be read although all of it could be seen at once, in small cells.
    """

    cell_chosen = Signal(int, int)
    whole_offered = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: ClassReport | None = None
        self._amounts: NDArray[np.float64] | None = None
        self._by_row = False
        self._cells: CellColors | None = None
        self._names = MatrixNames((), self)
        self._zoom = 0
        self._is_whole = self._has_offered = False
        self._current: Cell | None = None
        self._chosen: Cell | None = None
        self._is_pointed_at = False
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.viewport().setAutoFillBackground(True)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(self.viewport().update)
        self.setAccessibleName("Confusion matrix")

    @property
    def current(self) -> Cell | None:
        """The cell under the mouse, or reached with the keyboard."""
        return self._current

    @property
    def chosen(self) -> Cell | None:
        """The cell whose images are shown."""
        return self._chosen

    @property
    def hover_text(self) -> str:
        """What the current cell holds, in words; empty where there is none."""
        if self._report is None or self._current is None:
            return ""
        return cell_text(self._report, *self._current)

    @property
    def wanted_width(self) -> int:
        """The width at which cells that fill the present height are as wide as they are high."""
        return self._names.width + self._names.count * self.layout_now().cell.height()

    def set_report(self, report: ClassReport) -> None:
        """Show another report."""
        if self._report is None or self._report.class_names != report.class_names:
            self._names = MatrixNames(report.class_names, self)
            self._current = self._chosen = None
            self._zoom = 0
        self._report = report
        self._begin_somewhere()
        self._amount_to_show()
        self._fit_scroll_bars()
        self.setAccessibleDescription(matrix_summary(report))

    def set_by_row(self, by_row: bool) -> None:
        """Write and colour shares of each row instead of counts."""
        if by_row is not self._by_row:
            self._by_row = by_row
            self._amount_to_show()

    def set_whole(self, is_whole: bool) -> None:
        """Make the cells so small that all are seen, or large enough for their names and numbers."""
        if is_whole is not self._is_whole:
            self._is_whole = is_whole
            self.zoom(0)

    def set_chosen(self, cell: Cell | None) -> None:
        """Frame the cell whose images are shown; no signal is sent."""
        self._chosen = cell
        self.viewport().update()

    def zoom(self, steps: int) -> None:
        """Enlarge the cells by some steps, or shrink them, keeping what is in the middle; 0 fits them in."""
        before, middle, was = self.layout_now(), self.viewport().rect().center(), self._zoom
        place = middle - before.origin
        self._zoom = self._zoom + steps if steps else 0
        if steps and self.layout_now().cell == before.cell:
            self._zoom = was  # as large or small as can be
        self._fit_scroll_bars()
        after = self.layout_now().cell
        x = place.x() * after.width() / before.cell.width() - middle.x() + before.names.width()
        y = place.y() * after.height() / before.cell.height() - middle.y() + before.names.height()
        self.horizontalScrollBar().setValue(round(x))
        self.verticalScrollBar().setValue(round(y))

    def layout_now(self) -> MatrixLayout:
        """Return where everything stands at the present size, zoom and scrolling."""
        classes = max(1, self._names.count)
        names = self._names.size(self._cell_width(classes))
        room = self._room - names
        cell = zoomed(fitting_cell(room, classes, self._least_cell), self._zoom)
        offset = QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        return MatrixLayout(classes, cell, names, offset)

    def sizeHint(self) -> QSize:
        return QSize(260, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(128, 110)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_scroll_bars()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._names = MatrixNames(self._names.names, self)
            self._amount_to_show()
        super().changeEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave and self._is_pointed_at:
            self._is_pointed_at = False
            if not self.hasFocus():
                self._set_current(None)
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._is_pointed_at = True
        cell = self._cell_at(event.position().toPoint())
        if cell != self._current:
            self._set_current(cell)
            QToolTip.showText(event.globalPosition().toPoint(), self.hover_text, self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # what was pressed here, is released here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and cell is not None:
            self._set_current(cell)
            self._choose(cell)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._report is None:
            super().keyPressEvent(event)
        elif key in _STEPS:
            self._move(*_STEPS[key])
        elif key in _ZOOM_KEYS:
            self.zoom(_ZOOM_KEYS[key])
        elif key in _FIT_KEYS:
            self.zoom(0)
        elif key in _CHOOSE_KEYS and self._current is not None:
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._begin_somewhere()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._set_current(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._report is None or self._cells is None:
            return
        painter = QPainter(self.viewport())
        try:
            layout = self.layout_now()
            self._paint_cells(painter, layout, self._cells)
            self._names.paint(painter, layout, self.viewport().size(), self._current)
            self._paint_legend(painter, layout, self._cells)
            if self.hasFocus():
                painter.setPen(QPen(colors_of(self).accent, FOCUS_RING_PX))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
        finally:
            painter.end()

    @property
    def _room(self) -> QSize:
        """What cells and names are fitted into: where all of them are seen, no scroll bar takes any of it."""
        return self.maximumViewportSize() if self._is_whole and not self._zoom else self.viewport().size()

    @property
    def _least_cell(self) -> int:
        return min(LEAST_WHOLE_PX, self._names.least_cell) if self._is_whole else self._names.least_cell

    def _cell_width(self, classes: int) -> int:
        room = self._room.width() - self._names.width
        cell = fitting_cell(QSize(room, 0), classes, self._least_cell)
        return zoomed(cell, self._zoom).width()

    def _whole_cell(self, *, hidden: bool) -> int:
        """Return the shorter side of cells that are all seen, with names or without."""
        names = self._names
        before, names.are_hidden = names.are_hidden, hidden
        room = self.maximumViewportSize() - names.size(names.least_cell)
        names.are_hidden = before
        return min(room.width(), room.height()) // max(1, names.count)

    def _offer_whole(self) -> None:
        """Say whether there is a choice between all cells and such as can be read."""
        with_names, without = (self._whole_cell(hidden=hidden) for hidden in (False, True))
        offered = with_names < self._names.least_cell and can_be_whole(self._names.count, without)
        if offered is not self._has_offered:
            self._has_offered = offered
            self.whole_offered.emit(offered)

    def _amount_to_show(self) -> None:
        if self._report is not None:
            shares = self._report.row_shares() if self._by_row else None
            self._amounts = self._report.confusion.astype(float) if shares is None else shares
            self._cells = cell_colors(self._amounts, colors_of(self))
        self.viewport().update()

    def _fit_scroll_bars(self) -> None:
        is_small = self._is_whole and not self._zoom
        self._names.are_hidden = is_small and self._whole_cell(hidden=False) < LEAST_WHOLE_PX
        layout = self.layout_now()
        page, cell = self._room - layout.names, layout.cell
        for bar, whole, seen, step in (
            (self.horizontalScrollBar(), layout.whole.width(), page.width(), cell.width()),
            (self.verticalScrollBar(), layout.whole.height(), page.height(), cell.height()),
        ):
            bar.setRange(0, max(0, whole - seen))
            bar.setPageStep(max(1, seen))
            bar.setSingleStep(step)
        self._offer_whole()
        self.viewport().update()

    def _cell_at(self, point: QPoint) -> Cell | None:
        return self.layout_now().at(point) if self._report is not None else None

    def _set_current(self, cell: Cell | None) -> None:
        if cell != self._current:
            self._current = cell
            self.viewport().update()

    def _begin_somewhere(self) -> None:
        """Let the keyboard begin in the chosen cell, or the first."""
        if self.hasFocus() and self._current is None and self._report is not None:
            self._set_current(self._chosen or (0, 0))

    def _choose(self, cell: Cell) -> None:
        self.set_chosen(cell)
        self.cell_chosen.emit(*cell)

    def _move(self, down: int, right: int) -> None:
        row, column = self._current or (0, 0)
        last = self._names.count - 1
        cell = (min(max(row + down, 0), last), min(max(column + right, 0), last))
        self._set_current(cell)
        layout, size = self.layout_now(), self.viewport().size()
        place = layout.rect(*cell)
        room = QRect(QPoint(), size).adjusted(layout.names.width(), layout.names.height(), 0, 0)
        for bar, first, last_px, start, end in (
            (self.horizontalScrollBar(), place.left(), place.right(), room.left(), room.right()),
            (self.verticalScrollBar(), place.top(), place.bottom(), room.top(), room.bottom()),
        ):
            if first < start:
                bar.setValue(bar.value() + first - start)
            elif last_px > end:
                bar.setValue(bar.value() + last_px - end)
        text_place = self.viewport().mapToGlobal(self.layout_now().rect(*cell).bottomRight())
        QToolTip.showText(text_place, self.hover_text, self)

    def _paint_cells(self, painter: QPainter, layout: MatrixLayout, cells: CellColors) -> None:
        colors, size = colors_of(self), self.viewport().size()
        painter.save()
        painter.setClipRect(QRect(QPoint(layout.names.width(), layout.names.height()), size))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.drawImage(QRect(layout.origin, layout.whole), cells.image)
        rows, columns = layout.seen(size)
        if min(layout.cell.width(), layout.cell.height()) >= _LEAST_GAP_CELL_PX:
            # Filled and not drawn: so they cover whole pixels in pictures of several pixels for each, too.
            left, top = layout.names.width(), layout.names.height()
            bottom, right = layout.rect(rows.stop - 1, 0).bottom(), layout.rect(0, columns.stop - 1).right()
            for row in rows:
                painter.fillRect(left, layout.rect(row, 0).bottom(), right - left + 1, 1, colors.hairline)
            for column in columns:
                painter.fillRect(layout.rect(0, column).right(), top, 1, bottom - top + 1, colors.hairline)
        self._paint_numbers(painter, layout, cells, rows, columns)
        self._paint_frames(painter, layout)
        painter.restore()

    def _paint_legend(self, painter: QPainter, layout: MatrixLayout, cells: CellColors) -> None:
        """Say at the upper right which amounts have the full colours, where there is room."""
        metrics = QFontMetrics(caption_font(self))
        words = [
            f"{what} {scale_text(most, by_row=self._by_row)}"
            for what, most in (("right", cells.most_right), ("wrong", cells.most_wrong))
        ]
        patch, line = metrics.ascent(), metrics.height()
        widths = [patch + SPACE_4 + metrics.horizontalAdvance(word) + SPACE_12 for word in words]
        left = self.viewport().width() - sum(widths)
        if left < layout.names.width() + self._names.title_width:
            return
        for word, hue, width in zip(words, hues(colors_of(self)), widths, strict=True):
            painter.fillRect(QRect(left, (line - patch) // 2, patch, patch), hue)
            painter.setPen(colors_of(self).muted)
            painter.drawText(QPoint(left + patch + SPACE_4, metrics.ascent()), word)
            left += width

    def _paint_numbers(
        self, painter: QPainter, layout: MatrixLayout, cells: CellColors, rows: range, columns: range
    ) -> None:
        assert self._amounts is not None
        colors = colors_of(self)
        part = self._amounts[rows.start : rows.stop, columns.start : columns.stop]
        widest = cell_number(float(self._amounts.max(initial=0.0)), by_row=self._by_row)
        font = fitting_font(caption_font(self), [widest], layout.cell)
        if font is None:
            return
        metrics, width = QFontMetrics(font), layout.cell.width()
        light, dark = (colors.text, colors.base) if colors.is_dark else (colors.base, colors.text)
        painter.setFont(font)
        for row, column in zip(*(place.tolist() for place in part.nonzero()), strict=True):
            cell = row + rows.start, column + columns.start
            text = fitting_number(float(self._amounts[cell]), metrics, width, by_row=self._by_row)
            painter.setPen(light if cells.is_dark[cell] else dark)
            painter.drawText(layout.rect(*cell), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_frames(self, painter: QPainter, layout: MatrixLayout) -> None:
        colors = colors_of(self)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for cell, color in ((self._current, colors.text), (self._chosen, colors.accent)):
            if cell is not None:
                painter.setPen(QPen(color, FOCUS_RING_PX))
                painter.drawRect(layout.rect(*cell).adjusted(0, 0, -1, -1))
