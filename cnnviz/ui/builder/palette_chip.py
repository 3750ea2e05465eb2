"""A kind of layer in the palette: a chip to be dragged into the list, or chosen by double-click or Enter."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QEnterEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QWidget

from cnnviz.spec.layers import Layer, type_name
from cnnviz.ui.builder.drop import MIME_TYPE, DraggedLayers, to_mime
from cnnviz.ui.icons import layer_pixmap
from cnnviz.ui.theme import FOCUS_RING_PX, RADIUS, SPACE_4, category_color, colors_of

_EDGE_PX = 3
_ICON_PX = 16
_PADDING_PX = 6
_HOW_TO_USE = "Drag it into the list, or double-click to add it behind the selected layer."
_ARROW_STEPS: dict[int, int] = {
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
}
_CHOOSING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class PaletteChip(QAbstractButton):
    """A kind of layer with its icon and name, and its hue along the left edge.

    Signals
    -------
    chosen()
        Double-click, Enter or Space: add such a layer behind the selected one.
    step_requested(int)
        An arrow key: go on to the next chip (1) or back (-1).
    """

    chosen = Signal()
    step_requested = Signal(int)

    def __init__(self, kind: type[Layer], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._pressed_at: QPoint | None = None
        self.setText(kind.title)
        self.setToolTip(
            f"{kind.summary}\nDrag it into the list, or double-click to add it behind the selected layer."
        )
        self.setAccessibleName(f"{kind.title}, {kind.category.value}")
        self.setAccessibleDescription(f"{kind.summary} Enter adds it behind the selected layer.")
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def kind(self) -> type[Layer]:
        """The kind of layer that this chip stands for."""
        return self._kind

    def mime_data(self) -> QMimeData:
        """Return what a drag of this chip carries: a new layer with its default settings."""
        data = QMimeData()
        data.setData(MIME_TYPE, QByteArray(to_mime(DraggedLayers((self._kind(),)))))
        return data

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        words = metrics.horizontalAdvance(self.text())
        width = _EDGE_PX + _PADDING_PX + _ICON_PX + SPACE_4 + words + _PADDING_PX + 1
        return QSize(width, max(metrics.height(), _ICON_PX) + 2 * SPACE_4 + 2)

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
            self._start_drag(self._pressed_at)

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
        elif event.key() in _ARROW_STEPS:
            self.step_requested.emit(_ARROW_STEPS[event.key()])
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter)
        finally:
            painter.end()

    def _start_drag(self, hot_spot: QPoint) -> None:
        # The release that ends a drag goes to the target, so the button is let go here.
        self._pressed_at = None
        self.setDown(False)
        drag = QDrag(self)
        drag.setMimeData(self.mime_data())
        drag.setPixmap(self.grab())
        drag.setHotSpot(hot_spot)
        drag.exec(Qt.DropAction.CopyAction, Qt.DropAction.CopyAction)

    def _paint(self, painter: QPainter) -> None:
        colors = colors_of(self)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(frame, RADIUS, RADIUS)
        painter.fillPath(outline, colors.hover if self.underMouse() else colors.raised)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(QRectF(0, 0, _EDGE_PX, self.height()), category_color(self._kind.category, colors))
        painter.restore()
        focused = self.hasFocus()
        painter.setPen(QPen(colors.accent if focused else colors.hairline, FOCUS_RING_PX if focused else 1))
        inset = FOCUS_RING_PX / 2 - 0.5 if focused else 0
        painter.drawRoundedRect(frame.adjusted(inset, inset, -inset, -inset), RADIUS, RADIUS)
        self._paint_content(painter)

    def _paint_content(self, painter: QPainter) -> None:
        colors = colors_of(self)
        left = _EDGE_PX + _PADDING_PX - 1
        pixmap = layer_pixmap(type_name(self._kind), colors, _ICON_PX, self.devicePixelRatioF())
        painter.drawPixmap(left, (self.height() - _ICON_PX) // 2, pixmap)
        painter.setPen(colors.text)
        painter.setFont(self.font())
        words = self.rect().adjusted(left + _ICON_PX + SPACE_4, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
