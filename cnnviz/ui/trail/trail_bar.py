"""The way here as a row of places, each of which can be gone back to."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction, QResizeEvent

_ARROW = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
_MOST_PX = 190
"""A longer name is shortened in its middle; the tooltip has all of it."""
_LEAST_PX = 120
_LEAST_HINT = 24


class TrailBar(QWidget):
    """Back, forward, and the places from the widest to the present one; hidden while there is no way to tell.

    Where there is no room for all, the first places give way, and three dots stand for them.

    Signals
    -------
    place_requested(int)
        The place with this number on the path is wanted.
    forget_requested()
        The way is to be forgotten.
    """

    place_requested = Signal(int)
    forget_requested = Signal()

    def __init__(self, back: QAction, forward: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: tuple[str, ...] = ()
        self._crumbs: list[QToolButton] = []
        self._arrows: list[QLabel] = []
        self._dots = QLabel("…", self)
        self._hint = ElidedLabel(parent=self, least=_LEAST_HINT)
        self._hint.setFont(caption_font(self._hint))
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._hint.setMinimumWidth(1)  # places come first
        self.close_button = QToolButton(self)
        self.close_button.setIcon(icon("close"))
        self.close_button.setToolTip("Forget the way here; everything stays as it is shown")
        self.close_button.setAccessibleName("Forget the way here")
        self.close_button.clicked.connect(self.forget_requested)
        self._places = QHBoxLayout()
        self._places.setSpacing(0)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_8, SPACE_4, SPACE_8, SPACE_4)
        row.setSpacing(SPACE_4)
        for action in (back, forward):
            button = QToolButton(self)
            button.setDefaultAction(action)
            row.addWidget(button)
        row.addWidget(self._dots)
        row.addLayout(self._places)
        row.addSpacing(SPACE_12)
        row.addWidget(self._hint, 1)
        row.addWidget(self.close_button)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.setAccessibleName("The way here")

    @property
    def crumbs(self) -> tuple[QToolButton, ...]:
        """The places, the present one last."""
        return tuple(self._crumbs)

    @property
    def texts(self) -> tuple[str, ...]:
        """What the places are called."""
        return self._texts

    @property
    def hint(self) -> str:
        """What leads on from the present place."""
        return self._hint.text()

    def show_path(self, texts: Sequence[str], hint: str = "") -> None:
        """Show these places, the last of which is the present one, and what leads on from there."""
        self._hint.setText(hint)
        if tuple(texts) == self._texts:
            return
        self._texts = tuple(texts)
        while len(self._crumbs) > len(texts):
            self._drop_last()
        while len(self._crumbs) < len(texts):
            self._add()
        self._name_places()
        self.setAccessibleDescription(", ".join(texts))
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._name_places()
            self._fit()

    def _add(self) -> None:
        number = len(self._crumbs)
        crumb = QToolButton(self)
        crumb.clicked.connect(functools.partial(self.place_requested.emit, number))
        arrow = QLabel(_ARROW, self)
        arrow.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._crumbs.append(crumb)
        self._arrows.append(arrow)
        self._places.addWidget(arrow)
        self._places.addWidget(crumb)

    def _drop_last(self) -> None:
        for widget in (self._crumbs.pop(), self._arrows.pop()):
            self._places.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    def _name_places(self) -> None:
        last = len(self._crumbs) - 1
        for number, (crumb, text) in enumerate(zip(self._crumbs, self._texts, strict=True)):
            font = self.font()
            font.setBold(number == last)
            crumb.setFont(font)
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, _MOST_PX)
            crumb.setText(shown.replace("&", "&&"))
            crumb.setToolTip(text if number == last else f"Back to {text}")
            crumb.setAccessibleName(f"{text}, where you are" if number == last else f"Back to {text}")

    def _fit(self) -> None:
        """Hide the first places until the others have room; the last one always stays."""
        widths = [
            arrow.sizeHint().width() + crumb.sizeHint().width()
            for arrow, crumb in zip(self._arrows, self._crumbs, strict=True)
        ]
        others = (w for w in self.findChildren(QToolButton) if w not in self._crumbs and not w.isHidden())
        room = self.width() - 2 * SPACE_8 - sum(w.sizeHint().width() + SPACE_4 for w in others) - SPACE_4
        first = 0
        while first < len(widths) - 1 and sum(widths[first:]) + self._dots_width(first) > room:
            first += 1
        self._dots.setVisible(first > 0)
        self._dots.setToolTip(", ".join(self._texts[:first]))
        for number, (arrow, crumb) in enumerate(zip(self._arrows, self._crumbs, strict=True)):
            crumb.setVisible(number >= first)
            arrow.setVisible(number >= max(first, 1))

    def _dots_width(self, first: int) -> int:
        return self._dots.sizeHint().width() + SPACE_4 if first else 0
