"""Pictures of one's own: pasted, dropped anywhere on the window, or opened from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut

from cnnviz.app.files.offered_picture import PASTED, use_offered
from cnnviz.errors import CnnvizError

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

    from cnnviz.ui.main_window import MainWindow

_NO_PICTURE = "There is no picture on the clipboard."


class PictureLinks(QObject):
    """Makes pictures the selected image, and brings the panel that shows what was done to them."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.commands["paste_image"].triggered.connect(self.paste)
        window.commands["open_image"].triggered.connect(self.choose)
        keys = QKeySequence(QKeySequence.StandardKey.Paste)
        # In the panel of images the usual key does it too; elsewhere it pastes layers or text.
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        self._key = QShortcut(keys, window.image_panel, context=within)
        self._key.activated.connect(self.paste)

    @Slot()
    def paste(self) -> None:
        """Take the picture on the clipboard, or say that there is none."""
        # Where nothing was ever copied Qt gives None, of which its stubs know nothing.
        data = cast("QMimeData | None", QGuiApplication.clipboard().mimeData())
        if data is None or not self.take(data, PASTED):
            self._window.notices.show_problem(_NO_PICTURE)

    @Slot()
    def choose(self) -> None:
        """Ask for a picture, and show what was done to it: none is fitted without a word."""
        if self._window.files.choose_image():
            self.bring_panel()

    def take(self, data: QMimeData, name: str) -> bool:
        """Select the picture that is offered, or say why not. Return whether there was one."""
        try:
            is_there = use_offered(self._window.workbench.selection, data, name)
        except CnnvizError as error:
            self._window.notices.show_problem(str(error))
            return True
        if is_there:
            self.bring_panel()
        return is_there

    def bring_panel(self) -> None:
        """Show the panel of the selected image, which tells what was done to a picture."""
        self._window.docks.bring(self._window.docks.image)
