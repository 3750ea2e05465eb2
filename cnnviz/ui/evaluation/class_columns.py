"""Matrix, table and images side by side, or two of them where there is no room for three."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedLayout, QTabBar, QVBoxLayout, QWidget

from cnnviz.ui.theme import SPACE_4, SPACE_12

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from cnnviz.ui.evaluation.class_table import ClassTable
    from cnnviz.ui.evaluation.confusion_view import ConfusionView

_WIDTHS, _NARROW_WIDTHS = [228, 384, 254], [240, 240]
_NARROW_CHARACTERS, _WIDEST_TABLE_CHARACTERS = 100, 62
"""Narrower, three columns show too little of each; wider, the figures stand too far from the names."""
_MOST_GIVEN = 0.1
"""The share of the width that matrix and images give to long names of the table."""
_LEAST_IMAGES = 0.7
"""The part of its share that the list of images keeps where a high matrix needs the room."""
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
        matrix: ConfusionView,
        table: ClassTable,
        images: QWidget,
        head: QHBoxLayout,
        button: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        """Lay out; `button` stands at the end of `head`, above the images, or beside the tabs."""
        super().__init__(parent)
        self._matrix, self._table, self._head, self._button = matrix, table, head, button
        self._is_narrow = False
        self._chosen: dict[bool, list[int]] = {}  # what a person has made of it: narrow, and not
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
        """Give each its share of the present room: the one a person has chosen, or a fair one."""
        usual = _WIDEST_TABLE_CHARACTERS * self.fontMetrics().averageCharWidth()
        self._table.setMaximumWidth(
            QWIDGETSIZE_MAX if self._is_narrow else max(usual, self._table.wanted_width)
        )
        widths = self._chosen.get(self._is_narrow, _NARROW_WIDTHS if self._is_narrow else _WIDTHS)
        room = self.width() - (len(widths) - 1) * self.splitter.handleWidth()
        shares = [width * room // sum(widths) for width in widths]
        is_chosen = self._is_narrow in self._chosen
        self.splitter.setSizes(shares if is_chosen or self._is_narrow else self._fair(room, *shares))

    def _fair(self, room: int, matrix: int, table: int, images: int) -> list[int]:
        """Give the table room for its widest name, and a high matrix for cells as wide as they are high."""
        wanted = self._table.wanted_width
        more = max(0, min(wanted - table, int(_MOST_GIVEN * room)))
        matrix, table, images = matrix - more // 3, table + more, images - (more - more // 3)
        from_table = max(0, table - wanted)
        from_images = int((1 - _LEAST_IMAGES) * images)
        given = max(0, min(self._matrix.wanted_width - matrix, from_table + from_images))
        table -= min(given, from_table)
        return [matrix + given, table, room - matrix - given - table]

    @Slot()
    def _on_splitter_moved(self) -> None:
        self._chosen[self._is_narrow] = self.splitter.sizes()

    def _set_narrow(self, is_narrow: bool) -> None:
        if is_narrow is self._is_narrow:
            return
        self._is_narrow = is_narrow
        if is_narrow:
            self._stack.addWidget(self._table)
            self._stack.setCurrentIndex(self.tabs.currentIndex())
            self._top.addWidget(self._button)
        else:
            self._stack.removeWidget(self._table)
            self.splitter.insertWidget(1, self._table)
            self._table.show()
            self._stack.setCurrentIndex(0)
            self._head.addWidget(self._button)
        self.tabs.setVisible(is_narrow)

    @Slot(int)
    def _on_tab_changed(self, place: int) -> None:
        if self._is_narrow:
            self._stack.setCurrentIndex(place)
