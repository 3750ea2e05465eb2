"""The palette: kinds of layers in groups, to be dragged into the list; a layer dragged back is removed."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from cnnviz.errors import CnnvizError
from cnnviz.spec.layers import LAYER_TYPES, Category, Layer, type_name
from cnnviz.ui.builder.drop import MIME_TYPE, DraggedLayers, from_mime
from cnnviz.ui.builder.palette_chip import PaletteChip
from cnnviz.ui.builder.palette_layout import Arrangement, Gaps, Group, arrange
from cnnviz.ui.icons import tinted_pixmap
from cnnviz.ui.theme import RADIUS, SPACE_4, SPACE_8, SPACE_12, SPACE_16, caption_font, colors_of

_GAPS = Gaps(chip=SPACE_4, group=SPACE_12, line=SPACE_8)
_BIN_ICON_PX = 20


class PaletteView(QWidget):
    """Shows a chip for each kind of layer. One stop for the tab key; the arrow keys walk through the chips.

    Signals
    -------
    layer_chosen(str)
        The type name of a kind that was double-clicked, or chosen by Enter.
    layers_dropped(DraggedLayers)
        Layers of a list were dropped here, to be removed from it.
    """

    layer_chosen = Signal(str)
    layers_dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._captions: list[QLabel] = []
        self._groups: list[list[PaletteChip]] = []
        self.setAccessibleName("Kinds of layers")
        self.setAcceptDrops(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for category, kinds in groupby(LAYER_TYPES, key=lambda kind: kind.category):
            self._add_group(category, list(kinds))
        self._let_tab_stop_at(self.chips[0])
        self._bin = _Bin(self)

    @property
    def chips(self) -> list[PaletteChip]:
        """Every chip, in reading order."""
        return [chip for group in self._groups for chip in group]

    def chip(self, name: str) -> PaletteChip:
        """Return the chip of the kind with this type name."""
        return next(chip for chip in self.chips if type_name(chip.kind) == name)

    @property
    def is_bin(self) -> bool:
        """Whether a layer is being dragged, so that the palette offers to remove it."""
        return self._bin.isVisibleTo(self)

    @Slot()
    def show_bin(self) -> None:
        """Offer to take a layer that is being dragged."""
        self._bin.setGeometry(self.rect())
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
        return self._arrangement(width).height + SPACE_8 + SPACE_12

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
            for caption in self._captions:
                caption.setFont(caption_font(self))
            self.updateGeometry()
            self._place()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _layers_of_a_list(event) is None:
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
        dragged = _layers_of_a_list(event)
        if dragged is None:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()
        self.layers_dropped.emit(dragged)

    def _add_group(self, category: Category, kinds: list[type[Layer]]) -> None:
        caption = QLabel(category.value, self)
        caption.setFont(caption_font(self))
        caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._captions.append(caption)
        self._groups.append([self._make_chip(kind) for kind in kinds])

    def _make_chip(self, kind: type[Layer]) -> PaletteChip:
        chip = PaletteChip(kind, self)
        chip.chosen.connect(self._on_chip_chosen)
        chip.step_requested.connect(self._on_chip_step_requested)
        return chip

    @Slot()
    def _on_chip_chosen(self) -> None:
        chip = self.sender()
        if isinstance(chip, PaletteChip):
            self._let_tab_stop_at(chip)
            self.layer_chosen.emit(type_name(chip.kind))

    @Slot(int)
    def _on_chip_step_requested(self, step: int) -> None:
        chip = self.sender()
        if isinstance(chip, PaletteChip):
            chips = self.chips
            target = chips[(chips.index(chip) + step) % len(chips)]
            self._let_tab_stop_at(target)
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _let_tab_stop_at(self, chosen: PaletteChip) -> None:
        for chip in self.chips:
            stops = chip is chosen
            chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus if stops else Qt.FocusPolicy.ClickFocus)

    def _arrangement(self, width: int) -> Arrangement:
        chip_height = self.chips[0].sizeHint().height()
        groups = [
            Group(caption.sizeHint().width(), tuple(chip.sizeHint().width() for chip in chips))
            for caption, chips in zip(self._captions, self._groups, strict=True)
        ]
        return arrange(
            groups,
            width=width - 2 * SPACE_12,
            caption_height=QFontMetrics(self._captions[0].font()).height() + 2,
            chip_height=chip_height,
            gaps=_GAPS,
        )

    def _place(self) -> None:
        places = self._arrangement(self.width())
        for caption, (left, top) in zip(self._captions, places.captions, strict=True):
            caption.move(left + SPACE_12, top + SPACE_8)
            caption.resize(caption.sizeHint())
        for chips, spots in zip(self._groups, places.chips, strict=True):
            for chip, (left, top) in zip(chips, spots, strict=True):
                chip.move(left + SPACE_12, top + SPACE_8)
                chip.resize(chip.sizeHint())
        self._bin.setGeometry(self.rect())


class _Bin(QWidget):
    """Covers the palette while a layer of the list is dragged; lets the mouse through to the palette."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._hot = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_hot(self, hot: bool) -> None:
        """Say that the layer is over the bin, so that letting go removes it."""
        if hot != self._hot:
            self._hot = hot
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        colors = colors_of(self)
        color = colors.problem if self._hot else colors.muted
        painter.fillRect(self.rect(), colors.window)
        painter.setPen(QPen(color, 1, Qt.PenStyle.DashLine))
        painter.setBrush(colors.problem_surface if self._hot else colors.window)
        frame = QRectF(self.rect()).adjusted(SPACE_12, SPACE_8, -SPACE_12, -SPACE_12)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        words = "Let go to remove it" if self._hot else "Drop here to remove the layer"
        width = QFontMetrics(self.font()).horizontalAdvance(words) + _BIN_ICON_PX + SPACE_8
        left = frame.center().x() - width / 2
        pixmap = tinted_pixmap("delete", color, _BIN_ICON_PX, self.devicePixelRatioF())
        painter.drawPixmap(round(left), round(frame.center().y() - _BIN_ICON_PX / 2), pixmap)
        painter.setPen(color)
        text = frame.adjusted(left - frame.left() + _BIN_ICON_PX + SPACE_8, 0, SPACE_16, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


def _layers_of_a_list(event: QDropEvent) -> DraggedLayers | None:
    """Return the layers of a list that are dragged, or None for anything else."""
    data = event.mimeData()
    if not data.hasFormat(MIME_TYPE) or not event.possibleActions() & Qt.DropAction.MoveAction:
        return None
    try:
        dragged = from_mime(bytes(data.data(MIME_TYPE).data()))
    except CnnvizError:
        return None  # not ours: the drag is simply not accepted
    return dragged if dragged.source else None
