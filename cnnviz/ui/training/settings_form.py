"""The settings of the next run, made from their descriptions."""

from __future__ import annotations

import dataclasses
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from cnnviz.spec.losses import LOSS_TYPES
from cnnviz.spec.schedules import SCHEDULE_TYPES
from cnnviz.spec.training import OPTIMIZER_TYPES, TrainingSpec
from cnnviz.ui.forms.field_rows import FieldRows
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12
from cnnviz.ui.training.part_chooser import PartChooser

_MOST_CHARACTERS = 72  # of average width: controls far wider than their numbers are hard to read


class TrainingForm(QScrollArea):
    """Edits a `TrainingSpec`: which loss, optimizer and schedule, and all the numbers.

    Signals
    -------
    training_changed(TrainingSpec)
    """

    training_changed = Signal(object)

    def __init__(self, training: TrainingSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training = training
        self._content = QWidget(self)
        self._content.setMaximumWidth(_MOST_CHARACTERS * self.fontMetrics().averageCharWidth())
        self.choosers = {
            "loss": PartChooser("Loss", "What training makes small.", LOSS_TYPES, self._content),
            "optimizer": PartChooser(
                "Optimizer", "The rule by which gradients move the weights.", OPTIMIZER_TYPES, self._content
            ),
            "schedule": PartChooser(
                "Schedule", "How the learning rate changes during the run.", SCHEDULE_TYPES, self._content
            ),
        }
        self._run_rows = FieldRows(training, self._content)
        self._run_rows.change_requested.connect(self._on_run_changed)
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_8)
        layout.setSpacing(SPACE_4)
        for chooser in self.choosers.values():
            chooser.part_changed.connect(self._on_part_changed)
            layout.addWidget(chooser)
        layout.addWidget(self._run_rows)
        layout.addStretch(1)
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

    def set_training(self, training: TrainingSpec) -> None:
        """Show other settings, without a signal."""
        self._training = training
        self._show()

    def set_locked(self, locked: bool) -> None:
        """Forbid changes, while a run is on that was started with these settings."""
        self._content.setDisabled(locked)

    def _show(self) -> None:
        for name, chooser in self.choosers.items():
            chooser.set_part(getattr(self._training, name))
        self._run_rows.show_values(self._training, None)
        groups: tuple[PartChooser | FieldRows, ...] = (*self.choosers.values(), self._run_rows)
        width = max(group.label_width for group in groups)
        for group in groups:
            group.set_label_width(width)

    def _change(self, changes: dict[str, Any]) -> None:
        training = dataclasses.replace(self._training, **changes)
        if training != self._training:
            self._training = training
            self._show()
            self.training_changed.emit(training)

    @Slot(object)
    def _on_part_changed(self, part: object) -> None:
        sender = self.sender()
        name = next(name for name, chooser in self.choosers.items() if chooser is sender)
        self._change({name: part})

    @Slot(str, object, int)
    def _on_run_changed(self, name: str, value: object, _change: int) -> None:
        self._change({name: value})
