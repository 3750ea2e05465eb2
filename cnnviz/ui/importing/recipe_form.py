"""The settings of an import: size, colour, fit, what is learned of a table, and how images are divided."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QWidget

from cnnviz.data.dataset import Split
from cnnviz.data.fitting import Color, Fit, Fitting
from cnnviz.data.importing.layout import SPLITS
from cnnviz.data.importing.recipe import MAX_SEED, SHARE_RANGE, Goal, Recipe
from cnnviz.spec.network import MAX_SIDE
from cnnviz.ui.forms.number_boxes import IntegerBox
from cnnviz.ui.importing import words
from cnnviz.ui.theme import SPACE_8
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.note_label import NoteLabel

if TYPE_CHECKING:
    from cnnviz.data.importing.layout import Layout, TableFacts

_COLORS, _FITS = (Color.RGB, Color.GRAY), (Fit.PAD, Fit.CROP, Fit.STRETCH)
_QT_MAX = 2**31 - 1
Choice = tuple[Goal, tuple[str, ...]]


class RecipeForm(QWidget):
    """Shows a recipe and lets it be changed.

    Signals
    -------
    recipe_changed()
        By the person.
    """

    recipe_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipe = Recipe()
        self._choices: list[Choice] = []
        self.height_box = self._box("Height of the images in pixels", 1, MAX_SIDE)
        self.width_box = self._box("Width of the images in pixels", 1, MAX_SIDE)
        self.color_box, self.fit_box, self.goal_box = QComboBox(self), QComboBox(self), QComboBox(self)
        self.validation_box = self._box("Share of the images for validation", *SHARE_RANGE)
        self.test_box = self._box("Share of the images for test", *SHARE_RANGE)
        self.seed_box = self._box("Seed that the images are divided by", 0, min(MAX_SEED, _QT_MAX))
        self.parts_note, self.fit_note = NoteLabel(self), ElidedLabel("", self)
        self.fit_note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._fill()
        self._lay_out()
        for box in (self.color_box, self.fit_box, self.goal_box):
            box.activated.connect(self._on_edited)

    @property
    def recipe(self) -> Recipe:
        """The recipe as it stands in the form."""
        goal, columns = self._choices[self.goal_box.currentIndex()] if self._choices else (None, ())
        return dataclasses.replace(
            self._recipe,
            size=(self.height_box.value(), self.width_box.value()),
            color=self._color,
            fit=self._fit,
            validation=self.validation_box.value(),
            test=self.test_box.value(),
            seed=self.seed_box.value(),
            goal=goal,
            columns=columns,
        )

    @property
    def fitting(self) -> Fitting:
        """What pictures are fitted to."""
        return Fitting(self.height_box.value(), self.width_box.value(), self._color, self._fit)

    @property
    def _color(self) -> Color:
        return _COLORS[self.color_box.currentIndex()]

    @property
    def _fit(self) -> Fit:
        return _FITS[self.fit_box.currentIndex()]

    def show_recipe(self, recipe: Recipe, layout: Layout) -> None:
        """Show a complete recipe for what was found."""
        assert recipe.size is not None
        assert recipe.color is not None
        self._recipe = recipe
        values = {
            self.height_box: recipe.size[0],
            self.width_box: recipe.size[1],
            self.validation_box: recipe.validation,
            self.test_box: recipe.test,
            self.seed_box: min(recipe.seed, self.seed_box.maximum()),
        }
        for box, value in values.items():
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        self.color_box.setCurrentIndex(_COLORS.index(recipe.color))
        self.fit_box.setCurrentIndex(_FITS.index(recipe.fit))
        self._explain_fit()
        self._show_table(layout.table)
        self._show_parts(layout)

    def _show_table(self, table: TableFacts | None) -> None:
        self.goal_box.clear()
        for widget in self._learn_row:
            widget.setVisible(table is not None)
        self._choices = choices_of(table) if table is not None else []
        if table is not None:
            for goal, columns in self._choices:
                self.goal_box.addItem(words.goal_title(table, goal, columns))
            self.goal_box.setCurrentIndex(self._choices.index((table.goal, table.learned)))

    def _show_parts(self, layout: Layout) -> None:
        self.parts_note.setText(words.given_parts(layout))
        self.parts_note.setVisible(layout.has_parts)
        given = set(layout.parts.tolist())
        is_open = {split: SPLITS.index(split) not in given for split in Split}
        self.validation_box.setEnabled(is_open[Split.VALIDATION])
        self.test_box.setEnabled(is_open[Split.TEST])
        self.seed_box.setEnabled(is_open[Split.VALIDATION] or is_open[Split.TEST])

    def _fill(self) -> None:
        self.color_box.addItems([words.COLOR_TITLES[color] for color in _COLORS])
        self.fit_box.addItems([words.FIT_TITLES[fit] for fit in _FITS])
        for share in (self.validation_box, self.test_box):
            share.setSuffix(" %")
        self.color_box.setAccessibleName("Colour of the images")
        self.fit_box.setAccessibleName("What happens to other proportions")
        self.goal_box.setAccessibleName("What is learned")

    def _lay_out(self) -> None:
        # No QFormLayout: it sets a label at the top of its field, which looks wrong beside higher fields.
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(SPACE_8)
        self._rows.setColumnStretch(1, 1)
        shares = ("Test", self.test_box, "Seed", self.seed_box)
        self._learn_row = self._add_row("Learn", self._line(self.goal_box))
        self._add_row("Images", self._line(self.height_box, "×", self.width_box, self.color_box))
        self._add_row("Fit", self._line(self.fit_box, self.fit_note))
        self._add_row("Validation", self._line(self.validation_box, *shares))
        self._add_row("", self.parts_note)

    def _add_row(self, text: str, field: QWidget) -> tuple[QWidget, QWidget]:
        label, row = QLabel(text, self), self._rows.rowCount()
        self._rows.addWidget(label, row, 0)
        self._rows.addWidget(field, row, 1)
        return label, field

    def _line(self, *parts: QWidget | str) -> QWidget:
        line = QWidget(self)
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        for part in parts:
            layout.addWidget(QLabel(part, line) if isinstance(part, str) else part)
        layout.addStretch(1)
        return line

    def _box(self, name: str, minimum: int, maximum: int) -> IntegerBox:
        box = IntegerBox(self)
        box.setRange(minimum, maximum)
        box.setAccessibleName(name)
        box.setToolTip(f"{name}, {minimum:,} to {maximum:,}.")
        box.valueChanged.connect(self._on_edited)
        return box

    @Slot()
    def _on_edited(self) -> None:
        self._explain_fit()
        self.recipe_changed.emit()

    def _explain_fit(self) -> None:
        self.fit_note.setText(words.FIT_MEANINGS[self._fit])


def choices_of(table: TableFacts) -> list[Choice]:
    """Return what can be learned of a table: each column, all its numbers, and what is learned now."""
    choices: list[Choice] = []
    numbers = tuple(column.name for column in table.columns if column.is_numeric)
    for column in table.columns:
        if not column.is_numeric or column.is_whole:
            choices.append((Goal.CLASSES, (column.name,)))
        if column.is_numeric:
            choices.append((Goal.NUMBERS, (column.name,)))
    if len(numbers) > 1:
        choices.append((Goal.NUMBERS, numbers))
    choices.append((table.goal, table.learned))
    return list(dict.fromkeys(choices))
