"""Widths of columns that the program chooses until a person does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QHeaderView


class FittedColumns(QObject):
    """Gives the first columns of a header their widths, and leaves them alone once one was dragged."""

    def __init__(self, header: QHeaderView, count: int) -> None:
        """Look after the first `count` columns: the widths of others follow from theirs, or from contents."""
        super().__init__(header)
        self._header, self._count = header, count
        self._is_fitting = self._is_by_hand = False
        header.sectionResized.connect(self._on_section_resized)

    @property
    def is_by_hand(self) -> bool:
        """Whether a person has chosen a width."""
        return self._is_by_hand

    def fit(self, widths: Sequence[int]) -> None:
        """Give the columns these widths, from the first one on, unless a person has chosen some."""
        if self._is_by_hand:
            return
        self._is_fitting = True
        try:
            for column, width in enumerate(widths):
                self._header.resizeSection(column, width)
        finally:
            self._is_fitting = False

    @Slot(int, int, int)
    def _on_section_resized(self, column: int, _before: int, _after: int) -> None:
        if column < self._count and not self._is_fitting:
            self._is_by_hand = True
