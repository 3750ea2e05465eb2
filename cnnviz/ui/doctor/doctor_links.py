"""What the doctor's panel asks of the rest of the window: a layer to be chosen, a fix to be made."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from cnnviz.training.changes import change_in_words
from cnnviz.training.doctor_fixes import applied
from cnnviz.training.findings import Fix

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.ui.main_window import MainWindow

UNDO = "Undo"
BEGUN_AGAIN = "Training has begun again; the run before is in the list of runs."


class DoctorLinks(QObject):
    """Carries fixes out: an edit is a step of undo, a change of settings is taken back by its notice.

    As long as that notice stands, the key of Undo does the same as its button.
    """

    def __init__(self, window: MainWindow) -> None:
        panel, workbench, form = window.doctor, window.workbench, window.training_form
        super().__init__(panel)
        self._document, self._runner = workbench.document, workbench.doctor
        self._runs = window.runs
        self._form, self._notices, self._commands = form, window.notices, window.commands
        self._banner, self._undo = window.banner, window.menus.undo
        self._told: tuple[str, NetworkSpec] | None = None
        self._lent_for = ""
        self._prepare = window.preparing_links.prepare
        self._runner.asked_training = lambda: form.training
        form.training_changed.connect(self._runner.look_again)
        form.training_changed.connect(panel.show_settings)
        self._document.spec_changed.connect(panel.show_settings)
        self._document.spec_changed.connect(self._on_spec_changed)
        window.docks.doctor.visibilityChanged.connect(panel.set_in_sight)
        panel.layer_selected.connect(window.builder.select_layer)
        panel.fix_requested.connect(self._on_fix_requested)
        self._banner.text_changed.connect(self._on_text_changed)

    @Slot(object)
    def _on_fix_requested(self, fix: Fix) -> None:
        if fix.spec is not None:
            self._document.edit(fix.label, fix.spec)
            self._offer(f"{fix.label}: done.", functools.partial(self._undo_edit, fix.spec))
            self._told = self._banner.text, fix.spec
            return
        if fix.preparing is not None:
            self._prepare(fix.preparing)
            return
        if fix.restarts:
            self._runs.restart_after(functools.partial(self._change_and_tell_later, fix))
        else:
            done, undo = self._change_settings(fix)
            self._offer(done, undo)
            self._lend(fix, undo)

    def _change_settings(self, fix: Fix) -> tuple[str, Callable[[], object]]:
        """Put other settings into the form. Return what was done, and what takes it back."""
        before = self._form.training
        after = applied(fix, before)
        self._form.choose(after)
        done = f"Changed: {change_in_words(before, after)}."
        return done, functools.partial(self._undo_change, before, after)

    def _change_and_tell_later(self, fix: Fix) -> None:
        """Tell of a change once the run has begun that is to have it, as that clears what was said before."""
        done, undo = self._change_settings(fix)
        QTimer.singleShot(0, self, functools.partial(self._tell_begun, fix, done, undo))

    def _tell_begun(self, fix: Fix, done: str, undo: Callable[[], object]) -> None:
        if not self._runs.session.is_idle:  # else it is told why it could not begin
            offers = {UNDO: functools.partial(self._take_back, undo)}
            self._notices.show_offers(f"{done} {BEGUN_AGAIN}", offers)
            self._lend(fix, undo)

    def _lend(self, fix: Fix, undo: Callable[[], object]) -> None:
        """Let the key of Undo do what the notice offers, as long as that is what is said."""
        self._lent_for = self._banner.text
        self._undo.lend(fix.label, functools.partial(self._take_back, undo))

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        if text != self._lent_for:
            self._undo.give_back()

    @Slot()
    def _on_spec_changed(self) -> None:
        """Take away what was said of an edit that was undone, or followed by another: Undo does nothing."""
        if self._told is not None and self._document.spec is not self._told[1]:
            text, self._told = self._told[0], None
            if self._banner.text == text:
                self._notices.clear()

    def _undo_edit(self, edited: NetworkSpec) -> None:
        """Undo the fix, unless it was undone already or something else was edited since."""
        if self._document.spec is edited:
            self._document.undo_stack.undo()

    def _undo_change(self, before: TrainingSpec, after: TrainingSpec) -> None:
        """Take back what the fix has changed, and nothing that was changed since."""
        self._form.choose(applied(Fix("", training=before, of=after), self._form.training))

    def _offer(self, done: str, undo: Callable[[], object]) -> None:
        """Say what was done, and offer to take it back, or to see what it brings."""
        restart = self._commands["restart"]
        offers: dict[str, Callable[[], object]] = {UNDO: functools.partial(self._take_back, undo)}
        offers[restart.text()] = restart.trigger
        self._notices.show_offers(f"{done} Train again from the start to see whether it helps.", offers)

    def _take_back(self, undo: Callable[[], object]) -> None:
        undo()
        self._notices.clear()
