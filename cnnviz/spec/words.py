"""How amounts are written, wherever they are told."""

from __future__ import annotations


def counted(count: int, noun: str, nouns: str = "") -> str:
    """Return a number with its noun, such as `1 layer` or `1,200 units`.

    `nouns` is for more than one, where an s behind the noun is not enough.
    """
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"
