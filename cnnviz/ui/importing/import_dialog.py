"""The dialog of an import: what a folder holds, how it is to be fitted, and how that looks."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from cnnviz.data.importing.recipe import Recipe
from cnnviz.data.importing.sampling import completed
from cnnviz.ui.forms.problem_label import ProblemLabel
from cnnviz.ui.importing import words
from cnnviz.ui.importing.class_table import ClassTable
from cnnviz.ui.importing.preview_strip import PreviewStrip
from cnnviz.ui.importing.recipe_form import RecipeForm
from cnnviz.ui.importing.remark_list import RemarkList
from cnnviz.ui.theme import SPACE_8, SPACE_12, SPACE_16, heading_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from cnnviz.app.data.import_progress import ImportProgress
    from cnnviz.app.data.importer import Importer
    from cnnviz.data.importing.opening import Found, Imported


_SIZE_PX = (980, 640)
_LEAST_SIZE_PX = (840, 640)
_CLASSES_PX = 230
_REMARKS_PX = 90


class ImportStage(enum.Enum):
    """What the dialog is at."""

    LOOKING = enum.auto()
    CHOOSING = enum.auto()
    READING = enum.auto()
    DONE = enum.auto()


class ImportDialog(QDialog):
    """Looks into a folder, shows what it holds, and makes a data set of it. Guesses are set beforehand.

    Signals
    -------
    imported(Imported, bool)
        The data set is ready; and whether the design is to be adapted to it.
    """

    imported = Signal(object, bool)

    def __init__(
        self, importer: Importer, folder: Path, recipe: Recipe | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.folder = folder
        self._importer = importer
        self._wanted = recipe
        self._found: Found | None = None
        self._imported: Imported | None = None
        self._stage = ImportStage.LOOKING
        self.setWindowTitle("Import Pictures")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._make()
        self._lay_out()
        self._connect()
        self.resize(*_SIZE_PX)
        self.setMinimumSize(*_LEAST_SIZE_PX)
        self._enter(ImportStage.LOOKING)
        importer.look(folder, None if recipe is None else dataclasses.replace(recipe, size=None))

    @property
    def stage(self) -> ImportStage:
        """What the dialog is at."""
        return self._stage

    def reject(self) -> None:
        """Give up the import that is under way; else close."""
        if self._stage is ImportStage.READING:
            self._importer.cancel()
            self._enter(ImportStage.CHOOSING)
            return
        self._importer.cancel()
        super().reject()

    def accept(self) -> None:
        """Begin the import, or close when it is done."""
        if self._stage is ImportStage.DONE:
            super().accept()
        elif self._stage is ImportStage.CHOOSING and self._found is not None:
            self.problem.show_problems([])
            self._enter(ImportStage.READING)
            self._importer.run(self._found, self.form.recipe)

    def _make(self) -> None:
        self.heading = ElidedLabel(self.folder.name or str(self.folder), self)
        self.heading.setFont(heading_font(self))
        self.amount, self.look = QLabel(self), QLabel(self)
        for label in (self.amount, self.look):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.look.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.classes, self.form, self.preview = ClassTable(self), RecipeForm(self), PreviewStrip(self)
        self.remarks, self.problem = RemarkList(self), ProblemLabel(self)
        self.bar, self.told = QProgressBar(self), ElidedLabel("", self)
        self.bar.setTextVisible(False)
        self.adapt_box = QCheckBox("&Adapt the design", self)
        self.adapt_box.setToolTip(
            "Give the input the size of the images, and the last Dense layer as many units as there are "
            "classes or numbers. It is one step of undo."
        )
        self.adapt_box.setChecked(True)
        self.cancel_button, self.import_button = QPushButton("Cancel", self), QPushButton("&Import", self)
        self.import_button.setProperty("primary", True)
        self.import_button.setDefault(True)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(SPACE_12)
        right.addWidget(self.form)
        right.addWidget(self.preview)
        right.addWidget(self.remarks, 1)
        right.addStretch(0)
        columns = QHBoxLayout()
        columns.setSpacing(SPACE_16)
        columns.addWidget(self.classes)
        columns.addLayout(right, 1)
        below = QHBoxLayout()
        below.setSpacing(SPACE_12)
        below.addWidget(self.adapt_box)
        below.addWidget(self.told, 1)
        below.addWidget(self.bar)
        below.addWidget(self.cancel_button)
        below.addWidget(self.import_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        layout.setSpacing(SPACE_8)
        for widget in (self.heading, self.amount, self.look, self.problem):
            layout.addWidget(widget)
        layout.addLayout(columns, 1)
        layout.addLayout(below)
        self.classes.setFixedWidth(_CLASSES_PX)
        self.remarks.setMinimumHeight(_REMARKS_PX)
        self.bar.setFixedWidth(_CLASSES_PX)

    def _connect(self) -> None:
        self.cancel_button.clicked.connect(self.reject)
        self.import_button.clicked.connect(self.accept)
        self.form.recipe_changed.connect(self._on_recipe_changed)
        self._importer.found.connect(self._on_found)
        self._importer.imported.connect(self._on_imported)
        self._importer.failed.connect(self._on_failed)
        self._importer.progressed.connect(self._on_progressed)

    def _enter(self, stage: ImportStage) -> None:
        self._stage = stage
        is_busy = stage in (ImportStage.LOOKING, ImportStage.READING)
        can_choose = stage is ImportStage.CHOOSING and self._found is not None
        self.form.setEnabled(can_choose)
        self.adapt_box.setVisible(can_choose)
        self.bar.setVisible(is_busy)
        self.bar.setRange(0, 0)
        self.import_button.setEnabled(can_choose or stage is ImportStage.DONE)
        self.import_button.setText("Close" if stage is ImportStage.DONE else "&Import")
        self.cancel_button.setVisible(stage is not ImportStage.DONE)
        for widget in (self.form, self.preview, self.classes):
            widget.setVisible(self._found is not None)
        if can_choose:
            self._show_weight()
            self.import_button.setFocus()
        elif is_busy:
            self.told.setText("")

    def _show_weight(self) -> None:
        if self._found is not None:
            self.told.setText(words.weight(self._found.layout, self.form.recipe))

    @Slot(object)
    def _on_found(self, found: Found) -> None:
        is_first = self._found is None
        self._found = found
        layout = found.layout
        self.amount.setText(words.amount(layout))
        assert found.samples is not None  # a look was asked for
        self.look.setText(words.look(found.samples, len(layout.pictures)))
        self.classes.classes.show_layout(layout)
        self.remarks.show_remarks(found.remarks)
        chosen = self.form.recipe if not is_first else self._wanted
        self.form.show_recipe(completed(chosen or Recipe(), found.samples), layout)
        shown = [(layout.listing.pictures[sample.place], sample) for sample in found.samples.shown]
        if is_first:
            self.preview.show_samples(shown, self.form.fitting)
        self._enter(ImportStage.CHOOSING)

    @Slot()
    def _on_recipe_changed(self) -> None:
        recipe = self.form.recipe
        self.preview.show_fitting(self.form.fitting)
        self._show_weight()
        found = self._found
        if found is None or found.layout.table is None:
            return
        if (recipe.goal, recipe.columns) != (found.layout.table.goal, found.layout.table.learned):
            self._importer.look_again(found, recipe)

    @Slot(object)
    def _on_imported(self, imported: Imported) -> None:
        self.imported.emit(imported, self.adapt_box.isChecked())
        # In a turn of its own: the window has just taken in other images, and waits for one thing at a time.
        self._imported = imported
        QTimer.singleShot(0, self, self._end)

    @Slot()
    def _end(self) -> None:
        """Say what is to be said of what was imported; close where there is nothing."""
        imported = self._imported
        assert imported is not None
        assert self._found is not None
        new = [remark for remark in imported.remarks if remark not in self._found.remarks]
        self._enter(ImportStage.DONE)
        if not new:
            self.accept()
            return
        self.told.setText(words.outcome(imported))
        self.remarks.show_remarks(imported.remarks)
        self.import_button.setFocus()

    @Slot(str)
    def _on_failed(self, why: str) -> None:
        if self._found is None and self._wanted is not None:  # what was learned before is there no more
            self._wanted = None
            self._importer.look(self.folder)
            return
        self.problem.show_problems([why])
        self._enter(ImportStage.CHOOSING)

    @Slot(object)
    def _on_progressed(self, progress: ImportProgress) -> None:
        self.told.setText(words.progress(progress))
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
