"""The settings of the chosen layer, made from their descriptions, with the arithmetic under them."""

from __future__ import annotations

import dataclasses
import operator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from cnnviz.spec.layers import LAYER_TYPES, AvgPool2D, Conv2D, MaxPool2D, type_name
from cnnviz.spec.network import InputSpec
from cnnviz.spec.trace import Problem
from cnnviz.ui.builder.arithmetic import input_arithmetic, key_arithmetic, more_arithmetic
from cnnviz.ui.builder.arithmetic_view import ArithmeticView
from cnnviz.ui.builder.cards import INPUT_SUMMARY, INPUT_TYPE
from cnnviz.ui.builder.form_header import FormHeader
from cnnviz.ui.builder.repair_list import RepairList
from cnnviz.ui.builder.repair_watch import ChangeWatch
from cnnviz.ui.forms.field_editors import FieldEditor
from cnnviz.ui.forms.field_help import FieldHelp
from cnnviz.ui.forms.field_rows import FieldRows
from cnnviz.ui.forms.problem_label import ProblemLabel
from cnnviz.ui.theme import SPACE_8, SPACE_12, caption_font
from cnnviz.ui.widgets.note_label import NoteLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QResizeEvent

    from cnnviz.app.document import Document
    from cnnviz.spec.fields import FieldInfo
    from cnnviz.spec.formulas import Formula
    from cnnviz.spec.layers import Layer
    from cnnviz.spec.trace import LayerTrace

_ROWS_PLACE = 2  # under the problems and their repairs
_ROWS_IN_SIGHT, _HELP_LINES = 2, 5  # the help gives way to the settings it is about


