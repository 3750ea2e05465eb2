"""The pictures of a preparation, from the drawing to the image; steps that can be left out have a box."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.plots.whole_pixels import whole_pixel_rect
from cnnviz.ui.theme import SPACE_4, SPACE_8, caption_font, colors_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from cnnviz.data.drawing import Choice, Preparation, Step

_PICTURE_PX, _CELL_PX = 64, 78


class StepStrip(QWidget):
    """One small picture for each step, in rows of as many as fit.

    Signals
    -------
    choices_changed()
        A step is to be left out, or to be done again.
    """

    choices_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: list[StepView] = []
        self._without: set[Choice] = set()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_4)
        self._grid.setVerticalSpacing(SPACE_8)
        self.setAccessibleName("From the drawing to the image")

    @property
    def without(self) -> frozenset[Choice]:
        """The steps that are left out."""
        return frozenset(self._without)

    @property
    def steps(self) -> tuple[StepView, ...]:
        """What is shown, in order."""
        return tuple(self._steps)

    def show_preparation(self, preparation: Preparation) -> None:
        """Show the pictures of a preparation."""
        names = [step.name for step in preparation.steps]
        if names != [view.name for view in self._steps]:
            self._make(preparation)
        for view, step in zip(self._steps, preparation.steps, strict=True):
            view.show_step(step)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _make(self, preparation: Preparation) -> None:
        for view in self._steps:
            self._grid.removeWidget(view)
            view.hide()
            view.deleteLater()
        self._steps = [StepView(step, self) for step in preparation.steps]
        for view in self._steps:
            view.done_requested.connect(self._on_done_requested)
        self._arrange()

    def _arrange(self) -> None:
        columns = max(2, min(len(self._steps), self.width() // _CELL_PX))
        for place, view in enumerate(self._steps):
            self._grid.addWidget(view, place // columns, place % columns)

    @Slot(object, bool)
    def _on_done_requested(self, choice: Choice, is_done: bool) -> None:
        (self._without.discard if is_done else self._without.add)(choice)
        self.choices_changed.emit()


class StepView(QWidget):
    """The picture after one step, and its name.

    Signals
    -------
    done_requested(Choice, bool)
        Whether the step is to be done.
    """

    done_requested = Signal(object, bool)

    def __init__(self, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = step.name
        self._choice = step.choice
        self.picture = SmallPicture(self)
        self.box: QCheckBox | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        layout.addWidget(self.picture)
        if step.choice is None:
            label = QLabel(step.name, self)
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            label.setFont(caption_font(label))
            layout.addWidget(label)
        else:
            self.box = QCheckBox(step.name, self)
            self.box.setFont(caption_font(self.box))
            self.box.toggled.connect(self._on_toggled)
            layout.addWidget(self.box)
        layout.addStretch(1)

    def show_step(self, step: Step) -> None:
        """Show the picture, and whether the step was done."""
        self.picture.set_image(step.image)
        self.setToolTip(step.explanation if step.is_done else "Left out.")
        self.picture.setAccessibleName(f"{step.name}: {self.toolTip()}")
        if self.box is not None:
            self.box.blockSignals(True)
            self.box.setChecked(step.is_done)
            self.box.blockSignals(False)
            self.box.setAccessibleDescription(step.explanation)

    @Slot(bool)
    def _on_toggled(self, is_done: bool) -> None:
        self.done_requested.emit(self._choice, is_done)


class SmallPicture(QWidget):
    """A picture in whole device pixels where it is small, smoothly reduced where it is not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.setFixedSize(QSize(_PICTURE_PX + 2, _PICTURE_PX + 2))

    def set_image(self, pixels: np.ndarray) -> None:
        """Show uint8 (H, W) or (H, W, 3)."""
        planes = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)
        self._image = picture_image(np.ascontiguousarray(planes))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            ratio = self.devicePixelRatioF()
            room = self.rect().adjusted(1, 1, -1, -1)
            is_small = max(self._image.width(), self._image.height()) <= _PICTURE_PX
            target = whole_pixel_rect(self._image.size(), room, ratio) if is_small else QRect(room)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=not is_small)
            painter.drawImage(target, self._image)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colors_of(self).hairline, 1 / ratio))
            painter.drawRect(target)
        finally:
            painter.end()
