from __future__ import annotations

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QRectF, QSizeF
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from cnnviz.spec.layers import Dense
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import trace
from cnnviz.ui.plots.diagram_layout import MARGIN, Words, lay_out
from cnnviz.ui.plots.diagram_stages import stages_of
from cnnviz.ui.plots.network_diagram import (
    fitting_diagram,
    network_diagram,
    paint_diagram,
    paint_network,
)
from cnnviz.ui.theme import DARK, LIGHT
from tests.helpers.designs import bundled_design
from tests.helpers.random_designs import random_designs


@pytest.fixture
def font(qapp) -> QFont:
    return QFont(qapp.font())


def _painted(spec: NetworkSpec, font: QFont, width: int = 640, height: int = 300, colors=LIGHT) -> QImage:
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(colors.base)
    painter = QPainter(image)
    paint_network(painter, QRectF(0, 0, width, height), trace(spec), font, colors)
    painter.end()
    return image


def _colors(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)
    }


@given(spec=random_designs(), width=st.floats(50, 900))
def test_rows_are_filled_in_order_without_overlaps(spec, width):
    shown = stages_of(trace(spec))
    layout = lay_out(shown, Words(tuple(60.0 for _ in shown.stages), 12.0), width)
    assert [placed.stage for placed in layout.stages] == list(shown.stages)
    for before, after in itertools.pairwise(layout.stages):
        assert after.row in (before.row, before.row + 1)
        if after.row == before.row:
            assert before.center + before.room / 2 < after.center - after.room / 2
            assert before.right < after.left
    for above, below in itertools.pairwise(layout.rows):
        assert above.words_top < below.top <= below.arcs_bottom
    for placed in layout.stages:
        assert placed.center - placed.room / 2 >= MARGIN - 1e-9
        assert placed.center + placed.room / 2 <= layout.width - MARGIN + 1e-9
        assert layout.rows[placed.row].top <= placed.peak[1] + 1e-9
        assert placed.top + placed.stage.solid.height < layout.rows[placed.row].words_top


def test_a_block_stays_in_one_row_where_it_fits():
    shown = stages_of(trace(bundled_design("resnet-small")))
    words = Words(tuple(60.0 for _ in shown.stages), 12.0)
    layout = lay_out(shown, words, 500)
    assert len(layout.rows) > 2
    rows_of_blocks = {
        block: {placed.row for placed in layout.stages if placed.stage.block == block} for block in range(6)
    }
    assert all(len(rows) == 1 for rows in rows_of_blocks.values())
    torn = lay_out(shown, words, 90)
    assert len(torn.rows) == len(shown.stages)


def test_narrow_room_means_more_rows_and_wide_room_one(font):
    traced = trace(bundled_design("alexnet"))
    narrow, wide = network_diagram(traced, font, 400), network_diagram(traced, font, 100_000)
    assert len(wide.layout.rows) == 1
    assert len(narrow.layout.rows) > 2
    assert narrow.size.width() <= 400
    assert narrow.size.height() > wide.size.height()


def test_larger_type_makes_a_larger_diagram(font):
    traced = trace(bundled_design("lenet5"))
    large = QFont(font)
    large.setPixelSize(44)
    small = QFont(font)
    small.setPixelSize(22)
    ratio = (
        network_diagram(traced, large, 1e6).size.width() / network_diagram(traced, small, 1e6).size.width()
    )
    assert ratio == pytest.approx(2, rel=1e-6)


def test_the_number_of_rows_suits_the_room(font):
    traced = trace(bundled_design("resnet-small"))
    flat = fitting_diagram(traced, font, QSizeF(4000, 300))
    square = fitting_diagram(traced, font, QSizeF(500, 500))
    assert len(flat.layout.rows) == 1
    assert len(square.layout.rows) > 2


def test_a_small_design_is_not_enlarged_and_stands_in_the_middle(font):
    image = _painted(bundled_design("linear-svm"), font, 1200, 600)
    inked = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y) != LIGHT.base
    ]
    lefts, tops = [x for x, _ in inked], [y for _, y in inked]
    assert (min(lefts) + max(lefts)) / 2 == pytest.approx(600, abs=40)
    assert (min(tops) + max(tops)) / 2 == pytest.approx(300, abs=40)
    assert max(lefts) - min(lefts) < 600


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_every_kind_has_its_hue(font, colors):
    names = _colors(_painted(bundled_design("digits-cnn"), font, 1400, 400, colors))
    assert len(names) > 20
    assert any(QColor(name).hsvSaturation() > 100 for name in names)


def test_a_problem_is_painted_as_one(font):
    spec = NetworkSpec(name="", input=InputSpec(), layers=(Dense(),))
    assert LIGHT.problem_surface.name() in _colors(_painted(spec, font))


def test_an_empty_design_shows_its_input(font):
    assert len(_colors(_painted(NetworkSpec(name="", input=InputSpec()), font))) > 3


def test_the_painter_is_left_as_it_was(font, qapp):
    image = QImage(200, 100, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    before = painter.transform(), painter.pen().color()
    paint_network(painter, QRectF(0, 0, 200, 100), trace(bundled_design()), font, LIGHT)
    assert (painter.transform(), painter.pen().color()) == before
    painter.end()


def test_words_stay_words_in_svg(font):
    traced = trace(bundled_design("lenet5"))
    diagram = network_diagram(traced, font, 2000)
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(diagram.size.toSize())
    painter = QPainter(generator)
    paint_diagram(painter, QRectF(0, 0, diagram.size.width(), diagram.size.height()), diagram, LIGHT)
    painter.end()
    text = buffer.data().toStdString()
    assert "28×28×6" in text
    assert "AvgPool2D" in text


def test_a_diagram_is_plain_data(font):
    diagram = network_diagram(trace(bundled_design()), font, 800)
    with pytest.raises(dataclasses.FrozenInstanceError):
        diagram.scale = 2.0


def test_the_way_around_a_block_begins_behind_the_relu_of_the_block_before():
    shown = stages_of(trace(bundled_design("resnet-small")))
    layout = lay_out(shown, Words(tuple(60.0 for _ in shown.stages), 12.0), 10_000)
    after_relu = [layout.stages[arc.first] for arc in shown.arcs if layout.stages[arc.first].stage.is_sum]
    assert after_relu
    for placed in after_relu:
        assert placed.stage.extras == ("ReLU",)
        relu_left = placed.left + placed.stage.solid.width + placed.stage.solid.slant
        assert placed.sum_place[0] < relu_left < placed.exit[0] < placed.right
