"""What stands in the palette: chips to be dragged into the list, and buttons that show more of a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QEnterEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QWidget

from cnnviz.spec.layers import Category, Layer, type_name
from cnnviz.ui.builder.dragged_cards import BESIDE, beside_pointer
from cnnviz.ui.builder.drop import MIME_TYPE, DraggedLayers, to_mime
from cnnviz.ui.icons import layer_pixmap
from cnnviz.ui.theme import FOCUS_RING_PX, RADIUS, SPACE_4, caption_font, category_color, colors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_EDGE_PX = 3
_ICON_PX = 14
_PADDING_PX = 5
_HOW_TO_USE = "Drag it into the list, or double-click to add it behind the selected layer."
_ARROW_STEPS: dict[int, int] = {
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
}
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CHOOSING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class PaletteItem(QAbstractButton):
    """Something in the palette that the arrow keys walk through.

    Signals
    -------
    step_requested(int)
        An arrow key: go on to the next item (1) or back (-1).
    pointed_at(bool)
        The mouse or the keyboard has come to this item (True) or left it (False).
    """

    step_requested = Signal(int)
    pointed_at = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ARROW_STEPS:
            self.step_requested.emit(_ARROW_STEPS[event.key()])
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.pointed_at.emit(True)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed_at.emit(self.hasFocus())
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.pointed_at.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.pointed_at.emit(self.underMouse())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        """Paint a thin line around the item, or the ring of the keyboard."""
        colors, focused = colors_of(self), self.hasFocus()
        painter.setPen(QPen(colors.accent if focused else colors.hairline, FOCUS_RING_PX if focused else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = FOCUS_RING_PX / 2 if focused else 0.5
        frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)

    @property
    def _outline(self) -> QPainterPath:
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        return outline


class PaletteChip(PaletteItem):
    """A kind of layer with its icon and name, and its hue along the left edge.

    Signals
    -------
    chosen()
        Double-click, Enter or Space: add such a layer behind the selected one.
    """

    chosen = Signal()

    def __init__(self, kind: type[Layer], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._pressed_at: QPoint | None = None
        self._is_first_hit = False
        self.setText(kind.title)
        self.setToolTip(f"{kind.summary}\n{_HOW_TO_USE}")
        self.setAccessibleName(f"{kind.title}, {kind.category.value}")
        self.setAccessibleDescription(f"{kind.summary} Enter adds it behind the selected layer.")
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    @property
    def kind(self) -> type[Layer]:
        """The kind of layer that this chip stands for."""
        return self._kind

    def set_first_hit(self, first: bool) -> None:
        """Mark the chip that Enter adds while a name is being typed."""
        if first != self._is_first_hit:
            self._is_first_hit = first
            self.update()

    def mime_data(self) -> QMimeData:
        """Return what a drag of this chip carries: a new layer with its default settings."""
        data = QMimeData()
        data.setData(MIME_TYPE, QByteArray(to_mime(DraggedLayers((self._kind(),)))))
        return data

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(caption_font(self))
        words = metrics.horizontalAdvance(self.text())
        width = _EDGE_PX + _PADDING_PX + _ICON_PX + SPACE_4 + words + _PADDING_PX + 1
        return QSize(width, max(metrics.height(), _ICON_PX) + 2 * SPACE_4 + 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._pressed_at is None:
            return
        way = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if way >= QApplication.startDragDistance():
            self._start_drag()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = None
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _CHOOSING_KEYS:
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def _start_drag(self) -> None:
        # The release that ends a drag goes to the target, so the button is let go here.
        self._pressed_at = None
        self.setDown(False)
        drag = QDrag(self)
        drag.setMimeData(self.mime_data())
        drag.setPixmap(beside_pointer(self.grab()))
        drag.setHotSpot(BESIDE)
        drag.exec(Qt.DropAction.CopyAction, Qt.DropAction.CopyAction)

    def _paint(self, painter: QPainter) -> None:
        colors = colors_of(self)
        ground = colors.selection if self._is_first_hit else colors.raised
        painter.fillPath(self._outline, colors.hover if self.underMouse() else ground)
        painter.save()
        painter.setClipPath(self._outline)
        painter.fillRect(QRectF(0, 0, _EDGE_PX, self.height()), category_color(self._kind.category, colors))
        painter.restore()
        super()._paint(painter)
        self._paint_content(painter)

    def _paint_content(self, painter: QPainter) -> None:
        colors = colors_of(self)
        left = _EDGE_PX + _PADDING_PX - 1
        pixmap = layer_pixmap(type_name(self._kind), colors, _ICON_PX, self.devicePixelRatioF())
        painter.drawPixmap(left, (self.height() - _ICON_PX) // 2, pixmap)
        painter.setPen(colors.text)
        painter.setFont(caption_font(self))
        words = self.rect().adjusted(left + _ICON_PX + SPACE_4, 0, 0, 0)
        painter.drawText(words, _LEFT, self.text())


class MoreButton(PaletteItem):
    """Shows or hides the kinds of a group that are not always in sight; says how many they are.

    Toggled like any checkable button.
    """

    def __init__(
        self, category: Category, kinds: Sequence[type[Layer]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._category = category
        self.setCheckable(True)
        self.setText(f"+{len(kinds)}")
        names = ", ".join(kind.title for kind in kinds)
        self._help = f"More of the group {category.value}: {names}."
        self.setToolTip(self._help)
        self.setAccessibleName(f"{len(kinds)} more of {category.value}")
        self.setAccessibleDescription(self._help)

    @property
    def category(self) -> Category:
        """The group."""
        return self._category

    @property
    def help(self) -> str:
        """What there is more of."""
        return self._help

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(caption_font(self))
        return QSize(
            metrics.horizontalAdvance(self.text()) + 2 * SPACE_4,
            max(metrics.height(), _ICON_PX) + 2 * SPACE_4 + 1,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _CHOOSING_KEYS:
            self.toggle()
        else:
            super().keyPressEvent(event)

    def _paint(self, painter: QPainter) -> None:
        colors = colors_of(self)
        if self.isChecked() or self.underMouse():
            painter.fillPath(self._outline, colors.selection if self.isChecked() else colors.hover)
        if self.hasFocus():
            super()._paint(painter)
        painter.setPen(colors.text if self.isChecked() else colors.muted)
        painter.setFont(caption_font(self))
        text = f"−{self.text()[1:]}" if self.isChecked() else self.text()
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
