"""A slider over the moments of a run, with a tick for each and now at its right end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from cnnviz.ui.theme import FOCUS_RING_PX, colors_of
from cnnviz.ui.training.time_words import moment_text

if TYPE_CHECKING:
    from collections.abc import Collection

    from PySide6.QtGui import QPaintEvent

    from cnnviz.training.moments import Moment
    from cnnviz.ui.theme import Colors

_HEIGHT_PX, _LEAST_WIDTH_PX = 26, 90
_HANDLE_PX, _GROOVE_PX = 6.0, 3.0
_STEP_TICK_PX, _EPOCH_TICK_PX = 3.0, 6.0
_BEST_PX, _NOW_PX = 3.0, 3.5
_LEAST_TICK_GAP_PX = 3.0
_NOW_SHARE = 0.04
"""Now stands a little apart from the last moment, by this share of the width."""
_PAGES = 10


class TimeSlider(QAbstractSlider):
    """Every moment has the same room, whatever the steps between: most happens in the first steps.

    The ticks of epochs are longer than those of single steps; a dot marks the best epoch.

    Signals
    -------
    moment_chosen(Moment | None)
        A person has moved to a moment, or to now.
    """

    moment_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moments: tuple[Moment, ...] = ()
        self._epoch_steps: frozenset[int] = frozenset()
        self._best_step: int | None = None
        self._is_told = True
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Moment of the run whose weights are shown")
        self.valueChanged.connect(self._on_value_changed)

    @property
    def moments(self) -> tuple[Moment, ...]:
        """What can be chosen beside now."""
        return self._moments

    @property
    def moment(self) -> Moment | None:
        """The moment under the handle; None for now."""
        value = self.value()
        return self._moments[value] if value < len(self._moments) else None

    def set_moments(
        self, moments: tuple[Moment, ...], epoch_steps: Collection[int], best_step: int | None
    ) -> None:
        """Show other moments. The handle stays at its moment, or at the nearest; no signal is sent."""
        before = self.moment
        self._moments, self._best_step = moments, best_step
        self._epoch_steps = frozenset(epoch_steps)
        self._is_told = False
        self.setRange(0, len(moments))
        self.setPageStep(max(1, len(moments) // _PAGES))
        self._is_told = True
        self.set_moment(before)
        self.update()

    def set_moment(self, moment: Moment | None) -> None:
        """Put the handle on a moment, or the one nearest to it; None is now. No signal is sent."""
        self._is_told = False
        self.setValue(self._place_of(moment))
        self._is_told = True
        self.setAccessibleDescription(moment_text(moment))

    def x_of(self, place: int) -> float:
        """Return where the tick of a moment is, or that of now behind the last one."""
        left, width = _HANDLE_PX + 1, self.width() - 2 * (_HANDLE_PX + 1)
        count = len(self._moments)
        if place >= count or not count:
            return left + width
        of_moments = width * (1 - _NOW_SHARE) - _HANDLE_PX
        return left + (of_moments * place / (count - 1) if count > 1 else 0.0)

    def place_at(self, x: float) -> int:
        """Return the place whose tick is nearest to x."""
        return min(range(len(self._moments) + 1), key=lambda place: abs(self.x_of(place) - x))

    def sizeHint(self) -> QSize:
        return QSize(4 * _LEAST_WIDTH_PX, _HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH_PX, _HEIGHT_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self.place_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setValue(self.place_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def event(self, event: QEvent) -> bool:
        """Name the moment under the mouse in the tooltip that is about to be shown."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            self.setToolTip(self._tip_at(event.pos()))
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter, colors_of(self))
        finally:
            painter.end()

    def _paint(self, painter: QPainter, colors: Colors) -> None:
        middle, handle = self.height() / 2 - 2, self.x_of(self.value())
        groove = QRectF(self.x_of(0), middle - _GROOVE_PX / 2, 0, _GROOVE_PX)
        groove.setRight(self.x_of(len(self._moments)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.hairline)
        painter.drawRoundedRect(groove, _GROOVE_PX / 2, _GROOVE_PX / 2)
        self._paint_ticks(painter, colors, middle + _HANDLE_PX)
        is_past = self.value() < self.maximum()
        if is_past:
            painter.setPen(QPen(colors.border, 1))
            painter.setBrush(colors.base)
            painter.drawEllipse(QPointF(self.x_of(len(self._moments)), middle), _NOW_PX, _NOW_PX)
        painter.setPen(QPen(colors.accent if self.isEnabled() else colors.border, FOCUS_RING_PX))
        painter.setBrush(colors.accent if is_past else colors.base)
        painter.drawEllipse(QPointF(handle, middle), _HANDLE_PX - 1, _HANDLE_PX - 1)
        if self.hasFocus():
            painter.setPen(QPen(colors.accent, FOCUS_RING_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inside = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(inside, 4, 4)

    def _paint_ticks(self, painter: QPainter, colors: Colors, top: float) -> None:
        last_x = -_LEAST_TICK_GAP_PX
        for place, moment in enumerate(self._moments):
            x = self.x_of(place)
            if moment.step == self._best_step:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colors.plot_validation)
                painter.drawEllipse(QPointF(x, top + _BEST_PX), _BEST_PX, _BEST_PX)
                last_x = x + _BEST_PX
            elif x - last_x >= _LEAST_TICK_GAP_PX:
                is_epoch = moment.step in self._epoch_steps
                painter.setPen(QPen(colors.border if is_epoch else colors.hairline.darker(120), 1))
                length = _EPOCH_TICK_PX if is_epoch else _STEP_TICK_PX
                painter.drawLine(QPointF(x, top), QPointF(x, top + length))
                last_x = x

    def _tip_at(self, position: QPoint) -> str:
        place = self.place_at(position.x())
        if place >= len(self._moments):
            return "The newest weights"
        moment = self._moments[place]
        best = ", the best epoch" if moment.step == self._best_step else ""
        return f"{moment_text(moment)}{best}"

    def _place_of(self, moment: Moment | None) -> int:
        if moment is None:
            return len(self._moments)
        places = range(len(self._moments))
        return min(places, key=lambda place: abs(self._moments[place].step - moment.step), default=0)

    def _on_value_changed(self, value: int) -> None:
        self.update()
        if self._is_told:
            self.setAccessibleDescription(moment_text(self.moment))
            self.moment_chosen.emit(self.moment)
