"""The head of the settings form: which layer this is, and the arithmetic that follows its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from cnnviz.ui.builder.arithmetic_view import ArithmeticView
from cnnviz.ui.icons import layer_icon
from cnnviz.ui.theme import LOOK_CHANGES, SPACE_4, SPACE_8, SPACE_12, caption_font, colors_of, strong_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.spec.formulas import Formula

_ICON_PX = 18


class FormHeader(QWidget):
    """Icon, title, id, and the lines that are looked at while a setting is turned; it never scrolls away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._type_name = ""
        self._sign, self._title = QLabel(self), QLabel(self)
        self._id = ElidedLabel(parent=self, mode=Qt.TextElideMode.ElideMiddle)
        self._id.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._arithmetic = ArithmeticView(self, ruled=False)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        layout = QGridLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_8)
        layout.setHorizontalSpacing(SPACE_8)
        layout.setVerticalSpacing(SPACE_4)
        layout.addWidget(self._sign, 0, 0)
        layout.addWidget(self._title, 0, 1)
        layout.addWidget(self._id, 0, 2)
        layout.setColumnStretch(2, 1)
        layout.addWidget(self._arithmetic, 1, 0, 1, 4)
        self._adopt_look()

    def show_lock(self, action: QAction) -> None:
        """Let the layer be frozen here; where nothing can be frozen, the button is not there."""
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAccessibleName(action.text())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = self.layout()
        assert isinstance(layout, QGridLayout)
        layout.addWidget(button, 0, 3)

        def follow() -> None:
            button.setVisible(action.isVisible())

        action.visibleChanged.connect(follow)
        follow()

    @property
    def lines(self) -> tuple[Formula, ...]:
        """The arithmetic that is shown."""
        return self._arithmetic.lines

    def describe(self, type_name: str, title: str, layer_id: str, lines: Sequence[Formula]) -> None:
        """Show the name of a layer, and where its size and its parameters come from."""
        if type_name != self._type_name:
            self._type_name = type_name
            self._adopt_look()
        self._title.setText(title)
        self._id.setText(layer_id)
        self._arithmetic.show_lines(lines)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self._adopt_look()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        try:
            painter.setPen(QPen(colors_of(self).hairline, 1))
            painter.drawLine(QPointF(0, self.height() - 0.5), QPointF(self.width(), self.height() - 0.5))
        finally:
            painter.end()

    def _adopt_look(self) -> None:
        self._title.setFont(strong_font(self))
        self._id.setFont(caption_font(self))
        if self._type_name:
            self._sign.setPixmap(layer_icon(self._type_name).pixmap(_ICON_PX, _ICON_PX))
