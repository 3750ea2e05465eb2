"""The crosses on the map of images, where the network is wrong."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtTest import QTest

from cnnviz.app.data.image_maps import MapOfImages
from cnnviz.app.workbench import Workbench
from cnnviz.data.dataset import Split
from cnnviz.data.digits import open_digits
from cnnviz.ui.browser import image_map
from cnnviz.ui.browser.browser_layout import Page
from cnnviz.ui.browser.browser_window import BrowserWindow
from cnnviz.ui.browser.image_map import ImageMap
from cnnviz.ui.browser.map_painting import Dots, paint_dots, plates_of
from cnnviz.ui.theme import colors_of, strong_font

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot


def bring_map(window: BrowserWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.parts.map_page.map_shown, timeout=30_000):
        window.parts.views.setCurrentIndex(window.parts.views.findData(Page.MAP))


def test_wrong_images_are_crosses_once_the_network_was_asked(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    bring_map(window, qtbot)
    page = window.parts.map_page
    marks = page.marks
    assert not marks.switch.isChecked()
    assert marks.legend.text == ""
    with qtbot.waitSignal(window.answers.answers_changed, timeout=30_000):
        marks.switch.click()
    report = bench.judge.findings(window.split).report
    wrong, shown = report.labels != report.predicted, page.map.shown.positions
    assert marks.legend.text == (f"taken for another class: {wrong[shown].sum():,} of {len(shown):,} images")
    marks.switch.click()
    assert marks.legend.text == ""
    assert marks.wrong is None


def test_marks_turn_themselves_on_with_answers_unless_they_were_turned_off(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    bring_map(window, qtbot)
    marks = window.parts.map_page.marks
    with qtbot.waitSignal(window.answers.answers_changed, timeout=30_000):
        bench.judge.judge(window.split)
    assert marks.switch.isChecked()
    marks.switch.click()
    with qtbot.waitSignal(window.answers.answers_changed, timeout=30_000):
        bench.judge.judge(window.split)
    assert not marks.switch.isChecked()


def a_map(qtbot: QtBot, count: int) -> ImageMap:
    shown = ImageMap(lambda position: f"image {position}")
    qtbot.addWidget(shown)
    shown.resize(QSize(600, 500))
    dataset = open_digits()
    spots = np.random.default_rng(0).normal(size=(count, 2)).astype(np.float32)
    positions = np.arange(count) % len(dataset.indices(Split.TRAIN))
    shown.show_map(dataset, Split.TRAIN, MapOfImages(positions, spots, (0.3, 0.2)))
    with qtbot.waitExposed(shown):
        shown.show()
    return shown


def test_a_cross_has_another_shape_than_a_dot(qtbot: QtBot) -> None:
    shown = a_map(qtbot, 60)
    colors, middle = colors_of(shown), np.array([[10.5, 10.5]])
    signs = [QImage(21, 21, QImage.Format.Format_RGB32) for _ in range(2)]
    for sign, wrong in zip(signs, (False, True), strict=True):
        sign.fill(colors.base)
        painter = QPainter(sign)
        paint_dots(painter, Dots(middle, np.zeros(1, np.int64), 0, np.array([wrong])), colors)
        painter.end()
    dot, cross = signs
    assert dot.pixelColor(10, 8) == colors.accent
    assert cross.pixelColor(10, 8) == colors.base, "between its arms there is paper"
    assert cross.pixelColor(8, 8) == cross.pixelColor(12, 12) == colors.problem
    assert dot.pixelColor(7, 7) != colors.accent


def test_crosses_are_seen_on_the_map(qtbot: QtBot) -> None:
    shown = a_map(qtbot, 60)
    before = shown.grab().toImage()
    shown.show_wrong(np.arange(60) % 2 == 0)
    crossed = shown.grab().toImage()
    assert crossed != before
    shown.show_wrong(None)
    assert shown.grab().toImage() == before


def test_under_the_mouse_only_the_picture_is_painted_anew(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = a_map(qtbot, 200)
    shown.grab()
    painted = []
    paint = image_map.paint_dots
    monkeypatch.setattr(image_map, "paint_dots", lambda *given: (painted.append(1), paint(*given)))
    for place in (3, 50, 120):
        QTest.mouseMove(shown, shown.point_of(place).toPoint())
        assert shown.pointed is not None
        shown.grab()
    assert painted == []
    shown.choose(2)
    shown.grab()
    assert painted == [1]


def test_long_names_are_cut_on_the_map_and_told_in_full(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    names = (*(f"{number} of the very long named collection" for number in range(9)), "9")
    bench.selection.set_dataset(dataclasses.replace(bench.selection.dataset, class_names=names))
    bring_map(window, qtbot)
    shown = window.parts.map_page.map
    font = strong_font(shown)
    widest = QFontMetricsF(font).averageCharWidth() * 20
    plates = plates_of(shown._dots(), names, font)
    assert [plate.text for plate in plates][9] == "9"
    for plate in plates[:9]:
        assert "…" in plate.text
        assert plate.text.startswith(str(plate.label))
        assert plate.place.width() < widest
    top = plates[-1]
    assert shown.name_at(top.place.center()) == names[top.label]
    assert shown.name_at(QPointF(1, 1)) == ""
    shown.clear("")
    assert shown.name_at(top.place.center()) == ""
