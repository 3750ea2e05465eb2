"""What the parts of the window have to say, and where it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cnnviz.ui.memory_label import MemoryLabel
from cnnviz.ui.opening_label import OpeningLabel
from cnnviz.ui.remedies import Remedies
from cnnviz.ui.saved_label import SavedLabel

if TYPE_CHECKING:
    from cnnviz.ui.main_window import MainWindow


_OPEN_DATA = {"Open Folder…": "open_data_folder", "Open File…": "open_data_file"}


class MessageLinks(QObject):
    """Leads problems and notes to the banner, and what was saved to the status bar."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._notices, self._commands = window.notices, window.commands
        self._connect_problems(window)
        self._connect_notes(window)
        self._connect_saved(window)
        self._remedies = Remedies(window.runs, window.training_form, window.notices, window.commands["train"])

    def _connect_problems(self, window: MainWindow) -> None:
        bench = window.workbench
        for failed in (
            window.files.failed,
            window.exports.failed,
            window.runs.failed,
            window.designs.failed,
            window.convert.failed,
            bench.inspector.failed,
            bench.autosave.failed,
            bench.library.failed,
        ):
            failed.connect(window.notices.show_problem)

    def _connect_notes(self, window: MainWindow) -> None:
        files, notices, bench = window.files, window.notices, window.workbench
        for teller in (files, window.runs):
            teller.told.connect(notices.show_note)
        files.data_missed.connect(self._on_data_missed)
        files.design_replaced.connect(window.links.choose_first_layer)
        files.design_replaced.connect(notices.on_opened)
        bench.selection.dataset_changed.connect(notices.on_opened)
        bench.session.run_prepared.connect(notices.clear)  # what the run tells as it begins, stays

    def _connect_saved(self, window: MainWindow) -> None:
        saved = SavedLabel(window)
        window.statusBar().addPermanentWidget(OpeningLabel(window.workbench.dataset_opener, window))
        window.statusBar().addPermanentWidget(saved)
        window.statusBar().addPermanentWidget(MemoryLabel(window.workbench.session, window))
        for writer in (window.files, window.exports):
            writer.saved.connect(saved.show_saved)
        window.workbench.document.spec_changed.connect(saved.forget)

    @Slot(str, str)
    def _on_data_missed(self, name: str, prepared: str) -> None:
        offers = {word: self._commands[command].trigger for word, command in _OPEN_DATA.items()}
        how = f", and prepare its images so ({prepared})," if prepared else ""
        self._notices.show_offers(
            f'This run learned from "{name}". Open that data set{how} to go on with it.', offers
        )
