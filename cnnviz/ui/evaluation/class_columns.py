"""Matrix, table and images side by side, or two of them where there is no room for three."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedLayout, QTabBar, QVBoxLayout, QWidget

from cnnviz.ui.theme import SPACE_4, SPACE_12

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from cnnviz.ui.evaluation.class_table import ClassTable

_WIDTHS, _NARROW_WIDTHS = [228, 384, 254], [240, 240]
_NARROW_CHARACTERS, _WIDEST_TABLE_CHARACTERS = 100, 62
"""Narrower, three columns show too little of each; wider, the figures stand too far from the names."""
_MOST_GIVEN = 0.1
"""The share of the width that matrix and images give to long names of the table."""
QWIDGETSIZE_MAX = (1 << 24) - 1  # Qt's own name and number for no limit
IMAGES, CLASSES = "Images", "Classes"


class ClassColumns(QWidget):
    """Puts the table behind the images, with tabs for both, as long as it is narrow.

    Attributes
    ----------
    splitter
        Lets a person share out the room.
    tabs
        Images or classes; hidden where both have room.
    """

    def __init__(
        self,
        matrix: QWidget,
        table: ClassTable,
        images: QWidget,
        head: QHBoxLayout,
        button: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        """Lay out; `button` stands at the end of `head`, above the images, or beside the tabs."""
        super().__init__(parent)
        self._table, self._head, self._button = table, head, button
        self._is_narrow = self._was_moved = False
        self._wide_sizes = _WIDTHS
        self.tabs, self._last = QTabBar(self), QWidget(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for title in (IMAGES, CLASSES):
            self.tabs.addTab(title)
        self.tabs.hide()
        self._top = QHBoxLayout()
        self._top.addWidget(self.tabs)
        self._top.addStretch(1)
        self._stack = QStackedLayout()
        self._stack.addWidget(images)
        last = QVBoxLayout(self._last)
        last.setContentsMargins(0, 0, 0, 0)
        last.setSpacing(SPACE_4)
        last.addLayout(self._top)
        last.addLayout(self._stack, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        for part in (matrix, table, self._last):
            self.splitter.addWidget(part)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(SPACE_12)
        self.splitter.setSizes(_WIDTHS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self.splitter.splitterMoved.connect(self._on_splitter_moved)
        self.tabs.currentChanged.connect(self._on_tab_changed)
        table.clicked.connect(self.show_images)
        table.activated.connect(self.show_images)

    @property
    def is_narrow(self) -> bool:
        """Whether only one of images and classes is in sight."""
        return self._is_narrow

    @Slot()
    def show_images(self) -> None:
        """Bring the images into sight."""
        self.tabs.setCurrentIndex(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        unit = self.fontMetrics().averageCharWidth()
        self._set_narrow(event.size().width() < _NARROW_CHARACTERS * unit)
        self.share_out()

    def share_out(self) -> None:
        """Give the table room for the widest name, unless others need it or somebody moved one."""
        usual = _WIDEST_TABLE_CHARACTERS * self.fontMetrics().averageCharWidth()
        self._table.setMaximumWidth(
            QWIDGETSIZE_MAX if self._is_narrow else max(usual, self._table.wanted_width)
        )
        if self._is_narrow or self._was_moved:
            return
        room = self.width() - 2 * self.splitter.handleWidth()
        matrix, table, images = (width * room // sum(_WIDTHS) for width in _WIDTHS)
        more = max(0, min(self._table.wanted_width - table, int(_MOST_GIVEN * room)))
        self.splitter.setSizes([matrix - more // 3, table + more, images - (more - more // 3)])

    @Slot()
    def _on_splitter_moved(self) -> None:
        self._was_moved = self._was_moved or not self._is_narrow

    def _set_narrow(self, is_narrow: bool) -> None:
        if is_narrow is self._is_narrow:
            return
        self._is_narrow = is_narrow
        if is_narrow:
            self._wide_sizes = self.splitter.sizes()
            self._stack.addWidget(self._table)
            self._stack.setCurrentIndex(self.tabs.currentIndex())
            self._top.addWidget(self._button)
            self.splitter.setSizes(_NARROW_WIDTHS)
        else:
            self._stack.removeWidget(self._table)
            self.splitter.insertWidget(1, self._table)
            self._table.show()
            self._stack.setCurrentIndex(0)
            self._head.addWidget(self._button)
            self.splitter.setSizes(self._wide_sizes)
        self.tabs.setVisible(is_narrow)

    @Slot(int)
    def _on_tab_changed(self, place: int) -> None:
        if self._is_narrow:
            self._stack.setCurrentIndex(place)
