"""Words that may be broken: names without spaces do not make a panel wide."""

from __future__ import annotations

import re

_LONGEST_PIECE = 12
_BREAK = "\u200b"  # takes no room, and a line may end there
_PIECE = re.compile(rf"\S{{{_LONGEST_PIECE}}}(?=\S{{4}})")


def breakable(text: str) -> str:
    """Return the text with places in its longest words at which a line may end."""
    return re.sub(
        rf"[^\s{_BREAK}]{{{_LONGEST_PIECE}}}(?=\S{{4}})", lambda piece: piece.group() + _BREAK, text
    )
