"""Clocks on the layers of a network: how long each takes forward and back, while training steps are computed.

The network that is measured is one of its own, whose stages carry clocks; others know nothing of it.
"""

from __future__ import annotations

import dataclasses
import enum
import threading
import time
from typing import TYPE_CHECKING, TypeVar

from cnnviz.engine.network import Network
from cnnviz.engine.plan import fast_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnviz.engine.meeting import Meeting, Said
    from cnnviz.engine.stages import LayerBackward, LayerGradients, Stage, Surroundings
    from cnnviz.engine.types import Array, Tap

T = TypeVar("T")


class Direction(enum.Enum):
    """Which way a layer was computed."""

    FORWARD = "forward"
    BACKWARD = "backward"


class TimingCancelled(Exception):
    """A layer was not computed because the measurement was cancelled."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Lap:
    thread: int
    layer_id: str
    direction: Direction
    seconds: float


class LayerClock:
    """Collects how long layers take, on however many threads.

    `is_cancelled` is asked before each layer; where it says yes, `TimingCancelled` is raised in its place.
    """

    def __init__(self, is_cancelled: Callable[[], bool]) -> None:
        self._is_cancelled = is_cancelled
        self._laps: list[_Lap] = []  # only appended to by the threads, which needs no lock

    def take(self) -> dict[tuple[str, Direction], float]:
        """Return the seconds of each layer since the last call, for when no thread computes.

        What several threads did side by side counts as long as they took on average, so that the layers of a
        step add up to about the time that passed. A block contains what is inside it. The keys stand in the
        order in which the layers were done.
        """
        laps, self._laps = self._laps, []
        threads = len({lap.thread for lap in laps})
        sums: dict[tuple[str, Direction], float] = {}
        for lap in laps:
            key = (lap.layer_id, lap.direction)
            sums[key] = sums.get(key, 0.0) + lap.seconds / threads
        return sums

    def watch(self, stage: Stage) -> Stage:
        """Return the stage with this clock on it."""

        def run(x: Array, around: Surroundings) -> Meeting[tuple[Array, LayerBackward]]:
            y, back = yield from self._timed(stage.layer_id, Direction.FORWARD, stage.run(x, around))

            def backward(dy: Array, input_gradient: bool, taps: Tap | None) -> Meeting[LayerGradients]:
                way_back = back(dy, input_gradient, taps)
                return (yield from self._timed(stage.layer_id, Direction.BACKWARD, way_back))

            return y, backward

        return dataclasses.replace(stage, run=run)

    def _timed(self, layer_id: str, direction: Direction, meeting: Meeting[T]) -> Meeting[T]:
        """Carry out a computation and note how long it took, without the time it waited for others."""
        if self._is_cancelled():
            raise TimingCancelled
        seconds = 0.0
        answer: Sequence[Said] | None = None
        while True:
            began = time.perf_counter()
            try:
                said = next(meeting) if answer is None else meeting.send(answer)
            except StopIteration as end:
                seconds += time.perf_counter() - began
                self._laps.append(_Lap(threading.get_ident(), layer_id, direction, seconds))
                result: T = end.value
                return result
            seconds += time.perf_counter() - began
            answer = yield said


class TimedNetwork(Network):
    """A network with copies of all arrays, whose layers are timed by `clock` while it trains.

    A convolution and the pooling that it is otherwise computed with are taken apart for that, which takes a
    few percent longer and rounds otherwise.
    """

    def __init__(self, network: Network, clock: LayerClock) -> None:
        twin = network.twin()
        super().__init__(twin.spec, twin.parameters, twin.states)
        self.freeze(network.frozen)
        self._fast = fast_plan(network.spec, clock.watch)
