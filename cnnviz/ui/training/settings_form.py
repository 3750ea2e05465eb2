"""The settings of the next run, made from their descriptions."""

from __future__ import annotations

import dataclasses
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from cnnviz.spec.training import OPTIMIZER_TYPES, Optimizer, TrainingSpec
from cnnviz.ui.forms.field_rows import FieldRows
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font

_MOST_CHARACTERS = 72  # of average width: controls far wider than their numbers are hard to read


class TrainingForm(QScrollArea):
    """Edits a `TrainingSpec`. Numbers of an optimizer are remembered while another one is chosen.

    Signals
    -------
    training_changed(TrainingSpec)
    """

    training_changed = Signal(object)

    def __init__(self, training: TrainingSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training = training
        self._remembered: dict[type[Optimizer], Optimizer] = {}
        self._content = QWidget(self)
        self._content.setMaximumWidth(_MOST_CHARACTERS * self.fontMetrics().averageCharWidth())
        self._choice = self._optimizer_choice()
        self._choice_label = QLabel("Optimizer", self._content)
        self._summary = QLabel(self._content)
        self._summary.setWordWrap(True)
        self._summary.setFont(caption_font(self._summary))
        self._summary.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        # All kinds now, not when one is first chosen: the Tab key comes last to what is made last.
        self._rows_of_optimizer = {kind: self._rows(kind()) for kind in OPTIMIZER_TYPES}
        self._run_rows = self._rows(training)
        self._layout = QVBoxLayout(self._content)
        self._layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_8)
        self._layout.setSpacing(SPACE_4)
        self._layout.addLayout(self._choice_row())
        for widget in (self._summary, *self._rows_of_optimizer.values(), self._run_rows):
            self._layout.addWidget(widget)
        self._layout.addStretch(1)
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

    @property
    def _optimizer_rows(self) -> FieldRows:
        """The rows of the optimizer that is chosen."""
        return self._rows_of_optimizer[type(self._training.optimizer)]

    def _optimizer_choice(self) -> QComboBox:
        choice = QComboBox(self._content)
        for kind in OPTIMIZER_TYPES:
            choice.addItem(kind.title, kind)
            choice.setItemData(choice.count() - 1, kind.summary, Qt.ItemDataRole.ToolTipRole)
        choice.setAccessibleName("Optimizer")
        choice.setToolTip("The rule by which gradients move the weights.")
        choice.currentIndexChanged.connect(self._on_optimizer_chosen)
        return choice

    def _choice_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_12)
        self._choice_label.setBuddy(self._choice)
        row.addWidget(self._choice_label)
        row.addWidget(self._choice, 1)
        return row

    def _level_labels(self) -> None:
        """Give all labels the same width, so that the controls stand in one column."""
        groups = (self._optimizer_rows, self._run_rows)
        width = max(self._choice_label.sizeHint().width(), *(rows.label_width for rows in groups))
        self._choice_label.setFixedWidth(width)
        for rows in groups:
            rows.set_label_width(width)

    def _rows(self, subject: Optimizer | TrainingSpec) -> FieldRows:
        rows = FieldRows(subject, self._content)
        changed = self._on_run_changed if isinstance(subject, TrainingSpec) else self._on_optimizer_changed
        rows.change_requested.connect(changed)
        return rows

    def _show(self) -> None:
        optimizer = self._training.optimizer
        self._remembered[type(optimizer)] = optimizer
        with QSignalBlocker(self._choice):
            self._choice.setCurrentIndex(OPTIMIZER_TYPES.index(type(optimizer)))
        self._summary.setText(optimizer.summary)
        for kind, rows in self._rows_of_optimizer.items():
            rows.setVisible(kind is type(optimizer))
        self._level_labels()
        self._optimizer_rows.show_values(optimizer, None)
        self._run_rows.show_values(self._training, None)

    def _change(self, training: TrainingSpec) -> None:
        if training != self._training:
            self._training = training
            self._show()
            self.training_changed.emit(training)

    @Slot(int)
    def _on_optimizer_chosen(self, index: int) -> None:
        kind = OPTIMIZER_TYPES[index]
        optimizer = self._remembered.get(kind, kind())
        self._change(dataclasses.replace(self._training, optimizer=optimizer))

    @Slot(str, object, int)
    def _on_optimizer_changed(self, name: str, value: object, _change: int) -> None:
        changes: dict[str, Any] = {name: value}
        optimizer = dataclasses.replace(self._training.optimizer, **changes)
        self._change(dataclasses.replace(self._training, optimizer=optimizer))

    @Slot(str, object, int)
    def _on_run_changed(self, name: str, value: object, _change: int) -> None:
        changes: dict[str, Any] = {name: value}
        self._change(dataclasses.replace(self._training, **changes))
