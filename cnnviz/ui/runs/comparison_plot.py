"""Lines of two runs in one plot, or their difference around a line at zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cnnviz.ui.plots.end_labels import clipped_run
from cnnviz.ui.plots.labelled_plot import LabelledPlot
from cnnviz.ui.theme import colors_of, strong_font

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent

    from cnnviz.training.run_comparison import Line

_ROOM_SHARE = 0.06
_NAME_LENGTH = 14
_DASHES = Qt.PenStyle.DashLine
_SOLID = Qt.PenStyle.SolidLine
_SMALLEST_SPAN = 1e-9


class ComparisonPlot(QWidget):
    """Draws up to two lines. With `has_zero`, zero is always in sight and marked.

    Signals
    -------
    pointed(object)
        The x under the mouse; None when it leaves.
    """

    pointed = Signal(object)

    def __init__(self, *, has_zero: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_zero = has_zero
        self._written: Callable[[float], str] = str
        self._word = ""
        self._lines: list[tuple[str, str, Line]] = []
        self.heading = QLabel(self)
        self.heading.setFont(strong_font(self.heading))
        self._view = LabelledPlot("", self)
        self._items = (self._view.add_curve(), self._view.add_curve())
        self._zero = pg.InfiniteLine(0.0, angle=0, movable=False)
        self._zero.setVisible(has_zero)
        self._view.addItem(self._zero)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.heading)
        layout.addWidget(self._view, 1)
        self._view.pointed.connect(self.pointed)
        self._view.fit_requested.connect(self.fit)
        self._apply_colors()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is drawn."""
        return tuple(line for _, _, line in self._lines)

    @property
    def summary(self) -> str:
        """The last values as a sentence."""
        ends = [f"{name} {self._written(float(line.y[-1]))}" for name, _, line in self._lines if len(line)]
        return f"{self.heading.text()}: {', '.join(ends) or 'nothing to draw'}."

    def show_lines(
        self,
        title: str,
        lines: Sequence[tuple[str, str, Line]],
        written: Callable[[float], str],
        word: str,
        axis_scale: float = 1.0,
        *,
        is_counted: bool = True,
    ) -> None:
        """Draw lines, each with a name and a colour ("" for the text's); `word` is what x is.

        Where x `is_counted`, it is a whole number.
        """
        self.heading.setText(title)
        self._lines, self._written, self._word = list(lines), written, word
        self._view.getAxis("left").setScale(axis_scale)
        self._view.set_counted(1.0, 1.0 if is_counted else 0.0)
        for number, item in enumerate(self._items):
            item.set_visible(number < len(lines))
            if number < len(lines):
                item.set_points(lines[number][2].x, lines[number][2].y)
                item.set_dots(True)
        self._view.setAccessibleName(title)
        self._view.setAccessibleDescription(self.summary)
        self._color_items()
        self.fit()

    def set_pointed(self, x: float | None) -> None:
        """Draw a line at x with the values there; None for no line."""
        colors = colors_of(self)
        spans = [(line.x[0], line.x[-1]) for line in self.lines if len(line)]
        if x is None or not spans or not min(s[0] for s in spans) <= x <= max(s[1] for s in spans):
            self._view.set_crosshair(None, [])
            return
        words = [(f"{self._word} {x:,.4g}", colors.muted)]
        for name, color, line in self._lines:
            if len(line) and line.x[0] <= x <= line.x[-1]:
                value = float(np.interp(x, line.x, line.y))
                words.append((f"{name} {self._written(value)}".strip(), self._color(color)))
        self._view.set_crosshair(x, words)

    @Slot()
    def fit(self) -> None:
        """Show everything."""
        known = [line for line in self.lines if len(line)]
        x = np.concatenate([line.x for line in known]) if known else np.array([0.0, 1.0])
        y = np.concatenate([line.y for line in known]) if known else np.array([0.0, 1.0])
        low, high = float(y.min()), float(y.max())
        if self._has_zero:
            low, high = min(low, 0.0), max(high, 0.0)
        room = _ROOM_SHARE * max(high - low, abs(high) * _ROOM_SHARE, _SMALLEST_SPAN)
        left, right = float(x.min()), float(x.max())
        self._view.setXRange(left if right > left else 0.0, right, padding=0.02)
        self._view.setYRange(low - room, high + room, padding=0)
        self._view.set_labels(self._labels())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange:
            self._apply_colors()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._view.fit_margins()

    def _labels(self) -> list[tuple[str, QPointF, QColor]]:
        labels, words = [], [""]
        for name, color, line in self._lines:
            if len(line):
                words.append(f"{clipped_run(name, _NAME_LENGTH)} {self._written(float(line.y[-1]))}".strip())
                labels.append((words[-1], QPointF(line.x[-1], line.y[-1]), self._color(color)))
        self._view.set_widest_word(max(words, key=len))
        return labels

    def _color(self, name: str) -> QColor:
        return QColor(name) if name else QColor(colors_of(self).text)

    def _apply_colors(self) -> None:
        colors = colors_of(self)
        self._view.apply_colors(colors)
        self._zero.setPen(QPen(colors.border, 0))
        self._color_items()
        self._view.set_labels(self._labels())

    def _color_items(self) -> None:
        styles = (_SOLID, _DASHES)  # never colour alone
        for (_, color, _), item, style in zip(self._lines, self._items, styles, strict=False):
            item.set_pen(QPen(self._color(color), 0, style))
