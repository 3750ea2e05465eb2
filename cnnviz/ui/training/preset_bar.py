"""One line to choose, save and delete training settings under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from cnnviz.app.training.presets import MAX_NAME_LENGTH
from cnnviz.errors import CnnvizError
from cnnviz.ui.forms.problem_label import ProblemLabel
from cnnviz.ui.theme import SPACE_4, SPACE_8, caption_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from cnnviz.app.training.presets import Presets
    from cnnviz.spec.training import TrainingSpec

_OTHER = "Own settings"


class PresetBar(QWidget):
    """Shows which preset the settings are those of, and offers the others.

    Signals
    -------
    training_chosen(TrainingSpec)
        A preset was chosen; the settings with it.
    """

    training_chosen = Signal(object)

    def __init__(self, presets: Presets, training: TrainingSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presets = presets
        self._training = training
        self._reason = ""
        self._named = ""  # what was chosen or saved last: presets of other names may hold the same settings
        self.choice = QComboBox(self)
        self.choice.setPlaceholderText(_OTHER)
        self.choice.setAccessibleName("Preset")
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.choice.activated.connect(self._on_activated)
        self.name = QLineEdit(self)
        self.name.setMaxLength(MAX_NAME_LENGTH)
        self.name.setPlaceholderText("Name of the preset")
        self.name.setAccessibleName("Name of the preset")
        self.name.setToolTip("Enter keeps the settings under this name, Escape does not")
        self.name.returnPressed.connect(self._on_save_clicked)
        self.save = self._button("Save As…", "Keep these settings under a name", self._on_save_clicked)
        self.delete = self._button("Delete", "Forget this preset; the settings stay", self._on_delete_clicked)
        self._note = ElidedLabel(parent=self)
        self._note.setFont(caption_font(self._note))
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._problem = ProblemLabel(self)
        self._lay_out()
        self.show_training(training)

    @property
    def note(self) -> str:
        """What is said beside the presets; empty for nothing."""
        return self._note.text()

    @property
    def problem_text(self) -> str:
        """Why the last wish could not be met; empty where it could."""
        return self._problem.text

    def show_training(self, training: TrainingSpec) -> None:
        """Show which preset these settings are those of."""
        self._training = training
        self._show()

    def set_other(self, words: str) -> None:
        """Say whose settings these are where they are of no preset."""
        self.choice.setPlaceholderText(words)

    def set_running(self, reason: str, note: str) -> None:
        """Offer no presets for this reason, and say `note`; nothing of both without a reason."""
        self._reason = reason
        self._note.setText(note if reason else "")
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.name.isVisible():
            self._end_naming()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        label = QLabel("Preset", self)
        label.setBuddy(self.choice)
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        for widget in (label, self.choice, self.name, self.save, self.delete):
            row.addWidget(widget)
        row.addWidget(self._note, 1, Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        layout.addLayout(row)
        layout.addWidget(self._problem)
        self.name.hide()

    def _button(self, text: str, tip: str, slot: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(tip)
        button.clicked.connect(slot)
        return button

    def _show(self) -> None:
        matching = self._presets.matching(self._training, self._named)
        with QSignalBlocker(self.choice):
            self.choice.clear()
            for preset in self._presets.all:
                self.choice.addItem(preset.name)
            self.choice.setCurrentIndex(self.choice.findText(matching.name) if matching else -1)
        self.choice.setEnabled(not self._reason)
        tip = "Settings under a name. Loss, seed, threads and frozen layers stay as they are."
        self.choice.setToolTip(self._reason or tip)
        self.choice.setAccessibleDescription(self._reason or tip)
        self.delete.setVisible(matching is not None and self._presets.is_own(matching.name))
        self.delete.setEnabled(not self._reason)

    def _end_naming(self) -> None:
        self.name.hide()
        self.choice.show()
        self.save.setText("Save As…")
        self._problem.show_problems([])
        self.choice.setFocus()

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        preset = self._presets.all[index]
        self._named = preset.name
        self.training_chosen.emit(preset.applied_to(self._training))
        self._show()  # also where the settings are the same

    @Slot()
    def _on_save_clicked(self) -> None:
        if self.name.isHidden():
            self.name.clear()
            self.choice.hide()
            self.delete.hide()
            self.name.show()
            self.name.setFocus()
            self.save.setText("Save")
            return
        try:
            self._named = self._presets.save(self.name.text(), self._training).name
        except CnnvizError as error:
            self._problem.show_problems([str(error)])
            return
        self._end_naming()
        self._show()

    @Slot()
    def _on_delete_clicked(self) -> None:
        try:
            self._presets.delete(self.choice.currentText())
        except CnnvizError as error:
            self._problem.show_problems([str(error)])
            return
        self._problem.show_problems([])
        self.choice.setFocus()  # before the button goes: else the next field would have the keyboard
        self._show()
