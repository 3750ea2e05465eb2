"""One image as it is, and as eight epochs of a run would show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cnnviz.data.augmenting import Augmenter, variation_in_words
from cnnviz.interpret.activations import picture_of
from cnnviz.spec.augmenting import Augmenting
from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.plots.whole_pixels import whole_pixel_rect
from cnnviz.ui.theme import FOCUS_RING_PX, SPACE_4, SPACE_8, caption_font, colors_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QEnterEvent, QFocusEvent, QPaintEvent, QShowEvent

VARIANTS = 8
_COLUMNS = 3
_PICTURE_PX = 96
_MOST_SIDE = 128
"""Larger images are varied at a smaller size, as nobody sees more of them here."""
_NOTHING = "All variations are off: the run sees the image as it is."
_HINT = "Point at a picture to read what it has drawn."


class VariantPictures(QWidget):
    """Shows variants, which are made anew only while they are in sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._augmenting, self._seed = Augmenting(), 0
        self._pixels = np.zeros((1, 1, 1), np.float32)
        self._index: int | None = None
        self._first_epoch = 0
        self._is_stale = True
        self.original = Variant("As it is", self)
        self.variants = tuple(Variant("", self) for _ in range(VARIANTS))
        self.again = QPushButton("New Variants", self)
        self.again.setToolTip("Show the image as the next eight epochs would.")
        self.again.clicked.connect(self._on_again_clicked)
        self._words = QLabel(self)
        self._words.setWordWrap(True)
        self._words.setFont(caption_font(self._words))
        self._words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._words.setMinimumHeight(2 * self._words.fontMetrics().lineSpacing())
        self._epochs = QLabel(self)
        self._epochs.setFont(caption_font(self._epochs))
        self._epochs.setWordWrap(True)
        self._lay_out()

    @property
    def words(self) -> str:
        """What is said below the pictures."""
        return self._words.text()

    @property
    def epochs_text(self) -> str:
        """Which epochs the pictures are of."""
        return self._epochs.text()

    def set_augmenting(self, augmenting: Augmenting, seed: int) -> None:
        """Vary otherwise."""
        if (augmenting, seed) != (self._augmenting, self._seed):
            self._augmenting, self._seed = augmenting, seed
            self._refresh()

    def set_image(self, pixels: NDArray[np.float32], index: int | None) -> None:
        """Vary another image (C, H, W) in [0, 1].

        With its number in the data set, the variants are those that a run with the seed will see; an image
        of no number is varied as if it were the first.
        """
        self._pixels, self._index = _reduced(pixels), index
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._refresh()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(SPACE_8)
        for place, view in enumerate((self.original, *self.variants)):
            grid.addWidget(view, *divmod(place, _COLUMNS))
            view.pointed.connect(self._on_pointed)
            view.left.connect(self._say)
        grid.setColumnStretch(_COLUMNS, 1)
        row = QHBoxLayout()
        row.addWidget(self.again)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_4, 0, SPACE_4)
        layout.setSpacing(SPACE_8)
        layout.addLayout(grid)
        layout.addWidget(self._epochs)
        layout.addWidget(self._words)
        layout.addLayout(row)

    def _refresh(self) -> None:
        self._is_stale = not self.isVisible()
        if self._is_stale:
            return
        augmenter, index = Augmenter(self._seed), self._index or 0
        size = self._pixels.shape[1:]
        self.original.show_image(self._pixels, "As it is", "")
        for place, view in enumerate(self.variants):
            epoch = self._first_epoch + place
            batch = np.ascontiguousarray(self._pixels[..., None])
            images = augmenter.varied(batch.copy(), self._augmenting, np.array([index]), epoch)
            words = variation_in_words(self._augmenting, self._seed, epoch, index, (size[0], size[1]))
            view.show_image(images[..., 0], f"Epoch {epoch + 1:,}", words)
        first, last = self._first_epoch + 1, self._first_epoch + VARIANTS
        verb = "shows" if self._index is not None else "would show"
        self._epochs.setText(f"As it is, then as the run {verb} it in epochs {first:,} to {last:,}")
        self.again.setEnabled(self._augmenting.is_on)
        self._say()

    @Slot()
    def _say(self) -> None:
        self._words.setText(_HINT if self._augmenting.is_on else _NOTHING)

    @Slot()
    def _on_pointed(self) -> None:
        view = self.sender()
        if isinstance(view, Variant) and self._augmenting.is_on:
            self._words.setText(view.text)

    @Slot()
    def _on_again_clicked(self) -> None:
        self._first_epoch += VARIANTS
        self._refresh()


class Variant(QWidget):
    """One picture, which says what it is when it is pointed at.

    Signals
    -------
    pointed()
        The mouse, or the keyboard, is at it.
    left()
    """

    pointed = Signal()
    left = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.text = name
        self.setFixedSize(QSize(_PICTURE_PX + 2, _PICTURE_PX + 2))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def image(self) -> QImage:
        """What is shown, one pixel for each of the image's own."""
        return self._image

    def show_image(self, pixels: NDArray[np.float32], name: str, words: str) -> None:
        """Show an image (C, H, W), which is told in words."""
        self._image = picture_image(picture_of(pixels))
        self.text = f"{name}: {words}" if words else name
        self.setAccessibleName(self.text)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.pointed.emit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.pointed.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors, ratio = QPainter(self), colors_of(self), self.devicePixelRatioF()
        try:
            room = self.rect().adjusted(1, 1, -1, -1)
            is_small = max(self._image.width(), self._image.height()) <= _PICTURE_PX
            target = QRectF(_inside(self._image, room))
            if is_small:
                target = whole_pixel_rect(self._image.size(), room, ratio)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=not is_small)
            painter.drawImage(target, self._image)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            plain = QPen(colors.hairline, 1 / ratio)
            painter.setPen(QPen(colors.accent, FOCUS_RING_PX) if self.hasFocus() else plain)
            painter.drawRect(target)
        finally:
            painter.end()


def _inside(image: QImage, room: QRect) -> QRect:
    """Return the largest place in `room` that has an image's proportions."""
    size = image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(room.topLeft(), size)
    place.moveCenter(room.center())
    return place


def _reduced(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return an image (C, H, W) with a share of its pixels, evenly spaced, where it is large."""
    step = -(-max(pixels.shape[1:]) // _MOST_SIDE)
    return np.ascontiguousarray(np.clip(pixels[:, ::step, ::step], 0, 1), np.float32)
