"""What the network answers: a bar for each class with its name and number, and the answer as a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from cnnviz.ui.icons import tinted_pixmap
from cnnviz.ui.inspector.answers import Answers, Meaning
from cnnviz.ui.plots.share_bar import paint_share_bar
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, colors_of, strong_font, with_tabular_figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

    from cnnviz.ui.theme import Colors

MOST_ROWS = 10
_MOST_NAME_PX, _LEAST_BAR_PX, _BAR_HEIGHT_PX = 110, 24, 10
_NAME_SHARE = 0.35
_MARK_PX, _MARK_WORD = 14, "true"
_WIDEST = {Meaning.PROBABILITIES: "100.0 %", Meaning.SCORES: "−000.000", Meaning.NUMBERS: "−000.000"}
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ProbabilityBars(QWidget):
    """The answer as a sentence, and a bar for each class; with more than ten classes one can scroll.

    Bars are probabilities, or scores, or plain numbers, as the loss has it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary = QLabel(Answers().sentence((), None), self)
        self._summary.setWordWrap(True)
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self.rows = ClassRows(self)
        area = QScrollArea(self)
        area.setWidget(self.rows)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(Meaning.PROBABILITIES.value)
        self._area = area
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_12)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._summary)
        layout.addWidget(area)
        layout.addStretch(1)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._show_rows()

    @property
    def summary(self) -> str:
        """The prediction as a sentence: `3 with 98.2 %; correct`."""
        return self._summary.text()

    def set_probabilities(
        self,
        probabilities: NDArray[np.float32] | None,
        class_names: Sequence[str],
        true_class: int | None,
    ) -> None:
        """Show the probability (K,) of each class; None where there are none. `true_class` has a mark."""
        self.set_answers(Answers(probabilities), class_names, true_class)

    def set_answers(self, answers: Answers, class_names: Sequence[str], true_class: int | None) -> None:
        """Show what the network answers. `true_class` has a mark, where there are classes."""
        count = self.rows.count
        self.rows.set_answers(answers, class_names, true_class)
        self._summary.setText(answers.sentence(class_names, true_class))
        self._area.setAccessibleName(answers.meaning.value)
        if count != self.rows.count:
            self._show_rows()

    def _show_rows(self) -> None:
        rows = self.rows
        self._summary.setFont(strong_font(self) if rows.count else self.font())
        self._summary.setForegroundRole(
            QPalette.ColorRole.WindowText if rows.count else QPalette.ColorRole.PlaceholderText
        )
        self._area.setVisible(rows.count > 0)
        self._area.setFixedHeight(rows.row_height * min(max(rows.count, 1), MOST_ROWS))
        # Rows that all fit cannot be scrolled, so the Tab key need not stop there.
        can_scroll = rows.count > MOST_ROWS
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus if can_scroll else Qt.FocusPolicy.NoFocus)


class ClassRows(QWidget):
    """One row for each class: name, bar, number, and a mark at the true one.

    Up to ten classes stand in their own order; more stand with the most likely first.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answers = Answers()
        self._shares = self._answers.shares()
        self._names: tuple[str, ...] = ()
        self._true: int | None = None
        self._name_width = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._names)

    @property
    def row_height(self) -> int:
        """Height of a row in logical pixels."""
        return self.fontMetrics().height() + SPACE_4

    @property
    def order(self) -> list[int]:
        """The class of each row."""
        values = self._answers.values
        if values is None:
            return []
        if self.count <= MOST_ROWS or self._answers.meaning is Meaning.NUMBERS:
            return list(range(self.count))
        return [int(index) for index in np.argsort(-np.nan_to_num(values), kind="stable")]

    def set_answers(self, answers: Answers, class_names: Sequence[str], true_class: int | None) -> None:
        """Show other numbers."""
        count = 0 if answers.values is None else len(answers.values)
        names = tuple(answers.name(class_names, index) for index in range(count))
        self._answers, self._shares = answers, answers.shares()
        self._true = None if answers.meaning is Meaning.NUMBERS else true_class
        if names != self._names:
            self._names = names
            metrics = QFontMetrics(strong_font(self))
            self._name_width = min(max(map(metrics.horizontalAdvance, names), default=0), _MOST_NAME_PX)
            self.setFixedHeight(self.row_height * max(1, count))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, self.row_height * max(1, self.count))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            first, last = event.rect().top() // self.row_height, event.rect().bottom() // self.row_height
            predicted = self._answers.predicted()
            for row, index in list(enumerate(self.order))[first : last + 1]:
                place = QRectF(0, row * self.row_height, self.width(), self.row_height)
                self._paint_row(painter, place, index, is_predicted=index == predicted)
        finally:
            painter.end()

    def _paint_row(self, painter: QPainter, place: QRectF, index: int, *, is_predicted: bool) -> None:
        assert self._answers.values is not None
        colors, value = colors_of(self), float(self._answers.values[index])
        font = with_tabular_figures(strong_font(self) if is_predicted else self.font())
        name_width = min(self._name_width, int(place.width() * _NAME_SHARE))
        name = QRectF(0, place.y(), name_width, place.height())
        painter.setFont(font)
        painter.setPen(colors.text)
        metrics, mode = QFontMetrics(font), Qt.TextElideMode.ElideRight
        painter.drawText(name, _LEFT, metrics.elidedText(self._names[index], mode, name_width))
        number, bar, mark = self._columns(place, name)
        painter.drawText(number, _RIGHT, self._answers.text(value))
        paint_share_bar(painter, bar, float(self._shares[index]), colors, accented=is_predicted)
        if index == self._true:
            self._paint_mark(painter, mark, colors)

    def _columns(self, place: QRectF, name: QRectF) -> tuple[QRectF, QRectF, QRectF]:
        """Return where number, bar and mark of a row are painted."""
        metrics = QFontMetrics(strong_font(self))
        mark_width = _MARK_PX + SPACE_4 + metrics.horizontalAdvance(_MARK_WORD)
        number_width = metrics.horizontalAdvance(_WIDEST[self._answers.meaning])
        mark = QRectF(place.right() - mark_width, place.y(), mark_width, place.height())
        number = QRectF(mark.left() - SPACE_8 - number_width, place.y(), number_width, place.height())
        left = name.right() + SPACE_8
        width = max(number.left() - SPACE_8 - left, _LEAST_BAR_PX)
        return number, QRectF(left, place.center().y() - _BAR_HEIGHT_PX / 2, width, _BAR_HEIGHT_PX), mark

    def _paint_mark(self, painter: QPainter, place: QRectF, colors: Colors) -> None:
        """Say that this is the true class, with a sign and a word."""
        pixmap = tinted_pixmap("check", colors.success, _MARK_PX, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(place.x(), place.center().y() - _MARK_PX / 2), pixmap)
        painter.setFont(QFont(self.font()))
        painter.setPen(colors.success)
        painter.drawText(place.adjusted(_MARK_PX + SPACE_4, 0, 0, 0), _LEFT, _MARK_WORD)
