"""A message beside the thing it is about, which never stands in the way."""

from __future__ import annotations

import enum

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QWidget,
)

from cnnviz.ui.icons import icon
from cnnviz.ui.theme import ICON_PX, SPACE_4, SPACE_8, SPACE_12, colors_of_palette

_BY_KEY = Qt.FocusPolicy.TabFocus
"""A button that a click hides would give the keyboard to whatever field comes next."""
_LEAST_SHARE = 0.5
"""Words that have less of the width beside their buttons stand above them."""


class BannerKind(enum.Enum):
    """What a message is about, which decides its colour and icon."""

    INFO = "info"
    PROBLEM = "warning"


class Banner(QFrame):
    """One message with buttons, if any. It is hidden as long as there is nothing to say.

    Signals
    -------
    action_requested(str)
        The button with this word was pressed.
    closed()
        The person has put the message away.
    text_changed(str)
        Something else is said now; empty: nothing any more.
    """

    action_requested = Signal(str)
    closed = Signal()
    text_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = BannerKind.INFO
        self._icon = QLabel(self)
        self._label = QLabel(self)
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)  # messages hold names of files
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons: list[QPushButton] = []
        self._close = QToolButton(self)
        self._close.setIcon(icon("close"))
        self._close.setFocusPolicy(_BY_KEY)
        self._close.setAccessibleName("Close the message")
        self._close.setToolTip("Close the message")
        self._close.clicked.connect(self._on_close_clicked)
        self._button_row = QHBoxLayout()
        self._button_row.setSpacing(SPACE_8)
        self._button_row.addStretch(1)
        self._words_and_buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._words_and_buttons.setSpacing(SPACE_8)
        self._words_and_buttons.addWidget(self._label, 1)
        self._words_and_buttons.addLayout(self._button_row)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_4, SPACE_8, SPACE_4)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._icon)
        layout.addLayout(self._words_and_buttons, 1)
        layout.addWidget(self._close)
        self.setAutoFillBackground(True)
        self.hide()

    @property
    def text(self) -> str:
        """The message; empty while there is none."""
        return self._label.text()

    @property
    def kind(self) -> BannerKind:
        """What the message is, or the last one was."""
        return self._kind

    @property
    def has_actions(self) -> bool:
        """Whether anything can be done about the message but to close it."""
        return any(not button.isHidden() for button in self._buttons)

    def show_message(
        self,
        text: str,
        kind: BannerKind = BannerKind.INFO,
        *,
        action: str = "",
        more_actions: tuple[str, ...] = (),
        details: str = "",
        closable: bool = True,
    ) -> None:
        """Say `text`. `action` and `more_actions` are the buttons' words; `details` stand in the tooltip."""
        self._kind = kind
        self._label.setText(text)
        self._label.setToolTip(details)
        self._show_buttons((action, *more_actions) if action else more_actions)
        self._close.setVisible(closable)
        self.setAccessibleName(text)
        self._apply_colors()
        self._arrange()
        self.show()
        self.text_changed.emit(text)

    @Slot()
    def clear(self) -> None:
        """Say nothing any more."""
        self._label.clear()
        self.hide()
        self.text_changed.emit("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        # A new palette of the application is told to windows only; the style sheet, which follows, to all.
        if event.type() is QEvent.Type.StyleChange:
            self._apply_colors()
        super().changeEvent(event)

    def _show_buttons(self, words: tuple[str, ...]) -> None:
        while len(self._buttons) < len(words):
            button = QPushButton(self)
            button.setFocusPolicy(_BY_KEY)
            button.clicked.connect(self._on_button_clicked)
            self._button_row.insertWidget(len(self._buttons), button)
            self._buttons.append(button)
        for number, button in enumerate(self._buttons):
            button.setText(words[number] if number < len(words) else "")
            button.setVisible(number < len(words))

    def _arrange(self) -> None:
        """Put buttons below the words where those would have too little room beside them."""
        words = self._label.fontMetrics().horizontalAdvance(self.text)
        shown = [button.sizeHint().width() + SPACE_8 for button in self._buttons if button.text()]
        room = self.width() - SPACE_12 - SPACE_8 - 2 * (ICON_PX + SPACE_12)
        beside = room - sum(shown)
        is_below = bool(shown) and beside < min(words, _LEAST_SHARE * room)
        direction = QBoxLayout.Direction
        self._words_and_buttons.setDirection(direction.TopToBottom if is_below else direction.LeftToRight)

    @Slot()
    def _on_button_clicked(self) -> None:
        button = self.sender()
        assert isinstance(button, QPushButton)  # nothing else is connected
        self.action_requested.emit(button.text())

    def _apply_colors(self) -> None:
        palette = QApplication.palette()
        colors = colors_of_palette(palette)
        is_problem = self._kind is BannerKind.PROBLEM
        palette.setColor(
            QPalette.ColorRole.Window, colors.problem_surface if is_problem else colors.info_surface
        )
        self.setPalette(palette)
        self._icon.setPixmap(icon(self._kind.value).pixmap(ICON_PX, ICON_PX))

    @Slot()
    def _on_close_clicked(self) -> None:
        self.clear()
        self.closed.emit()
