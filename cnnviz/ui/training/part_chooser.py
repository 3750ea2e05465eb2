"""One choice among kinds of a thing, such as optimizers, with the numbers of the kind chosen."""

from __future__ import annotations

import dataclasses
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cnnviz.ui.forms.field_rows import FieldRows
from cnnviz.ui.theme import SPACE_4, SPACE_12, caption_font


class PartChooser(QWidget):
    """Edits one part of the training settings. Numbers of a kind are remembered while another is chosen.

    Signals
    -------
    part_changed(object)
        The part as it is now: a record of one of the kinds.
    """

    part_changed = Signal(object)

    def __init__(
        self, title: str, meaning: str, kinds: tuple[type[Any], ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._kinds = kinds
        self._meaning = meaning
        self._part: Any = kinds[0]()
        self._remembered: dict[type[Any], Any] = {}
        self.choice = self._make_choice(title, meaning)
        self._label = QLabel(title, self)
        self._label.setBuddy(self.choice)
        self._summary = QLabel(self)
        self._summary.setWordWrap(True)
        self._summary.setFont(caption_font(self._summary))
        self._summary.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        row = QHBoxLayout()
        row.setSpacing(SPACE_12)
        row.addWidget(self._label)
        row.addWidget(self.choice, 1)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_4)
        self._layout.addLayout(row)
        self._layout.addWidget(self._summary)
        # All kinds now, not when one is first chosen: the Tab key comes last to what is made last.
        self._rows = {kind: self._make_rows(kind()) for kind in kinds}
        for rows in self._rows.values():
            self._layout.addWidget(rows)
        self.set_part(self._part)

    @property
    def rows(self) -> FieldRows:
        """The rows of the kind that is chosen."""
        return self._rows[type(self._part)]

    def set_part(self, part: Any) -> None:
        """Show a record of one of the kinds, without a signal."""
        self._part = self._remembered[type(part)] = part
        with QSignalBlocker(self.choice):
            self.choice.setCurrentIndex(self._kinds.index(type(part)))
        self._summary.setText(part.summary)
        for kind, rows in self._rows.items():
            rows.setVisible(kind is type(part) and bool(rows.editors))
        self.rows.show_values(part, None)

    def lock(self, reason: str, *, kind_only: bool = False) -> None:
        """Keep the kind, and its numbers unless `kind_only`, for the reason; an empty one takes changes."""
        self.choice.setDisabled(bool(reason))
        self.choice.setToolTip("\n".join(text for text in (self._meaning, reason) if text))
        for rows in self._rows.values():
            for editor in rows.editors.values():
                editor.set_locked("" if kind_only else reason)

    @property
    def label_width(self) -> int:
        """Room that the labels need, in pixels."""
        return max(self._label.sizeHint().width(), self.rows.label_width)

    def set_label_width(self, width: int) -> None:
        """Give the labels this room, so that several groups of rows are level."""
        self._label.setFixedWidth(width)
        self.rows.set_label_width(width)

    def _make_choice(self, title: str, meaning: str) -> QComboBox:
        choice = QComboBox(self)
        for kind in self._kinds:
            choice.addItem(kind.title, kind)
            choice.setItemData(choice.count() - 1, kind.summary, Qt.ItemDataRole.ToolTipRole)
        choice.setAccessibleName(title)
        choice.setToolTip(meaning)
        choice.setAccessibleDescription(meaning)
        choice.currentIndexChanged.connect(self._on_kind_chosen)
        return choice

    def _make_rows(self, part: Any) -> FieldRows:
        rows = FieldRows(part, self)
        rows.change_requested.connect(self._on_field_changed)
        return rows

    @Slot(int)
    def _on_kind_chosen(self, index: int) -> None:
        kind = self._kinds[index]
        self.set_part(self._remembered.get(kind) or kind())
        self.part_changed.emit(self._part)

    @Slot(str, object, int)
    def _on_field_changed(self, name: str, value: object, _change: int) -> None:
        changes: dict[str, Any] = {name: value}
        self.set_part(dataclasses.replace(self._part, **changes))
        self.part_changed.emit(self._part)
