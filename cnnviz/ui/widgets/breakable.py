"""Where lines may end: at spaces, but not inside sums; what is too long for any line is shortened."""

from __future__ import annotations

import re

_LONGEST_WORD = 26
"""Characters that fit into one line of the narrowest panel."""
_HAIR = "\u200b"  # takes no room, and a line may end there
_FIXED = "\u00a0"  # a space at which no line ends
_ELLIPSIS = "…"
_SUM = re.compile(r"\S+(?: [×=−+] \S+)+")
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")


def shortened(text: str) -> str:
    """Return the text with an ellipsis in the middle of words that are too long for a line."""
    return _LONG_WORD.sub(lambda word: elided(word.group(), _LONGEST_WORD), text)


def elided(word: str, length: int) -> str:
    """Return a word with its middle left out, so that it has `length` characters at most."""
    if len(word) <= length:
        return word
    kept = length - len(_ELLIPSIS)
    return word[: kept - kept // 2] + _ELLIPSIS + word[len(word) - kept // 2 :]


def unbroken(text: str) -> str:
    """Return the text with sums, products and equations kept on one line, as far as they fit into one."""
    return with_shares(_SUM.sub(lambda found: _kept_together(found.group()), text))


def with_shares(text: str) -> str:
    """Return the text in which no line ends between a number and its per cent sign."""
    return text.replace(" %", f"{_FIXED}%")


def with_breaks(formula: str) -> str:
    """Return arithmetic whose lines may end behind the signs of products, as `999·\u200b99`, too."""
    return formula.replace("·", f"·{_HAIR}")


def without_breaks(text: str) -> str:
    """Return text as it was before lines were arranged in it."""
    return text.replace(_HAIR, "").replace(_FIXED, " ")


def _kept_together(equation: str) -> str:
    """Return an equation without places to break, or with those before its equals signs where it is long."""
    sides = equation.split(" = ") if len(equation) > _LONGEST_WORD else [equation]
    kept = (side if len(side) > _LONGEST_WORD else side.replace(" ", _FIXED) for side in sides)
    return f" ={_FIXED}".join(kept)
