"""The pictures of an image on its way into the network, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cnnviz.interpret.activations import picture_of
from cnnviz.interpret.atlas import build_atlas
from cnnviz.ui.plots.atlas_painting import index_image, picture_image
from cnnviz.ui.plots.whole_pixels import whole_pixel_rect
from cnnviz.ui.theme import SPACE_4, SPACE_12, caption_font, colors_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from cnnviz.app.data.preparing_preview import Outlook, Stage

_PICTURE_PX = 112


class StageStrip(QWidget):
    """Shows the stages of an `Outlook`, with an arrow between two of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stages: tuple[StageView, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE_12)
        self._row.addStretch(1)
        self.setAccessibleName("From the image to what the network gets")

    def show_outlook(self, outlook: Outlook) -> None:
        """Show the pictures of another preparation, or of another image."""
        if [view.name for view in self.stages] != [stage.name for stage in outlook.stages]:
            self._make(outlook)
        for view, stage in zip(self.stages, outlook.stages, strict=True):
            view.show_stage(stage)

    def _make(self, outlook: Outlook) -> None:
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        views = []
        for place, stage in enumerate(outlook.stages):
            if place:
                arrow = QLabel("→", self)
                arrow.setForegroundRole(QPalette.ColorRole.PlaceholderText)
                self._row.addWidget(arrow)
            views.append(StageView(stage.name, self))
            self._row.addWidget(views[-1], 0, Qt.AlignmentFlag.AlignTop)
        self._row.addStretch(1)
        self.stages = tuple(views)


class StageView(QWidget):
    """One picture with its name above and its size or its numbers below."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.picture = _StagePicture(self)
        title = QLabel(name, self)
        self._words = QLabel(self)
        self._words.setFont(caption_font(self._words))
        self._words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._words.setWordWrap(True)
        self._words.setFixedWidth(_PICTURE_PX + 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        for widget in (title, self.picture, self._words):
            layout.addWidget(widget)
        layout.addStretch(1)

    @property
    def words(self) -> str:
        """What is said below the picture."""
        return self._words.text()

    def show_stage(self, stage: Stage) -> None:
        """Show the picture of a stage."""
        self.picture.show_stage(stage)
        self._words.setText(stage.words)
        self.setAccessibleName(f"{stage.name}: {stage.words}")


class _StagePicture(QWidget):
    """An image as people see it, or its numbers in the colours that the network's maps have."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage: Stage | None = None
        self._image = QImage()
        self.setFixedSize(QSize(_PICTURE_PX + 2, _PICTURE_PX + 2))

    def show_stage(self, stage: Stage) -> None:
        self._stage = stage
        self._paint_image()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange) and self._stage is not None:
            self._paint_image()

    def _paint_image(self) -> None:
        stage = self._stage
        if stage is None:
            return
        if stage.are_numbers:
            signed = bool((stage.pixels < 0).any())
            atlas = build_atlas(stage.pixels, signed=signed, gap=1)
            self._image = index_image(atlas.pixels, colors_of(self), atlas.color_map)
        else:
            self._image = picture_image(picture_of(stage.pixels))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            ratio, room = self.devicePixelRatioF(), self.rect().adjusted(1, 1, -1, -1)
            is_small = max(self._image.width(), self._image.height()) <= _PICTURE_PX
            target = QRectF(whole_pixel_rect(self._image.size(), room, ratio))
            if not is_small:
                size = self._image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
                target = QRectF(room.x(), room.y(), size.width(), size.height())
                target.moveCenter(QRectF(room).center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=not is_small)
            painter.drawImage(target, self._image)
            painter.setPen(QPen(colors_of(self).hairline, 1 / ratio))
            painter.drawRect(target)
        finally:
            painter.end()
