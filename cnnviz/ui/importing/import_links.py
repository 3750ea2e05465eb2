"""What an import has to do with the rest of the window: what begins it, and where its data set goes."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from cnnviz.data.catalog import is_known, is_there
from cnnviz.data.importing.recipe import Recipe, read_source
from cnnviz.errors import DataError
from cnnviz.training.result import DataFacts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cnnviz.data.importing.opening import Imported
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.ui.importing.import_dialog import ImportDialog
    from cnnviz.ui.main_window import MainWindow

UNDO, UNDO_IMPORT, UNDO_DESIGN = "Undo Both", "Undo Import", "Undo"
_BUSY = "A run is under way. Stop it first, then go back to the data set from before."
_TELL_AFTER_MS, _PAINT_AFTER_MS = 15, 30
"""Taking in the images, the message that makes room for itself, and painting: each has a turn of its own."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """An import with the design adapted to it: what was there before, and the design that came of it."""

    data: DataFacts
    loss: Loss
    before: NetworkSpec
    spec: NetworkSpec

    def said(self, name: str, now: NetworkSpec) -> tuple[str, str]:
        """Return what is left of it with the design that is there `now`, and the word that takes it back."""
        if now is self.spec:
            return f'"{name}" was imported, and the design adapted to it.', UNDO
        if now == self.before:
            return f'The design is as it was before the import; "{name}" is still the data set.', UNDO_IMPORT
        return f'"{name}" was imported. The design was adapted to it, and edited since.', UNDO_IMPORT


class ImportLinks(QObject):
    """Opens the dialog of an import, one at a time.

    Attributes
    ----------
    dialog
        The one that is open; None where none is.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.dialog: ImportDialog | None = None
        self._back: _Step | None = None
        self._told: _Step | None = None
        self._said = ""
        window.files.import_requested.connect(self._on_import_requested)
        window.workbench.selection.dataset_changed.connect(self._on_dataset_changed)
        window.workbench.document.problems_changed.connect(self._on_problems_changed)
        opener = window.workbench.dataset_opener
        for ended in (opener.failed, opener.cancelled, opener.opened):  # opened, but perhaps not taken
            ended.connect(self._forget_wish)

    @Slot(object)
    def _on_import_requested(self, path: Path) -> None:
        from cnnviz.ui.importing.import_dialog import ImportDialog

        if self.dialog is not None:
            self.dialog.close()
        bench = self._window.workbench
        folder, table = (path, "") if path.is_dir() else (path.parent, path.name)
        recipe = known_recipe(bench.selection.dataset.source, folder)
        if table and (recipe is None or recipe.table != table):
            recipe = Recipe(table=table)
        elif not table and recipe is not None:
            recipe = dataclasses.replace(recipe, table="")
        self.dialog = ImportDialog(bench.importer, folder, recipe, self._window)
        self.dialog.imported.connect(self._on_imported)
        self.dialog.finished.connect(self._on_finished)
        self.dialog.open()

    @Slot(object, bool)
    def _on_imported(self, imported: Imported, is_adapting: bool) -> None:
        window, bench = self._window, self._window.workbench
        loss, design = window.training_form.training.loss, bench.document.spec
        before = DataFacts.of(bench.selection.dataset), loss, design
        bench.dataset_opener.cancel()  # another data set may be on its way, which was wanted earlier
        self._set_painting(on=False)
        adapt = window.commands["adapt"]
        tell: Callable[[], None] = self._paint_later
        try:
            if window.files.take_dataset(imported.dataset) and is_adapting and adapt.isEnabled():
                adapt.trigger()  # at once: nobody is to see a design that does not fit
                tell = functools.partial(self._tell, _Step(*before, bench.document.spec))
        finally:  # else nothing would be painted any more
            QTimer.singleShot(_TELL_AFTER_MS, self, tell)

    def _tell(self, step: _Step) -> None:
        """Say that the design was adapted, and offer to take both back, which undo alone does not."""
        self._paint_later()
        self._say(step)

    def _say(self, step: _Step) -> None:
        bench, adapt = self._window.workbench, self._window.commands["adapt"]
        text, word = step.said(bench.selection.dataset.plain_name, bench.document.spec)
        offers: dict[str, Callable[[], object]] = {adapt.text(): adapt.trigger} if adapt.isEnabled() else {}
        if step.data.content_hash == bench.selection.dataset.content_hash:
            word = UNDO_DESIGN if word == UNDO else ""  # the same pictures once more
        if word and (is_known(step.data.name) or is_there(step.data.source)):
            offers[word] = functools.partial(self._take_back, step)
        self._told, self._said = step, text
        self._window.notices.show_offers(text, offers)

    @Slot()
    def _on_problems_changed(self) -> None:
        """Say what is left of the import after undo, redo or an edit, as long as the message is there."""
        step, now = self._told, self._window.workbench.document.spec
        if step is None:
            return
        if self._window.banner.text != self._said:
            self._told = None
            return
        name = self._window.workbench.selection.dataset.plain_name
        if self._said == step.said(name, step.before)[0] and now == step.spec:
            step = dataclasses.replace(step, spec=now)  # adapted once more
        if step.said(name, now)[0] != self._said:
            self._say(step)

    def _take_back(self, step: _Step) -> None:
        """Open the data set from before; the design goes back with it, unless it was edited since."""
        if not self._window.workbench.session.is_idle:
            self._window.notices.show_problem(_BUSY)
            return
        self._window.notices.clear()
        if step.data.content_hash == self._window.workbench.selection.dataset.content_hash:
            self._go_back(step)
            return
        self._back = step
        self._window.files.find_data(step.data)

    @Slot()
    def _on_dataset_changed(self) -> None:
        back, self._back = self._back, None
        if back and back.data.content_hash == self._window.workbench.selection.dataset.content_hash:
            self._go_back(back)

    def _go_back(self, back: _Step) -> None:
        """Undo what adapting has changed, with the data set from before in place."""
        bench = self._window.workbench
        is_adapted = bench.document.spec is back.spec
        if is_adapted or bench.document.spec == back.before:
            self._paint_later()
            form = self._window.training_form
            form.choose(dataclasses.replace(form.training, loss=back.loss))  # adapting changes no other
        if is_adapted:
            bench.document.undo_stack.undo()

    @Slot()
    def _forget_wish(self) -> None:
        self._back = None

    def _paint_later(self) -> None:
        """Let the middle of the window be painted after the rest, so that it waits for less at once."""
        self._set_painting(on=False)
        QTimer.singleShot(_PAINT_AFTER_MS, self, self._paint)

    @Slot()
    def _paint(self) -> None:
        self._set_painting(on=True)

    def _set_painting(self, *, on: bool) -> None:
        middle = self._window.centralWidget()
        assert middle is not None
        middle.setUpdatesEnabled(on)

    @Slot()
    def _on_finished(self) -> None:
        self.dialog = None


def known_recipe(source: str, folder: Path) -> Recipe | None:
    """Return the recipe of a data set made of this folder, which is to be imported once more; else None."""
    try:
        path, recipe = read_source(source)
        return recipe if path == folder.resolve() else None
    except (DataError, OSError):
        return None
