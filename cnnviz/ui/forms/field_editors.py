"""The controls that edit one setting each, made from its description."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnviz.spec.fields import FieldInfo, FieldKind
from cnnviz.ui.forms.number_boxes import IntegerBox, NumberBox
from cnnviz.ui.forms.turn_label import TURN_HINT, TurnLabel
from cnnviz.ui.forms.typing_watch import TypingWatch
from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_4, SPACE_8

_LARGEST_INTEGER = 2**31 - 1
_BOX_WIDTH_PX = 56
_WIDE_RANGE = 1e-6
"""Where the smallest value is less than this share of the largest, no single step suits both."""
_COMBO_CHARACTERS = 8
_SIDES = ("top", "bottom", "left", "right")
_PADDING_WORDS = {"valid": "valid: none", "same": "same: keeps size", "custom": "for each side"}


class FieldEditor(QWidget):
    """A control for one setting, with `value()` and `set_value(value)` in each of its kinds.

    Writing a value from outside never emits a signal, and leaves the cursor alone where nothing changes.

    Signals
    -------
    value_changed(object)
        The user has set another value.
    editing_finished()
        Enter was pressed or the focus went elsewhere, so that a later change is another step of undo.
    """

    value_changed = Signal(object)
    editing_finished = Signal()

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.info = info
        self.typing = TypingWatch(self)
        self.setToolTip(info.tooltip)

    def set_locked(self, reason: str) -> None:
        """Take no changes, and say why beside what the setting means; an empty reason takes them again."""
        self.setDisabled(bool(reason))
        tip = "\n".join(text for text in (self.info.tooltip, reason) if text)
        for widget in (self, *self.findChildren(QWidget)):
            if widget.toolTip():
                widget.setToolTip(tip)

    @property
    def turned_boxes(self) -> tuple[IntegerBox | NumberBox, ...]:
        """The boxes that are turned by dragging the label of the setting; none where it has no number."""
        return ()

    def _add_spin_box(self, name: str) -> IntegerBox:
        box = IntegerBox(self)
        box.setRange(int(self.info.minimum), int(min(self.info.maximum, _LARGEST_INTEGER)))
        box.setSingleStep(max(1, int(self.info.step)))
        self._set_up(box, name)
        return box

    def _set_up(self, control: QWidget, name: str) -> None:
        control.ensurePolished()  # or the layout goes by its size without the style sheet
        control.setAccessibleName(name)
        control.setAccessibleDescription(self.info.tooltip.replace("\n", " "))
        control.setToolTip(self.info.tooltip)
        control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if isinstance(control, QComboBox):
            # Not as wide as the longest choice: the list opens wider than the box.
            control.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            control.setMinimumContentsLength(_COMBO_CHARACTERS)
        if isinstance(control, IntegerBox | NumberBox):
            self.typing.watch(control, name)
            control.editingFinished.connect(self.editing_finished)
            control.setMinimumWidth(_BOX_WIDTH_PX)
            control.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


class IntegerEditor(FieldEditor):
    """A whole number."""

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self._box = self._add_spin_box(info.label)
        self._box.setSpecialValueText(info.at_least)
        self._box.valueChanged.connect(self._on_value_edited)
        _row(self, self._box)

    @property
    def turned_boxes(self) -> tuple[IntegerBox, ...]:
        return (self._box,)

    def value(self) -> int:
        return self._box.value()

    def set_value(self, value: int) -> None:
        _write(self._box, value)

    @Slot()
    def _on_value_edited(self) -> None:
        self.value_changed.emit(self.value())


class NumberEditor(FieldEditor):
    """A number with decimals."""

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self._box = NumberBox(self)
        self._box.setRange(info.minimum, min(info.maximum, 1e9))
        self._box.setSingleStep(info.step)
        if 0 < info.minimum < info.maximum * _WIDE_RANGE:
            self._box.follow_size()
        self._set_up(self._box, info.label)
        self._box.valueChanged.connect(self._on_value_edited)
        _row(self, self._box)

    @property
    def turned_boxes(self) -> tuple[NumberBox, ...]:
        return (self._box,)

    def value(self) -> float:
        return self._box.value()

    def set_value(self, value: float) -> None:
        if self.value() != value:
            with QSignalBlocker(self._box):
                self._box.setValue(value)

    @Slot()
    def _on_value_edited(self) -> None:
        self.value_changed.emit(self.value())


class FlagEditor(FieldEditor):
    """Yes or no."""

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self._box = QCheckBox(self)
        self._set_up(self._box, info.label)
        self._box.toggled.connect(self._on_value_edited)
        _row(self, self._box)

    def value(self) -> bool:
        return self._box.isChecked()

    def set_value(self, value: bool) -> None:
        with QSignalBlocker(self._box):
            self._box.setChecked(value)

    @Slot()
    def _on_value_edited(self) -> None:
        self.value_changed.emit(self.value())


class PairEditor(FieldEditor):
    """Two whole numbers, vertical and horizontal, with a toggle that keeps them equal."""

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self._boxes = tuple(self._add_spin_box(f"{info.label}, {way}") for way in ("vertical", "horizontal"))
        for box in self._boxes:
            box.valueChanged.connect(self._on_value_edited)
        self._link = QToolButton(self)
        self._link.setIcon(icon("link"))
        self._link.setCheckable(True)
        self._link.setChecked(True)
        self._link.setAutoRaise(True)
        self._link.setAccessibleName(f"{info.label}: keep both equal")
        self._link.setToolTip("Keep both numbers equal")
        self._link.toggled.connect(self._on_link_toggled)
        _row(self, self._boxes[0], QLabel("×", self), self._boxes[1], self._link)

    @property
    def turned_boxes(self) -> tuple[IntegerBox, ...]:
        return self._boxes[:1] if self._link.isChecked() else self._boxes

    def value(self) -> tuple[int, int]:
        return (self._boxes[0].value(), self._boxes[1].value())

    def set_value(self, value: tuple[int, int]) -> None:
        for box, number in zip(self._boxes, value, strict=True):
            _write(box, number)
        if value[0] != value[1]:
            with QSignalBlocker(self._link):
                self._link.setChecked(False)

    def link_if_equal(self) -> None:
        """Keep the numbers equal from now on where they are, and apart where they are not."""
        first, second = self.value()
        with QSignalBlocker(self._link):
            self._link.setChecked(first == second)

    @Slot()
    def _on_value_edited(self) -> None:
        if self._link.isChecked():
            edited = self.sender()
            for box in self._boxes:
                if box is not edited and isinstance(edited, QSpinBox):
                    _write(box, edited.value())
        self.value_changed.emit(self.value())

    @Slot(bool)
    def _on_link_toggled(self, linked: bool) -> None:
        first, second = self.value()
        if linked and first != second:
            _write(self._boxes[1], first)
            self.value_changed.emit(self.value())


class ChoiceEditor(FieldEditor):
    """One of a few words."""

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self._box = QComboBox(self)
        for word, shown in info.choices:
            self._box.addItem(shown, word)
        self._set_up(self._box, info.label)
        self._box.currentIndexChanged.connect(self._on_value_edited)
        _row(self, self._box)

    def value(self) -> str:
        word: str = self._box.currentData()
        return word

    def set_value(self, value: str) -> None:
        with QSignalBlocker(self._box):
            self._box.setCurrentIndex(self._box.findData(value))

    @Slot()
    def _on_value_edited(self) -> None:
        self.value_changed.emit(self.value())
        self.editing_finished.emit()


class PaddingEditor(FieldEditor):
    """Valid, same, or a number for each side, which begins with the numbers in force before."""

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self._resolved = (0, 0, 0, 0)
        self._choice = QComboBox(self)
        for key, words in _PADDING_WORDS.items():
            self._choice.addItem(words, key)
        self._set_up(self._choice, info.label)
        self._choice.currentIndexChanged.connect(self._on_choice_changed)
        self._sides = QWidget(self)
        self._boxes = tuple(self._add_spin_box(f"{info.label}, {side}") for side in _SIDES)
        grid = QGridLayout(self._sides)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE_4)
        for place, (side, box) in enumerate(zip(_SIDES, self._boxes, strict=True)):
            row, column = divmod(place, 2)
            grid.addWidget(self._side_label(side, box), 2 * row, column)  # above: panels are narrow
            grid.addWidget(box, 2 * row + 1, column)
            box.valueChanged.connect(self._on_value_edited)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(SPACE_4)
        column_layout.addWidget(self._choice)
        column_layout.addWidget(self._sides)
        self._sides.hide()
        self.setFocusProxy(self._choice)

    def set_resolved(self, sides: tuple[int, int, int, int]) -> None:
        """Say what the padding amounts to now, as (top, bottom, left, right)."""
        self._resolved = sides

    def value(self) -> str | tuple[int, ...]:
        key: str = self._choice.currentData()
        return tuple(box.value() for box in self._boxes) if key == "custom" else key

    def set_value(self, value: str | tuple[int, int, int, int]) -> None:
        key = value if isinstance(value, str) else "custom"
        with QSignalBlocker(self._choice):
            self._choice.setCurrentIndex(list(_PADDING_WORDS).index(key))
        if not isinstance(value, str):
            self._write_sides(value)
        self._sides.setVisible(key == "custom")

    @Slot()
    def _on_value_edited(self) -> None:
        self.value_changed.emit(self.value())

    def _side_label(self, side: str, box: IntegerBox) -> TurnLabel:
        label = TurnLabel(side, lambda: (box,), self._sides)
        label.setToolTip("\n".join((self.info.tooltip, TURN_HINT)))
        label.turning_began.connect(self.editing_finished)
        label.turning_ended.connect(self.editing_finished)
        return label

    def _write_sides(self, sides: tuple[int, ...]) -> None:
        for box, number in zip(self._boxes, sides, strict=True):
            _write(box, number)

    @Slot()
    def _on_choice_changed(self) -> None:
        custom = self._choice.currentData() == "custom"
        if custom:
            self._write_sides(self._resolved)
        self._sides.setVisible(custom)
        self.value_changed.emit(self.value())
        self.editing_finished.emit()


Editor = IntegerEditor | NumberEditor | FlagEditor | PairEditor | PaddingEditor | ChoiceEditor


def make_editor(info: FieldInfo, parent: QWidget | None = None) -> Editor:
    """Return the control that goes with a setting's kind."""
    match info.kind:
        case FieldKind.INTEGER:
            return IntegerEditor(info, parent)
        case FieldKind.NUMBER:
            return NumberEditor(info, parent)
        case FieldKind.FLAG:
            return FlagEditor(info, parent)
        case FieldKind.PAIR:
            return PairEditor(info, parent)
        case FieldKind.PADDING:
            return PaddingEditor(info, parent)
        case FieldKind.CHOICE:
            return ChoiceEditor(info, parent)


def _write(box: QSpinBox, value: int) -> None:
    if box.value() != value:
        with QSignalBlocker(box):
            box.setValue(value)


def _row(editor: FieldEditor, *controls: QWidget) -> None:
    layout = QHBoxLayout(editor)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(SPACE_8 if len(controls) == 1 else SPACE_4)
    for control in controls:
        layout.addWidget(control)
    editor.setFocusProxy(controls[0])
