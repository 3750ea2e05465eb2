"""Telling how far an import is, and ending it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnviz.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable


class Stage(enum.Enum):
    """What an import is doing."""

    LOOKING = "Looking through the folder"
    SAMPLING = "Looking at some pictures"
    CHECKING = "Looking for what was prepared before"
    READING = "Reading pictures"
    DIVIDING = "Dividing the images"
    FITTING = "Bringing images to their size"
    MEASURING = "Measuring the training images"
    HASHING = "Computing the hash of the images"


class ImportCancelled(DataError):
    """An import was ended because nobody wants it any more."""


def _nothing(stage: Stage, done: int, total: int) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told about an import, and asked whether it is still wanted. Called on any thread.

    Attributes
    ----------
    tell
        Called with what is being done, how much of it is done, and of how much; 0 of 0 where that is unknown.
    is_stopping
        Whether the import is to end.
    """

    tell: Callable[[Stage, int, int], None] = _nothing
    is_stopping: Callable[[], bool] = _never

    def check(self) -> None:
        """Raise `ImportCancelled` where nobody wants the import any more."""
        if self.is_stopping():
            raise ImportCancelled("The import was cancelled.")
