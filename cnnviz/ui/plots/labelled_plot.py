"""A quiet plot with room on the right, where each curve's name stands, and a line under the mouse.

Axes, grid and marks are a scene, which is seldom another one: they are kept as a picture. What changes five
times a second, curves and words, is drawn straight onto it. Measured: a third of the time of a scene that
holds the curves too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from cnnviz.ui.plots.count_axis import CountAxis
from cnnviz.ui.plots.curve_line import DOT_PX, CurveLine
from cnnviz.ui.plots.end_labels import USUAL_NUMBER
from cnnviz.ui.plots.line_labels import spread
from cnnviz.ui.plots.mark_words import MarkWord, paint_words
from cnnviz.ui.plots.text_widths import TextWidths
from cnnviz.ui.plots.value_axis import ValueAxis
from cnnviz.ui.theme import RADIUS, SPACE_4, SPACE_8, SPACE_12, caption_font, colors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QRect
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QTransform
    from PySide6.QtWidgets import QWidget

    from cnnviz.ui.theme import Colors

    Label = tuple[str, QPointF, QColor]

_NARROW_CHARACTERS = 52
"""A plot with room for less has shorter words, fewer numbers, and does not name the best epoch."""
_LABEL_SHARE = 0.3
"""Of the width, for the words at the ends of the curves."""
_MOST_LABEL_SHARE = 0.4
"""Words that would take more are not written."""
_TICK_DENSITY, _NARROW_TICK_DENSITY = 1.0, 0.3
_EDGE_PX = 0.5
"""What is beyond an edge by less is on it."""
_PAN_SHARE, _ZOOM_FACTOR = 0.15, 0.7
_PAN_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ZOOM_KEYS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
_FIT_KEYS = (Qt.Key.Key_0, Qt.Key.Key_Home)


class LabelledPlot(pg.PlotWidget):
    """A pyqtgraph plot without its buttons and menus.

    The wheel zooms, dragging pans, a double click shows everything again; so do +, −, the arrow keys and 0.

    Signals
    -------
    pointed(object)
        The x under the mouse; None when it leaves.
    moved()
        A person has zoomed or panned.
    fit_requested()
        A person wants to see everything again.
    """

    pointed = Signal(object)
    moved = Signal()
    fit_requested = Signal()

    def __init__(self, widest_word: str, parent: QWidget) -> None:
        self._across = CountAxis()
        axes = {"left": ValueAxis(), "bottom": self._across}
        super().__init__(parent, axisItems=axes, enableMenu=False)
        self._curves: list[CurveLine] = []
        self._still: QPixmap | None = None
        self._labels: list[Label] = []
        self._marks: list[MarkWord] = []
        self._has_high_marks = True
        self._uprights: list[tuple[float, QPen]] = []
        self._crosshair: tuple[float, list[tuple[str, QColor]]] | None = None
        self._font = caption_font(self)
        self._widths = TextWidths(self._font)
        self._widest_word = widest_word
        self.hideButtons()
        adopt_menu(self)
        self.getViewBox().disableAutoRange()
        self.getViewBox().setLimits(xMin=0)
        self.showGrid(x=True, y=True, alpha=0.12)
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for name in ("left", "bottom"):
            self.getAxis(name).enableAutoSIPrefix(False)
        self.getViewBox().sigResized.connect(self._on_box_resized)
        self.getViewBox().sigRangeChangedManually.connect(self.moved)
        self.getViewBox().sigRangeChanged.connect(self._on_range_changed)
        self.scene().changed.connect(self._on_scene_changed)
        self.viewport().setMouseTracking(True)
        # All of it is painted; else Qt paints dock and panels under it each time, by their style sheet.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.fit_margins()

    @property
    def is_narrow(self) -> bool:
        """Whether there is room for the most necessary only."""
        return bool(self.width() < _NARROW_CHARACTERS * self._widths.character)

    @property
    def lines_of_text(self) -> int:
        """How many words find room above each other."""
        return int(self.getViewBox().height() / self._widths.line)

    @property
    def name_length(self) -> int:
        """How many characters a curve's name may have, so that the curves keep most of the room."""
        room = _LABEL_SHARE * self.width() / self._widths.character
        return int(room) - len(USUAL_NUMBER)

    @property
    def label_room(self) -> float:
        """The most pixels that words at the ends of curves may take."""
        return _MOST_LABEL_SHARE * float(self.width())

    def text_width(self, text: str) -> float:
        """Return how many pixels a word takes."""
        return self._widths.of(text)

    def add_curve(self) -> CurveLine:
        """Return a new curve, which is drawn over those before."""
        self._curves.append(CurveLine(self.viewport().update))
        return self._curves[-1]

    def set_counted(self, scale: float, least: float) -> None:
        """Write x times `scale` below.

        `least` is how far points are apart there, 0 where they may be anywhere. However near one looks, the
        way from one point to the next stays in sight.
        """
        self._across.setScale(scale)
        self._across.set_least(least)
        self.getViewBox().setLimits(minXRange=least / scale or None)

    def set_labels(self, labels: list[Label]) -> None:
        """Write these words beside these points (in the plot's own numbers)."""
        self._labels = labels
        self.viewport().update()

    def set_crosshair(self, x: float | None, lines: list[tuple[str, QColor]]) -> None:
        """Draw a line at x with these words beside it; None for no line."""
        self._crosshair = None if x is None else (x, lines)
        self.viewport().update()

    def set_marks(self, marks: list[MarkWord], *, at_top: bool = True) -> None:
        """Write these words beside upright lines, the most important first: at the top or at the bottom."""
        if (marks, at_top) != (self._marks, self._has_high_marks):
            self._marks, self._has_high_marks = marks, at_top
            self.viewport().update()

    def set_uprights(self, lines: list[tuple[float, QPen]]) -> None:
        """Draw upright lines from the top to the bottom, each at an x with a pen."""
        if lines != self._uprights:
            self._uprights = lines
            self.viewport().update()

    def set_widest_word(self, word: str) -> None:
        """Leave room for a word of this length at the curves' ends."""
        if word != self._widest_word:
            self._widest_word = word
            self.fit_margins()

    def apply_colors(self, colors: Colors) -> None:
        """Take the colours of the parent, whose palette may change before that of its child."""
        self._still = None
        self.setBackground(colors.base)
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setPen(QPen(colors.hairline, 0))
            axis.setTextPen(QPen(colors.muted))
            axis.setTickFont(self._font)

    def fit_margins(self) -> None:
        """Leave room for the words at the lines' ends."""
        room = self.text_width(self._widest_word)
        self.getAxis("bottom").setTickDensity(_NARROW_TICK_DENSITY if self.is_narrow else _TICK_DENSITY)
        self.plotItem.layout.setContentsMargins(SPACE_4, SPACE_8, room + SPACE_12, SPACE_4)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.FontChange:
            self._font = caption_font(self)
            self._widths = TextWidths(self._font)
            self.fit_margins()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, box = Qt.Key(event.key()), self.getViewBox()
        if key in _PAN_KEYS:
            box.translateBy(x=_PAN_KEYS[key] * _PAN_SHARE * box.viewRect().width())
            self.moved.emit()
        elif key in _ZOOM_KEYS:
            box.scaleBy(x=_ZOOM_FACTOR ** _ZOOM_KEYS[key])
            self.moved.emit()
        elif key in _FIT_KEYS:
            self.fit_requested.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit_requested.emit()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        box = self.getViewBox()
        scene = self.mapToScene(event.position().toPoint())
        inside = box.sceneBoundingRect().contains(scene)
        self.pointed.emit(box.mapSceneToView(scene).x() if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.size() != self.viewport().size() * ratio:
            self._still = self._pictured(ratio)
        painter = QPainter(self.viewport())
        try:
            painter.drawPixmap(0, 0, self._still)
            self._paint_live(painter)
        finally:
            painter.end()

    def render(self, painter: QPainter, target: QRect, source: QRect) -> None:
        """Draw a part of the plot, in the pixels of its viewport, elsewhere: in a report, say."""
        super().render(painter, QRectF(target), source)
        painter.save()
        painter.translate(target.topLeft())
        painter.scale(target.width() / source.width(), target.height() / source.height())
        painter.translate(-source.topLeft())
        self._paint_live(painter)
        painter.restore()

    def _pictured(self, ratio: float) -> QPixmap:
        """Return axes, grid and marks as a picture of the viewport's size."""
        area = self.viewport().rect()
        picture = QPixmap(area.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        try:
            super().render(painter, QRectF(area), area)
        finally:
            painter.end()
        return picture

    def _paint_live(self, painter: QPainter) -> None:
        """Draw what changes often: curves, words, the line under the mouse."""
        box = self.getViewBox()
        place, area = box.childGroup.sceneTransform(), box.mapRectToScene(box.boundingRect())
        self._paint_curves(painter, place, area)
        painter.setFont(self._font)
        label_places = self._label_places(place, area)
        self._draw_marks(painter, place, area, label_places)
        if self._crosshair is not None:
            self._draw_crosshair(painter, *self._crosshair)
        self._draw_labels(painter, label_places)

    def _paint_curves(self, painter: QPainter, place: QTransform, area: QRectF) -> None:
        left, right = self.getViewBox().viewRange()[0]
        painter.save()
        painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
        for x, pen in self._uprights:
            at = place.map(QPointF(x, 0)).x()
            painter.setPen(pen)
            painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
        painter.setTransform(place, combine=True)
        scale = abs(painter.worldTransform().m11())
        for curve in self._curves:
            curve.paint(painter, left, right, scale)
        painter.restore()
        self._paint_dots(painter, place, area)

    def _paint_dots(self, painter: QPainter, place: QTransform, area: QRectF) -> None:
        """Draw the dots on the curves: those at an edge are whole, too, over what is beside it."""
        dotted = [curve for curve in self._curves if curve.has_dots]
        if not dotted:
            return
        seen = self.getViewBox().viewRect()
        across, upright = _EDGE_PX / abs(place.m11()), _EDGE_PX / abs(place.m22())
        painter.save()
        painter.setClipRect(area.adjusted(-DOT_PX, -DOT_PX, DOT_PX, DOT_PX), Qt.ClipOperation.IntersectClip)
        painter.setTransform(place, combine=True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for curve in dotted:
            curve.paint_dots(painter, seen.adjusted(-across, -upright, across, upright))
        painter.restore()

    def _draw_marks(
        self, painter: QPainter, place: QTransform, area: QRectF, around: Sequence[QRectF]
    ) -> None:
        words = [(place.map(QPointF(mark.x, 0)).x(), mark) for mark in self._marks]
        if words:
            paper, at_top = colors_of(self).base, self._has_high_marks
            paint_words(painter, area, words, paper, widths=self._widths, at_top=at_top, around=around)

    def _label_places(self, place: QTransform, area: QRectF) -> list[QRectF]:
        """Return where the words at the ends of the curves stand."""
        line, points = self._widths.line, [place.map(point) for _, point, _ in self._labels]
        middles = spread([p.y() for p in points], line, area.top() + line / 2, area.bottom() - line / 2)
        end = max((point.x() for point in points), default=0.0)
        left = min(max(end, area.left()), area.right()) + SPACE_8  # also where the ends are out of sight
        widths = [self._widths.of(text) for text, _, _ in self._labels]
        return [QRectF(left, y - line / 2, width, line) for y, width in zip(middles, widths, strict=True)]

    def _draw_labels(self, painter: QPainter, places: Sequence[QRectF]) -> None:
        below = self._widths.ascent / 2 - 1
        for (text, _, color), rect in zip(self._labels, places, strict=True):
            painter.setPen(color)
            painter.drawText(QPointF(rect.left(), rect.center().y() + below), text)

    def _draw_crosshair(self, painter: QPainter, x: float, lines: list[tuple[str, QColor]]) -> None:
        box, widths, colors = self.getViewBox(), self._widths, colors_of(self)
        area = box.mapRectToScene(box.boundingRect())
        at = box.mapViewToScene(QPointF(x, 0)).x()
        if not area.left() <= at <= area.right() or not lines:
            return
        painter.setPen(QPen(colors.muted, 0))
        painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
        width = max(widths.of(text) for text, _ in lines) + 2 * SPACE_8
        height = len(lines) * widths.line + 2 * SPACE_4
        left = at + SPACE_8 if at + SPACE_8 + width <= self.width() else at - SPACE_8 - width
        card = QRectF(max(left, 0.0), area.top() + SPACE_4, width, height)
        painter.setPen(QPen(colors.hairline, 0))
        painter.setBrush(colors.raised)
        painter.drawRoundedRect(card, RADIUS, RADIUS)
        for index, (text, color) in enumerate(lines):
            painter.setPen(color)
            base = card.top() + SPACE_4 + index * widths.line + widths.ascent
            painter.drawText(QPointF(card.left() + SPACE_8, base), text)

    @Slot()
    def _on_box_resized(self) -> None:
        """Write the words anew: the curves have moved, and Qt repaints only where items are or were."""
        self._on_range_changed()

    @Slot()
    def _on_range_changed(self) -> None:
        """Move all that has to move at once: if it moved while it is painted, it would be painted again."""
        self.scene().prepareForPaint()
        self._picture_anew()

    @Slot(list)
    def _on_scene_changed(self, places: list[QRectF]) -> None:
        if places:
            self._picture_anew()

    def _picture_anew(self) -> None:
        self._still = None
        self.viewport().update()


def adopt_menu(plot: pg.PlotWidget) -> None:
    """Take the menu that a plot makes, though it is made with `enableMenu=False`, along when it is deleted.

    WORKAROUND for pyqtgraph 0.14: the menu has no parent, so it would live on until Python collects it.
    Qt ends the process where that happens while it gives all widgets another style. The menu of a plot's view
    box is worse: where it is made and taken back, PySide may end the process. So it is never made.
    """
    menu = plot.getPlotItem().ctrlMenu
    menu.setParent(plot, menu.windowFlags())
