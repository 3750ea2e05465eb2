"""The other pages of the browser: the map by a layer, the histograms, and going to a number."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from cnnviz.app.data import image_maps
from cnnviz.app.workbench import Workbench
from cnnviz.data.catalog import open_dataset
from cnnviz.data.dataset import Split
from cnnviz.data.summary import pixel_counts
from cnnviz.ui.browser.browser_layout import Page
from cnnviz.ui.browser.browser_window import BrowserWindow
from cnnviz.ui.browser.words import brightness, brightness_at

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def bring(window: BrowserWindow, page: Page) -> None:
    views = window.parts.views
    views.setCurrentIndex(views.findData(page))


def map_by(window: BrowserWindow, qtbot: QtBot, layer_id: str) -> None:
    page = window.parts.map_page
    with qtbot.waitSignal(page.map_shown, timeout=30_000):
        page.by.setCurrentIndex(page.by.findData(layer_id))
        page.by.activated.emit(page.by.currentIndex())


def test_every_layer_that_changes_something_is_offered(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    page = window.parts.map_page
    with qtbot.waitSignal(page.map_shown, timeout=30_000):
        bring(window, Page.MAP)
    assert "their pixels differ most." in page.about
    offered = [page.by.itemData(place) for place in range(page.by.count())]
    assert offered[0] == ""
    assert set(offered[1:]) <= {layer.id for layer in bench.document.spec.walk()}
    assert not any(layer_id.startswith(("flatten", "dropout")) for layer_id in offered)


def test_what_chooses_an_image_is_there_where_images_are(window: BrowserWindow, bench: Workbench) -> None:
    parts = window.parts
    for page, is_there in ((Page.PIXELS, False), (Page.GRID, True), (Page.PIXELS, False), (Page.MAP, True)):
        bring(window, page)
        assert (parts.jump.isVisible(), parts.image.isVisible()) == (is_there, is_there)


def test_a_long_name_leaves_the_histogram_its_width(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    names = tuple(f"{number} {'of a very long name ' * 12}" for number in range(10))
    bench.selection.set_dataset(dataclasses.replace(bench.selection.dataset, class_names=names))
    with qtbot.waitSignal(window.parts.pixel_page.counted, timeout=30_000):
        bring(window, Page.PIXELS)
    page = window.parts.pixel_page
    before = page.minimumSizeHint().width()
    window.parts.classes.choose(3)
    assert names[3].strip() in page.headings[0]
    assert page.minimumSizeHint().width() == before


def test_a_map_by_a_layer_says_which_weights_it_is_of_and_grows_old(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    page = window.parts.map_page
    with qtbot.waitSignal(page.map_shown, timeout=30_000):
        bring(window, Page.MAP)
    by_pixels = page.map.point_of(0)
    map_by(window, qtbot, "conv1")
    assert page.map.point_of(0) != by_pixels
    assert "what conv1 makes of them" in page.about
    assert "(untrained)" in page.about
    assert page.strip.text == ""
    bench.session.reset_weights()
    assert page.strip.text == "The network has changed since this map was made."
    with qtbot.waitSignal(page.map_shown, timeout=30_000):
        page.strip.button.click()
    assert page.strip.text == ""
    map_by(window, qtbot, "")
    bench.session.reset_weights()
    assert page.strip.text == "", "pixels stay what they are"


def test_a_map_can_be_given_up(window: BrowserWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    page = window.parts.map_page
    with qtbot.waitSignal(page.map_shown, timeout=30_000):
        bring(window, Page.MAP)

    def meet(wish: image_maps.MapWish) -> None:
        assert wish.cancelled.wait(30)

    monkeypatch.setattr(image_maps.MapWish, "meet", meet)
    page.make()
    assert page.strip.bar.isVisible()
    page.strip.button.click()
    assert page.strip.text == "The map was given up."
    assert page.map.count == 0
    monkeypatch.undo()
    with qtbot.waitSignal(page.map_shown, timeout=30_000):
        page.strip.button.click()
    assert page.map.count


def test_images_that_the_design_does_not_take_have_a_map_by_their_pixels_only(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    page = window.parts.map_page
    bench.selection.set_dataset(open_dataset("shapes:images=100"))
    with qtbot.waitSignal(page.map_shown, timeout=30_000):
        bring(window, Page.MAP)
    assert page.by.count() == 1


def test_pixels_are_counted_when_they_are_looked_at(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    page, dataset = window.parts.pixel_page, bench.selection.dataset
    assert not page.is_made
    with qtbot.waitSignal(page.counted, timeout=30_000):
        bring(window, Page.PIXELS)
    counts = pixel_counts(dataset, Split.VALIDATION)
    pixels = dataset.images[dataset.indices(Split.VALIDATION)] / 16
    assert page.headings == [f"Brightness: {brightness(counts.sum(axis=(0, 1)), 16)}"]
    assert f"mean {pixels.mean():.4g}" in page.headings[0]
    assert f"standard deviation {pixels.std():.4g}" in page.headings[0]
    whole = page.plots[0].grab().toImage()
    window.parts.classes.choose(4)
    assert page.headings[0].startswith("Brightness of 4: mean")
    assert page.plots[0].grab().toImage() != whole
    assert page.plots[0].accessibleName() == "Histogram: Brightness of 4"


def test_another_part_is_counted_anew(window: BrowserWindow, qtbot: QtBot) -> None:
    page, splits = window.parts.pixel_page, window.parts.splits
    with qtbot.waitSignal(page.counted, timeout=30_000):
        bring(window, Page.PIXELS)
    before = page.headings
    with qtbot.waitSignal(page.counted, timeout=30_000):
        splits.setCurrentIndex(splits.findData(Split.TRAIN))
    assert page.headings != before
    window.hide()
    with qtbot.waitSignal(page.counted, timeout=30_000):
        window.show()


def test_colours_have_a_histogram_each(window: BrowserWindow, bench: Workbench, qtbot: QtBot) -> None:
    page = window.parts.pixel_page
    bench.selection.set_dataset(open_dataset("shapes:images=100"))
    with qtbot.waitSignal(page.counted, timeout=30_000):
        bring(window, Page.PIXELS)
    assert [heading.partition(":")[0] for heading in page.headings] == ["Red", "Green", "Blue"]


def test_a_level_is_told_under_the_mouse_and_with_the_arrow_keys(window: BrowserWindow, qtbot: QtBot) -> None:
    page = window.parts.pixel_page
    with qtbot.waitSignal(page.counted, timeout=30_000):
        bring(window, Page.PIXELS)
    plot = page.plots[0]
    qtbot.mouseMove(plot, QPoint(plot.width() // 2, plot.height() // 2))
    qtbot.waitUntil(lambda: plot.pointed_text.startswith("level"))
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    before = plot.pointed_text
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.pointed_text != before
    assert plot.accessibleDescription() == plot.pointed_text


def test_brightness_in_words() -> None:
    assert brightness(np.array([1, 0, 1]), 2) == "mean 0.5000, standard deviation 0.5000"
    assert brightness(np.zeros(3, np.int64), 2) == "no pixels"
    assert brightness_at(3, 0.25, 0.25) == "level 3: 25.0 %"
    assert brightness_at(3, 0.25, 0.5) == "level 3: 25.0 %, 50.0 % of all classes"


def test_a_typed_number_selects_that_image(window: BrowserWindow, bench: Workbench, qtbot: QtBot) -> None:
    grid, jump = window.parts.grid, window.parts.jump
    grid.setFocus()
    qtbot.keyClicks(grid, "1")
    qtbot.waitUntil(jump.field.hasFocus)
    qtbot.keyClicks(jump.field, "20")
    qtbot.keyClick(jump.field, Qt.Key.Key_Return)
    assert (bench.selection.split, bench.selection.position) == (Split.VALIDATION, 119)
    assert grid.marked == 119
    jump.begin("999")
    qtbot.keyClick(jump.field, Qt.Key.Key_Return)
    assert bench.selection.position == len(bench.selection.dataset.indices(Split.VALIDATION)) - 1
    assert jump.field.text() == str(bench.selection.position + 1)


def test_numbers_to_be_learned_are_told_with_each_image(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    bench.selection.set_dataset(open_dataset("shapes-angle:images=100"))
    assert not window.parts.bar.kept.isEnabled()
    bench.selection.select(Split.TRAIN, 3)
    assert "°, train 4 of 80" in window.parts.image.text()
    assert window.parts.bar.order.count() == 3
    bench.selection.set_dataset(open_dataset("shapes-size:images=100"))
    bench.selection.select(Split.TRAIN, 3)
    assert window.parts.image.text().startswith("Selected: size 0.")


def test_the_map_is_walked_through_with_the_arrow_keys(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    page = window.parts.map_page
    with qtbot.waitSignal(page.map_shown, timeout=30_000):
        bring(window, Page.MAP)
    bench.selection.select(Split.VALIDATION, 12)
    image_map = page.map
    image_map.setFocus()
    qtbot.keyClick(image_map, Qt.Key.Key_Right)
    assert image_map.pointed == 12, "it begins with the selected image"
    start = image_map.point_of(12)
    qtbot.keyClick(image_map, Qt.Key.Key_Right)
    reached = image_map.pointed
    assert reached not in (None, 12)
    assert image_map.point_of(reached).x() > start.x()
    assert f"validation {reached + 1} of" in image_map.accessibleDescription()
    qtbot.keyClick(image_map, Qt.Key.Key_Return)
    assert bench.selection.position == reached
    for _ in range(image_map.count):
        qtbot.keyClick(image_map, Qt.Key.Key_Up)
    highest = image_map.pointed
    qtbot.keyClick(image_map, Qt.Key.Key_Up)
    assert image_map.pointed == highest, "there is nothing beyond"
