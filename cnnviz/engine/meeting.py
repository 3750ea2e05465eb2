"""Computations that shards of one batch carry out side by side, and in which they have to meet.

BatchNorm needs statistics of the whole batch, of which a shard has a part. A computation that meets others is
a generator: it yields what its own shard has to say, and is sent what all shards said, in their order. So the
result depends neither on how the batch was cut nor on which thread came first.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from threading import Barrier

T = TypeVar("T")

Said = NDArray[np.float64]
"""What one shard tells the others."""
Meeting = Generator[Said, Sequence[Said], T]
"""A computation that meets others and returns T."""


def alone(meeting: Meeting[T]) -> T:
    """Carry out a computation for a batch that was not cut."""
    try:
        said = next(meeting)
        while True:
            said = meeting.send([said])
    except StopIteration as end:
        result: T = end.value
        return result


class Room:
    """Where the threads of one step meet. Each brings what its shards say, and leaves with all of it."""

    def __init__(self, barrier: Barrier) -> None:
        self._barrier = barrier
        self._said: dict[int, Said] = {}

    def meet(self, own: dict[int, Said]) -> list[Said]:
        """Wait for the others; `own` has what each shard says by its number. Returns all of it in order."""
        self._said.update(own)
        self._barrier.wait()
        everything = [self._said[number] for number in sorted(self._said)]
        self._barrier.wait()  # nobody goes on to the next meeting while another still reads this one
        return everything

    def leave(self) -> None:
        """Let the others fail instead of waiting for a thread that did."""
        self._barrier.abort()


def together(meetings: dict[int, Meeting[T]], room: Room) -> dict[int, T]:
    """Carry out the computations of one thread's shards, by their numbers, beside those of other threads."""
    results: dict[int, T] = {}
    answer: list[Said] | None = None
    try:
        while len(results) < len(meetings):
            said = {}
            for number, meeting in meetings.items():
                try:
                    said[number] = next(meeting) if answer is None else meeting.send(answer)
                except StopIteration as end:
                    results[number] = end.value
            if said:
                answer = room.meet(said)
    except BaseException:
        room.leave()
        raise
    return results
