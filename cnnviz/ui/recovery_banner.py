"""What an earlier start left unsaved, offered above the network until somebody decides."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from cnnviz.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from cnnviz.app.files.autosave import Autosave
    from cnnviz.app.files.recovery import Orphan, UnsavedDesign
    from cnnviz.ui.file_actions import FileActions

RECOVER, DISCARD, LATER = "Recover", "Discard", "Later"


class RecoveryBanner(Banner):
    """Offers one design after the other: take it, drop it, or leave it for the next start."""

    def __init__(self, files: FileActions, autosave: Autosave, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files = files
        self._autosave = autosave
        self._orphans: list[Orphan] = []
        self.action_requested.connect(self._on_action_requested)
        self.closed.connect(self._on_closed)

    def offer(self, orphans: Sequence[Orphan]) -> None:
        """Offer these, the first one first; each must be unlocked by `release_all` at the latest."""
        self._orphans.extend(orphans)
        self._show_next()

    def release_all(self) -> None:
        """Leave what nobody has decided on for the next start."""
        for orphan in self._orphans:
            orphan.release()
        self._orphans.clear()
        self.clear()

    def _show_next(self) -> None:
        if not self._orphans:
            self.clear()
            return
        unsaved = self._orphans[0].unsaved
        others = len(self._orphans) - 1
        more = f" {others} more {'waits' if others == 1 else 'wait'}." if others else ""
        self.show_message(
            f"cnnviz did not close properly. Recover {_described(unsaved)}?{more}",
            action=RECOVER,
            more_actions=(DISCARD, LATER),
            details=str(unsaved.file or "It was never saved."),
        )

    @Slot(str)
    def _on_action_requested(self, action: str) -> None:
        orphan = self._orphans[0]
        if action == RECOVER:
            if not self._files.recover(orphan.unsaved):
                return
            self._autosave.adopt(orphan)
        elif action == DISCARD:
            orphan.discard()
        else:
            orphan.release()
        self._orphans.pop(0)
        self._show_next()

    @Slot()
    def _on_closed(self) -> None:
        self.release_all()


def _described(unsaved: UnsavedDesign) -> str:
    name = unsaved.spec.name or "Untitled"
    file = f" ({unsaved.file.name})" if unsaved.file is not None else ""
    when = unsaved.changed_at.astimezone()
    today = datetime.datetime.now().astimezone().date()
    day = "" if when.date() == today else f"{when.day} {when:%B %Y}, "
    return f'"{name}"{file} from {day}{when:%H:%M}'
