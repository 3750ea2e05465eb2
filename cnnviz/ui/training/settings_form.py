"""The settings of the next run, or of the one under way, made from their descriptions."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from cnnviz.app.training.rate_plan import rate_plan
from cnnviz.spec.losses import LOSS_TYPES
from cnnviz.spec.schedules import SCHEDULE_TYPES
from cnnviz.spec.training import OPTIMIZER_TYPES, TrainingSpec
from cnnviz.training.changes import LIVE_SETTINGS
from cnnviz.ui.command_words import as_command
from cnnviz.ui.forms.field_rows import FieldRows
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_24, strong_font
from cnnviz.ui.training.augmenting_section import AugmentingSection
from cnnviz.ui.training.part_chooser import PartChooser
from cnnviz.ui.training.preset_bar import PresetBar
from cnnviz.ui.training.schedule_plot import SchedulePlot
from cnnviz.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from cnnviz.app.training.loss_advice import LossAdvice
    from cnnviz.app.training.presets import Presets
    from cnnviz.ui.forms.field_editors import Editor

FIXED_REASON = "It stays as it is while a run is on. Stop the run to change it."
LIVE_NOTE = "Changes hold from the next batch on"
_MOST_CHARACTERS = 72  # of average width: controls far wider than their numbers are hard to read
_TWO_COLUMNS_CHARACTERS = 76
"""With room for so many, the form has two columns."""
_RUN = ("epochs", "batch_size")
_REPEAT = ("seed", "threads")
_RATE = ("warmup_steps",)
_PENALTIES = ("l1", "l2", "clip_value", "clip_norm")
_END = ("patience", "best_by", "final_weights")


class TrainingForm(QScrollArea):
    """Edits a `TrainingSpec`: presets, loss, optimizer, schedule, and all the numbers, in one or two columns.

    Signals
    -------
    training_changed(TrainingSpec)
    frozen_changed()
        Other layers are to stay as they are, whoever has said so.
    """

    training_changed = Signal(object)
    frozen_changed = Signal()

    def __init__(self, training: TrainingSpec, presets: Presets, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training = training
        self._train_images = 1
        self._advice: LossAdvice | None = None
        self._content = QWidget(self.viewport())
        self.presets = PresetBar(presets, training, self._content)
        self.presets.training_chosen.connect(self.choose)
        self.advice = Banner(self._content)
        self.advice.action_requested.connect(self._on_advice_taken)
        self.choosers: dict[str, PartChooser] = {}
        self._rows: list[FieldRows] = []
        self._left, self._right = self._left_column(), self._right_column()
        self.augmenting = AugmentingSection(self._content)
        self.augmenting.augmenting_changed.connect(self._on_augmenting_changed)
        self._columns = self._lay_out()
        self.setWidget(self._content)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Training settings")
        self._show()

    @property
    def training(self) -> TrainingSpec:
        """The settings as they stand."""
        return self._training

    @property
    def is_in_two_columns(self) -> bool:
        """Whether there is room for two columns."""
        return self._columns.direction() is QBoxLayout.Direction.LeftToRight

    def editor(self, name: str) -> Editor:
        """Return the control of a setting of the run itself."""
        return next(rows.editors[name] for rows in self._rows if name in rows.editors)

    def set_training(self, training: TrainingSpec) -> None:
        """Show other settings, without a signal that they were changed."""
        self._take(training)

    @Slot(object)
    def choose(self, training: TrainingSpec) -> None:
        """Take other settings, as if a person had made them."""
        if training != self._training:
            self._take(training)
            self.training_changed.emit(training)

    def set_train_images(self, count: int) -> None:
        """Say how many images each epoch has, for the plot of the schedule."""
        self._train_images = count
        self._show_schedule()

    def set_advice(self, advice: LossAdvice | None) -> None:
        """Offer a loss that fits design and data, or say nothing."""
        self._advice = advice
        if advice is None:
            self.advice.clear()
        else:
            action = as_command(f"use {advice.loss.title}")
            self.advice.show_message(advice.reason, action=action, closable=False)

    def set_running(self, running: bool) -> None:
        """Forbid what cannot be changed while a run is on that was started with these settings."""
        reason = FIXED_REASON if running else ""
        self.presets.set_running(reason, LIVE_NOTE)
        self.choosers["loss"].lock(reason)
        self.choosers["optimizer"].lock(reason, kind_only=True)
        self.advice.setDisabled(running)
        for rows in self._rows:
            for name, editor in rows.editors.items():
                editor.set_locked("" if name in LIVE_SETTINGS else reason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        wanted = _TWO_COLUMNS_CHARACTERS * self.fontMetrics().averageCharWidth()
        needed = self._left.minimumSize().width() + SPACE_24 + self._right.minimumSize().width()
        needed = max(needed, self.augmenting.wide_width) + 2 * SPACE_12
        direction = QBoxLayout.Direction
        is_wide = self.viewport().width() >= max(wanted, needed)
        self._columns.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        self.augmenting.set_wide(is_wide)

    def _left_column(self) -> QVBoxLayout:
        column = _column()
        column.addWidget(self._field_rows(_RUN))
        column.addWidget(
            self._chooser(
                "optimizer", "Optimizer", "The rule by which gradients move the weights.", OPTIMIZER_TYPES
            )
        )
        column.addWidget(self._chooser("loss", "Loss", "What training makes small.", LOSS_TYPES))
        self._add_group(column, "To have it again", _REPEAT)
        column.addStretch(1)
        return column

    def _right_column(self) -> QVBoxLayout:
        column = _column()
        column.addSpacing(SPACE_4)  # level with the rows at the left
        self.schedule_plot = SchedulePlot(self._content)
        column.addWidget(self.schedule_plot)
        column.addSpacing(SPACE_4)
        meaning = "How the learning rate changes during the run."
        column.addWidget(self._chooser("schedule", "Schedule", meaning, SCHEDULE_TYPES))
        column.addWidget(self._field_rows(_RATE))
        self._add_group(column, "Penalties and limits", _PENALTIES)
        self._add_group(column, "How it ends", _END)
        column.addStretch(1)
        return column

    def _lay_out(self) -> QBoxLayout:
        columns = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        columns.setSpacing(SPACE_24)
        columns.addLayout(self._left, 1)
        columns.addLayout(self._right, 1)
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(SPACE_12, SPACE_4, SPACE_12, SPACE_8)
        layout.setSpacing(SPACE_4)
        layout.addWidget(self.presets)
        layout.addWidget(self.advice)
        layout.addLayout(columns)
        layout.addWidget(self.augmenting)
        self._content.setMaximumWidth(2 * _MOST_CHARACTERS * self.fontMetrics().averageCharWidth())
        return columns

    def _chooser(self, name: str, title: str, meaning: str, kinds: tuple[type[Any], ...]) -> PartChooser:
        chooser = PartChooser(title, meaning, kinds, self._content)
        chooser.part_changed.connect(self._on_part_changed)
        self.choosers[name] = chooser
        return chooser

    def _field_rows(self, names: tuple[str, ...]) -> FieldRows:
        rows = FieldRows(self._training, self._content, names)
        rows.change_requested.connect(self._on_run_changed)
        self._rows.append(rows)
        return rows

    def _add_group(self, column: QVBoxLayout, title: str, names: tuple[str, ...]) -> None:
        heading = QLabel(title, self._content)
        heading.setFont(strong_font(heading))
        column.addSpacing(SPACE_8)
        column.addWidget(heading)
        column.addWidget(self._field_rows(names))

    def _take(self, training: TrainingSpec) -> None:
        before, self._training = self._training, training
        self._show()
        if training.frozen != before.frozen:
            self.frozen_changed.emit()

    def _show(self) -> None:
        for name, chooser in self.choosers.items():
            chooser.set_part(getattr(self._training, name))
        for rows in self._rows:
            rows.show_values(self._training, None)
        self.augmenting.set_augmenting(self._training.augmenting, self._training.seed)
        every_row = (*self._rows, self.augmenting.rows)
        groups: tuple[PartChooser | FieldRows, ...] = (*self.choosers.values(), *every_row)
        width = max(group.label_width for group in groups)
        for group in groups:
            group.set_label_width(width)
        self.presets.show_training(self._training)
        self._show_schedule()
        self._fit_columns()

    def _show_schedule(self) -> None:
        self.schedule_plot.set_plan(rate_plan(self._training, self._train_images))

    def _change(self, changes: dict[str, Any]) -> None:
        self.choose(dataclasses.replace(self._training, **changes))

    @Slot()
    def _on_advice_taken(self) -> None:
        if self._advice is not None:
            self._change({"loss": self._advice.loss})

    @Slot(object)
    def _on_part_changed(self, part: object) -> None:
        sender = self.sender()
        name = next(name for name, chooser in self.choosers.items() if chooser is sender)
        self._change({name: part})

    @Slot(object)
    def _on_augmenting_changed(self, augmenting: object) -> None:
        self._change({"augmenting": augmenting})

    @Slot(str, object, int)
    def _on_run_changed(self, name: str, value: object, _change: int) -> None:
        self._change({name: value})


def _column() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)  # rows have a margin of their own
    return column
