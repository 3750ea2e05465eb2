"""How names of classes are written where there is no room for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_FEWEST = 2
"""One name shares its words with no other."""


def without_common_words(names: Sequence[str]) -> tuple[str, ...]:
    """Return names without the words that all of them begin or end with: they tell none from another."""
    words = [name.split() for name in names]
    if len(words) < _FEWEST or not all(words):
        return tuple(names)
    shortest = min(map(len, words))
    first = next((k for k in range(shortest) if len({one[k] for one in words}) > 1), shortest - 1)
    rest = shortest - first
    last = next((k for k in range(1, rest) if len({one[-k] for one in words}) > 1), rest)
    return tuple(" ".join(one[first : len(one) - last + 1]) for one in words)
