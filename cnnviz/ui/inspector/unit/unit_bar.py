"""The bar below a number: the sliding kernel, what can be done with the number, and whose weights it has."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from cnnviz.ui.icons import icon
from cnnviz.ui.inspector.unit.slide_bar import SlideBar
from cnnviz.ui.theme import SPACE_4, SPACE_8, caption_font
from cnnviz.ui.widgets.announcing import announce
from cnnviz.ui.widgets.elided_label import ElidedLabel

_KEYS = (
    "Arrows move, Enter goes deeper, Esc comes back",
    "Arrows move, Enter deeper, Esc back",
    "Arrows, Enter, Esc",
)
"""In words, and in less room in fewer."""
_COPY = ("copy", "Copy as text", "Copy the arithmetic as text (Ctrl+C)")
_COPIED, _COPIED_MS = "The arithmetic is copied as text", 2500
_REACH = ("eye", "What It Sees", "the part of the image and of each layer that this number is made from")
_MAPS = ("grid", "Whole Maps", "what each map before this one adds to it, with the kernel at every place")
_EXPORT = ("export", "Export", "Export the arithmetic as a picture, and its numbers")


class UnitBar(QWidget):
    """Buttons and two short texts, which have a line of their own where it is narrow; it decides nothing.

    Where it is low as well, there is no such line, and the keys are told by the tooltips only.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slide_bar = SlideBar(self)
        self.copy_button, self.export_button = QToolButton(self), QToolButton(self)
        self.reach_button, self.maps_button = QToolButton(self), QToolButton(self)
        self.weights = ElidedLabel(parent=self)
        self.hint = ElidedLabel(parent=self)
        self.hint.set_forms(*_KEYS)
        # Other words in it must not move what stands beside.
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for label in (self.hint, self.weights):
            label.setFont(caption_font(label))
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for button, (name, words, tip) in ((self.copy_button, _COPY), (self.export_button, _EXPORT)):
            button.setIcon(icon(name))
            button.setToolTip(tip)
            button.setAccessibleName(words)
        for button, (name, words, tip) in ((self.reach_button, _REACH), (self.maps_button, _MAPS)):
            button.setIcon(icon(name))
            button.setText(words)
            button.setToolTip(f"{words}: {tip}")
            button.setCheckable(True)
            button.toggled.connect(self._on_showing_toggled)
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        row.addWidget(self.slide_bar)
        for button in (self.copy_button, self.export_button, self.reach_button, self.maps_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        self._hints = QWidget(self)
        hints = QHBoxLayout(self._hints)
        hints.setContentsMargins(0, 0, 0, 0)
        hints.setSpacing(SPACE_8)
        hints.addWidget(self.hint, 1)
        hints.addWidget(self.weights)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_8)
        self._grid.setVerticalSpacing(SPACE_4)
        self._grid.setColumnStretch(1, 1)
        self._grid.addLayout(row, 0, 0)
        self._rest = QTimer(self, singleShot=True, interval=_COPIED_MS)
        self._rest.timeout.connect(self._on_rest_due)
        self._has_own_line: bool | None = None
        self.set_narrow(is_narrow=False, is_low=False)

    def set_narrow(self, *, is_narrow: bool, is_low: bool) -> None:
        """Put the texts below the buttons, or beside them."""
        has_own_line = is_narrow and not is_low
        if has_own_line is not self._has_own_line:
            self._has_own_line = has_own_line
            self._grid.addWidget(self._hints, *((1, 0, 1, 2) if has_own_line else (0, 1, 1, 1)))
        self.hint.setHidden(is_narrow and is_low)
        style = Qt.ToolButtonStyle
        for button in (self.reach_button, self.maps_button):
            button.setToolButtonStyle(style.ToolButtonIconOnly if is_narrow else style.ToolButtonTextOnly)

    def minimumSizeHint(self) -> QSize:
        """Return the room that is needed where it is narrow: wider, the bar would keep itself from it."""
        size, words = super().minimumSizeHint(), (self.reach_button, self.maps_button)
        shown = [button for button in words if not button.isHidden()]
        spare = sum(button.sizeHint().width() - self.copy_button.sizeHint().width() for button in shown)
        return size - QSize(max(0, spare), 0)

    def show_weights(self, words: str) -> None:
        """Say from when the weights are, or only the step where there is little room."""
        self.weights.set_forms(words, words.rpartition(", ")[2], words.rpartition(" ")[2])

    def say_copied(self) -> None:
        """Say for a moment, on the button and beside it, that the text is on the clipboard."""
        self.copy_button.setIcon(icon("check"))
        self.hint.setText(_COPIED)
        self.hint.setForegroundRole(QPalette.ColorRole.WindowText)
        self._rest.start()
        announce(self.copy_button, _COPIED)

    @Slot(bool)
    def _on_showing_toggled(self, is_shown: bool) -> None:
        """Show one thing at a time."""
        is_reach = self.sender() is self.reach_button
        if is_shown:
            (self.maps_button if is_reach else self.reach_button).setChecked(False)

    @Slot()
    def _on_rest_due(self) -> None:
        self.copy_button.setIcon(icon(_COPY[0]))
        self.hint.set_forms(*_KEYS)
        self.hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
