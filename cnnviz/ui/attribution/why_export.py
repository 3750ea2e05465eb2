"""Writing what the dock shows to a file: a picture for a report, or the numbers."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Slot

from cnnviz.errors import FileError
from cnnviz.ui.attribution.report_sheets import class_sheet, filter_sheet
from cnnviz.ui.widgets.file_export import FileExport, FileKind
from cnnviz.ui.widgets.picture_bytes import png_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.ui.attribution.why_panel import WhyPanel
    from cnnviz.ui.dialogs import Questions


class WhyExport(FileExport):
    """Asks for a file and writes what the panel shows."""

    def __init__(self, panel: WhyPanel, questions: Questions) -> None:
        super().__init__(panel, questions)
        self._panel = panel
        panel.export_requested.connect(self.choose)

    @Slot()
    def choose(self) -> None:
        """Ask where to, and write what is shown now."""
        name = self._panel.export_name
        if not name:
            self.failed.emit("There is nothing to export yet: wait for the picture.")
            return
        kinds = (FileKind(".png", "Picture", self.png), FileKind(".npy", "Numbers", self.npy))
        self.ask("Export", Path(f"{name}.png"), kinds)

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
        return png_bytes(picture)

    def _values(self) -> NDArray[np.float32] | None:
        if self._panel.page == 1:
            made = self._panel.filter_page.made_image
            return None if made is None else made.image
        answer = self._panel.class_page.answer
        return None if answer is None else answer.attribution.map
