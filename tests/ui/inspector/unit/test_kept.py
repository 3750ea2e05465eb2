"""Pictures of kernels: painted once for a map, and the same as if they were painted each time."""

from __future__ import annotations

import dataclasses

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from cnnviz.interpret.explain.place import Unit
from cnnviz.spec.layers import Conv2D, Flatten
from cnnviz.ui.inspector.unit.blocks import Cells
from cnnviz.ui.inspector.unit.cell_numbers import CellFormat
from cnnviz.ui.inspector.unit.kept import Kept
from cnnviz.ui.inspector.unit.pens import Pens, Scaling
from cnnviz.ui.theme import DARK, LIGHT, palette_for
from tests.helpers.looks import design_of
from tests.ui.inspector.unit.pages import inspection_of, open_page, with_weights

SIZE = (240, 180)
DESIGN = design_of(Conv2D(filters=2), Flatten(), size=(8, 8), channels=2)
FIRST = Unit("conv1", 0, 0, 0)


def painted(cells):
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    painter = QPainter(image)
    cells.paint(painter, 7, 9, QRect(0, 0, *SIZE))
    painter.end()
    return image


def kernels(page):
    return dict(page._kept._kernels)


def are_shared(before, now):
    return any(one is other for one in before.values() for other in now.values())


def test_a_picture_that_is_kept_looks_like_cells_that_are_painted(qtbot):
    page = open_page(qtbot, DESIGN, FIRST)
    values = np.linspace(-1, 1, 12).reshape(3, 4)
    plain = Cells(values, Scaling.signed(values), (40, 40), CellFormat(2), Pens.of(page), marks=((1, 2),))
    kept = dataclasses.replace(plain, kept=lambda make: make())
    assert painted(kept) == painted(plain)
    assert painted(plain) != painted(dataclasses.replace(plain, format=None))


def test_a_drawing_has_the_cells_themselves_and_no_picture_of_them(qtbot):
    page = open_page(qtbot, DESIGN, FIRST)
    values = np.linspace(-1, 1, 12).reshape(3, 4)
    pens = dataclasses.replace(Pens.of(page), is_vector=True)
    asked = []
    cells = Cells(values, Scaling.signed(values), (40, 40), CellFormat(2), pens, kept=asked.append)
    assert painted(cells) == painted(dataclasses.replace(cells, kept=None))
    assert asked == []


def test_kernels_of_another_size_are_painted_anew(qtbot):
    page = open_page(qtbot, DESIGN, FIRST, (1200, 900))
    page.sheet_view.grab()
    large = kernels(page)
    page.resize(1000, 900)  # with the same digits
    qtbot.waitUntil(lambda: not page._soon.isActive())
    page.sheet_view.grab()
    small = {key: picture for key, picture in kernels(page).items() if key not in large}
    assert len(small) == len(large) == 2
    assert max(one.width() for one in small.values()) < min(one.width() for one in large.values())


def test_kernels_are_painted_once_while_the_unit_moves_over_its_map(qtbot):
    page = open_page(qtbot, DESIGN, FIRST)
    page.sheet_view.grab()
    before = kernels(page)
    assert len(before) == 2
    page.slide_bar.step_requested.emit()
    page.sheet_view.grab()
    assert page.unit == Unit("conv1", 0, 0, 1)
    assert kernels(page) == before
    assert all(kernels(page)[key] is picture for key, picture in before.items())


def test_another_map_or_other_weights_have_kernels_of_their_own(qtbot):
    page = open_page(qtbot, DESIGN, FIRST)
    page.sheet_view.grab()
    first = kernels(page)
    page.show_map("conv1", 1)
    page.sheet_view.grab()
    second = kernels(page)
    assert len(second) == len(first)
    assert not are_shared(first, second)
    page.set_inspection(with_weights(inspection_of(DESIGN), 2.0), ())
    page.sheet_view.grab()
    assert not are_shared(second, kernels(page))


def test_after_a_change_of_theme_kernels_have_the_new_colours_though_the_old_page_is_painted_once_more(qtbot):
    page = open_page(qtbot, DESIGN, FIRST)
    page.setPalette(palette_for(LIGHT))
    qtbot.waitUntil(lambda: not page._soon.isActive())
    page.setPalette(palette_for(DARK))
    page.sheet_view.grab()
    assert page._soon.isActive(), "what was painted is the page of before"
    qtbot.waitUntil(lambda: not page._soon.isActive())
    shown = page.sheet_view.grab().toImage()
    page.show_map("conv1", 1)
    page.sheet_view.grab()
    page.show_map("conv1", 0)  # its kernels are painted anew
    assert page.sheet_view.grab().toImage() == shown


def test_sums_stay_in_other_colours_and_pictures_do_not():
    kept = Kept()
    picture = kept.kernel(FIRST, 1, lambda: QImage(2, 2, QImage.Format.Format_RGB32))
    assert kept.kernel(FIRST, 1, lambda: None) is picture
    other = kept.without_pictures()
    assert other.kernel(FIRST, 1, lambda: None) is None
    assert other.added is kept.added
