"""Scrolling while something is dragged near the upper or lower edge of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QAbstractScrollArea

EDGE_PX = 48
_MOST_OF_HEIGHT = 0.25
"""In a low list the edges take no more than this share of it each."""
_SLOWEST, _FASTEST = 60.0, 1800.0
"""Pixels in a second where an edge begins, and at its very end."""
_TICK_MS = 16
_DELAY_MS = 150
"""A card that is picked up near an edge, or dragged across it, does not make the list run away."""


def scroll_speed(y: int, height: int) -> float:
    """Return how fast to scroll for a pointer at `y` of a list, in pixels per second; downwards is positive.

    The nearer to the edge, the faster: the speed grows with the square of the way into it.
    """
    edge = min(EDGE_PX, height * _MOST_OF_HEIGHT)
    from_top, from_bottom = y, height - 1 - y
    near = min(from_top, from_bottom)
    if near >= edge:
        return 0.0
    share = 1 - max(near, 0) / edge
    speed = _SLOWEST + (_FASTEST - _SLOWEST) * share**2
    return speed if from_bottom < from_top else -speed


class EdgeScroll(QObject):
    """Scrolls a list for as long as the pointer of a drag rests near an edge of it.

    Signals
    -------
    scrolled()
        Something else is under the pointer now.
    """

    scrolled = Signal()

    def __init__(self, view: QAbstractScrollArea) -> None:
        super().__init__(view)
        self._view = view
        self._speed = 0.0
        self._rest = 0.0  # of a pixel
        self._since = QElapsedTimer()
        self._delay = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._delay.timeout.connect(self._begin)
        self._ticks = QTimer(self, interval=_TICK_MS)
        self._ticks.timeout.connect(self._on_tick)

    @property
    def is_scrolling(self) -> bool:
        """Whether the list moves under the pointer, or is about to."""
        return self._ticks.isActive() or self._delay.isActive()

    def follow(self, pointer: QPoint) -> None:
        """Say where in the list the pointer is."""
        self._speed = scroll_speed(pointer.y(), self._view.viewport().height())
        if not self._speed:
            self.stop()
        elif not self.is_scrolling:
            self._delay.start()

    def stop(self) -> None:
        """Stay where the list is."""
        self._delay.stop()
        self._ticks.stop()

    @Slot()
    def _begin(self) -> None:
        self._rest = 0.0
        self._since.start()
        self._ticks.start()

    @Slot()
    def _on_tick(self) -> None:
        """Scroll as far as the time that has gone by says, however long the last tick took."""
        way = self._rest + self._speed * self._since.restart() / 1000
        bar, whole = self._view.verticalScrollBar(), int(way)
        self._rest = way - whole
        before = bar.value()
        bar.setValue(before + whole)
        if bar.value() != before:
            self.scrolled.emit()
