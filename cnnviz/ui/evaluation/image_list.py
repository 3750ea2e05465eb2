"""Images with what the network says of them, hardest first."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cnnviz.interpret.activations import picture_of
from cnnviz.ui.evaluation.words import image_lines, image_sentence, image_tip
from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.plots.whole_pixels import paint_choice, paint_framed
from cnnviz.ui.theme import (
    SPACE_4,
    SPACE_8,
    caption_font,
    colors_of,
    strong_font,
    with_tabular_figures,
)
from cnnviz.ui.widgets.icon_grid import IconGrid

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QImage, QKeyEvent

    from cnnviz.app.evaluation.examination import Findings

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_NO_PLACES = np.zeros(0, np.int64)
_IMAGE_PX, _TEXT_CHARACTERS = 48, 15
_LINES_ROLE = Qt.ItemDataRole.UserRole + 1
_WHY_KEY = Qt.Key.Key_W
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Line(enum.IntEnum):
    """The lines beside an image."""

    SAID = 0
    TRUE = 1
    LOSS = 2


class ImageListModel(QAbstractListModel):
    """One row for each of some images of a report; their pictures are made when they are asked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._findings: Findings | None = None
        self._places: NDArray[np.int64] = _NO_PLACES

    @property
    def places(self) -> NDArray[np.int64]:
        """The images' places in the report, which are those in their split."""
        return self._places

    def show(self, findings: Findings | None, places: NDArray[np.int64] = _NO_PLACES) -> None:
        """Show these images (n,) of a report."""
        before, self._findings = self._findings, findings
        same_images = before is not None and findings is not None and before.dataset is findings.dataset
        if same_images and len(places) and np.array_equal(places, self._places):
            self.dataChanged.emit(self.index(0), self.index(len(places) - 1))
            return
        self.beginResetModel()
        self._places = places
        self.endResetModel()

    def row_of(self, place: int) -> int:
        """Return the row of an image, or -1 where it is not listed."""
        found = np.flatnonzero(self._places == place)
        return int(found[0]) if len(found) else -1

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._places)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        findings = self._findings
        if not index.isValid() or findings is None:
            return None
        place = int(self._places[index.row()])
        match role:
            case Qt.ItemDataRole.DecorationRole:
                image = int(findings.report.indices[place])
                return picture_image(picture_of(findings.dataset.unit_image(image)))
            case _ if role == _LINES_ROLE:
                return image_lines(findings.report, place)
            case Qt.ItemDataRole.ToolTipRole:
                return image_tip(findings.report, place)
            case Qt.ItemDataRole.AccessibleTextRole:
                return image_sentence(findings.report, place)
        return None


class ImageDelegate(QStyledItemDelegate):
    """Paints a picture in whole device pixels, with what is said of it beside it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return an even share of the width, so that names have all the room there is."""
        metrics, view = QFontMetrics(option.widget.font()), option.widget
        least = _IMAGE_PX + metrics.averageCharWidth() * _TEXT_CHARACTERS + 2 * SPACE_4 + SPACE_8
        room = view.viewport().width() if isinstance(view, IconGrid) else least
        width = max(least, room // max(1, room // least) - 1)
        return QSize(width, max(_IMAGE_PX, metrics.height() * len(Line)) + 2 * SPACE_4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colors = colors_of(option.widget)
        image: QImage = index.data(Qt.ItemDataRole.DecorationRole)
        painter.save()
        try:
            place = option.rect.adjusted(SPACE_4 // 2, SPACE_4 // 2, -SPACE_4 // 2, -SPACE_4 // 2)
            paint_choice(painter, place, option.state, colors)
            room = QRect(option.rect.left() + SPACE_4, option.rect.top(), _IMAGE_PX, option.rect.height())
            paint_framed(painter, image, room.adjusted(0, SPACE_4, 0, -SPACE_4), colors)
            _paint_lines(painter, option, index, room.right() + SPACE_8)
        finally:
            painter.restore()


def _paint_lines(painter: QPainter, option: QStyleOptionViewItem, index: Index, left: int) -> None:
    """Write names and numbers; where they are too long together, the names give way."""
    colors, widget = colors_of(option.widget), option.widget
    lines: tuple[tuple[str, str], ...] = index.data(_LINES_ROLE)
    height = QFontMetrics(widget.font()).height()
    top = option.rect.center().y() - height * len(lines) // 2
    for line, (name, value) in zip(Line, lines, strict=True):
        font = with_tabular_figures(strong_font(widget) if line is Line.SAID else caption_font(widget))
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(colors.muted if line is Line.LOSS else colors.text)
        room = QRect(left, top + line * height, option.rect.right() - SPACE_4 - left, height)
        needed = metrics.horizontalAdvance(f" {value}")
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, max(0, room.width() - needed))
        text = metrics.elidedText(f"{shown} {value}", Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _LEFT, text)


class ImageList(IconGrid):
    """A grid of images that flows into the width there is.

    Signals
    -------
    image_chosen(int)
        An image was clicked, or reached with the keyboard; with its place in its split.
    why_requested()
        An image was double-clicked, or the key W was pressed on it.
    """

    image_chosen = Signal(int)
    why_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.images = ImageListModel(self)
        self.setModel(self.images)
        self.setItemDelegate(ImageDelegate(self))
        self.setMouseTracking(True)
        self.setAccessibleName("Evaluated images, hardest first")
        self.picked.connect(self._on_picked)
        self.doubleClicked.connect(self.why_requested)

    def show_images(self, findings: Findings | None, places: NDArray[np.int64] = _NO_PLACES) -> None:
        """Show other images, without moving what is looked at more than needed."""
        height = self.verticalScrollBar().value()
        self.images.show(findings, places)
        self.doItemsLayout()
        self.verticalScrollBar().setValue(height)

    def mark(self, place: int | None, *, into_sight: bool = False) -> None:
        """Frame the image at a place of the split, or none where it is not listed; no signal is sent.

        The list stays where it is, with the hardest first, unless the image is to be brought `into_sight`.
        """
        row = -1 if place is None else self.images.row_of(place)
        index = self.images.index(row) if row >= 0 else QModelIndex()
        if index != self.currentIndex():
            self.setAutoScroll(into_sight)
            self.setCurrentIndex(index)
            self.setAutoScroll(True)
        if row < 0:
            self.clearSelection()

    def minimumSizeHint(self) -> QSize:
        return QSize(3 * _IMAGE_PX, 2 * _IMAGE_PX)

    def sizeHint(self) -> QSize:
        return QSize(7 * _IMAGE_PX, 4 * _IMAGE_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == _WHY_KEY and not event.modifiers() and self.currentIndex().isValid():
            self.why_requested.emit()
            return
        before = self.currentIndex()
        super().keyPressEvent(event)
        if self.currentIndex().isValid() and self.currentIndex() != before:
            self._on_picked(self.currentIndex())

    @Slot(QModelIndex)
    def _on_picked(self, index: QModelIndex) -> None:
        self.image_chosen.emit(int(self.images.places[index.row()]))


def why_button(parent: QWidget) -> QPushButton:
    """Return the button that asks why the chosen image of a list gets its answer; off until one is chosen."""
    button = QPushButton("Why?", parent)
    button.setProperty("narrow", True)
    button.setToolTip("Show why the network says this of the chosen image (W, or double-click an image)")
    button.setEnabled(False)
    return button
