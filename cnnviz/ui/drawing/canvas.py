"""The square one draws in, with mouse, finger or pen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz.data.drawing_steps import INK
from cnnviz.ui.drawing.sheet import SIDE, Sheet
from cnnviz.ui.theme import FOCUS_RING_PX, colors_of, mixed
from cnnviz.ui.widgets.undo_keys import redo_keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHideEvent, QPaintEvent

    from cnnviz.ui.theme import Colors

LEAST_WIDTH, USUAL_WIDTH, MOST_WIDTH = 6, 26, 64
_LEAST_PX, _MOST_PX = 140, 208
_LEAST_PRESSURE = 0.3
_TOUCHES = (QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd, QEvent.Type.TouchCancel)


class DrawingCanvas(QWidget):
    """Draws strokes on a sheet; keys do what the buttons around it do while it has the focus.

    Signals
    -------
    ink_changed()
        There is other ink.
    tool_changed()
        Pen or eraser, or the width.
    pen_put_down(), pen_lifted()
        A stroke begins, or has ended.
    """

    ink_changed = Signal()
    pen_put_down, pen_lifted = Signal(), Signal()
    tool_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = Sheet()
        self._erases = False
        self._width = USUAL_WIDTH
        self._last: QPointF | None = None
        self._hint = ""
        self._keys: tuple[tuple[tuple[QKeySequence, ...], Callable[[], None]], ...] = self._all_keys()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Drawing")

    def _all_keys(self) -> tuple[tuple[tuple[QKeySequence, ...], Callable[[], None]], ...]:
        standard = QKeySequence.StandardKey
        return (
            (tuple(QKeySequence.keyBindings(standard.Undo)), self.undo),
            (tuple(redo_keys()), self.redo),
            ((QKeySequence("Del"), QKeySequence("Backspace")), self.clear),
            ((QKeySequence("P"),), lambda: self.set_erases(erases=False)),
            ((QKeySequence("E"),), lambda: self.set_erases(erases=True)),
            ((QKeySequence("["),), lambda: self.set_stroke_width(self._width - 4)),
            ((QKeySequence("]"),), lambda: self.set_stroke_width(self._width + 4)),
        )

    @property
    def erases(self) -> bool:
        """Whether strokes take ink away."""
        return self._erases

    @property
    def stroke_width(self) -> int:
        """Width of a stroke, of the 320 pixels of the sheet."""
        return self._width

    @property
    def hint(self) -> str:
        """What is written on empty paper."""
        return self._hint

    def set_hint(self, hint: str) -> None:
        """Write something else on empty paper."""
        self._hint = hint
        self.setAccessibleDescription(hint)
        self.update()

    def set_erases(self, *, erases: bool) -> None:
        """Take the eraser or the pen."""
        if erases is not self._erases:
            self._erases = erases
            self.tool_changed.emit()

    def set_stroke_width(self, width: int) -> None:
        """Make strokes wider or narrower, within bounds."""
        width = min(max(width, LEAST_WIDTH), MOST_WIDTH)
        if width != self._width:
            self._width = width
            self.tool_changed.emit()

    def undo(self) -> None:
        """Take back the newest stroke."""
        if self.sheet.can_undo and self._last is None:
            self.sheet.undo()
            self._tell()

    def redo(self) -> None:
        """Draw again what was taken back."""
        if self.sheet.can_redo and self._last is None:
            self.sheet.redo()
            self._tell()

    def clear(self) -> None:
        """Take all ink away."""
        if self._last is None and self.sheet.has_ink:
            self.sheet.clear()
            self._tell()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(max(width, _LEAST_PX), _MOST_PX)

    def sizeHint(self) -> QSize:
        return QSize(_MOST_PX, _MOST_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_PX, _LEAST_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), colors_of(self)
        try:
            paper = self._paper()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(paper, _inked(self.sheet.image, colors))
            if not self.sheet.has_ink:
                painter.setPen(colors.muted)
                painter.drawText(paper, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._hint)
            has_focus = self.hasFocus()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colors.accent, FOCUS_RING_PX) if has_focus else QPen(colors.border, 1))
            inset = (FOCUS_RING_PX if has_focus else 1) / 2
            painter.drawRect(paper.adjusted(inset, inset, -inset, -inset))
        finally:
            painter.end()

    def event(self, event: QEvent) -> bool:
        """Take touches, and the keys that are commands of the window elsewhere."""
        if event.type() in _TOUCHES and isinstance(event, QTouchEvent):
            self._on_touched(event)
            return True
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._command(event) is not None:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = self._command(event)
        if command is None:
            super().keyPressEvent(event)
        else:
            command()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._press(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._lift()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._lift()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw with a pen: harder is wider, and its other end erases."""
        erases = self._erases or event.pointerType() is event.pointerType().Eraser
        if event.type() is QEvent.Type.TabletPress:
            self._press(event.position(), event.pressure(), erases=erases)
        elif event.type() is QEvent.Type.TabletRelease:
            self._lift()
        elif event.buttons() & Qt.MouseButton.LeftButton:
            self._move(event.position(), event.pressure(), erases=erases)
        event.accept()

    def _on_touched(self, event: QTouchEvent) -> None:
        """Draw with the first finger."""
        if event.type() is QEvent.Type.TouchBegin and event.points():
            self._press(event.points()[0].position())
        elif event.type() is QEvent.Type.TouchUpdate and event.points():
            self._move(event.points()[0].position())
        else:
            self._lift()
        event.accept()

    def _press(self, position: QPointF, pressure: float = 1.0, *, erases: bool | None = None) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.sheet.begin_stroke()
        is_new, self._last = self._last is None, self._on_sheet(position)
        if is_new:
            self.pen_put_down.emit()
        self._move(position, pressure, erases=erases)

    def _lift(self) -> None:
        if self._last is not None:
            self._last = None
            self.pen_lifted.emit()

    def _move(self, position: QPointF, pressure: float = 1.0, *, erases: bool | None = None) -> None:
        if self._last is None:
            return
        place = self._on_sheet(position)
        width = self._width * max(pressure, _LEAST_PRESSURE)
        self.sheet.draw(self._last, place, width, erases=self._erases if erases is None else erases)
        self._last = place
        self._tell()

    def _tell(self) -> None:
        self.update()
        self.ink_changed.emit()

    def _command(self, event: QKeyEvent) -> Callable[[], None] | None:
        pressed = QKeySequence(event.keyCombination())
        return next((command for keys, command in self._keys if pressed in keys), None)

    def _paper(self) -> QRectF:
        """Return the largest square in the middle."""
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) // 2, 0, side, side)

    def _on_sheet(self, position: QPointF) -> QPointF:
        paper = self._paper()
        return (position - paper.topLeft()) * (SIDE / max(paper.width(), 1.0))


def _inked(ink: QImage, colors: Colors) -> QImage:
    """Return ink in the colour of text on the colour of paper."""
    side = ink.width()
    image = QImage(ink.constBits(), side, side, ink.bytesPerLine(), QImage.Format.Format_Indexed8).copy()
    image.setColorTable([mixed(colors.text, colors.base, share / INK).rgb() for share in range(INK + 1)])
    return image
