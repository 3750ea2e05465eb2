"""Writing the curves on screen to a file: as a picture, or as numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QPoint, QRect, QSize, Signal, Slot
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from cnnviz.errors import CnnvizError, FileError
from cnnviz.files import write_atomic
from cnnviz.training.history_text import history_csv, history_json
from cnnviz.ui.theme import SPACE_12, colors_of, strong_font

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.session import Session
    from cnnviz.ui.dialogs import Questions
    from cnnviz.ui.training.curves_panel import CurvesPanel

CURVES_FILTER = "Picture (*.png);;Drawing (*.svg);;Table (*.csv);;Data (*.json)"
_PICTURE_RATIO = 2
_TITLE_PX = 28


class CurveExport(QObject):
    """Asks for a file and writes the curves to it; its suffix says as what.

    Signals
    -------
    failed(str)
        Nothing was written; why.
    told(str)
        A file was written; which.
    """

    failed = Signal(str)
    told = Signal(str)

    def __init__(self, panel: CurvesPanel, session: Session, questions: Questions) -> None:
        super().__init__(panel)
        self._panel = panel
        self._session = session
        self._questions = questions

    @Slot()
    def choose(self) -> None:
        """Ask where to, and write."""
        path = self._questions.file_to_save(self._panel, "Export Curves", CURVES_FILTER, Path("curves.png"))
        if path is None:
            return
        try:
            self.write(path)
        except CnnvizError as error:
            self.failed.emit(str(error))
        else:
            self.told.emit(f"Curves written to {path.name}.")

    def write(self, path: Path) -> None:
        """Write the curves to a file.

        Raises
        ------
        FileError
            The suffix is none of .png, .svg, .csv, .json, or the file cannot be written.
        """
        history = self._session.history
        kinds: dict[str, Callable[[], bytes]] = {
            ".png": self.png,
            ".svg": self.svg,
            ".csv": lambda: history_csv(history).encode(),
            ".json": lambda: history_json(history).encode(),
        }
        make = kinds.get(path.suffix.lower())
        if make is None:
            raise FileError(f'"{path.name}" must end in .png, .svg, .csv or .json.')
        write_atomic(path, make())

    def png(self) -> bytes:
        """Return the plots as they stand as a PNG picture of twice the pixels."""
        image = QImage(self._size() * _PICTURE_RATIO, QImage.Format.Format_ARGB32)
        image.setDevicePixelRatio(_PICTURE_RATIO)
        self._paint_on(image)
        data, buffer = QByteArray(), QBuffer()
        buffer.setBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        return bytes(buffer.data().data())

    def svg(self) -> bytes:
        """Return the plots as they stand as an SVG drawing."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setTitle("Curves of a training run")
        generator.setSize(self._size())
        generator.setViewBox(QRect(QPoint(0, 0), self._size()))
        self._paint_on(generator)
        return bytes(buffer.data().data())

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
                view.set_cached(False)  # else the axes would be pictures in the drawing
                view.render(painter, QRect(QPoint(left, _TITLE_PX), view.size()), view.viewport().rect())
                view.set_cached(True)
                left += view.width() + SPACE_12
        finally:
            painter.end()
