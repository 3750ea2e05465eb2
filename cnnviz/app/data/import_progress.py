"""How far an import, or the preparing of a data set, is: told at a pace that people can follow."""

from __future__ import annotations

import dataclasses
import math
import time
from typing import TYPE_CHECKING

from cnnviz.data.importing.watch import Stage, Watch

if TYPE_CHECKING:
    from collections.abc import Callable

BETWEEN_SECONDS = 0.1
"""Progress is told at most once in this time, but for the beginning of a stage."""


@dataclasses.dataclass(frozen=True, slots=True)
class ImportProgress:
    """What is being done, and how much of it is done, of how much; 0 of 0 where that is not known."""

    stage: Stage
    done: int
    total: int


def paced_watch(
    told: Callable[[ImportProgress], None],
    is_wanted: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic,
) -> Watch:
    """Return a watch that calls `told`, on the thread of the work, and ends it once it is not wanted."""
    last = -math.inf

    def tell(stage: Stage, done: int, total: int) -> None:
        nonlocal last
        now = clock()
        if is_wanted() and (now - last >= BETWEEN_SECONDS or not done):
            last = now
            told(ImportProgress(stage, done, total))

    return Watch(tell, lambda: not is_wanted())
