"""How a sentence about a design looks: as a problem, or as what only has to follow."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from cnnviz.ui.theme import Colors


@dataclasses.dataclass(frozen=True, slots=True)
class SentenceLook:
    """The name of the sign before a sentence and its colour, and the colours of the words and below them."""

    icon: str
    sign: QColor
    words: QColor
    surface: QColor

    @classmethod
    def of(cls, colors: Colors, *, is_unfinished: bool) -> SentenceLook:
        """Return the look of what is wrong, or of what is not finished."""
        if is_unfinished:
            return cls("info", colors.accent, colors.text, colors.info_surface)
        return cls("warning", colors.problem, colors.problem, colors.problem_surface)
