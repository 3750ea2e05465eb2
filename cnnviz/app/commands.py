"""The one command of the undo stack: a design takes the place of another."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.spec.network import NetworkSpec

_MERGING_ID = 1
_NOT_MERGING = -1  # Qt's own value for commands that stay apart


class SetSpec(QUndoCommand):
    """Puts `after` in the place of `before`, by calling `apply`.

    Commands with the same merge key become one, such as all the steps of dragging a slider.
    """

    def __init__(
        self,
        before: NetworkSpec,
        after: NetworkSpec,
        *,
        label: str,
        merge_key: str | None,
        apply: Callable[[NetworkSpec], None],
    ) -> None:
        super().__init__(label)
        self._before = before
        self._after = after
        self._merge_key = merge_key
        # Weak, or the document and its commands would hold each other, and collecting that ring as garbage
        # ends the process: Qt deletes the commands while Python still clears them.
        self._apply = weakref.WeakMethod(apply)

    def id(self) -> int:
        """Return whether Qt may try to merge this command."""
        return _NOT_MERGING if self._merge_key is None else _MERGING_ID

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over the later command's design where both have the same key."""
        if not isinstance(other, SetSpec) or other._merge_key != self._merge_key:
            return False
        self._after = other._after
        if self._after == self._before:
            self.setObsolete(True)
            self._show(self._before)  # the very design, which may have learned something
        return True

    def redo(self) -> None:
        """Show the new design."""
        self._show(self._after)

    def undo(self) -> None:
        """Show the old design."""
        self._show(self._before)

    def _show(self, spec: NetworkSpec) -> None:
        apply = self._apply()
        if apply is not None:
            apply(spec)
