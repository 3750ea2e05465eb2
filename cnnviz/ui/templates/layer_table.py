"""The layers of a design in a plain table: what each is, what comes out of it, and what it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from cnnviz.spec.layers import type_name
from cnnviz.spec.shapes import format_shape
from cnnviz.ui.builder.cards import UNKNOWN, settings_text
from cnnviz.ui.icons import layer_icon
from cnnviz.ui.theme import SPACE_8, colors_of, with_tabular_figures

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    from cnnviz.spec.trace import LayerTrace, NetworkTrace

_COLUMNS = ("Layer", "Settings", "Output", "Parameters")
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class LayerTable(QTreeWidget):
    """Lists the layers of a trace, one under the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons: dict[str, QIcon] = {}
        self.setAccessibleName("Layers of the pattern")
        self.setHeaderLabels((*_COLUMNS, ""))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setFont(with_tabular_figures(self.font()))
        header = self.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)
        for column in range(len(_COLUMNS)):
            stretched = column == 1
            mode = QHeaderView.ResizeMode.Stretch if stretched else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, mode)
        header.setMinimumSectionSize(SPACE_8)
        header.resizeSection(len(_COLUMNS), SPACE_8)  # room between the numbers and the edge
        for column in (2, 3):
            self.headerItem().setTextAlignment(column, _RIGHT)

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The words of every row."""
        model = self.model()
        return [
            tuple(model.index(row, column).data() or "" for column in range(len(_COLUMNS)))
            for row in range(model.rowCount())
        ]

    def show_trace(self, traced: NetworkTrace) -> None:
        """Show these layers instead of those before."""
        self.clear()
        self.addTopLevelItems([self._row(record) for record in traced.layers])

    def _row(self, record: LayerTrace) -> QTreeWidgetItem:
        layer, shape = record.layer, record.output_shape
        output = UNKNOWN if shape is None else format_shape(shape)
        learned = f"{record.parameters:,}" if record.parameters else ""
        item = QTreeWidgetItem([layer.title, settings_text(layer), output, learned])
        item.setIcon(0, self._icon(type_name(layer)))
        for column in (2, 3):
            item.setTextAlignment(column, _RIGHT)
        if record.problems:
            item.setForeground(2, colors_of(self).problem)
            item.setToolTip(2, "\n".join(problem.message for problem in record.problems))
        return item

    def _icon(self, name: str) -> QIcon:
        if name not in self._icons:
            self._icons[name] = layer_icon(name)
        return self._icons[name]
