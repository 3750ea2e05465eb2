"""Where lines may end: inside long names, but not inside sums."""

from __future__ import annotations

import re

_LONGEST_PIECE = 12
_BREAK = "\u200b"  # takes no room, and a line may end there
_PIECE = re.compile(rf"\S{{{_LONGEST_PIECE}}}(?=\S{{4}})")


def breakable(text: str) -> str:
    """Return the text with places in its longest words at which a line may end."""
    return _PIECE.sub(lambda piece: piece.group() + _BREAK, text)


def unbroken(text: str) -> str:
    """Return the text with sums, products and equations kept on one line."""
    for sign in "×=−+":
        text = text.replace(f" {sign} ", f"\u00a0{sign}\u00a0")
    return text
