"""A diagram for a report: light, sharp, its words words; the same in any theme."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, Qt
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from cnnviz.errors import FileError
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import trace
from cnnviz.ui.plots.diagram_file import WIDTH_PX, diagram_png, diagram_svg, write_diagram
from cnnviz.ui.theme import apply_theme
from tests.helpers.designs import bundled_design

pytestmark = pytest.mark.usefixtures("qapp")
NAMES = ["lenet5", "resnet-small", "alexnet"]


def png(name):
    image = QImage.fromData(diagram_png(trace(bundled_design(name)), name, QApplication.font()))
    assert not image.isNull()
    return image


def svg(name):
    return diagram_svg(trace(bundled_design(name)), bundled_design(name).name, QApplication.font())


@pytest.mark.parametrize("name", NAMES)
def test_a_png_has_two_pixels_for_one_and_says_so(name):
    image = png(name)
    assert image.width() % 2 == 0
    assert WIDTH_PX < image.width() < 2.2 * WIDTH_PX
    assert image.dotsPerMeterX() == pytest.approx(192 / 0.0254, rel=0.01)
    assert image.pixelColor(0, 0) == QColor("white")
    assert image.text("Title") == name
    assert "Conv2D" in image.text("Description")


@pytest.mark.parametrize("name", NAMES)
def test_the_words_of_an_svg_are_words_in_a_font_that_others_have_too(name):
    root = ElementTree.fromstring(svg(name))
    space = {"svg": "http://www.w3.org/2000/svg"}
    words = "".join("".join(text.itertext()) for text in root.iterfind(".//svg:text", space))
    assert "Conv2D" in words
    assert "Dense" in words
    families = {group.get("font-family") for group in root.iter() if group.get("font-family")}
    assert families
    assert all(family.endswith(", sans-serif") for family in families)
    assert root.find("svg:title", space).text == bundled_design(name).name


@pytest.mark.parametrize("name", NAMES)
def test_both_forms_show_the_same(name):
    wanted = png(name)
    image = QImage(wanted.size(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg(name))).render(painter, QRectF(image.rect()))
    painter.end()
    small = [each.scaledToWidth(120, Qt.TransformationMode.SmoothTransformation) for each in (wanted, image)]
    for y in range(small[0].height()):
        for x in range(120):
            ours, theirs = (each.pixelColor(x, y).lightness() for each in small)
            assert abs(ours - theirs) < 40, (x, y)


def test_the_dark_theme_does_not_show(qapp):
    light = (png("lenet5"), svg("lenet5"))
    apply_theme(qapp, "dark")
    assert (png("lenet5"), svg("lenet5")) == light


@pytest.mark.parametrize("name", ["", 'A "b" <c> & d\n\0\x1b', "b\udcffd\ud800", "网络 – σ" * 60])
def test_a_design_of_any_name_gives_valid_xml(name):
    root = ElementTree.fromstring(diagram_svg(trace(bundled_design("lenet5")), name, QApplication.font()))
    assert root.tag.endswith("svg")


def test_a_design_without_layers_is_an_input(tmp_path):
    empty = NetworkSpec(name="empty", input=InputSpec())
    for suffix in (".svg", ".PNG"):
        write_diagram(tmp_path / f"empty{suffix}", trace(empty), "empty", QApplication.font())
    assert b"8" in (tmp_path / "empty.svg").read_bytes()
    assert (tmp_path / "empty.PNG").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "words"), [("a.pdf", "a diagram is a file .svg or .png"), ("no/a.svg", "Cannot write")]
)
def test_what_cannot_be_written_is_refused_in_words(tmp_path, name, words):
    with pytest.raises(FileError, match=words):
        write_diagram(tmp_path / name, trace(bundled_design("lenet5")), "x", QApplication.font())
    assert list(tmp_path.iterdir()) == []
