from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QColor, QFont, QImage, QImageReader, QPainter
from PySide6.QtSvg import QSvgRenderer

from cnnviz.errors import FileError
from cnnviz.ui.export.picture_files import (
    PictureStyle,
    picture_bytes,
    picture_image,
    picture_size,
    write_picture,
)
from cnnviz.ui.theme import DARK, LIGHT
from tests.ui.export.reports import CELL_PX, report_of

BARE = PictureStyle(with_words=False, scale=1)
FONT = QFont("DejaVu Sans")


@pytest.fixture(autouse=True)
def _fonts(qapp):
    """Fonts need an application."""


def rows_of(image: QImage) -> list[list[int]]:
    return [[image.pixelColor(x, y).lightness() for x in range(image.width())] for y in range(image.height())]


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_cells_are_whole_pixels_without_any_color_between(scale) -> None:
    style = PictureStyle(with_words=False, scale=scale)
    image = picture_image(report_of(), FONT, style)
    margin, cell = 12 * scale, CELL_PX * scale
    assert (image.width(), image.height()) == (2 * margin + 3 * cell, 2 * margin + 2 * cell)
    rows = rows_of(image)
    for y in range(2 * cell):
        expected = [255 if (x // cell + y // cell) % 2 else 0 for x in range(3 * cell)]
        assert rows[margin + y][margin : margin + 3 * cell] == expected
    assert picture_size(report_of(), FONT, style) == (image.width(), image.height())


def test_paper_is_white_whatever_the_theme_and_dark_where_that_is_chosen() -> None:
    assert picture_image(report_of(), FONT, PictureStyle()).pixelColor(0, 0) == QColor("white")
    assert picture_image(report_of(), FONT, PictureStyle(DARK)).pixelColor(0, 0) == DARK.base


def test_words_stand_around_the_picture_and_nothing_is_cut() -> None:
    long = report_of(notes=("word " * 60, "x" * 20), title="A title " * 12)
    image = picture_image(long, FONT, PictureStyle(scale=1))
    rows = rows_of(image)
    edge = [*rows[0], *rows[-1], *(row[0] for row in rows), *(row[-1] for row in rows)]
    assert set(edge) == {255}
    assert image.height() > picture_image(report_of(), FONT, PictureStyle(scale=1)).height() + 60


def test_a_png_says_what_it_shows_and_how_large_it_is_meant() -> None:
    content = picture_bytes(".png", report_of(), FONT, PictureStyle(scale=2))
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    reader = QImageReader(buffer)
    image = reader.read()
    assert image.text("Title") == "A board <of> cells & more"
    assert "White is one." in image.text("Description")
    assert image.text("Source") == "design · image"
    assert image.dotsPerMeterX() == pytest.approx(2 * 96 / 0.0254, abs=2)


def test_a_drawing_has_words_as_words_and_is_sound_xml() -> None:
    drawing = picture_bytes(".svg", report_of(), FONT, PictureStyle()).decode()
    root = ET.fromstring(drawing)
    words = " ".join("".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text"))
    assert "A board <of> cells & more" in words
    assert "White is one." in words
    families = set(re.findall(r'font-family="([^"]*)"', drawing))
    assert all(family.endswith((", sans-serif", ", monospace")) for family in families)
    assert 'image-rendering:pixelated"' in drawing


def test_a_drawing_is_as_large_as_the_picture() -> None:
    renderer = QSvgRenderer(QByteArray(picture_bytes(".svg", report_of(), FONT, BARE)))
    width, height = picture_size(report_of(), FONT, BARE)
    assert (renderer.defaultSize().width(), renderer.defaultSize().height()) == (width, height)


def test_cells_of_a_drawing_are_sharp_four_times_enlarged() -> None:
    renderer = QSvgRenderer(QByteArray(picture_bytes(".svg", report_of(), FONT, BARE)))
    zoom = 4
    image = QImage(renderer.defaultSize() * zoom, QImage.Format.Format_RGB32)
    image.fill(LIGHT.base)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    margin, cell = 12 * zoom, CELL_PX * zoom
    row = rows_of(image)[margin + cell // 2][margin : margin + 3 * cell]
    mixed = [x for x, level in enumerate(row) if 8 < level < 247]
    assert all(min(x % cell, cell - x % cell) <= 2 for x in mixed)  # only seams between cells
    assert [row[cell // 2 + place * cell] > 247 for place in range(3)] == [False, True, False]


def test_any_name_of_a_design_can_be_drawn() -> None:
    wild = report_of(title="a\x00b\x1fc\ud800d <&> 网络 \u202e", about="\x07")
    ET.fromstring(picture_bytes(".svg", wild, FONT, PictureStyle()))
    assert picture_bytes(".png", wild, FONT, PictureStyle()).startswith(b"\x89PNG")


def test_other_kinds_of_files_are_refused(tmp_path) -> None:
    with pytest.raises(FileError, match=r'ends in \.png or \.svg; received "\.pdf"'):
        write_picture(tmp_path / "a.pdf", report_of(), FONT)
    assert not list(tmp_path.iterdir())


def test_pictures_beyond_all_measure_are_refused_with_a_way_out() -> None:
    class Huge:
        width, height = 40_000, 10

        def paint(self, *_):
            raise AssertionError("nothing is painted of what cannot be kept")

        def spot(self, *_):
            return None

    with pytest.raises(FileError, match=r"too large for a PNG file.*or as SVG"):
        picture_image(report_of(body=lambda _pens: Huge()), FONT, PictureStyle())


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_a_folder_that_is_not_there_is_named_and_nothing_is_left(tmp_path, suffix) -> None:
    with pytest.raises(FileError, match="Cannot write"):
        write_picture(tmp_path / "no" / f"a{suffix}", report_of(), FONT)
    assert not list(tmp_path.iterdir())
