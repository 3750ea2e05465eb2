"""Which thread goes first where several want the same processor."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

_STEPS_DOWN = 4
"""So much nicer than the window is what computes for long. More would starve it beside other busy programs,
and the window with it, which would wait for the interpreter that such a thread holds."""


def step_behind_the_window() -> None:
    """Let the window go first, for the calling thread and all that it starts from now on.

    Without it, two lanes on two cores let a window that wakes up wait for several milliseconds now and then.
    Only Linux gives threads priorities of their own this way; elsewhere, and where it is forbidden, nothing
    changes.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _STEPS_DOWN)
