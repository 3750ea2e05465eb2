"""Sends drag events to a widget as a window system would; the offscreen platform has no drags of its own."""

from __future__ import annotations

import dataclasses
import warnings

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

MOVE, COPY = Qt.DropAction.MoveAction, Qt.DropAction.CopyAction


@dataclasses.dataclass(frozen=True)
class Drag:
    """A drag under way, whose data is kept alive for as long as Qt may look at it.

    `action` is what the keys held down ask for.
    """

    data: QMimeData
    action: Qt.DropAction = MOVE
    actions: Qt.DropAction = MOVE | COPY

    def enter(self, target: QWidget, point: QPoint) -> bool:
        return self._send(QDragEnterEvent, target, point).isAccepted()

    def move(self, target: QWidget, point: QPoint) -> bool:
        return self._send(QDragMoveEvent, target, point).isAccepted()

    def leave(self, target: QWidget) -> None:
        QApplication.sendEvent(target, QDragLeaveEvent())

    def drop(self, target: QWidget, point: QPoint) -> Qt.DropAction | None:
        """Come in and let go; return what was done, or None where the drop was not taken."""
        self.enter(target, point)  # Qt sends a drop only to where the drag has entered
        event = self._send(QDropEvent, target, QPointF(point))
        return event.dropAction() if event.isAccepted() else None

    def _send(self, kind: type, target: QWidget, point: QPoint | QPointF):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the constructors, from Qt 6.12 on
            keys, button = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
            event = kind(point, self.actions, self.data, button, keys)
        event.setDropAction(self.action)
        QApplication.sendEvent(target, event)
        return event


def palette_drag(data: QMimeData) -> Drag:
    """Return a drag as the palette makes it: it can only be copied."""
    return Drag(data, COPY, COPY)
