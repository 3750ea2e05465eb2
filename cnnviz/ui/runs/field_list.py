"""Everything in which a twin of a run may differ, in groups, with what it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from cnnviz.ui.theme import SPACE_4, strong_font

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnviz.app.runs.twin_plan import Field

_WIDTH_PX, _LABEL_COLUMN_PX = 340, 210


class FieldList(QTreeWidget):
    """A tree of two levels: groups, and the fields in them.

    Signals
    -------
    field_chosen(Field)
    """

    field_chosen = Signal(object)

    def __init__(self, fields: Iterable[Field], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row_size = QSize(0, self.fontMetrics().height() + 2 * SPACE_4)
        self._groups: dict[str, QTreeWidgetItem] = {}
        self._rows: list[tuple[QTreeWidgetItem, Field]] = []
        self.setHeaderLabels(["What differs", "Now"])
        self.setAccessibleName("What differs")
        self.setFixedWidth(_WIDTH_PX)
        self.header().resizeSection(0, _LABEL_COLUMN_PX)
        self.setUniformRowHeights(True)
        for field in fields:
            self._add(field)
        self.expandAll()
        self.currentItemChanged.connect(self._on_current_item_changed)

    @property
    def field(self) -> Field | None:
        """The field that is chosen; None where a group or nothing is."""
        current = self.currentItem()
        return next((field for item, field in self._rows if item is current), None)

    def choose(self, label: str, group: str = "") -> None:
        """Choose the first field of this label in a group whose title begins so."""
        for item, field in self._rows:
            if field.label == label and field.group.startswith(group):
                self.setCurrentItem(item)
                return

    @Slot(str)
    def show_only(self, text: str) -> None:
        """Show only fields that have all words of a text in their group, label or value."""
        words = text.casefold().split()
        for group in self._groups.values():
            group.setHidden(True)
        for item, field in self._rows:
            there = f"{field.group} {field.label} {field.value}".casefold()
            is_hit = all(word in there for word in words)
            item.setHidden(not is_hit)
            if is_hit:
                self._groups[field.group].setHidden(False)

    def _add(self, field: Field) -> None:
        group = self._groups.get(field.group)
        if group is None:
            group = self._groups[field.group] = QTreeWidgetItem(self, [field.group])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            group.setFont(0, strong_font(self))
            group.setFirstColumnSpanned(True)
            group.setSizeHint(0, self._row_size)
        item = QTreeWidgetItem(group, [field.label, field.value])
        item.setToolTip(1, field.value)
        item.setSizeHint(0, self._row_size)
        self._rows.append((item, field))

    @Slot()
    def _on_current_item_changed(self) -> None:
        field = self.field
        if field is not None:
            self.field_chosen.emit(field)
