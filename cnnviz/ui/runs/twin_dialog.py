"""Asks in which one thing a twin of a run is to differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cnnviz.app.runs.run_about import MAX_NAME_LENGTH
from cnnviz.app.runs.twin_plan import PART_KINDS, Field, TwinPlan, fields_of, planned, subject_of
from cnnviz.app.training.session import SessionState
from cnnviz.ui.forms.field_rows import FieldRows
from cnnviz.ui.forms.problem_label import ProblemLabel
from cnnviz.ui.runs.field_list import FieldList
from cnnviz.ui.theme import SPACE_8, SPACE_12, SPACE_16, strong_font
from cnnviz.ui.training.part_chooser import PartChooser

if TYPE_CHECKING:
    from cnnviz.app.runs.run_folder import RunEntry
    from cnnviz.spec.validate import DataShape

_SIZE_PX, _LEAST_SIZE_PX = (760, 480), (560, 400)
_START, _WAIT = "&Start Twin", "&Queue Twin"
_RUNNING = "It begins when the run under way, and the twins that wait already, have ended"
_SAME = "Everything else is the same: design, settings, seed and the order of the images."
_FROM_OTHER = "But the run did not surely begin with the first weights of its seed, as its twin does."
_CHANGED = (
    "But the run was changed on the way: {}. Its twin has the settings of its end from the first step on."
)
_MOST_CHANGES = 2


class TwinDialog(QDialog):
    """A list of everything that can be changed, and the control of what is chosen.

    Signals
    -------
    twin_requested(TwinPlan, str)
        This twin is to be trained, under this name.
    """

    twin_requested = Signal(object, str)

    def __init__(self, entry: RunEntry, data: DataShape | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert entry.facts is not None  # only such runs can be read at all
        self._spec, self._training, self._data = entry.facts.spec, entry.facts.training, data
        self._plan = TwinPlan(self._spec, self._training)
        self._is_named = self._is_running = False
        self._editor: FieldRows | PartChooser | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Twin of {entry.about.name}")
        self.list = FieldList(fields_of(self._spec, self._training), self)
        self.search = QLineEdit(self)
        self.heading, self.change = QLabel(self), QLabel(self)
        self.problem = ProblemLabel(self)
        self.note = QLabel(note_on(entry), self)
        self.name = QLineEdit(self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.start_button = QPushButton(_START, self)
        self._lay_out()
        self._connect()
        self.list.choose("Learning rate")
        self.resize(*_SIZE_PX)
        self.setMinimumSize(*_LEAST_SIZE_PX)

    @property
    def plan(self) -> TwinPlan:
        """What the twin would be."""
        return self._plan

    @property
    def editor(self) -> FieldRows | PartChooser | None:
        """The control of what is chosen; None where a heading is."""
        return self._editor

    def set_running(self, is_running: bool) -> None:
        """Say whether a run is under way, so that the twin has to wait for its end."""
        self._is_running = is_running
        self._show_plan()

    @Slot(object)
    def on_state_changed(self, state: SessionState) -> None:
        """Follow a session."""
        self.set_running(state is not SessionState.IDLE)

    def accept(self) -> None:
        if self.start_button.isEnabled():
            self.twin_requested.emit(self._plan, self.name.text().strip() or self._plan.words)
            super().accept()

    def _lay_out(self) -> None:
        self.search.setPlaceholderText("Find a setting")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Find a setting")
        self.heading.setFont(strong_font(self.heading))
        for label in (self.heading, self.change, self.note):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.name.setMaxLength(MAX_NAME_LENGTH)
        self.name.setAccessibleName("Name of the twin")
        self.start_button.setProperty("primary", True)
        self.start_button.setDefault(True)
        self.buttons.addButton(self.start_button, QDialogButtonBox.ButtonRole.AcceptRole)
        columns = QHBoxLayout()
        columns.setSpacing(SPACE_16)
        left = QVBoxLayout()
        left.setSpacing(SPACE_8)
        left.addWidget(self.search)
        left.addWidget(self.list, 1)
        columns.addLayout(left)
        columns.addLayout(self._right_column(), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        layout.setSpacing(SPACE_12)
        layout.addLayout(columns, 1)
        layout.addWidget(self.buttons)

    def _right_column(self) -> QVBoxLayout:
        self._editors = QScrollArea(self)
        self._editors.setFrameShape(QFrame.Shape.NoFrame)
        self._editors.setWidgetResizable(True)
        self._editors.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._editors.setAccessibleName("The other value")
        name_label = QLabel("&Name", self)
        name_label.setBuddy(self.name)
        name_row = QHBoxLayout()
        name_row.setSpacing(SPACE_12)
        name_row.addWidget(name_label)
        name_row.addWidget(self.name, 1)
        right = QVBoxLayout()
        right.setSpacing(SPACE_8)
        right.addWidget(self.heading)
        right.addWidget(self._editors, 1)
        right.addWidget(self.change)
        right.addWidget(self.problem)
        right.addWidget(self.note)
        right.addLayout(name_row)
        return right

    def _connect(self) -> None:
        self.list.field_chosen.connect(self._on_field_chosen)
        self.search.textChanged.connect(self.list.show_only)
        self.name.textEdited.connect(self._on_name_edited)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    @Slot(object)
    def _on_field_chosen(self, field: Field) -> None:
        self._plan = TwinPlan(self._spec, self._training)
        subject = subject_of(field, self._spec, self._training)
        if field.name:
            rows = FieldRows(subject, self._editors, (field.name,))
            rows.change_requested.connect(self._on_value_changed)
            self._editor = rows
        else:
            chooser = PartChooser(field.label, "", PART_KINDS[field.part], self._editors)
            chooser.set_part(subject)
            chooser.part_changed.connect(self._on_part_changed)
            self._editor = chooser
        self._editors.setWidget(_at_top(self._editor))
        self.heading.setText(field.group if field.layer else "")
        self.heading.setVisible(bool(field.layer))
        self._show_plan()

    @Slot(str, object)
    def _on_value_changed(self, _name: str, value: Any) -> None:
        self._take(value)

    @Slot(object)
    def _on_part_changed(self, part: Any) -> None:
        self._take(part)

    def _take(self, value: Any) -> None:
        field = self.list.field
        if field is not None:
            self._plan = planned(field, value, self._spec, self._training, self._data)
            self._show_plan()

    def _show_plan(self) -> None:
        words = self._plan.words
        self.change.setText(_capital(words) if words else "Choose another value than now.")
        self.problem.show_problems(self._plan.problems[:2])
        self.start_button.setEnabled(self._plan.is_sound)
        self.start_button.setText(_WAIT if self._is_running else _START)
        self.start_button.setToolTip(_RUNNING if self._is_running else "")
        if not self._is_named:
            self.name.setText(words[:MAX_NAME_LENGTH])

    @Slot(str)
    def _on_name_edited(self, text: str) -> None:
        self._is_named = bool(text.strip())


def _at_top(widget: QWidget) -> QWidget:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, SPACE_8, 0)
    layout.addWidget(widget)
    layout.addStretch(1)
    return holder


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def note_on(entry: RunEntry) -> str:
    """Return in what a twin is like the run, and where it differs in more than the one thing."""
    notes = [] if entry.about.is_from_first else [_FROM_OTHER]
    changes = entry.facts.changes if entry.facts is not None else ()
    if changes:
        words = [f"{one.text} from step {one.step + 1:,} on" for one in changes[:_MOST_CHANGES]]
        more = len(changes) - len(words)
        notes.append(_CHANGED.format(", ".join([*words, *([f"and {more:,} more"] if more else [])])))
    return " ".join([_SAME, *notes])
