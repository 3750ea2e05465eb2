"""How commands are written: headline capitals on what is done, plain sentences on what is said.

The rule, with its reasons, stands in `docs/decisions/words-of-commands.md`.
"""

from __future__ import annotations

import re

_PROGRAM = "cnnviz"
SMALL_WORDS = frozenset("a an and as at by for from in of on or over per the to with".split())
"""They begin with a small letter, but not as the first word."""
_WORD = re.compile(r"[^\W\d_][\w'’×.]*")


def as_command(words: str) -> str:
    """Return words as a menu or a button has them: `Use Mean Squared Error`."""
    first = True

    def written(found: re.Match[str]) -> str:
        nonlocal first
        word, is_first = found.group(), first
        first = False
        is_small = (word in SMALL_WORDS and not is_first) or word == _PROGRAM
        return word if is_small else word[0].upper() + word[1:]

    return _WORD.sub(written, words)
