"""The commands of the undo stack: a design takes the place of another, and perhaps its file, too."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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


class BringIn(SetSpec):
    """Puts a design that belongs to no file in the place of one that belongs to `path`."""

    def __init__(
        self,
        before: NetworkSpec,
        after: NetworkSpec,
        *,
        label: str,
        path: Path | None,
        apply: Callable[[NetworkSpec], None],
        set_path: Callable[[Path | None], None],
    ) -> None:
        super().__init__(before, after, label=label, merge_key=None, apply=apply)
        self._path = path
        self._set_path = weakref.WeakMethod(set_path)

    def redo(self) -> None:
        """Show the new design, without a file."""
        super().redo()
        self._move_to(None)

    def undo(self) -> None:
        """Show the old design, with its file."""
        super().undo()
        self._move_to(self._path)

    def _move_to(self, path: Path | None) -> None:
        set_path = self._set_path()
        if set_path is not None:
            set_path(path)
