"""A picture as it will be written, as wide as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPalette
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from cnnviz.ui.theme import SPACE_12, colors_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent


class Preview(QScrollArea):
    """Shows a picture on a desk; one that is higher than the room is scrolled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = _Page(self)
        self.setWidget(self._page)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Preview")

    @property
    def image(self) -> QImage:
        """What is shown; null where words are."""
        return self._page.image

    @property
    def words(self) -> str:
        """What is said in place of a picture."""
        return self._page.words

    def show_image(self, image: QImage, description: str) -> None:
        """Show a picture; `description` is for those who cannot see it."""
        self.setAccessibleDescription(description)
        self._page.take(image, "")

    def show_words(self, words: str) -> None:
        """Say why there is no picture."""
        self.setAccessibleDescription(words)
        self._page.take(QImage(), words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._page.fit(self.viewport().width())


class _Page(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.image, self.words = QImage(), ""
        self._room = 0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setAutoFillBackground(True)

    def take(self, image: QImage, words: str) -> None:
        self.image, self.words = image, words
        self.fit(self._room)
        self.update()

    def fit(self, room: int) -> None:
        """Take as much height as the picture needs in a width."""
        self._room = room
        self.setFixedHeight(self._shown_size().height() + 2 * SPACE_12)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            if self.image.isNull():
                painter.setPen(colors_of(self).muted)
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.words)
                return
            size = self._shown_size()
            place = QRect((self.width() - size.width()) // 2, SPACE_12, size.width(), size.height())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self.image)
        finally:
            painter.end()

    def _shown_size(self) -> QSize:
        size = self.image.deviceIndependentSize().toSize()
        room = max(1, self._room - 2 * SPACE_12)
        if size.width() <= room:
            return size
        return QSize(room, max(1, round(size.height() * room / size.width())))
