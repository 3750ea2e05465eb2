"""Which image is looked at: one of the data set, or a picture of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnviz.app.files.offered_picture import DROPPED, offers_picture, use_offered
from cnnviz.data.dataset import Split
from cnnviz.errors import CnnvizError
from cnnviz.interpret.activations import picture_of
from cnnviz.spec.preparing import preparing_in_short
from cnnviz.ui.class_names import without_common_words
from cnnviz.ui.icons import icon
from cnnviz.ui.inspector.thumbnail_grid import ThumbnailGrid
from cnnviz.ui.inspector.words import numbers_text
from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.plots.whole_pixels import whole_pixel_rect
from cnnviz.ui.preparing.words import steps_text
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font, colors_of, heading_font
from cnnviz.ui.widgets.banner import Banner, BannerKind
from cnnviz.ui.widgets.curtain_view import CurtainView
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.scrolled_text import ScrolledText

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPaintEvent

    from cnnviz.app.selection import Selection
    from cnnviz.data.dataset import Dataset

_PICTURE_PX, _ORIGINAL_PX = 96, 52


class ImageChooser(QWidget):
    """Shows the selected image and all others of its split, and selects another.

    Test images are hidden until somebody asks for them.
    A picture that is dropped here becomes the selected image; what was done to it is told.

    Signals
    -------
    open_picture_requested()
        A picture file is to be asked for.
    drawing_requested()
        An image is to be drawn.
    preparing_requested()
        What is done to every image is to be seen, or changed.
    """

    open_picture_requested = Signal()
    drawing_requested = Signal()
    preparing_requested = Signal()

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self._rng = np.random.default_rng()
        self.picture = PictureView(self)
        self._name, self._place, self._mark = (ElidedLabel(parent=self) for _ in range(3))
        self._steps = ScrolledText(self, least_height=_ORIGINAL_PX + 2)
        self.original = PictureView(self, side=_ORIGINAL_PX)
        self.splits = self._split_choice()
        self.grid = ThumbnailGrid(selection.dataset, selection.split, self)
        self.curtain = CurtainView(self)
        self._shown = QStackedLayout()
        self.banner = Banner(self)
        self.setAcceptDrops(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._lay_out()
        self.splits.activated.connect(self._on_split_chosen)
        self.curtain.opened.connect(self._on_test_images_wanted)
        self.grid.image_chosen.connect(self._on_image_chosen)
        selection.image_changed.connect(self._on_image_changed)
        selection.dataset_changed.connect(self._on_image_changed)
        self._on_image_changed()

    @property
    def name_text(self) -> str:
        """What the image is: its class, or its file."""
        return self._name.text()

    @property
    def place_text(self) -> str:
        """Where the image is from: `validation 17 of 300`."""
        return self._place.text()

    @property
    def mark_text(self) -> str:
        """What is done to every image, in short; empty where nothing is."""
        return self._mark.text()

    @property
    def steps_text(self) -> str:
        """What was done to a picture of one's own; empty for images of the data set."""
        return self._steps.text()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if offers_picture(event.mimeData()):
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        if not offers_picture(event.mimeData()):
            super().dropEvent(event)
            return
        event.acceptProposedAction()
        try:
            use_offered(self._selection, event.mimeData(), DROPPED)
        except CnnvizError as error:
            self.banner.show_message(str(error), BannerKind.PROBLEM)

    def _split_choice(self) -> QComboBox:
        choice = QComboBox(self)
        for split in Split:
            choice.addItem(split.value, split)
        choice.setAccessibleName("Part of the data set")
        choice.setToolTip("Which part of the data set is shown: only training images are learned from.")
        return choice

    def _lay_out(self) -> None:
        for label in (self._place, self._mark):
            label.setFont(caption_font(label))
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._name.setFont(heading_font(self._name))
        words = QVBoxLayout()
        words.setSpacing(SPACE_4)
        heading = QHBoxLayout()  # not below, where the row of sources is as wide as a narrow window allows
        heading.setSpacing(SPACE_4)
        heading.addWidget(self._name, 1)
        heading.addWidget(self._prepare_button())
        words.addLayout(heading)
        words.addWidget(self._place)
        words.addWidget(self._mark)
        words.addLayout(self._steps_row())
        words.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(SPACE_12)
        top.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_12)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self.banner)
        layout.addLayout(top)
        layout.addLayout(self._source_row())
        made = QHBoxLayout()
        made.setSpacing(SPACE_12)
        made.addWidget(self.original, 0, Qt.AlignmentFlag.AlignTop)
        made.addWidget(self._steps, 1)
        layout.addLayout(made)
        for page in (self.grid, self.curtain):
            self._shown.addWidget(page)
        layout.addLayout(self._shown, 1)

    def _steps_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_4)
        for name, words, slot in (
            ("previous", "Previous image", self._selection.previous),
            ("next", "Next image", self._selection.next),
            ("shuffle", "Any other image", self._on_random_clicked),
        ):
            button = QToolButton(self)
            button.setIcon(icon(name))
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.clicked.connect(slot)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _source_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        self.open_button = QPushButton("Open…", self)
        self.open_button.setAccessibleName("Open picture…")
        self.open_button.setToolTip("Look at a picture of your own; it can also be dropped here.")
        self.open_button.clicked.connect(self.open_picture_requested)
        self.draw_button = QToolButton(self)
        self.draw_button.setIcon(icon("pen"))
        self.draw_button.setAccessibleName("Draw an image")
        self.draw_button.setToolTip("Draw an image yourself.")
        self.draw_button.clicked.connect(self.drawing_requested)
        row.addWidget(self.splits, 1)
        row.addWidget(self.open_button)
        row.addWidget(self.draw_button)
        return row

    def _prepare_button(self) -> QToolButton:
        self.prepare_button = QToolButton(self)
        self.prepare_button.setIcon(icon("settings"))
        self.prepare_button.setAccessibleName("Prepare Images…")
        self.prepare_button.setToolTip("See what is done to every image before the network gets it.")
        self.prepare_button.clicked.connect(self.preparing_requested)
        return self.prepare_button

    @Slot()
    def _on_image_changed(self) -> None:
        selection, is_own = self._selection, self._selection.is_own
        split = selection.split.value
        self.picture.set_image(picture_image(picture_of(selection.picture)))
        if is_own:
            self._name.setText(selection.own_name)
            self._place.set_forms("a picture of your own", "your own picture", "your own")
        else:
            targets, numbers = selection.told_targets, selection.dataset.quantities
            if targets is None:
                self._name.set_forms(selection.label_name, self._short_name())
            else:
                self._name.setText(numbers_text(numbers, targets))
            self._place.setText(f"{split} {selection.position + 1:,} of {selection.count:,}")
        self._show_mark(selection.dataset)
        self.picture.setAccessibleName(f"Selected image: {self.name_text}, {self.place_text}")
        self._steps.setText("\n".join(selection.fitting_steps))
        self._steps.setVisible(bool(selection.fitting_steps))
        self._show_original(selection.original)
        self.splits.setCurrentIndex(self.splits.findData(selection.split))
        self._shown.setCurrentWidget(self.grid)
        self.grid.show_image(selection.dataset, selection.split, None if is_own else selection.position)
        self.banner.clear()

    def _short_name(self) -> str:
        """Return the name of the true class without the words that all classes share."""
        label = self._selection.label
        return without_common_words(self._selection.dataset.class_names)[label] if label is not None else ""

    def _show_mark(self, dataset: Dataset) -> None:
        """Say in short what is done to every image, where anything is."""
        mark = preparing_in_short(dataset.treatment.preparing)
        self._mark.setText(mark)
        self._mark.setVisible(bool(mark))
        self._mark.setToolTip(steps_text(dataset))

    def _show_original(self, original: NDArray[np.uint8] | None) -> None:
        """Show a picture of one's own as it was, where something had to be done to it."""
        self.original.setVisible(original is not None)
        if original is not None:
            self.original.set_image(picture_image(original))
            self.original.setAccessibleName(f"{self.name_text} before: {self.steps_text}")
            self.original.setToolTip("The picture as it was; beside it, what was done to it.")

    @Slot(int)
    def _on_split_chosen(self, index: int) -> None:
        split, selection = self.splits.itemData(index), self._selection
        if split is Split.TEST and not selection.curtain.is_open:
            self._shown.setCurrentWidget(self.curtain)
        elif split is not selection.split or selection.is_own:
            selection.select(split, 0)
        else:
            self._shown.setCurrentWidget(self.grid)

    @Slot()
    def _on_test_images_wanted(self) -> None:
        self._selection.curtain.ask()
        self._selection.select(Split.TEST, 0)

    @Slot(int)
    def _on_image_chosen(self, position: int) -> None:
        self._selection.select(self._selection.split, position)

    @Slot()
    def _on_random_clicked(self) -> None:
        self._selection.random(self._rng)


class PictureView(QWidget):
    """One small image, enlarged by whole device pixels; a larger one is made to fit."""

    def __init__(self, parent: QWidget | None = None, *, side: int = _PICTURE_PX) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.setFixedSize(QSize(side + 2, side + 2))

    @property
    def image(self) -> QImage:
        """The image, one pixel for each of its own."""
        return self._image

    def set_image(self, image: QImage) -> None:
        """Show another image."""
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            ratio = self.devicePixelRatioF()
            target = whole_pixel_rect(self._image.size(), self.rect().adjusted(1, 1, -1, -1), ratio)
            is_shrunk = target.width() * ratio < self._image.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_shrunk)
            painter.drawImage(target, self._image)
            painter.setPen(QPen(colors_of(self).hairline, 1 / ratio))
            painter.drawRect(target)
        finally:
            painter.end()
