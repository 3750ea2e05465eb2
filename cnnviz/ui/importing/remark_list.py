"""What is to be said about a folder: sentences, and below each the files that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from cnnviz.ui.theme import SPACE_8

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.data.importing.remarks import Remark


class RemarkList(QTreeWidget):
    """Sentences that open; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setColumnCount(1)
        self.setUniformRowHeights(True)
        self.setAccessibleName("What to know about these pictures")
        self.hide()

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        """Say these, or nothing; the only one is open already."""
        self.clear()
        height = QSize(0, self.fontMetrics().height() + SPACE_8)
        for remark in remarks:
            item = QTreeWidgetItem([remark.sentence])
            item.setSizeHint(0, height)
            item.setToolTip(0, remark.sentence)
            for name in remark.names:
                child = QTreeWidgetItem([name])
                child.setToolTip(0, name)
                item.addChild(child)
            self.addTopLevelItem(item)
            item.setExpanded(len(remarks) == 1)
        self.setVisible(bool(remarks))
