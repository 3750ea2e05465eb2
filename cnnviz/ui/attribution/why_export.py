"""Writing what the dock shows to a file: a picture for a report, or the numbers."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Signal, Slot
from PySide6.QtGui import QImageWriter

from cnnviz.errors import CnnvizError, FileError
from cnnviz.files import write_atomic
from cnnviz.ui.attribution.report_sheets import class_sheet, filter_sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cnnviz.ui.attribution.why_panel import WhyPanel
    from cnnviz.ui.dialogs import Questions

EXPORT_FILTER = "Picture (*.png);;Numbers (*.npy)"


class WhyExport(QObject):
    """Asks for a file and writes what the panel shows.

    Signals
    -------
    failed(str)
        Nothing was written; why.
    told(str)
        A file was written; which.
    """

    failed = Signal(str)
    told = Signal(str)

    def __init__(self, panel: WhyPanel, questions: Questions) -> None:
        super().__init__(panel)
        self._panel = panel
        self._questions = questions
        panel.export_requested.connect(self.choose)

    @Slot()
    def choose(self) -> None:
        """Ask where to, and write what is shown now."""
        name = self._panel.export_name
        if not name:
            self.failed.emit("There is nothing to export yet: wait for the picture.")
            return
        path = self._questions.file_to_save(self._panel, "Export", EXPORT_FILTER, Path(f"{name}.png"))
        if path is None:
            return
        try:
            self.write(path)
        except CnnvizError as error:
            self.failed.emit(str(error))
        else:
            self.told.emit(f"Written to {path.name}.")

    def write(self, path: Path) -> None:
        """Write a picture, or the numbers of the map, or of the image made up for a filter.

        Raises
        ------
        FileError
            The suffix is neither .png nor .npy, nothing is shown, or the file cannot be written.
        """
        kinds: dict[str, Callable[[], bytes]] = {".png": self.png, ".npy": self.npy}
        make = kinds.get(path.suffix.lower())
        if make is None:
            raise FileError(f'"{path.name}" must end in .png or .npy.')
        write_atomic(path, make())

    def npy(self) -> bytes:
        """Return the numbers that are shown as float32: a map (H, W), or an image (C, H, W)."""
        values = self._values()
        if values is None:
            raise FileError("There are no numbers to write yet.")
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, np.ascontiguousarray(values), allow_pickle=False)
        return buffer.getvalue()

    def png(self) -> bytes:
        """Return what is shown as a picture of its own, in whole pixels, with its legend and captions."""
        panel = self._panel
        if panel.page == 1:
            sheet = filter_sheet(panel.filter_page)
        else:
            sheet = class_sheet(panel.class_page)
        if sheet is None:
            raise FileError("There is no picture to write yet.")
        sheet.setPalette(panel.palette())
        sheet.resize(sheet.sizeHint())
        picture = sheet.grab().toImage()
        sheet.deleteLater()
        data, buffer = QByteArray(), QBuffer()
        buffer.setBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(picture)
        return bytes(buffer.data().data())

    def _values(self) -> NDArray[np.float32] | None:
        if self._panel.page == 1:
            made = self._panel.filter_page.made_image
            return None if made is None else made.image
        answer = self._panel.class_page.answer
        return None if answer is None else answer.attribution.map
