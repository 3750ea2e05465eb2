"""What is to be said about a folder of pictures: sentences, each with the files that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_NAMES = 1_000
"""Names that are kept of those that a remark is about; the sentence says how many there are."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a person should know of what was found, left out or changed.

    `names` are the first files, rows or classes that it is about, with the reason where each has its own.
    """

    sentence: str
    names: tuple[str, ...] = ()


def remark(sentence: str, names: Iterable[str]) -> Remark:
    """Return a remark with as many names as are kept, each fit to be shown."""
    kept: list[str] = []
    for name in names:
        if len(kept) == MAX_NAMES:
            break
        kept.append(printable(name))
    return Remark(sentence, tuple(kept))


def printable(name: str) -> str:
    """Return a file's name as text that can be shown and written: systems allow bytes that are no letters."""
    return name.encode("utf-8", "replace").decode()
