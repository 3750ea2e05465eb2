"""Reports as pictures of pixels and as drawings that scale."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from cnnviz.errors import FileError
from cnnviz.files import write_atomic
from cnnviz.ui.export.paper import paper_pens
from cnnviz.ui.export.report import Report, Sheet, sheet_of
from cnnviz.ui.export.sharp_images import sharpened
from cnnviz.ui.plots.picture_bytes import open_buffer, png_bytes
from cnnviz.ui.theme import LIGHT

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.ui.theme import Colors

PNG, SVG = ".png", ".svg"
SCALES = (1, 2, 3)
_VECTOR_RATIO = 4
"""Drawings are laid out so much finer than the screen: cells and letters find their places more exactly."""
_MOST_SIDE_PX, _MOST_PIXELS = 32_000, 160_000_000
_DOTS_PER_INCH = 96
_DOTS_PER_METRE = round(_DOTS_PER_INCH / 0.0254)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML cannot hold: a class may have any name."""
_MILLIMETRES = re.compile(r'width="[\d.]+mm" height="[\d.]+mm"')
_FAMILY = re.compile(r'font-family="([^"]*)"')


@dataclasses.dataclass(frozen=True, slots=True)
class PictureStyle:
    """How a report is to look: `scale` is the pixels of a PNG for each that a screen would need."""

    colors: Colors = LIGHT
    scale: int = 2
    with_words: bool = True


def write_picture(path: Path, report: Report, font: QFont, style: PictureStyle | None = None) -> None:
    """Write a report as a picture; the ending of `path`, .png or .svg, says in which form.

    Raises
    ------
    FileError
        The ending is another one, the picture is too large, or the file cannot be written.
    """
    write_atomic(path, picture_bytes(path.suffix, report, font, style or PictureStyle()))


def picture_bytes(suffix: str, report: Report, font: QFont, style: PictureStyle) -> bytes:
    """Return a report as a file of a kind.

    Raises
    ------
    FileError
        There is no such kind, or the picture is too large for it.
    """
    match suffix.lower():
        case ".png":
            return _png(report, font, style)
        case ".svg":
            return _svg(report, font, style)
        case _:
            raise FileError(f'A picture is a file that ends in {PNG} or {SVG}; received "{suffix}".')


def picture_image(report: Report, font: QFont, style: PictureStyle) -> QImage:
    """Return a report as an image.

    Raises
    ------
    FileError
        It is too large.
    """
    pens = paper_pens(style.colors, style.scale, font)
    sheet = sheet_of(report, pens, with_words=style.with_words)
    if max(sheet.width, sheet.height) > _MOST_SIDE_PX or sheet.width * sheet.height > _MOST_PIXELS:
        size = f"{sheet.width:,} × {sheet.height:,}"
        raise FileError(
            f"The picture is too large for a PNG file, {size} pixels. Write it smaller, or as SVG."
        )
    image = QImage(sheet.width, sheet.height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    try:
        sheet.paint(painter)
    finally:
        painter.end()
    return image


def picture_size(report: Report, font: QFont, style: PictureStyle) -> tuple[int, int]:
    """Return how many pixels wide and high a picture is."""
    sheet = sheet_of(report, paper_pens(style.colors, style.scale, font), with_words=style.with_words)
    return sheet.width, sheet.height


def _png(report: Report, font: QFont, style: PictureStyle) -> bytes:
    image = picture_image(report, font, style)
    about = (("Title", report.title), ("Description", report.description), ("Source", report.about))
    for key, value in (*about, ("Software", "cnnviz")):
        image.setText(key, printable(value))
    image.setDotsPerMeterX(_DOTS_PER_METRE * style.scale)
    image.setDotsPerMeterY(_DOTS_PER_METRE * style.scale)
    return png_bytes(image)


def _svg(report: Report, font: QFont, style: PictureStyle) -> bytes:
    """Return a drawing in which words are words; cells stay sharp however near one comes."""
    pens = paper_pens(style.colors, _VECTOR_RATIO, font, is_vector=True)
    sheet = sheet_of(report, pens, with_words=style.with_words)
    content, buffer = open_buffer()
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(_DOTS_PER_INCH)
    size = QSizeF(sheet.width, sheet.height) / _VECTOR_RATIO
    generator.setSize(size.toSize())
    generator.setViewBox(QRectF(0, 0, sheet.width, sheet.height))
    generator.setTitle(printable(report.title))
    generator.setDescription(printable(f"{report.description} {report.about}"))
    _paint(generator, sheet)
    return _finished(bytes(content.data()).decode(), size, pens.digits.family()).encode()


def _paint(generator: QSvgGenerator, sheet: Sheet) -> None:
    painter = QPainter(generator)
    try:
        sheet.paint(painter)
    finally:
        painter.end()


def _finished(drawing: str, size: QSizeF, fixed: str) -> str:
    """Return a drawing that looks the same where its fonts are not at hand, and keeps its cells sharp.

    Its size is told in pixels: not all programs know how many of them an inch has.
    """

    def family(match: re.Match[str]) -> str:
        kind = "monospace" if match[1] == fixed else "sans-serif"
        return f'font-family="{match[1]}, {kind}"'

    crisp = sharpened(_CONTROL.sub("", drawing)).replace("<rect ", '<rect shape-rendering="crispEdges" ')
    sized = _MILLIMETRES.sub(f'width="{size.width():g}" height="{size.height():g}"', crisp, count=1)
    return _FAMILY.sub(family, sized)


def printable(text: str) -> str:
    """Return what XML can hold of a text: a design may have any name."""
    return "".join(char for char in text if char.isprintable())
