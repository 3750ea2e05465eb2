"""Training > Earlier Runs: the newest runs of the list, and those that nothing but the memory holds."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cnnviz.ui.run_words import run_words
from cnnviz.ui.runs.words import entry_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenu

    from cnnviz.app.workbench import Workbench
    from cnnviz.ui.file_actions import FileActions
    from cnnviz.ui.runs.runs_panel import RunsPanel

MOST_LISTED = 12
_TIP = "Show this run again, with its design; Undo returns to this one"


class EarlierRuns(QObject):
    """A menu with one entry for each run that can be brought back, the newest first.

    The menu of the list of runs stands below it.
    """

    def __init__(self, menu: QMenu, workbench: Workbench, files: FileActions, panel: RunsPanel) -> None:
        super().__init__(menu)
        self._session, self._library = workbench.session, workbench.library
        self._files, self._panel = files, panel
        self.menu = menu.addMenu("Earlier Runs")
        self.menu.setToolTipsVisible(True)
        menu.addMenu(panel.menu)
        menu.aboutToShow.connect(self._on_menu_about_to_show)
        self._on_menu_about_to_show()

    @Slot()
    def _on_menu_about_to_show(self) -> None:
        self.menu.clear()
        shown = self._session.result
        for result in reversed(self._session.unsaved_runs):
            if result is not shown and not self._library.holds(result):
                self._add(run_words(result), functools.partial(self._files.bring_back, result))
        shown_id = entry.id if shown is not None and (entry := self._library.entry_of(shown.state)) else ""
        listed = [entry for entry in self._library.entries if entry.is_whole and entry.id != shown_id]
        for entry in listed[:MOST_LISTED]:
            self._add(entry_words(entry), functools.partial(self._panel.open_requested.emit, entry.id))
        self.menu.setEnabled(self._session.is_idle and not self.menu.isEmpty())

    def _add(self, words: str, show: Callable[[], object]) -> None:
        self.menu.addAction(words.replace("&", "&&"), show).setToolTip(_TIP)
