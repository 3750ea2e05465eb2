"""Plays the moments of a run one after another, like a film."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.looking.time_travel import TimeTravel
    from cnnviz.training.moments import Moment

SPEEDS = (1, 2, 5, 10, 20)
FIRST_SPEED = 5
"""Moments a second."""
_LONGEST_WAIT_SECONDS = 2.0
"""What shows a moment has so long before the next one comes nevertheless."""


class FilmPlayer(QObject):
    """Goes from moment to moment until the last one, and then back to now; or from the first one again.

    The next moment comes when its time has come and `is_busy` says no: so a network that is slow to look at
    makes the film slower, and nothing is left out. Whoever looks at another moment ends the film.

    Signals
    -------
    playing_changed(bool)
    """

    playing_changed = Signal(bool)

    def __init__(
        self, travel: TimeTravel, is_busy: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._travel = travel
        self._is_busy = is_busy
        self._is_playing = False
        self._at: Moment | None = None
        self._shown_at = 0.0
        self.loops = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)
        self.set_speed(FIRST_SPEED)
        travel.moment_wanted.connect(self._on_moment_wanted)
        travel.moments_changed.connect(self._on_moments_changed)

    @property
    def is_playing(self) -> bool:
        """Whether the film goes on by itself."""
        return self._is_playing

    @property
    def speed(self) -> int:
        """Moments a second."""
        return self._speed

    def set_speed(self, moments_per_second: int) -> None:
        """Play so many moments a second from now on."""
        self._speed = moments_per_second
        self._timer.setInterval(round(1000 / moments_per_second))

    @Slot()
    def toggle(self) -> None:
        """Play, or stop at the moment that is shown."""
        if self._is_playing:
            self.stop()
        else:
            self.play()

    def play(self) -> None:
        """Go on from the moment that is looked at; from the first one where none is, or it is the last."""
        moments = self._travel.moments
        if self._is_playing or not moments:
            return
        wanted = self._travel.wanted
        self._set_playing(True)
        self._show(moments[0] if wanted is None or wanted >= moments[-1] else wanted)
        self._timer.start()

    @Slot()
    def stop(self) -> None:
        """Stay at the moment that is shown."""
        self._timer.stop()
        self._set_playing(False)

    def _show(self, moment: Moment) -> None:
        self._at, self._shown_at = moment, time.monotonic()
        self._travel.look_at(moment)

    def _set_playing(self, playing: bool) -> None:
        if playing is not self._is_playing:
            self._is_playing = playing
            self.playing_changed.emit(playing)

    @Slot()
    def _on_tick(self) -> None:
        is_late = time.monotonic() - self._shown_at > _LONGEST_WAIT_SECONDS
        if (self._travel.is_reading or self._is_busy()) and not is_late:
            return
        moments, at = self._travel.moments, self._at
        following = next((moment for moment in moments if at is None or moment > at), None)
        if following is not None:
            self._show(following)
        elif self.loops:
            self._show(moments[0])
        else:
            self.stop()
            self._travel.back_to_now()

    @Slot()
    def _on_moment_wanted(self) -> None:
        if self._is_playing and self._travel.wanted != self._at:
            self.stop()

    @Slot()
    def _on_moments_changed(self) -> None:
        if not self._travel.moments:
            self.stop()
