"""Layers that are dragged out of the list: let go anywhere else in the window, they are removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QWidget

from cnnviz.ui.builder.palette_bin import layers_of_a_list
from cnnviz.ui.icons import tinted_pixmap
from cnnviz.ui.theme import RADIUS, SPACE_4, SPACE_8, SPACE_16, colors_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QMainWindow

    from cnnviz.ui.builder.builder_panel import BuilderPanel
    from cnnviz.ui.builder.drop import DraggedLayers

_ICON_PX = 16
_BESIDE = QPoint(SPACE_16, -3 * SPACE_16)
"""From the pointer to the hint; the picture of the cards is below the pointer."""


class RemovalHint(QWidget):
    """Says beside the pointer what letting go would do."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._around = window
        self._words = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def words(self) -> str:
        """What is said; empty while hidden."""
        return self._words

    def show_at(self, pointer: QPoint, words: str) -> None:
        """Say `words` beside `pointer`, a place in the window, but not beyond the window's edges."""
        self._words = words
        width = QFontMetrics(self.font()).horizontalAdvance(words) + _ICON_PX + 3 * SPACE_8
        self.resize(QSize(width, QFontMetrics(self.font()).height() + 2 * SPACE_4 + 2))
        room = self._around.rect().adjusted(0, 0, -width, -self.height())
        place = pointer + _BESIDE
        x, y = min(place.x(), room.right()), min(place.y(), room.bottom())
        self.move(max(x, room.left()), max(y, room.top()))
        self.raise_()
        self.show()
        self.update()

    @Slot()
    def clear(self) -> None:
        """Say nothing any more."""
        self._words = ""
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colors = colors_of(self)
            painter.setPen(QPen(colors.problem, 1))
            painter.setBrush(colors.problem_surface)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            pixmap = tinted_pixmap("delete", colors.problem, _ICON_PX, self.devicePixelRatioF())
            painter.drawPixmap(SPACE_8, (self.height() - _ICON_PX) // 2, pixmap)
            painter.setPen(colors.problem)
            text = self.rect().adjusted(_ICON_PX + 2 * SPACE_8, 0, 0, 0)
            painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._words)
        finally:
            painter.end()


class DragOut(QObject):
    """Takes layers of the list that are let go over the window, and removes them as one step of undo.

    Widgets that take layers themselves, as the list and the palette do, are asked first. Around the list
    nothing happens: who misses its last card does not want to lose the layer. Nor does it outside of the
    window, or with the key for copying held down.
    """

    def __init__(self, window: QMainWindow, builder: BuilderPanel) -> None:
        super().__init__(window)
        self._window = window
        self._builder = builder
        self._status_bar = window.statusBar()
        self.hint = RemovalHint(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        builder.list_view.drag_finished.connect(self._say_nothing)  # also after Escape

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.DragLeave:
            self._say_nothing()
        elif isinstance(event, QDropEvent):  # entering and moving are drops to Qt
            dragged = self._ours(event)
            if dragged is not None:
                self._answer(event, dragged)
                return True
        return False

    def _ours(self, event: QDropEvent) -> DraggedLayers | None:
        dragged = layers_of_a_list(event)
        return dragged if dragged is not None and dragged.source == self._builder.model.token else None

    def _answer(self, event: QDropEvent, dragged: DraggedLayers) -> None:
        place = event.position().toPoint()
        removes = event.dropAction() == Qt.DropAction.MoveAction and not self._is_near_list(place)
        if event.type() is QEvent.Type.Drop:
            self._say_nothing()
            if removes:
                self._builder.remove_dragged(dragged)
        elif removes:
            self._say(place, dragged)
        else:
            self._say_nothing()
        event.setDropAction(Qt.DropAction.MoveAction)
        # Entering is taken everywhere: only then does Qt tell of the moves that follow.
        event.setAccepted(removes or isinstance(event, QDragEnterEvent))

    def _is_near_list(self, place: QPoint) -> bool:
        area = self._builder.list_area
        return area.isVisible() and area.rect().contains(area.mapFrom(self._window, place))

    def _say(self, place: QPoint, dragged: DraggedLayers) -> None:
        words = f"Release to remove {dragged.words}"
        self.hint.show_at(place, words)
        if self._status_bar.currentMessage() != words:
            self._status_bar.showMessage(words)

    @Slot()
    def _say_nothing(self) -> None:
        if self.hint.words:
            self._status_bar.clearMessage()
            self.hint.clear()
