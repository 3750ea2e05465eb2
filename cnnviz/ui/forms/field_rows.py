"""One row for each setting of a kind of layer: label, control, and the problem with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from cnnviz.spec.fields import field_infos
from cnnviz.spec.layers import AvgPool2D, Conv2D, MaxPool2D
from cnnviz.spec.shapes import layer_padding
from cnnviz.ui.forms.field_editors import Editor, PaddingEditor, PairEditor, make_editor
from cnnviz.ui.forms.problem_label import ProblemLabel
from cnnviz.ui.forms.turn_label import TURN_HINT, TurnLabel
from cnnviz.ui.theme import SPACE_4, SPACE_12

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from cnnviz.data.shapes import ShapesSettings
    from cnnviz.interpret.attribution.maximisation import Maximisation
    from cnnviz.interpret.attribution.methods import Method
    from cnnviz.spec.augmenting import Augmenting
    from cnnviz.spec.fields import FieldInfo
    from cnnviz.spec.layers import Layer
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import InputSpec
    from cnnviz.spec.patterns import Pattern
    from cnnviz.spec.preparing import Preparing
    from cnnviz.spec.schedules import Schedule
    from cnnviz.spec.shapes import Shape
    from cnnviz.spec.trace import Problem
    from cnnviz.spec.training import Optimizer, TrainingSpec

    Part = Optimizer | Loss | Schedule | Augmenting | Preparing
    Subject = Layer | InputSpec | Pattern | TrainingSpec | Part | Method | Maximisation | ShapesSettings


_GRID_ROWS = 3
"""For each setting: label and control, the problem with it, and what somebody else puts there."""


class FieldRows(QWidget):
    """Edits the settings of one record: a layer, the input, a pattern, a part of a run, or a run.

    Where `names` are given, it edits only these, in this order.

    Signals
    -------
    change_requested(str, object, int)
        A setting's name, the value wanted, and a number that stays the same while one control is being
        changed, so that all its changes can become one step of undo.
    """

    change_requested = Signal(str, object, int)

    def __init__(
        self, subject: Subject, parent: QWidget | None = None, names: Collection[str] | None = None
    ) -> None:
        super().__init__(parent)
        self.editors: dict[str, Editor] = {}
        self._problems: dict[str, ProblemLabel] = {}
        self._told: dict[str, list[str]] = {}
        self._labels: list[QLabel] = []
        self._change = 0
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, SPACE_4, 0, SPACE_4)
        self._layout.setHorizontalSpacing(SPACE_12)
        self._layout.setVerticalSpacing(SPACE_4)
        self._layout.setColumnStretch(1, 1)
        infos = field_infos(type(subject))
        for name in infos if names is None else names:
            self._add_row(name, infos[name])
            self.editors[name].set_value(getattr(subject, name))
        self._hide_what_means_nothing(subject)

    def show_values(self, subject: Subject, input_shape: Shape | None) -> None:
        """Show the settings of `subject`, which takes `input_shape`; what is as it was is not touched."""
        for name, editor in self.editors.items():
            value = getattr(subject, name)
            if isinstance(editor, PaddingEditor) and isinstance(subject, Conv2D | MaxPool2D | AvgPool2D):
                editor.set_resolved(_sides(subject, input_shape))
            if editor.value() != value:
                editor.set_value(value)
        self._hide_what_means_nothing(subject)

    @property
    def label_width(self) -> int:
        """Room that the labels need, in pixels."""
        return max((label.sizeHint().width() for label in self._labels), default=0)

    def set_label_width(self, width: int) -> None:
        """Give the labels at least this room, so that rows of several records are level."""
        self._layout.setColumnMinimumWidth(0, width)

    def show_row(self, name: str, *, shown: bool) -> None:
        """Show or hide a setting, which may mean nothing where these rows are."""
        self.editors[name].setVisible(shown)
        self._labels[list(self.editors).index(name)].setVisible(shown)

    def start_over(self) -> None:
        """Another layer is shown: later changes are another step of undo; equal pairs are linked."""
        self._change += 1
        for editor in self.editors.values():
            editor.typing.forget()
            if isinstance(editor, PairEditor):
                editor.link_if_equal()

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Show each problem under the setting to blame; those of other settings are left out."""
        told: dict[str, list[str]] = {}
        for problem in problems:
            if problem.field is not None:
                told.setdefault(problem.field, []).append(problem.message)
        self._told = told
        for name in self._problems:
            self._show_told(name)

    def hold_under(self, name: str, widget: QWidget) -> bool:
        """Let `widget` stand under the problem with a setting; return whether it did not yet."""
        row = _GRID_ROWS * list(self.editors).index(name) + 2
        item = self._layout.itemAtPosition(row, 0)
        if item is not None and item.widget() is widget:
            return False
        self._layout.addWidget(widget, row, 0, 1, 2)
        return True

    def control_of(self, name: str) -> QWidget:
        """Return the last control of a setting that takes the keyboard."""
        editor = self.editors[name]
        stops = [w for w in editor.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
        return stops[-1] if stops else editor

    def problem_text(self, name: str) -> str:
        """Return what is said under a setting; empty where it is in order."""
        return self._problems[name].text

    def _show_told(self, name: str) -> None:
        """Say what is wrong with what is being typed, then what is wrong with the setting as it is."""
        typed = self.editors[name].typing.text
        self._problems[name].show_problems([*([typed] if typed else []), *self._told.get(name, [])])

    def _hide_what_means_nothing(self, subject: Subject) -> None:
        for editor, label in zip(self.editors.values(), self._labels, strict=True):
            if editor.info.only_with is not None:
                other, allowed = editor.info.only_with
                shown = getattr(subject, other) in allowed
                label.setVisible(shown)
                editor.setVisible(shown)

    def _add_row(self, name: str, info: FieldInfo) -> None:
        editor, problem = make_editor(info, self), ProblemLabel(self)
        label = TurnLabel(info.label, lambda: editor.turned_boxes, self)
        label.setToolTip("\n".join((info.tooltip, TURN_HINT)) if editor.turned_boxes else info.tooltip)
        label.turning_began.connect(self._begin_step)
        label.turning_ended.connect(self._begin_step)
        label.setBuddy(editor)
        control = editor.focusProxy() or editor
        label.setMinimumHeight(control.sizeHint().height())  # level with the first line of the control
        row = _GRID_ROWS * len(self.editors)
        self._layout.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._layout.addWidget(editor, row, 1)
        self._layout.addWidget(problem, row + 1, 0, 1, 2)
        self._labels.append(label)
        self.editors[name] = editor
        self._problems[name] = problem
        editor.value_changed.connect(self._on_editor_value_changed)
        editor.editing_finished.connect(self._begin_step)
        editor.typing.changed.connect(self._on_typing_changed)

    @Slot(object)
    def _on_editor_value_changed(self, value: Any) -> None:
        sender = self.sender()
        name = next(name for name, editor in self.editors.items() if editor is sender)
        self.change_requested.emit(name, value, self._change)

    @Slot()
    def _on_typing_changed(self) -> None:
        sender = self.sender()
        self._show_told(next(name for name, editor in self.editors.items() if editor.typing is sender))

    @Slot()
    def _begin_step(self) -> None:
        """Let later changes be another step of undo."""
        self._change += 1


def _sides(layer: Conv2D | MaxPool2D | AvgPool2D, input_shape: Shape | None) -> tuple[int, int, int, int]:
    """Return the padding in force; where the input is not known or flat, as for an input of any size."""
    return layer_padding(layer, input_shape if input_shape and len(input_shape) == 3 else (1, 1))
