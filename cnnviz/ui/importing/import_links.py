"""What an import has to do with the rest of the window: what begins it, and where its data set goes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from cnnviz.data.importing.recipe import Recipe, read_source
from cnnviz.errors import DataError
from cnnviz.ui.importing.import_dialog import ImportDialog

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.data.importing.opening import Imported
    from cnnviz.ui.main_window import MainWindow

_ADAPT_AFTER_MS = 30


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
        window.files.import_requested.connect(self._on_import_requested)

    @Slot(object)
    def _on_import_requested(self, path: Path) -> None:
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
        if self._window.files.take_dataset(imported.dataset) and is_adapting:
            # After the images have been painted, so that the window waits for less at once.
            QTimer.singleShot(_ADAPT_AFTER_MS, self, self._adapt)

    @Slot()
    def _adapt(self) -> None:
        adapt = self._window.commands["adapt"]
        if adapt.isEnabled():
            adapt.trigger()

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