class PropertiesForm(QWidget):
    """Edits one layer, wherever it stands, or the input.

    Changes of one setting in a row are one step of undo. A problem stands under the setting to blame, or on
    top where it is one of the layer as a whole, with its repairs as buttons. So does the problem of another
    layer that the setting being changed has brought.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._layer_id = ""
        self._rows: FieldRows | None = None
        self._watch = ChangeWatch()
        self._explained: FieldInfo | None = None
        self._is_changing = False
        self._shown: tuple[object, ...] = ()
        self._scroll = QScrollArea(self)
        self._content = QWidget(self._scroll.viewport())
        self._header = FormHeader(self)
        self._problems = ProblemLabel(self._content)
        self._repairs = RepairList(document, self._content)
        self._arithmetic = ArithmeticView(self._content)
        self._note = NoteLabel(self._content)
        self._layout = QVBoxLayout(self._content)
        self._layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_12)
        self._layout.setSpacing(SPACE_8)
        for widget in (self._problems, self._repairs, self._arithmetic, self._note):
            self._layout.addWidget(widget)
        self._layout.addStretch(1)
        # All kinds now, not when one is first shown: the Tab key comes last to what is made last.
        subjects: tuple[Layer | InputSpec, ...] = (document.spec.input, *(kind() for kind in LAYER_TYPES))
        self._rows_of_kind = {type(subject): self._make_rows(subject) for subject in subjects}
        self._field_repairs = RepairList(document, self._content)
        self._help = FieldHelp(self)
        self._lay_out()
        self.setAccessibleName("Settings of the layer")
        document.spec_changed.connect(self._on_spec_changed)
        document.problems_changed.connect(self._show_all)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus_changed)
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
    def repair_lists(self) -> tuple[RepairList, RepairList]:
        """What is offered for the layer as a whole, and under a setting."""
        return (self._repairs, self._field_repairs)

    @property
    def help_text(self) -> str:
        """What is said of the setting that has the keyboard; empty while none has."""
        return self._help.text

    @property
    def arithmetic(self) -> tuple[Formula, ...]:
        """Where the layer's numbers come from: the lines over the settings, and those under them."""
        return (*self._header.lines, *self._arithmetic.lines)

    def show_lock(self, action: QAction) -> None:
        """Let the chosen layer be frozen beside its name."""
        self._header.show_lock(action)

    @Slot(str)
    def show_layer(self, layer_id: str) -> None:
        """Edit the layer with this id, or the input for the empty id."""
        is_other = layer_id != self._layer_id
        self._layer_id = layer_id
        if is_other:
            self._watch.forget()
        self._show_all()
        if is_other and self._rows is not None:
            self._rows.start_over()

    @Slot()
    def focus_first(self) -> None:
        """Put the keyboard into the first setting, if there is one."""
        if self._rows is not None and self._rows.editors:
            next(iter(self._rows.editors.values())).setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._explain(self._explained)

    def _lay_out(self) -> None:
        scroll = self._scroll
        self._content.setBackgroundRole(QPalette.ColorRole.Base)
        scroll.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        scroll.setWidget(self._content)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._keep_room(scroll)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(scroll, 1)
        layout.addWidget(self._help)

    @Slot()
    def _on_spec_changed(self) -> None:
        if not self._is_changing:
            self._watch.forget()
        self._show_all()

    @Slot()
    def _show_all(self) -> None:
        state = (self._layer_id, self._document.trace, self._document.problems)
        if any(map(operator.is_not, state, self._shown)) or not self._shown:  # an edit is told twice
            self._shown = state
            self._show(self._record())

    def _show(self, record: LayerTrace | None) -> None:
        subject = self._subject(record)
        self._content.setVisible(subject is not None)
        self._header.setVisible(subject is not None)
        if subject is None:
            self._show_rows(None)
            return
        rows = self._rows_of_kind[type(subject)]
        self._show_rows(rows)
        if record is None:
            numbers = input_arithmetic(self._document.spec.input)
            self._header.describe(INPUT_TYPE, INPUT_TYPE, "", numbers)
            self._arithmetic.show_lines(())
            self._note.setText(INPUT_SUMMARY)
        else:
            layer = record.layer
            self._header.describe(type_name(layer), layer.title, layer.id, key_arithmetic(record))
            self._arithmetic.show_lines(more_arithmetic(record))
            self._note.setText(layer.summary)
        rows.show_values(subject, record.input_shape if record else None)
        self._show_problems(rows)

    def _show_problems(self, rows: FieldRows) -> None:
        """Show the layer's own problems, or the one that the present change brings, with their repairs."""
        own = [problem for problem in self._document.problems if problem.layer_id == self._layer_id]
        whole = [problem for problem in own if problem.field not in rows.editors]
        is_unfinished = all(problem.is_unfinished for problem in whole)
        self._problems.show_problems([problem.message for problem in whole], is_unfinished=is_unfinished)
        self._repairs.show_problem(whole[0] if whole else None)
        of_fields = [problem for problem in own if problem not in whole]
        broken = None if own else self._watch.broken(self._layer_id, self._document.problems)
        if broken is not None:
            words = f"This breaks {broken.layer_id}: {broken.message}"
            of_fields = [Problem(words, self._layer_id, self._watch.field)]
        rows.show_problems(of_fields)
        solved = broken or next(iter(of_fields), None)
        if solved is not None and of_fields[0].field is not None:
            self._put_repairs_under(rows, of_fields[0].field)
        self._field_repairs.show_problem(solved)

    def _put_repairs_under(self, rows: FieldRows, name: str) -> None:
        if rows.hold_under(name, self._field_repairs):
            self._field_repairs.follow(rows.control_of(name))

    def _record(self) -> LayerTrace | None:
        return next((r for r in self._document.trace.walk() if r.layer.id == self._layer_id), None)

    def _subject(self, record: LayerTrace | None) -> Layer | InputSpec | None:
        """Return what is edited, or None where the layer has gone."""
        if record is not None:
            return record.layer
        return None if self._layer_id else self._document.spec.input

    def _keep_room(self, scroll: QScrollArea) -> None:
        """Be wide enough for the controls of every kind beside the scroll bar, with a box for each side."""
        for kind in (Conv2D, MaxPool2D, AvgPool2D):
            self._rows_of_kind[kind].show_values(kind(padding=(0, 0, 0, 0)), None)
        widest = max(rows.minimumSizeHint().width() for rows in self._rows_of_kind.values())
        bar = scroll.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(widest + 2 * SPACE_12 + bar)
        scroll.setMinimumHeight(self._least_height())

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
        self._explain(None)
        if rows is not None:
            rows.setVisible(bool(rows.editors))
            self._arithmetic.set_ruled(bool(rows.editors))

    @Slot(str, object, int)
    def _on_rows_change_requested(self, name: str, value: object, change: int) -> None:
        subject = self._subject(self._record())
        changes: dict[str, Any] = {name: value}
        merge_key = f"{self._layer_id or INPUT_TYPE}/{name}/{change}"
        self._watch.begin(merge_key, name, (problem.layer_id for problem in self._document.problems))
        self._is_changing = True
        try:
            if isinstance(subject, InputSpec):
                self._document.set_input(dataclasses.replace(subject, **changes), merge_key)
            elif subject is not None:
                self._document.replace_layer(dataclasses.replace(subject, **changes), merge_key)
        finally:
            self._is_changing = False

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        """Explain the setting that has the keyboard; a window in the background keeps its help."""
        if now is None:
            return
        editor: QWidget | None = now if self._content.isAncestorOf(now) else None
        while editor is not None and not isinstance(editor, FieldEditor):
            editor = editor.parentWidget()
        self._explain(editor.info if editor is not None else None)

    def _explain(self, info: FieldInfo | None) -> None:
        """Say what there is to know of a setting, where that leaves the settings themselves in sight."""
        self._explained = info
        help_height = _HELP_LINES * QFontMetrics(caption_font(self)).height()
        rest = self.height() - self._header.sizeHint().height() - help_height
        self._help.show_help(info if rest >= self._least_height() else None)

    def _least_height(self) -> int:
        """Return the height of the settings that are always to be in sight."""
        editors = self._rows_of_kind[InputSpec].editors.values()
        return _ROWS_IN_SIGHT * (next(iter(editors)).sizeHint().height() + SPACE_8)
