"""What is asked of the network: by which method, about which class, at which layer."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cnnviz.app.attribution.attribution_work import ClassChoice
from cnnviz.interpret.attribution.methods import METHODS
from cnnviz.ui.attribution.words import of_output
from cnnviz.ui.class_names import without_common_words
from cnnviz.ui.forms.field_rows import FieldRows
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12
from cnnviz.ui.widgets.elided_combo import SHORT_ROLE, ElidedCombo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.interpret.attribution.methods import Method

_TIPS = {
    ClassChoice.PREDICTED: ("Predicted", "Explain the class with the highest score, whichever it is"),
    ClassChoice.TRUE: ("True", "Explain the right class of the image"),
    ClassChoice.DIFFERENCE: (
        "Difference",
        "Explain by how much the predicted class is ahead of the true one, or of the second if it is right",
    ),
}
_CLASS_TIP, _OUTPUT_TIP = "The class whose score is explained", "The number that is explained"
_LAYER_TIP = "The layer whose numbers a click leads to, and whose maps Grad-CAM looks at"
_COMBO_CHARACTERS = 6


class QuestionForm(QScrollArea):
    """Choices at the left of the pictures. It shows what it is told and asks for changes.

    Signals
    -------
    kind_requested(type of Method)
    method_requested(Method)
        The method with other settings.
    choice_requested(ClassChoice or int)
    layer_requested(str)
    """

    kind_requested = Signal(object)
    method_requested = Signal(object)
    choice_requested = Signal(object)
    layer_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._method: Method | None = None
        self._class_names: tuple[str, ...] = ()
        self._layer_ids: tuple[str, ...] = ()
        self._content = QWidget(self)
        self.methods = self._combo("Method", "How the network is asked why")
        self.classes = self._combo("Class", _CLASS_TIP)
        self.layers = self._combo("Layer", _LAYER_TIP)
        self.choices = {choice: self._button(choice) for choice in ClassChoice}
        self.rows: FieldRows | None = None
        for kind in METHODS:
            self.methods.addItem(kind.title)
        self._lay_out()
        self.methods.activated.connect(self._on_method_activated)
        self.classes.activated.connect(self._on_class_activated)
        self.layers.activated.connect(self._on_layer_activated)

    def show_method(self, method: Method) -> None:
        """Show the method and its settings."""
        if type(method) is not type(self._method):
            self._replace_rows(method)
        self._method = method
        self.methods.setCurrentIndex(METHODS.index(type(method)))
        if self.rows is not None:
            self.rows.show_values(method, None)

    def show_classes(self, names: Sequence[str], shown: int | None, *, are_classes: bool) -> None:
        """Offer these classes, or outputs that are no classes, of which `shown` is explained."""
        if tuple(names) != self._class_names:
            self._class_names = tuple(names)
            with QSignalBlocker(self.classes):
                self.classes.clear()
                self.classes.addItems(self._class_names)
                for row, short in enumerate(without_common_words(self._class_names)):
                    self.classes.setItemData(row, short, SHORT_ROLE)
        self.classes.setCurrentIndex(-1 if shown is None else min(shown, len(names) - 1))
        name = "Class" if are_classes else "Output"
        self._class_label.setText(name)
        self.classes.setAccessibleName(name)
        self.classes.setToolTip(_CLASS_TIP if are_classes else _OUTPUT_TIP)
        for row, kind in enumerate(METHODS):
            tip = of_output(kind.tells, is_class=are_classes)
            self.methods.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
        for button in self.choices.values():
            button.setVisible(are_classes)

    def show_choice(self, choice: ClassChoice | int, *, has_true_class: bool) -> None:
        """Show which class is asked about, and whether the right one is known."""
        for kind, button in self.choices.items():
            button.setChecked(choice is kind)
        self.choices[ClassChoice.TRUE].setEnabled(has_true_class)

    def show_layers(self, layer_ids: Sequence[str], shown: str) -> None:
        """Offer these layers."""
        if tuple(layer_ids) != self._layer_ids:
            self._layer_ids = tuple(layer_ids)
            with QSignalBlocker(self.layers):
                self.layers.clear()
                self.layers.addItems(self._layer_ids)
        self.layers.setCurrentText(shown)
        for part in (self.layers, self._layer_label):
            part.setVisible(bool(self._layer_ids))

    def _lay_out(self) -> None:
        self._rows = QGridLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(SPACE_12)
        self._rows.setVerticalSpacing(SPACE_4)
        self._rows.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_4)
        for button in self.choices.values():
            buttons.addWidget(button, 1)
        self._rows.addWidget(self.methods, 0, 0, 1, 2)  # its names are long, and say what it is
        self._class_label = self._add_row(1, "Class", self.classes)
        self._rows.addLayout(buttons, 2, 0, 1, 2)
        self._layer_label = self._add_row(3, "Layer", self.layers)
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, SPACE_8, 0)
        self._column.setSpacing(0)
        self._column.addLayout(self._rows)
        self._column.addStretch(1)
        self.setWidget(self._content)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _add_row(self, row: int, name: str, combo: QComboBox) -> QLabel:
        label = QLabel(name, self._content)
        label.setBuddy(combo)
        self._rows.addWidget(label, row, 0)
        self._rows.addWidget(combo, row, 1)
        return label

    def _combo(self, name: str, tip: str) -> ElidedCombo:
        combo = ElidedCombo(self._content)
        combo.setAccessibleName(name)
        combo.setToolTip(tip)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(_COMBO_CHARACTERS)
        return combo

    def _button(self, choice: ClassChoice) -> QPushButton:
        text, tip = _TIPS[choice]
        button = QPushButton(text, self._content)
        button.setProperty("narrow", True)
        button.setCheckable(True)
        button.setToolTip(tip)
        button.clicked.connect(self._on_choice_clicked)
        return button

    def _replace_rows(self, method: Method) -> None:
        if self.rows is not None:
            self._column.removeWidget(self.rows)
            self.rows.hide()
            self.rows.deleteLater()
            self.rows = None
        labels = self._layer_label.sizeHint().width()
        if dataclasses.fields(method):
            self.rows = FieldRows(method, self._content)
            self.rows.set_label_width(labels)
            labels = max(labels, self.rows.label_width)
            self.rows.change_requested.connect(self._on_change_requested)
            self._column.insertWidget(1, self.rows)
        self._rows.setColumnMinimumWidth(0, labels)

    @Slot(int)
    def _on_method_activated(self, row: int) -> None:
        self.kind_requested.emit(METHODS[row])

    @Slot(int)
    def _on_class_activated(self, row: int) -> None:
        self.choice_requested.emit(row)

    @Slot(int)
    def _on_layer_activated(self, row: int) -> None:
        self.layer_requested.emit(self.layers.itemText(row))

    @Slot()
    def _on_choice_clicked(self) -> None:
        sender = self.sender()
        choice = next(choice for choice, button in self.choices.items() if button is sender)
        self.choices[choice].setChecked(True)  # a click on the one in force does not take it back
        self.choice_requested.emit(choice)

    @Slot(str, object, int)
    def _on_change_requested(self, name: str, value: Any, change: int) -> None:
        assert self._method is not None  # its rows are shown
        self.method_requested.emit(dataclasses.replace(self._method, **{name: value}))
