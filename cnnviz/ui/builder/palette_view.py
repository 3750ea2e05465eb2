"""The palette: kinds of layers in groups, to be dragged into the list; a layer dragged back is removed."""

from __future__ import annotations

import dataclasses
from itertools import groupby

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFontMetrics,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from cnnviz.spec.layers import LAYER_TYPES, Category, Layer, type_name
from cnnviz.ui.builder.palette_bin import PaletteBin, layers_of_a_list
from cnnviz.ui.builder.palette_chip import MoreButton, PaletteChip, PaletteItem
from cnnviz.ui.builder.palette_layout import Flow, Gaps, flow
from cnnviz.ui.builder.palette_search import matching_kinds
from cnnviz.ui.theme import SPACE_4, SPACE_12, caption_font

_GAPS = Gaps(piece=SPACE_4, inner=1)


@dataclasses.dataclass(frozen=True, slots=True)
class _Group:
    """The chips of a category: the first is always in sight, the others where `more` is checked."""

    category: Category
    chips: tuple[PaletteChip, ...]
    more: MoreButton | None

    @property
    def head(self) -> tuple[PaletteItem, ...]:
        """What is always in sight."""
        return (self.chips[0],) if self.more is None else (self.chips[0], self.more)


@dataclasses.dataclass(frozen=True, slots=True)
class _Arrangement:
    """Where the first row of things stands, the caption of the open group, and its other chips."""

    heads: Flow
    caption: QRect
    rest: Flow
    height: int


