"""Operations worked out once, and carried out whenever their arrays hold new numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Program:
    """Calls together with the very arrays that they read and write, in the order in which they are done.

    A layer sees the same buffers step after step, so views, block sizes and borders need to be found only
    once. What is left between two calls is next to nothing, which matters twice with several lanes: while one
    of them holds the interpreter's lock, the others wait.
    """

    __slots__ = ("_calls",)

    def __init__(self) -> None:
        self._calls: list[tuple[Callable[..., object], tuple[Any, ...], dict[str, Any]]] = []

    def add(self, function: Callable[..., object], *arguments: object, **named: object) -> None:
        """Let `function` be called with these arguments after all calls that were added before."""
        self._calls.append((function, arguments, named))

    def run(self) -> None:
        """Carry out all calls."""
        for function, arguments, named in self._calls:
            function(*arguments, **named)
