"""How long the event loop lets someone wait."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

BEAT_MS = 8


def gap_during(is_over: Callable[[], bool], least_seconds: float = 0.5) -> tuple[float, float]:
    """Run the event loop; return the seconds until `is_over`, and the longest gap in ms until a bit later."""
    from PySide6.QtCore import QEventLoop, QTimer

    began = last = time.perf_counter()
    ended, worst, loop = 0.0, 0.0, QEventLoop()

    def beat() -> None:
        nonlocal last, worst, ended
        now = time.perf_counter()
        worst, last = max(worst, now - last), now
        if not ended and is_over():
            ended = now
        if ended and now - ended >= least_seconds:
            loop.quit()

    timer = QTimer(interval=BEAT_MS)
    timer.timeout.connect(beat)
    timer.start()
    loop.exec()
    timer.stop()
    return ended - began, 1000 * worst
