"""What the browser is made of, and where it stands."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QStackedLayout, QToolButton, QVBoxLayout

from cnnviz.data.dataset import Split
from cnnviz.ui.browser.arrange_bar import ArrangeBar
from cnnviz.ui.browser.class_list import ClassList
from cnnviz.ui.browser.image_grid import ImageGrid
from cnnviz.ui.browser.map_page import MapPage
from cnnviz.ui.browser.number_jump import NumberJump
from cnnviz.ui.browser.pixel_page import PixelPage
from cnnviz.ui.browser.work_strip import WorkStrip
from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_8, SPACE_12, caption_font
from cnnviz.ui.widgets.curtain_view import CurtainView
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from cnnviz.app.workbench import Workbench


class Page(enum.Enum):
    """What the middle of the browser shows; the value is what the user chooses."""

    GRID = "as a grid"
    MAP = "as a map"
    PIXELS = "as a histogram"
    CURTAIN = ""


_VIEW_TIP = (
    "All images in a grid, on a map on which like images lie together, or how often each brightness occurs "
    "in their pixels"
)
_SPLIT_TIP = "Which part of the data set is shown: only training images are learned from."


class BrowserParts:
    """The widgets of a browser, laid out in it."""

    def __init__(
        self,
        bench: Workbench,
        window: QWidget,
        *,
        words_of: Callable[[int], str],
        words_at: Callable[[int], str],
    ) -> None:
        """Make them; `words_of` tells of an image by its place in the list, `words_at` by its position."""
        self.splits, self.views = QComboBox(window), QComboBox(window)
        self._fill_choices()
        self.bar = ArrangeBar(window)
        self.bar.reset(has_classes=bench.selection.dataset.targets is None)
        self.strip = WorkStrip("How far the network is with the images", window)
        self.classes = ClassList(window)
        self.grid = ImageGrid(bench.selection.dataset, words_of, window)
        self.map_page, self.pixel_page = MapPage(bench, words_at, window), PixelPage(bench, window)
        self.curtain = CurtainView(window)
        self.jump = NumberJump(window)
        self.listed, self.image = ElidedLabel(parent=window), ElidedLabel(parent=window)
        self._balance = QLabel(window)
        self.export_button = QToolButton(window)
        self.export_button.setIcon(icon("export"))
        self.export_button.setToolTip("Export what is shown as a picture, and its numbers")
        self.export_button.setAccessibleName("Export")
        self._pages = QStackedLayout()
        self._places = {
            Page.GRID: self.grid,
            Page.MAP: self.map_page,
            Page.PIXELS: self.pixel_page,
            Page.CURTAIN: self.curtain,
        }
        self._lay_out(window)

    @property
    def wanted_page(self) -> Page:
        """The page that is chosen."""
        page: Page = self.views.currentData()
        return page

    @property
    def balance_text(self) -> str:
        """How evenly the images are spread over the classes."""
        return self._balance.text()

    def show_balance(self, words: str) -> None:
        """Say how evenly the images are spread over the classes."""
        self._balance.setText(words)

    def show_page(self, page: Page) -> None:
        """Bring a page to the front, with the choices that mean something there."""
        self._pages.setCurrentWidget(self._places[page])
        self.bar.setVisible(page is Page.GRID)
        has_images = page is not Page.PIXELS
        self.image.setVisible(has_images)
        self.jump.setVisible(has_images)
        for widget in (self.views, self.jump, self.classes, self._balance, self.export_button):
            widget.setEnabled(page is not Page.CURTAIN)

    def _fill_choices(self) -> None:
        for split in Split:
            self.splits.addItem(split.value, split)
        for page in Page:
            if page.value:
                self.views.addItem(page.value, page)
        for choice, name, tip in (
            (self.splits, "Part of the data set", _SPLIT_TIP),
            (self.views, "View", _VIEW_TIP),
        ):
            choice.setAccessibleName(name)
            choice.setToolTip(tip)

    def _lay_out(self, window: QWidget) -> None:
        for label in (self._balance, self.image):
            label.setFont(caption_font(label))
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._balance.setTextFormat(Qt.TextFormat.PlainText)
        self._balance.setWordWrap(True)
        self._balance.setFixedWidth(self.classes.width())
        for widget in self._places.values():
            self._pages.addWidget(widget)
        layout = QVBoxLayout(window)
        layout.setContentsMargins(SPACE_12, SPACE_12, SPACE_12, SPACE_12)
        layout.setSpacing(SPACE_8)
        layout.addLayout(self._top())
        layout.addWidget(self.strip)
        layout.addLayout(self._middle(window), 1)
        layout.addLayout(self._bottom())
        window.setBackgroundRole(QPalette.ColorRole.Base)
        window.setAutoFillBackground(True)

    def _top(self) -> QHBoxLayout:
        top = QHBoxLayout()
        top.setSpacing(SPACE_12)
        top.addWidget(self.splits)
        top.addWidget(self.listed, 1)
        top.addWidget(self.bar)
        top.addWidget(self.views)
        top.addWidget(self.export_button)
        return top

    def _middle(self, window: QWidget) -> QHBoxLayout:
        left = QVBoxLayout()
        left.setSpacing(SPACE_8)
        left.addWidget(self.classes, 1)
        left.addWidget(self._balance)
        line = QFrame(window)
        line.setFrameShape(QFrame.Shape.VLine)
        line.setForegroundRole(QPalette.ColorRole.Mid)
        middle = QHBoxLayout()
        middle.setSpacing(SPACE_12)
        middle.addLayout(left)
        middle.addWidget(line)
        middle.addLayout(self._pages, 1)
        return middle

    def _bottom(self) -> QHBoxLayout:
        bottom = QHBoxLayout()
        bottom.setSpacing(SPACE_12)
        bottom.addWidget(self.image, 1)
        bottom.addWidget(self.jump)
        return bottom
