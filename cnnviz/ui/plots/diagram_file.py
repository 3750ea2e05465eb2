"""The diagram of a design as a picture file for a report: always in the light colours, on white."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFont, QFontInfo, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from cnnviz.errors import FileError
from cnnviz.files import write_atomic
from cnnviz.ui.plots.diagram_stages import stages_of
from cnnviz.ui.plots.network_diagram import NetworkDiagram, network_diagram, paint_diagram
from cnnviz.ui.plots.picture_bytes import open_buffer, png_bytes
from cnnviz.ui.theme import LIGHT

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.spec.trace import NetworkTrace

SVG_SUFFIX, PNG_SUFFIX = ".svg", ".png"
WIDTH_PX = 960
"""A row of a diagram is at most as wide: with the type below, a page of A4 shows it in the size of a note."""
_TYPE_PX = 13
_MARGIN_PX = 16
_PNG_SCALE = 2
_DOTS_PER_INCH = 96
_DOTS_PER_METRE = round(_DOTS_PER_INCH / 0.0254)
_FAMILY = re.compile(r'font-family="([^"]*)"')


def write_diagram(path: Path, trace: NetworkTrace, name: str, font: QFont) -> None:
    """Write the diagram of the design called `name`; the ending of `path`, .svg or .png, says in which form.

    Raises
    ------
    FileError
        The ending is another one, or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix == SVG_SUFFIX:
        write_atomic(path, diagram_svg(trace, name, font))
    elif suffix == PNG_SUFFIX:
        write_atomic(path, diagram_png(trace, name, font))
    else:
        raise FileError(f"Cannot write {path}: a diagram is a file {SVG_SUFFIX} or {PNG_SUFFIX}.")


def diagram_png(trace: NetworkTrace, name: str, font: QFont) -> bytes:
    """Return the diagram as a PNG file, with two pixels for each that a screen would need."""
    diagram = _diagram(trace, font)
    size = _sheet(diagram)
    image = QImage(size * _PNG_SCALE, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    for key, value in (("Title", name), ("Description", _words(trace)), ("Software", "cnnviz")):
        image.setText(key, _as_text(value))
    image.setDotsPerMeterX(_DOTS_PER_METRE * _PNG_SCALE)
    image.setDotsPerMeterY(_DOTS_PER_METRE * _PNG_SCALE)
    painter = QPainter(image)
    painter.scale(_PNG_SCALE, _PNG_SCALE)
    _paint(painter, size, diagram)
    return png_bytes(image)


def diagram_svg(trace: NetworkTrace, name: str, font: QFont) -> bytes:
    """Return the diagram as an SVG file, in which words are words."""
    diagram = _diagram(trace, font)
    size = _sheet(diagram)
    content, buffer = open_buffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(_DOTS_PER_INCH)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(_as_text(name))
    generator.setDescription(_as_text(_words(trace)))
    _paint(QPainter(generator), size, diagram)
    # Where the font is not at hand, some other without serifs is nearer than a browser's own choice.
    text = _FAMILY.sub(r'font-family="\1, sans-serif"', bytes(content.data()).decode())
    return text.encode()


def _diagram(trace: NetworkTrace, font: QFont) -> NetworkDiagram:
    type_ = QFont(font)
    type_.setFamily(QFontInfo(font).family())  # "Sans Serif" and its like have a meaning on this system only
    type_.setPixelSize(_TYPE_PX)
    return network_diagram(trace, type_, WIDTH_PX)


def _sheet(diagram: NetworkDiagram) -> QSize:
    size: QSizeF = diagram.size
    return QSize(math.ceil(size.width()) + 2 * _MARGIN_PX, math.ceil(size.height()) + 2 * _MARGIN_PX)


def _paint(painter: QPainter, size: QSize, diagram: NetworkDiagram) -> None:
    sheet = QRectF(0, 0, size.width(), size.height())
    try:
        painter.setFont(diagram.font)
        painter.fillRect(sheet, Qt.GlobalColor.white)
        margin = _MARGIN_PX
        paint_diagram(painter, sheet.adjusted(margin, margin, -margin, -margin), diagram, LIGHT)
    finally:
        painter.end()


def _words(trace: NetworkTrace) -> str:
    """Return what the diagram shows, for those who cannot see it."""
    stages = stages_of(trace).stages
    return ", then ".join(f"{stage.title} {stage.shape}" for stage in stages) + "."


def _as_text(text: str) -> str:
    """Return what XML can hold of a text: a design may have any name."""
    return "".join(char for char in text if char.isprintable())