class PaletteView(QWidget):
    """Shows a chip for the usual kind of each group, and on demand the others; or what a search has found.

    One stop for the tab key; the arrow keys walk through the items.

    Signals
    -------
    layer_chosen(str)
        The type name of a kind that was double-clicked, or chosen by Enter.
    layers_dropped(DraggedLayers)
        Layers of a list were dropped here, to be removed from it.
    help_changed(str)
        What there is to say about the item under the mouse or the keyboard; empty where there is none.
    height_changed()
        Other items are in sight.
    """

    layer_chosen = Signal(str)
    layers_dropped = Signal(object)
    help_changed = Signal(str)
    height_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hits: tuple[PaletteChip, ...] | None = None
        self._groups: list[_Group] = []
        self._caption = self._quiet_label("Caption of the open group")
        self._nothing = self._quiet_label("Result of the search")
        self.setAccessibleName("Kinds of layers")
        self.setAcceptDrops(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._groups = [
            self._group(category, list(kinds))
            for category, kinds in groupby(LAYER_TYPES, key=lambda kind: kind.category)
        ]
        self._let_tab_stop_at(self.chips[0])
        self._bin = PaletteBin(self)
        self._show_items()

    @property
    def chips(self) -> list[PaletteChip]:
        """Every chip, in the order of the groups, in sight or not."""
        return [chip for group in self._groups for chip in group.chips]

    @property
    def items(self) -> list[PaletteItem]:
        """What is in sight, in reading order."""
        return [item for head in self._heads for item in head] + list(self._rest)

    @property
    def hits(self) -> tuple[str, ...]:
        """The type names that the search has found, the best first; empty while nothing is searched."""
        return tuple(type_name(chip.kind) for chip in self._hits or ())

    @property
    def empty_text(self) -> str:
        """What is said where a search has found nothing."""
        return self._nothing.text()

    @property
    def is_bin(self) -> bool:
        """Whether a layer is being dragged, so that the palette offers to remove it."""
        return self._bin.isVisibleTo(self)

    def chip(self, name: str) -> PaletteChip:
        """Return the chip of the kind with this type name, in sight or not."""
        return next(chip for chip in self.chips if type_name(chip.kind) == name)

    def open_group(self, category: Category | None) -> None:
        """Show all kinds of a group, and of no other; None closes the one that is open."""
        for group in self._groups:
            if group.more is not None and group.more.isChecked() != (group.category is category):
                group.more.setChecked(group.category is category)

    @Slot(str)
    def search(self, query: str) -> None:
        """Show the kinds that a query may mean; the groups again where it is empty."""
        if query.strip():
            self._hits = tuple(self.chip(type_name(kind)) for kind in matching_kinds(query))
        else:
            self._hits = None
        found = self._hits is None or bool(self._hits)
        self._nothing.setText("" if found else f"No layer is called “{query.strip()}”.")
        for chip in self.chips:
            chip.set_first_hit(self._hits is not None and chip in self._hits[:1])
        self._show_items()
        self.help_changed.emit(self._hits[0].kind.summary if self._hits else "")

    @Slot()
    def choose_first_hit(self) -> None:
        """Choose the best of what the search has found."""
        for name in self.hits[:1]:
            self.layer_chosen.emit(name)

    def focus_first(self) -> None:
        """Give the keyboard to the first item."""
        for item in self.items[:1]:
            self._focus(item)

    @Slot()
    def show_bin(self) -> None:
        """Offer to take a layer that is being dragged."""
        self._bin.setGeometry(self._in_sight)
        self._bin.raise_()
        self._bin.show()

    @Slot()
    def hide_bin(self) -> None:
        """Show the chips again."""
        self._bin.set_hot(False)
        self._bin.hide()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrangement(width).height + SPACE_4

    def sizeHint(self) -> QSize:
        width = 340
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        widest = max(chip.sizeHint().width() for chip in self.chips)
        return QSize(widest + 2 * SPACE_12, self.chips[0].sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and self._groups:
            for label in (self._caption, self._nothing):
                label.setFont(caption_font(self))
            self.updateGeometry()
            self._place()
            self.height_changed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if layers_of_a_list(event) is None:
            event.ignore()
            return
        self.show_bin()
        self._bin.set_hot(True)
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._bin.set_hot(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.hide_bin()
        dragged = layers_of_a_list(event)
        if dragged is None:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()
        self.layers_dropped.emit(dragged)

    def _quiet_label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(caption_font(self))
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        label.setObjectName(name)
        return label

    def _group(self, category: Category, kinds: list[type[Layer]]) -> _Group:
        chips = tuple(PaletteChip(kind, self) for kind in kinds)
        more = MoreButton(category, kinds[1:], self) if kinds[1:] else None
        for chip in chips:
            chip.chosen.connect(self._on_chip_chosen)
        for item in (*chips, *((more,) if more else ())):
            item.step_requested.connect(self._on_item_step_requested)
            item.pointed_at.connect(self._on_item_pointed_at)
        if more is not None:
            more.toggled.connect(self._on_more_toggled)
        return _Group(category, chips, more)

    @property
    def _open(self) -> _Group | None:
        """The group of which all kinds are in sight."""
        return next((group for group in self._groups if group.more and group.more.isChecked()), None)

    @property
    def _rest(self) -> tuple[PaletteChip, ...]:
        """The chips below the heads: the other kinds of the open group, unless something is searched."""
        return self._open.chips[1:] if self._open is not None and self._hits is None else ()

    @property
    def _heads(self) -> list[tuple[PaletteItem, ...]]:
        """What stands above: the heads of the groups, or what the search has found."""
        if self._hits is not None:
            return [(chip,) for chip in self._hits]
        return [group.head for group in self._groups]

    @property
    def _in_sight(self) -> QRect:
        """The part that is not scrolled away."""
        seen = self.visibleRegion().boundingRect()
        return self.rect() if seen.isEmpty() else seen

    def _show_items(self) -> None:
        shown = set(self.items)
        for group in self._groups:
            for item in (*group.chips, *group.head[1:]):
                item.setVisible(item in shown)
        opened = self._open if self._hits is None else None
        self._caption.setText(opened.category.value if opened else "")
        self._caption.setVisible(opened is not None)
        self._nothing.setVisible(bool(self._nothing.text()))
        if self.items and not any(item.focusPolicy() & Qt.FocusPolicy.TabFocus for item in self.items):
            self._let_tab_stop_at(self.items[0])
        self.updateGeometry()
        self._place()
        self.height_changed.emit()

    @Slot()
    def _on_chip_chosen(self) -> None:
        chip = self.sender()
        if isinstance(chip, PaletteChip):
            self._let_tab_stop_at(chip)
            self.layer_chosen.emit(type_name(chip.kind))

    @Slot(bool)
    def _on_more_toggled(self, shown: bool) -> None:
        more = self.sender()
        if isinstance(more, MoreButton) and shown:
            self.open_group(more.category)
        self._show_items()

    @Slot(bool)
    def _on_item_pointed_at(self, pointed: bool) -> None:
        item = self.sender()
        text = ""
        if isinstance(item, PaletteChip):
            text = item.kind.summary
        elif isinstance(item, MoreButton):
            text = item.help
        if not pointed:
            text = self._hits[0].kind.summary if self._hits else ""
        self.help_changed.emit(text)

    @Slot(int)
    def _on_item_step_requested(self, step: int) -> None:
        item, items = self.sender(), self.items
        if isinstance(item, PaletteItem) and item in items:
            self._focus(items[(items.index(item) + step) % len(items)])

    def _focus(self, item: PaletteItem) -> None:
        self._let_tab_stop_at(item)
        item.setFocus(Qt.FocusReason.OtherFocusReason)

    def _let_tab_stop_at(self, chosen: PaletteItem) -> None:
        for group in self._groups:
            for item in (*group.chips, *group.head[1:]):
                stops = item is chosen
                item.setFocusPolicy(Qt.FocusPolicy.StrongFocus if stops else Qt.FocusPolicy.ClickFocus)

    def _arrangement(self, width: int) -> _Arrangement:
        room, height = width - 2 * SPACE_12, self.chips[0].sizeHint().height()
        heads = flow(_widths(self._heads), width=room, height=height, gaps=_GAPS)
        line = QFontMetrics(caption_font(self)).height()
        if self._hits is not None:  # no lower than the groups, so that the list does not jump while typing
            groups = [group.head for group in self._groups]
            usual = flow(_widths(groups), width=room, height=height, gaps=_GAPS).bottom
            return _Arrangement(heads, QRect(0, 0, room, line), Flow((), 0), max(heads.bottom, usual))
        if not self._rest:
            return _Arrangement(heads, QRect(), Flow((), 0), heads.bottom)
        caption = QRect(0, heads.bottom + SPACE_4, room, line)
        below = caption.bottom() + SPACE_4 // 2
        pieces = _widths([(chip,) for chip in self._rest])
        rest = flow(pieces, width=room, height=height, gaps=_GAPS, top=below)
        return _Arrangement(heads, caption, rest, rest.bottom)

    def _place(self) -> None:
        found = self._arrangement(self.width())
        placed = [*zip(self._heads, found.heads.places, strict=True)]
        placed += zip([(chip,) for chip in self._rest], found.rest.places, strict=True)
        for items, places in placed:
            for item, (left, top) in zip(items, places, strict=True):
                item.setGeometry(left + SPACE_12, top, item.sizeHint().width(), item.sizeHint().height())
        for label in (self._caption, self._nothing):
            label.setGeometry(found.caption.translated(SPACE_12, 0))
        self._bin.setGeometry(self._in_sight)


def _widths(pieces: list[tuple[PaletteItem, ...]]) -> list[tuple[int, ...]]:
    return [tuple(item.sizeHint().width() for item in piece) for piece in pieces]
