"""Training > Earlier Runs: runs that no file holds and that later ones have taken the place of."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cnnviz.ui.run_words import run_words

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from cnnviz.app.session import Session
    from cnnviz.ui.file_actions import FileActions


class EarlierRuns(QObject):
    """A menu with one entry for each run that can be brought back, the newest first."""

    def __init__(self, menu: QMenu, session: Session, files: FileActions) -> None:
        super().__init__(menu)
        self._session = session
        self._files = files
        self.menu = menu.addMenu("Earlier Runs")
        self.menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._on_menu_about_to_show)
        self._on_menu_about_to_show()

    @Slot()
    def _on_menu_about_to_show(self) -> None:
        self.menu.clear()
        shown = self._session.result
        for result in reversed(self._session.unsaved_runs):
            if result is not shown:
                words = run_words(result).replace("&", "&&")
                action = self.menu.addAction(words, functools.partial(self._files.bring_back, result))
                action.setToolTip("Show this run again, with its design; Undo returns to this one")
        self.menu.setEnabled(self._session.is_idle and not self.menu.isEmpty())
