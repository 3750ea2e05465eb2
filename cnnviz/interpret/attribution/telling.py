"""How long work tells how far it is, and how it is broken off."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[int, int], None]
"""Is told between two pieces of work how much is done and how much there is. What it raises ends the work."""


def tell_nobody(done: int, total: int) -> None:
    """Let the work go on unseen to its end."""
