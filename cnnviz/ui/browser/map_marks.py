"""The switch that marks the images a network is wrong about on a map, and what the marks mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from cnnviz.spec.words import counted
from cnnviz.ui.browser.map_painting import paint_crosses
from cnnviz.ui.theme import SPACE_4, caption_font, colors_of
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

_SIGN_PX = 14
_TIP = "Mark the images that the network takes for another class with a cross"
_UNASKED = f"{_TIP}; it is asked about them first"


class MapMarks(QWidget):
    """A switch. It turns itself on where answers come, unless somebody has turned it off.

    Signals
    -------
    changed()
        Wrong images are to be marked, or no longer.
    answers_wanted()
        They are to be marked, and it is not known which they are.
    """

    changed, answers_wanted = Signal(), Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wrong: NDArray[np.bool_] | None = None
        self._is_touched = False
        self.switch = QCheckBox("Mark wrong answers", self)
        self.switch.setToolTip(_UNASKED)
        self.legend = MarkLegend(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.switch)
        self.switch.toggled.connect(self._on_toggled)
        self.switch.clicked.connect(self._on_clicked)

    @property
    def wrong(self) -> NDArray[np.bool_] | None:
        """Which images of the part are to be marked (n,); None where none is."""
        return self._wrong if self.switch.isChecked() else None

    @property
    def wants_answers(self) -> bool:
        """Whether somebody wants marks, known or not."""
        return self._is_touched and self.switch.isChecked()

    def show_wrong(self, wrong: NDArray[np.bool_] | None) -> None:
        """Take which images of the part (n,) the network is wrong about; None where it was not asked."""
        self._wrong = wrong
        self.switch.setToolTip(_UNASKED if wrong is None else _TIP)
        if not self._is_touched and self.switch.isChecked() is not (wrong is not None):
            self.switch.setChecked(wrong is not None)
        else:
            self.changed.emit()

    @Slot()
    def _on_toggled(self) -> None:
        self.changed.emit()

    @Slot()
    def _on_clicked(self) -> None:
        self._is_touched = True
        if self.switch.isChecked() and self._wrong is None:
            self.answers_wanted.emit()


class MarkLegend(QWidget):
    """A cross, and how many images have one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ElidedLabel(parent=self)
        self._words.setFont(caption_font(self._words))
        self._words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        layout.addWidget(_Cross(self), 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._words, 1)
        self.hide()

    @property
    def text(self) -> str:
        """What is said; empty where nothing is marked."""
        return "" if self.isHidden() else self._words.text()

    def show_wrong(self, wrong: NDArray[np.bool_] | None) -> None:
        """Say what the marks on the map mean, of which images those (n,) are `wrong`."""
        if wrong is not None:
            count = int(wrong.sum())
            self._words.setText(f"taken for another class: {count:,} of {counted(len(wrong), 'image')}")
        self.setVisible(wrong is not None)


class _Cross(QWidget):
    """The sign itself, as on the map."""

    def sizeHint(self) -> QSize:
        return QSize(_SIGN_PX, _SIGN_PX)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_crosses(painter, np.array([[self.width() / 2, self.height() / 2]]), colors_of(self))
        finally:
            painter.end()
