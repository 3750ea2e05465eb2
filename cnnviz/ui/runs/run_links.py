"""Opening, resuming, comparing runs of the list, and starting twins of them."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cnnviz.app.runs.other_windows import OtherWindows
from cnnviz.app.runs.resuming import exact_settings
from cnnviz.app.runs.run_about import RunKind
from cnnviz.ui.runs.data_wait import DataWait
from cnnviz.ui.runs.interrupted_banner import InterruptedBanner
from cnnviz.ui.runs.live_row import LiveRow
from cnnviz.ui.runs.queue_links import QueueLinks
from cnnviz.ui.runs.runs_model import RUN_COLORS
from cnnviz.ui.runs.twin_dialog import TwinDialog
from cnnviz.ui.runs.words import done_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.runs.run_folder import RunEntry
    from cnnviz.app.runs.twin_queue import WaitingTwin
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.result import RunResult
    from cnnviz.ui.dialogs import Questions
    from cnnviz.ui.main_window import MainWindow
    from cnnviz.ui.runs.comparison_dialog import ComparisonDialog, Contender

COMPARE = "Compare"


class RunLinks(QObject):
    """Carries out what the list of runs asks for.

    `show_training` puts settings into the form.

    Attributes
    ----------
    banner
        Offers a run that was cut off with the program.
    twins
        Those that wait for each other.
    """

    def __init__(
        self, window: MainWindow, questions: Questions, show_training: Callable[[TrainingSpec], object]
    ) -> None:
        super().__init__(window)
        workbench, panel = window.workbench, window.run_list
        self._window, self._bench, self._questions = window, workbench, questions
        self._files, self._runs = window.files, window.runs
        self._notices, self._commands = window.notices, window.commands
        self._show_training = show_training
        self._wishes: dict[str, Callable[[RunResult], object]] = {}
        self._data = DataWait(workbench, window.files)
        self._why = ""
        self._kept_early: RunResult | None = None
        self.twins = QueueLinks(window, self._begin_twin, self._data.give_up)
        others = OtherWindows(workbench.library, self)
        self.banner = InterruptedBanner(workbench.library, workbench.session, others, window)
        self.banner.resume_requested.connect(self.resume)
        live = LiveRow(panel, workbench.session, workbench.library, workbench.selection)
        for follow in (live.set_in_sight, panel.set_in_sight):
            window.docks.runs.visibilityChanged.connect(follow)
        panel.open_requested.connect(self.open)
        panel.resume_requested.connect(self.resume)
        panel.twin_requested.connect(self.ask_for_twin)
        panel.compare_requested.connect(self.compare)
        library, session = workbench.library, workbench.session
        library.run_read.connect(self._on_run_read)
        library.read_failed.connect(self._on_read_failed)
        library.kept.connect(self._on_run_kept)
        session.run_ended.connect(self._on_run_ended)
        self._runs.exhausted.connect(self._on_run_exhausted)
        self._runs.failed.connect(self._on_run_failed)

    @Slot(str)
    def open(self, run_id: str) -> None:
        """Show a run with its design; undo returns to the design before."""
        self._read(run_id, "open another", self._files.bring_back)

    @Slot(str)
    def resume(self, run_id: str) -> None:
        """Let a run go on where it was cut off, or say what can be done where it is over."""
        self._read(run_id, "resume another", functools.partial(self._resume, run_id))

    @Slot(str)
    def ask_for_twin(self, run_id: str) -> TwinDialog | None:
        """Ask in what a twin of a run is to differ."""
        entry = self._bench.library.entry(run_id)
        if entry is None or entry.facts is None:
            return None
        selection = self._bench.selection
        is_here = entry.facts.data.content_hash == selection.dataset.content_hash
        dialog = TwinDialog(entry, selection.data_shape if is_here else None, self._window)
        dialog.set_running(not self._bench.session.is_idle)
        self._bench.session.state_changed.connect(dialog.on_state_changed)
        dialog.twin_requested.connect(functools.partial(self.twins.take, entry))
        dialog.show()
        return dialog

    @Slot(str, str)
    def compare(self, left: str, right: str) -> ComparisonDialog | None:
        """Show two runs beside each other."""
        from cnnviz.ui.runs.comparison_dialog import ComparisonDialog

        first, second = self._contender(left), self._contender(right)
        if first is None or second is None:
            return None
        dialog = ComparisonDialog(first, second, self._questions, self._bench.settings, self._window)
        dialog.show()
        return dialog

    def _contender(self, run_id: str) -> Contender | None:
        from cnnviz.ui.runs.comparison_dialog import Contender

        entry = self._bench.library.entry(run_id)
        if entry is None or entry.facts is None:
            return None
        facts = dataclasses.replace(entry.facts, test_uses=entry.test_uses)  # the list knows of more
        return Contender(entry.about.name, RUN_COLORS[entry.about.color], facts)

    def _read(self, run_id: str, wish: str, then: Callable[[RunResult], object]) -> None:
        if not self._bench.session.is_idle:
            self._notices.show_problem(f"A run is under way. Stop it first, then {wish}.")
            return
        self._wishes[run_id] = then
        self._bench.library.want_run(run_id)

    @Slot(str, object)
    def _on_run_read(self, run_id: str, result: RunResult) -> None:
        wish = self._wishes.pop(run_id, None)
        if wish is not None:
            wish(result)

    @Slot(str)
    def _on_read_failed(self, run_id: str) -> None:
        self._wishes.pop(run_id, None)

    def _resume(self, run_id: str, result: RunResult) -> None:
        entry = self._bench.library.entry(run_id)
        if entry is None or not self._bench.session.is_idle:
            return
        self._files.bring_back(result)
        if entry.is_done:
            offers = [self._commands[name] for name in ("one_more_epoch", "restart")]
            text = done_words(entry.about.name, result.training.epochs)
            self._notices.show_offers(text, {action.text(): action.trigger for action in offers})
        elif entry.kind is RunKind.FAILED:
            self._notices.show_problem(
                f'"{entry.about.name}" has failed, and would again. {entry.about.ended} '
                "Change its settings or design, then train."
            )
        else:
            self._show_training(exact_settings(result))
            self._data.do(result.data, self._runs.train)

    def _begin_twin(self, entry: RunEntry, twin: WaitingTwin, told: Callable[[str], object]) -> None:
        assert entry.facts is not None
        self._data.find(entry.facts.data, functools.partial(self._train_twin, entry, twin, told), told)

    def _train_twin(self, entry: RunEntry, twin: WaitingTwin, told: Callable[[str], object]) -> None:
        """Put the design of a twin on screen, now that its images are there, and train it."""
        bench, self._why = self._bench, ""
        bench.document.edit(f"Twin of {entry.about.name}", dataclasses.replace(twin.plan.spec))
        bench.session.reset_weights(everywhere=False)
        self._show_training(twin.plan.training)
        bench.library.name_next(twin.name, twin_of=entry.id)
        self._runs.train()
        bench.library.name_next("")  # where it could not begin
        told(self._why)

    @Slot(str)
    def _on_run_failed(self, text: str) -> None:
        self._why = text

    @Slot(str)
    def _on_run_exhausted(self, text: str) -> None:
        restart = self._commands["restart"]
        self._notices.show_offers(text, {restart.text(): restart.trigger})

    @Slot()
    def _on_run_ended(self) -> None:
        if self._kept_early is not None:
            self._on_run_kept(self._kept_early)

    @Slot(object)
    def _on_run_kept(self, result: RunResult) -> None:
        """Offer to compare a twin with its original when it has ended."""
        library = self._bench.library
        self._kept_early = None
        twin = library.entry_of(result.state)
        original = library.entry(twin.about.twin_of) if twin is not None else None
        if twin is None or original is None or not original.is_whole:
            return
        if not self._bench.session.is_idle:
            folder = library.running_folder
            # On disk before the session has noticed the end; else another run is under way.
            self._kept_early = result if folder is not None and folder.id == twin.id else None
            return
        if twin.kind is RunKind.FAILED:
            return
        early = f" {twin.about.ended}" if twin.about.ended else ""
        self._notices.show_offers(
            f'"{twin.about.name}" has ended.{early} See what came of it beside "{original.about.name}".',
            {COMPARE: functools.partial(self.compare, original.id, twin.id)},
        )
