"""The settings of the chosen layer, made from their descriptions, with the arithmetic under them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from cnnviz.spec.layers import LAYER_TYPES, type_name
from cnnviz.spec.network import InputSpec
from cnnviz.ui.builder.arithmetic import input_arithmetic, layer_arithmetic
from cnnviz.ui.builder.arithmetic_view import ArithmeticView
from cnnviz.ui.builder.cards import INPUT_SUMMARY, INPUT_TYPE
from cnnviz.ui.builder.form_header import FormHeader
from cnnviz.ui.forms.field_rows import FieldRows
from cnnviz.ui.forms.problem_label import ProblemLabel
from cnnviz.ui.theme import SPACE_8, SPACE_12

if TYPE_CHECKING:
    from cnnviz.app.document import Document
    from cnnviz.spec.layers import Layer
    from cnnviz.spec.trace import LayerTrace, Problem

_ROWS_PLACE = 2  # under the header and the problems


class PropertiesForm(QScrollArea):
    """Edits one layer, or the input, of a document. Changes of one setting in a row are one step of undo."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._layer_id = ""
        self._rows: FieldRows | None = None
        self._content = QWidget(self)
        self._header = FormHeader(self._content)
        self._problems = ProblemLabel(self._content)
        self._arithmetic = ArithmeticView(self._content)
        self._layout = QVBoxLayout(self._content)
        self._layout.setContentsMargins(SPACE_12, SPACE_12, SPACE_12, SPACE_12)
        self._layout.setSpacing(SPACE_8)
        for widget in (self._header, self._problems, self._arithmetic):
            self._layout.addWidget(widget)
        self._layout.addStretch(1)
        # All kinds now, not when one is first shown: the Tab key comes last to what is made last.
        subjects: tuple[Layer | InputSpec, ...] = (document.spec.input, *(kind() for kind in LAYER_TYPES))
        self._rows_of_kind = {type(subject): self._make_rows(subject) for subject in subjects}
        self._content.setBackgroundRole(QPalette.ColorRole.Base)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.setWidget(self._content)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Settings of the layer")
        document.spec_changed.connect(self._on_document_changed)
        document.problems_changed.connect(self._on_document_changed)
        self.show_layer("")

    @property
    def layer_id(self) -> str:
        """The id of the layer that is edited; empty for the input."""
        return self._layer_id

    @property
    def rows(self) -> FieldRows | None:
        """The rows of settings; None where the layer has gone."""
        return self._rows

    @property
    def problem_text(self) -> str:
        """What is wrong with the layer as a whole; empty where it is in order."""
        return self._problems.text

    @property
    def arithmetic(self) -> ArithmeticView:
        """The lines under the settings."""
        return self._arithmetic

    @Slot(str)
    def show_layer(self, layer_id: str) -> None:
        """Edit the layer with this id, or the input for the empty id."""
        is_other = layer_id != self._layer_id
        self._layer_id = layer_id
        self._on_document_changed()
        if is_other and self._rows is not None:
            self._rows.start_over()

    @Slot()
    def focus_first(self) -> None:
        """Put the keyboard into the first setting, if there is one."""
        if self._rows is not None and self._rows.editors:
            next(iter(self._rows.editors.values())).setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _on_document_changed(self) -> None:
        record = self._record()
        subject = self._subject(record)
        self._content.setVisible(subject is not None)
        if subject is None:
            self._show_rows(None)
            return
        rows = self._rows_of_kind[type(subject)]
        self._show_rows(rows)
        if record is None:
            self._header.describe(INPUT_TYPE, INPUT_TYPE, "", INPUT_SUMMARY)
            self._arithmetic.show_lines(input_arithmetic(self._document.spec.input))
        else:
            layer = record.layer
            self._header.describe(type_name(layer), layer.title, layer.id, layer.summary)
            self._arithmetic.show_lines(layer_arithmetic(record))
        problems = self._own_problems()
        rows.show_values(subject, record.input_shape if record else None)
        rows.show_problems(problems)
        self._problems.show_problems([item.message for item in problems if item.field not in rows.editors])

    def _own_problems(self) -> list[Problem]:
        if not self._layer_id:
            return []
        return [problem for problem in self._document.problems if problem.layer_id == self._layer_id]

    def _record(self) -> LayerTrace | None:
        records = self._document.trace.layers
        return next((record for record in records if record.layer.id == self._layer_id), None)

    def _subject(self, record: LayerTrace | None) -> Layer | InputSpec | None:
        """Return what is edited, or None where the layer has gone."""
        if record is not None:
            return record.layer
        return None if self._layer_id else self._document.spec.input

    def _make_rows(self, subject: Layer | InputSpec) -> FieldRows:
        rows = FieldRows(subject, self._content)
        rows.hide()
        rows.change_requested.connect(self._on_rows_change_requested)
        self._layout.insertWidget(_ROWS_PLACE, rows)
        return rows

    def _show_rows(self, rows: FieldRows | None) -> None:
        if rows is self._rows:
            return
        if self._rows is not None:
            self._rows.hide()
        self._rows = rows
        if rows is not None:
            rows.setVisible(bool(rows.editors))

    @Slot(str, object, int)
    def _on_rows_change_requested(self, name: str, value: object, change: int) -> None:
        subject = self._subject(self._record())
        changes: dict[str, Any] = {name: value}
        merge_key = f"{self._layer_id or INPUT_TYPE}/{name}/{change}"
        if isinstance(subject, InputSpec):
            self._document.set_input(dataclasses.replace(subject, **changes), merge_key)
        elif subject is not None:
            self._document.replace_layer(dataclasses.replace(subject, **changes), merge_key)
