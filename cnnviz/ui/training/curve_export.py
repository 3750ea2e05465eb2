"""Writing the curves on screen to a file: as a picture, or as numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Slot
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from cnnviz.training.history_text import history_csv, history_json
from cnnviz.ui.theme import SPACE_12, colors_of, strong_font
from cnnviz.ui.widgets.file_export import FileExport, FileKind
from cnnviz.ui.widgets.picture_bytes import open_buffer, png_bytes

if TYPE_CHECKING:
    from cnnviz.app.session import Session
    from cnnviz.ui.dialogs import Questions
    from cnnviz.ui.training.curves_panel import CurvesPanel

_PICTURE_RATIO = 2
_TITLE_PX = 28


class CurveExport(FileExport):
    """Asks for a file and writes the curves to it."""

    def __init__(self, panel: CurvesPanel, session: Session, questions: Questions) -> None:
        super().__init__(panel, questions)
        self._panel = panel
        self._session = session

    @Slot()
    def choose(self) -> None:
        """Ask where to, and write."""
        self.ask("Export Curves", Path("curves.png"), self.kinds(), subject="Curves")

    def kinds(self) -> tuple[FileKind, ...]:
        """Return what the curves can be written as."""
        history = self._session.history
        return (
            FileKind(".png", "Picture", self.png),
            FileKind(".svg", "Drawing", self.svg),
            FileKind(".csv", "Table", lambda: history_csv(history).encode()),
            FileKind(".json", "Data", lambda: history_json(history).encode()),
        )

    def png(self) -> bytes:
        """Return the plots as they stand as a PNG picture of twice the pixels."""
        image = QImage(self._size() * _PICTURE_RATIO, QImage.Format.Format_ARGB32)
        image.setDevicePixelRatio(_PICTURE_RATIO)
        self._paint_on(image)
        return png_bytes(image)

    def svg(self) -> bytes:
        """Return the plots as they stand as an SVG drawing."""
        content, buffer = open_buffer()
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setTitle("Curves of a training run")
        generator.setSize(self._size())
        generator.setViewBox(QRect(QPoint(0, 0), self._size()))
        self._paint_on(generator)
        return bytes(content.data())

    def _size(self) -> QSize:
        sizes = [plot.view.size() for plot in self._panel.shown_plots]
        width = sum(size.width() for size in sizes) + SPACE_12 * (len(sizes) + 1)
        return QSize(width, max((size.height() for size in sizes), default=0) + _TITLE_PX + SPACE_12)

    def _paint_on(self, device: QImage | QSvgGenerator) -> None:
        painter = QPainter(device)
        try:
            colors = colors_of(self._panel)
            painter.fillRect(QRect(QPoint(0, 0), self._size()), colors.base)
            left = SPACE_12
            for plot in self._panel.shown_plots:
                painter.setPen(colors.text)
                painter.setFont(strong_font(plot))
                painter.drawText(QPoint(left, _TITLE_PX - SPACE_12 // 2), plot.title)
                view = plot.view
                view.render(painter, QRect(QPoint(left, _TITLE_PX), view.size()), view.viewport().rect())
                left += view.width() + SPACE_12
        finally:
            painter.end()
