"""One plot of a quantity over the steps of a run: its curves, the best epoch, and what was changed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnviz.ui.plots.curves import Curve, Curves, Guide, Mark
from cnnviz.ui.plots.end_labels import USUAL_NUMBER, end_labels
from cnnviz.ui.plots.guide_line import GuideLine
from cnnviz.ui.plots.labelled_plot import LabelledPlot
from cnnviz.ui.plots.mark_words import MarkWord
from cnnviz.ui.theme import Colors, colors_of, mixed

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from cnnviz.ui.plots.curve_line import CurveLine

_NOISE_SHARE = 0.28
"""How much of the curve's colour the single batches get behind their mean."""
_MOST_NUMBERS = 3
"""The ends of more curves have no numbers where room is scarce."""
_NEAR_PX = 4
"""So near to the mouse a mark is told of."""
_HEADROOM = 1.04
"""The axis goes a little beyond its last number, so that the number is written."""
_LOG_DECADES = 4
"""A logarithmic axis of values that go down to zero begins this far below their largest."""
SINGLE_BATCHES = "single batches"
"""The name under which the values behind the means can be hidden."""


class CurvePlot(QWidget):
    """Draws one quantity. Its items are made once for each curve; new numbers only replace their data.

    `written` turns a value into text; `top` is the fixed upper end of the axis, or None for one that follows
    the values. The lower end is zero, unless the axis is logarithmic. `guide` is a height worth knowing.

    Signals
    -------
    step_pointed(object)
        The step under the mouse; None when it leaves.
    """

    step_pointed = Signal(object)

    def __init__(
        self,
        title: str,
        written: Callable[[float], str],
        *,
        top: float | None = None,
        axis_scale: float = 1.0,
        guide: Guide | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title = title
        self._written = written
        self._top = top
        self._curves = Curves()
        self._hidden: frozenset[str] = frozenset()
        self._steps_per_epoch = 0
        self._is_log = self._is_held = False
        self._ends: tuple[float, float, float] | None = None
        self._line_width = 0.0
        self._items: list[tuple[CurveLine, CurveLine]] = []
        self._styles: tuple[tuple[str | int, bool, bool], ...] = ()
        self._view = LabelledPlot("validation", self)
        self._view.setAccessibleName(title)
        self._view.getAxis("left").setScale(axis_scale)
        self._guide = guide
        self._guide_line = GuideLine(self._view, guide) if guide is not None else None
        self._widest_number = USUAL_NUMBER
        self._moment: Mark | None = None
        self._written_marks: object = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._view.pointed.connect(self._on_pointed)
        self._view.moved.connect(self._on_moved)
        self._view.fit_requested.connect(self.fit)
        self._apply_colors()
        self.set_curves(self._curves)

    @property
    def title(self) -> str:
        """The quantity that is drawn."""
        return self._title

    @property
    def curves(self) -> Curves:
        """What is shown."""
        return self._curves

    @property
    def is_held(self) -> bool:
        """Whether a person has zoomed or panned, so that the axes do not follow the curves."""
        return self._is_held

    @property
    def view(self) -> LabelledPlot:
        """The plot itself, for pictures of it."""
        return self._view

    def set_curves(self, curves: Curves) -> None:
        """Show other numbers."""
        if curves.last_x < self._curves.last_x:
            self._widest_number = USUAL_NUMBER  # another run
        self._curves = curves
        self._make_items(len(curves.curves))
        for curve, (noise, line) in zip(curves.curves, self._items, strict=False):
            hidden = curve.name in self._hidden
            line.set_visible(not hidden)
            line.set_points(curve.x, curve.y)
            noise.set_visible(curve.raw is not None and not hidden and SINGLE_BATCHES not in self._hidden)
            if curve.raw is not None:
                noise.set_points(curve.x, curve.raw)
        for noise, line in self._items[len(curves.curves) :]:
            noise.set_visible(False)
            line.set_visible(False)
        self._show_marks()
        self._set_ranges()
        self._view.set_labels(self._labels())
        self._view.setAccessibleDescription(self.summary())

    def twin(self) -> CurvePlot:
        """Return a plot without a parent that shows the same, and goes on doing so: for a picture."""
        made = CurvePlot(
            self._title,
            self._written,
            top=self._top,
            axis_scale=self._view.getAxis("left").scale,
            guide=self._guide,
        )
        made.set_log(self._is_log)
        made.set_steps_per_epoch(self._steps_per_epoch)
        made.set_hidden(self._hidden)
        made.set_curves(self._curves)
        if self._is_held:
            across, upright = self._view.viewRange()
            made.hold(tuple(across), tuple(upright))
        return made

    def hold(self, across: tuple[float, float], upright: tuple[float, float]) -> None:
        """Show this part, whatever the curves are; of a logarithmic axis in powers of ten."""
        self._is_held = True
        self._view.setRange(xRange=across, yRange=upright, padding=0)

    def set_line_width(self, pixels: float) -> None:
        """Draw curves so wide, in pixels of what they are drawn on; 0 is as thin as can be seen."""
        self._line_width = pixels
        self._color_items(colors_of(self))

    def set_hidden(self, names: frozenset[str]) -> None:
        """Leave out the curves of these names, and `SINGLE_BATCHES` where it is one of them."""
        if names != self._hidden:
            self._hidden = names
            self.set_curves(self._curves)

    def set_log(self, is_log: bool) -> None:
        """Make the upright axis logarithmic, or not."""
        if is_log == self._is_log:
            return
        self._is_log = is_log
        for item in (item for pair in self._items for item in pair):
            item.set_log(is_log)
        if self._guide_line is not None:
            self._guide_line.set_log(is_log)
        self._view.getAxis("left").setLogMode(x=False, y=is_log)
        self.fit()

    def set_steps_per_epoch(self, steps: int) -> None:
        """Write epochs instead of steps under the plot; 0 for steps."""
        if steps != self._steps_per_epoch:
            self._steps_per_epoch = steps
            scale = 1 / steps if steps else 1.0
            self._view.set_counted(scale, scale)

    def set_moment(self, step: int | None) -> None:
        """Mark a step as the one that is looked at elsewhere; None for none."""
        self._moment = Mark(float(step), f"step {step:,}") if step is not None else None
        self._write_marks()

    def set_pointed(self, step: float | None) -> None:
        """Draw a line at a step with the values there; None for no line."""
        if step is None or not self._curves.last_x:
            self._view.set_crosshair(None, [])
            return
        first = min((curve.x[0] for curve in self._shown() if not curve.is_empty), default=0)
        step = min(max(round(step), int(first)), self._curves.last_x)
        self._view.set_crosshair(step, self._values_at(step))

    @Slot()
    def fit(self) -> None:
        """Show everything, and follow the curves again."""
        self._is_held, self._ends = False, None
        self._set_ranges()
        self._view.set_labels(self._labels())

    def summary(self) -> str:
        """Return the newest numbers as a sentence."""
        curves = [curve for curve in self._shown() if not curve.is_empty]
        if not curves:
            return f"{self._title}: nothing yet."
        values = ", ".join(f"{curve.name} {self._written(float(curve.y[-1]))}" for curve in curves)
        best = f", {self._curves.best.text}" if self._curves.best is not None else ""
        return f"{self._title} after step {int(self._curves.last_x):,}: {values}{best}."

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange:
            self._apply_colors()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._view.fit_margins()
        self._show_marks()
        self._view.set_labels(self._labels())

    def _shown(self) -> list[Curve]:
        return [curve for curve in self._curves.curves if curve.name not in self._hidden]

    def _make_items(self, count: int) -> None:
        while len(self._items) < count:
            pair = self._view.add_curve(), self._view.add_curve()
            for item in pair:
                item.set_log(self._is_log)
            self._items.append(pair)
        styles = tuple((curve.color, curve.dashed, curve.dots) for curve in self._curves.curves)
        if styles != self._styles:
            self._styles = styles
            self._color_items(colors_of(self))

    def _color_items(self, colors: Colors) -> None:
        for curve, (noise, line) in zip(self._curves.curves, self._items, strict=False):
            color = color_of(curve, colors)
            style = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
            line.set_pen(QPen(color, self._line_width, style))
            line.set_dots(curve.dots)
            noise.set_pen(QPen(mixed(color, colors.base, _NOISE_SHARE), 0))

    def _show_marks(self) -> None:
        if self._guide_line is not None:
            self._guide_line.show_text(not self._view.is_narrow)
        self._write_marks()

    def _write_marks(self) -> None:
        """Draw the marks, and say what they are where there is room; the newest changes come first."""
        colors, is_narrow = colors_of(self), self._view.is_narrow
        key = self._moment, self._curves.best, self._curves.changes, colors.name, is_narrow
        if key == self._written_marks:
            return
        self._written_marks = key
        marks = [(self._moment, colors.accent, Qt.PenStyle.SolidLine)]
        marks += [
            (mark, colors.muted, Qt.PenStyle.DotLine)
            for mark in (self._curves.best, *reversed(self._curves.changes))
        ]
        shown = [(mark, color, style) for mark, color, style in marks if mark is not None]
        self._view.set_uprights([(mark.x, QPen(color, 0, style)) for mark, color, style in reversed(shown)])
        words = [MarkWord(mark.x, mark.text, color) for mark, color, _ in shown]
        is_loss = self._top is None  # losses end low, shares end high
        self._view.set_marks([] if is_narrow else words, at_top=is_loss)

    def _set_ranges(self) -> None:
        """Let the axes end where they hold everything. That is seldom somewhere else than before."""
        if self._is_held:
            return
        right = round_up(self._curves.last_x or 1.0)
        low, high = self._log_ends() if self._is_log else self._plain_ends()
        if (right, low, high) != self._ends:
            self._ends = (right, low, high)
            self._view.setXRange(0.0, right, padding=0)
            room = (high - low) * (_HEADROOM - 1)
            self._view.setYRange(low, high + room, padding=0)

    def _plain_ends(self) -> tuple[float, float]:
        """Return ends beyond every mean and validation value; single batches may leave them.

        Below 0, which only shares of 1 come, the axis goes no farther than it goes above.
        """
        spans = self._spans()
        high = self._top or round_up(_largest(spans))
        least = min([0.0, *(span[0] for span in spans)])
        return (-min(round_up(-least), high) if least < 0 else 0.0), high

    def _log_ends(self) -> tuple[float, float]:
        spans = self._spans()
        high = _largest(spans)
        low = min([high, *(span[0] for span in spans if span[0] > 0)])
        if any(span[0] <= 0 for span in spans):
            low = min(low, high * 10.0**-_LOG_DECADES)
        return math.floor(math.log10(low)), math.ceil(math.log10(high) + 1e-9)

    def _spans(self) -> list[tuple[float, float]]:
        pairs = zip(self._curves.curves, self._items, strict=False)
        spans = [line.span() for curve, (_, line) in pairs if curve.name not in self._hidden]
        if self._guide is not None:
            spans.append((self._guide.y, self._guide.y))
        return [span for span in spans if span is not None]

    def _labels(self) -> list[tuple[str, QPointF, QColor]]:
        colors, shown = colors_of(self), [curve for curve in self._shown() if not curve.is_empty]
        if len(shown) > self._view.lines_of_text:
            self._view.set_widest_word("")
            return []
        with_number = not self._view.is_narrow or len(shown) <= _MOST_NUMBERS
        ends = [(curve, self._height(float(curve.y[-1]))) for curve in shown]
        seen = [(curve, height) for curve, height in ends if height is not None]
        numbers = [self._written(float(curve.y[-1])) for curve, _ in seen]
        self._widest_number = max([self._widest_number, *numbers], key=self._view.text_width)
        words = end_labels(
            [curve.name for curve, _ in seen],
            numbers if with_number else (),
            widest_number=self._widest_number,
            width_of=self._view.text_width,
            room=self._view.label_room,
            is_narrow=self._view.is_narrow,
            name_length=self._view.name_length,
        )
        self._view.set_widest_word(words.widest)
        return [
            (text, QPointF(float(curve.x[-1]), height), color_of(curve, colors))
            for text, (curve, height) in zip(words.texts, seen, strict=False)  # all, or none
        ]

    def _height(self, value: float) -> float | None:
        """Return where a value stands on the upright axis; None where it has no place."""
        if not math.isfinite(value) or (self._is_log and value <= 0):
            return None
        return math.log10(value) if self._is_log else value

    def _values_at(self, step: float) -> list[tuple[str, QColor]]:
        colors = colors_of(self)
        place = f"step {int(step):,}"
        if self._steps_per_epoch:
            place = f"epoch {step / self._steps_per_epoch:.2f}, {place}"
        lines = [(place, colors.muted)]
        for curve in self._shown():
            value = curve.at(step)
            if value is not None:
                lines.append((f"{curve.name} {self._written(value)}", color_of(curve, colors)))
        near = _NEAR_PX * self._view.getViewBox().viewPixelSize()[0]
        marks = [mark for mark in (self._curves.best, *self._curves.changes) if mark is not None]
        lines.extend((mark.text, colors.muted) for mark in marks if abs(mark.x - step) <= near)
        return lines

    def _apply_colors(self) -> None:
        colors = colors_of(self)
        self._view.apply_colors(colors)
        self._color_items(colors)
        if self._guide_line is not None:
            self._guide_line.apply_colors(colors)
        self._write_marks()
        self._view.set_labels(self._labels())

    @Slot(object)
    def _on_pointed(self, x: float | None) -> None:
        self.step_pointed.emit(x)

    @Slot()
    def _on_moved(self) -> None:
        self._is_held = True


def _largest(spans: list[tuple[float, float]]) -> float:
    """Return the largest value; 1 where none is above zero, or there is none at all."""
    largest = max((span[1] for span in spans), default=0.0)
    return largest if largest > 0 else 1.0


def color_of(curve: Curve, colors: Colors) -> QColor:
    """Return the colour of a curve in a theme."""
    if isinstance(curve.color, int):
        return colors.plot_cycle[curve.color % len(colors.plot_cycle)]
    return QColor(curve.color) if curve.color.startswith("#") else QColor(getattr(colors, curve.color))


def round_up(value: float) -> float:
    """Return the next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten, so that an axis rarely jumps."""
    if not math.isfinite(value) or value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    for step in (1, 1.5, 2, 3, 4, 5, 6, 8):
        if value <= step * power * (1 + 1e-9):
            return float(step * power)
    return float(10 * power)
