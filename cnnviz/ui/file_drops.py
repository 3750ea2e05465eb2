"""Files that are dropped on the window."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from cnnviz.app.file_kind import FileKind, kind_of

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtWidgets import QMainWindow

    from cnnviz.ui.file_actions import FileActions

_PROMISES = {
    FileKind.DESIGN: "Drop to open the design {}",
    FileKind.RUN: "Drop to open the trained run {}",
    FileKind.PICTURE: "Drop to look at the picture {}",
    FileKind.DATA: "Drop to open the data set {}",
}


class FileDrops(QObject):
    """Opens what is dropped anywhere on the window, and says before what it will be opened as.

    Of several files, the first is opened.
    """

    def __init__(self, window: QMainWindow, files: FileActions) -> None:
        super().__init__(window)
        self._status_bar = window.statusBar()
        self._files = files
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):
            return self._enter(event)
        if event.type() is QEvent.Type.DragLeave:
            self._status_bar.clearMessage()
        elif isinstance(event, QDropEvent) and event.type() is QEvent.Type.Drop:  # a move is a drop to Qt
            return self._drop(event)
        return False

    def _enter(self, event: QDragEnterEvent) -> bool:
        path = _first_file(event.mimeData())
        if path is None:
            return False
        self._status_bar.showMessage(_PROMISES[kind_of(path)].format(path.name))
        event.acceptProposedAction()
        return True

    def _drop(self, event: QDropEvent) -> bool:
        path = _first_file(event.mimeData())
        self._status_bar.clearMessage()
        if path is None:
            return False
        event.acceptProposedAction()
        # Not in here: a question about unsaved work would hold up the program the file comes from.
        QTimer.singleShot(0, self, functools.partial(self._files.open_path, path))
        return True


def _first_file(data: QMimeData) -> Path | None:
    return next((Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()), None)
