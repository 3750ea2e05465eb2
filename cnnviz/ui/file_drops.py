"""Files that are dropped on the window."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from cnnviz.app.files.file_kind import FileKind, kind_of
from cnnviz.app.files.offered_picture import DROPPED, offers_picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QMimeData

    from cnnviz.ui.file_actions import FileActions
    from cnnviz.ui.main_window import MainWindow
    from cnnviz.ui.picture_links import PictureLinks

_PROMISES = {
    FileKind.DESIGN: "Drop to open the design {}",
    FileKind.RUN: "Drop to open the trained run {}",
    FileKind.PICTURE: "Drop to look at the picture {}",
    FileKind.PICTURES: "Drop to import the pictures in {}",
    FileKind.TABLE: "Drop to import the pictures that {} names",
    FileKind.DATA: "Drop to open the data set {}",
}


class FileDrops(QObject):
    """Opens what is dropped anywhere on the window, and says before what it will be opened as.

    Of several files the first is opened, and which others were not is said. A picture out of another program
    becomes the selected image.
    """

    def __init__(self, window: MainWindow, files: FileActions, pictures: PictureLinks) -> None:
        super().__init__(window)
        self._status_bar = window.statusBar()
        self._files, self._pictures = files, pictures
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
        paths = _files_of(event.mimeData())
        if not paths:
            return self._enter_picture(event)
        promise = _PROMISES[kind_of(paths[0])].format(paths[0].name)
        self._status_bar.showMessage(f"{promise}, one at a time" if len(paths) > 1 else promise)
        event.acceptProposedAction()
        return True

    def _enter_picture(self, event: QDragEnterEvent) -> bool:
        if not offers_picture(event.mimeData()):
            return False
        self._status_bar.showMessage("Drop to look at this picture")
        event.acceptProposedAction()
        return True

    def _drop(self, event: QDropEvent) -> bool:
        paths = _files_of(event.mimeData())
        self._status_bar.clearMessage()
        if not paths and offers_picture(event.mimeData()):
            event.acceptProposedAction()
            return self._pictures.take(event.mimeData(), DROPPED)
        if not paths:
            return False
        event.acceptProposedAction()
        # Not in here: a question about unsaved work would hold up the program the file comes from.
        QTimer.singleShot(0, self, functools.partial(self._open, paths))
        return True

    def _open(self, paths: Sequence[Path]) -> None:
        if not self._files.open_path(paths[0]):
            return
        if kind_of(paths[0]) is FileKind.PICTURE:
            self._pictures.bring_panel()
        if len(paths) > 1:
            self._files.told.emit(not_opened(paths))


def not_opened(paths: Sequence[Path]) -> str:
    """Return a sentence on the files behind the first, which is the one that was opened."""
    others = paths[1:]
    if len(others) == 1:
        return f"Opened {paths[0].name}; {others[0].name} was not opened: one at a time."
    more = f"{others[0].name} and {len(others) - 1} more"
    return f"Opened {paths[0].name}; {more} were not opened: one at a time."


def _files_of(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
