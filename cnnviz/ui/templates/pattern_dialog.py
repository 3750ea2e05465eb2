"""The dialog of the usual pattern: a few numbers, and at once the layers that come of them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cnnviz.app.designs.pattern_plan import PatternPlan, default_pattern, plan_design, plan_insertion
from cnnviz.spec.patterns import Pattern, notation
from cnnviz.spec.shapes import format_shape
from cnnviz.spec.words import counted
from cnnviz.ui.forms.field_rows import FieldRows
from cnnviz.ui.forms.problem_label import ProblemLabel
from cnnviz.ui.plots.diagram_view import DiagramView
from cnnviz.ui.templates.layer_table import LayerTable
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_16, heading_font

if TYPE_CHECKING:
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.validate import DataShape

PATTERN = "INPUT → [[CONV → RELU]×N → POOL?]×M → [FC → RELU]×K → FC"
_SIZE_PX = (1040, 680)
_LEAST_SIZE_PX = (640, 420)
_FORM_WIDTH_PX = 330


class PatternDialog(QDialog):
    """Asks for the numbers of the pattern, and whether it is a new design or goes into the present one.

    Signals
    -------
    design_chosen(NetworkSpec)
        A new design is to be opened.
    insertion_chosen(object, Place)
        These layers, a tuple, are to be inserted there.
    """

    design_chosen = Signal(object)
    insertion_chosen = Signal(object, object)

    def __init__(
        self,
        spec: NetworkSpec,
        selected: str,
        data: DataShape,
        *,
        insert: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._spec, self._selected, self._data = spec, selected, data
        self._pattern = default_pattern(data, inserted=insert)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Insert Pattern" if insert else "New from Pattern")
        images = format_shape((data.height, data.width, data.channels))
        self.new_button = QRadioButton(f"&New design for images of {images}", self)
        self.insert_button = QRadioButton(f"&Insert after {selected or 'the input'}", self)
        (self.insert_button if insert else self.new_button).setChecked(True)
        self.rows = FieldRows(self._pattern, self)
        self.preview = PatternPreview(self)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.done_button = QPushButton(self)
        self.done_button.setProperty("primary", True)
        self._buttons.addButton(self.done_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.done_button.setDefault(True)
        self._lay_out()
        self._connect()
        self._plan = self._planned()
        self._show_plan()
        self.resize(*_SIZE_PX)
        self.setMinimumSize(*_LEAST_SIZE_PX)
        next(iter(self.rows.editors.values())).setFocus()

    @property
    def pattern(self) -> Pattern:
        """The pattern as it is in the form."""
        return self._pattern

    @property
    def plan(self) -> PatternPlan:
        """What would come of it."""
        return self._plan

    @property
    def is_insertion(self) -> bool:
        """Whether the pattern goes into the present design."""
        return self.insert_button.isChecked()

    def accept(self) -> None:
        if not self._plan.is_sound:
            return
        if self.is_insertion:
            self.insertion_chosen.emit(self._plan.layers, self._plan.place)
        else:
            self.design_chosen.emit(self._plan.spec)
        super().accept()

    def _lay_out(self) -> None:
        ways = QButtonGroup(self)
        form = QWidget(self)
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, SPACE_12, 0)
        column.setSpacing(SPACE_4)
        for button in (self.new_button, self.insert_button):
            ways.addButton(button)
            column.addWidget(button)
        column.addSpacing(SPACE_8)
        column.addWidget(self.rows)
        column.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(SPACE_16)
        columns.addWidget(_scrolled(form, "The numbers of the pattern", self))
        columns.addWidget(self.preview, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        layout.setSpacing(SPACE_12)
        layout.addLayout(columns, 1)
        layout.addWidget(self._buttons)

    def _connect(self) -> None:
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.rows.change_requested.connect(self._on_rows_change_requested)
        self.insert_button.toggled.connect(self._on_way_changed)

    def _planned(self) -> PatternPlan:
        if self.is_insertion:
            return plan_insertion(self._pattern, self._spec, self._selected)
        return plan_design(self._pattern, self._data)

    def _show_plan(self) -> None:
        plan = self._plan
        self.rows.show_values(self._pattern, plan.part.input_shape)
        self.rows.show_problems(plan.problems)
        self.preview.show_plan(self._pattern, plan, self._selected if self.is_insertion else "")
        self.done_button.setText("&Insert" if self.is_insertion else "&Open")
        self.done_button.setEnabled(plan.is_sound)

    @Slot(str, object)
    def _on_rows_change_requested(self, name: str, value: Any) -> None:
        self._pattern = dataclasses.replace(self._pattern, **{name: value})
        self._plan = self._planned()
        self._show_plan()

    @Slot(bool)
    def _on_way_changed(self, inserted: bool) -> None:
        """Take the ending that goes with the way: feature maps to be inserted, or a whole network."""
        ending = default_pattern(self._data, inserted=inserted).ending
        self._on_rows_change_requested("ending", ending)


class PatternPreview(QWidget):
    """Shows the pattern with its numbers, as a diagram and as a table, and what is wrong with it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notation = QLabel(self)
        self.notation.setFont(heading_font(self))
        self.notation.setWordWrap(True)
        self.notation.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.notation.setToolTip(f"{PATTERN}\nAfter the notes of Stanford's course CS231n.")
        self.problems = ProblemLabel(self)
        self.diagram = DiagramView(self)
        self.table = LayerTable(self)
        self.totals = QLabel(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        for widget, stretch in (
            (self.notation, 0),
            (self.problems, 0),
            (self.diagram, 1),
            (self.table, 1),
            (self.totals, 0),
        ):
            layout.addWidget(widget, stretch)

    def show_plan(self, pattern: Pattern, plan: PatternPlan, behind: str = "") -> None:
        """Show what comes of a pattern, behind a layer or an input."""
        self.notation.setText(notation(pattern, behind or "INPUT"))
        self.problems.show_problems([one.message for one in plan.problems if one.field is None][:2])
        self.diagram.show_trace(plan.part)
        self.table.show_trace(plan.part)
        self.totals.setText(totals_text(plan))


def totals_text(plan: PatternPlan) -> str:
    """Return what the pattern adds: layers, parameters, multiply-adds."""
    parts = [counted(len(plan.layers), "layer")]
    if plan.is_sound:
        parts += [
            counted(plan.part.parameters, "parameter"),
            counted(plan.part.multiply_adds, "multiply-add"),
        ]
    return " · ".join(parts)


def _scrolled(content: QWidget, name: str, parent: QWidget) -> QScrollArea:
    area = QScrollArea(parent)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setAccessibleName(name)
    area.setFixedWidth(_FORM_WIDTH_PX)
    area.setWidget(content)
    return area
