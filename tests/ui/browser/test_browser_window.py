from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cnnviz.app.runs.run_about import RunKind
from cnnviz.app.selection import Selection
from cnnviz.app.settings import Settings
from cnnviz.app.workbench import Workbench
from cnnviz.data.dataset import Dataset, Split
from cnnviz.ui.browser.browser_window import BrowserWindow
from cnnviz.ui.browser.words import balance
from tests.helpers.designs import ENDLESS
from tests.helpers.open_windows import open_window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bench(qapp, tmp_path: Path) -> Iterator[Workbench]:
    bench = Workbench(Settings(tmp_path / "settings.ini"))
    yield bench
    assert bench.close()


@pytest.fixture
def selection(bench: Workbench) -> Selection:
    return bench.selection


@pytest.fixture
def window(bench: Workbench, qtbot: QtBot) -> BrowserWindow:
    window = BrowserWindow(bench)
    qtbot.addWidget(window)
    with qtbot.waitSignal(bench.means.found), qtbot.waitExposed(window):
        window.show()
    return window


def lopsided() -> Dataset:
    """Two classes, one of them with no training image."""
    labels = np.array([1, 1, *[0] * 8])
    places = np.arange(10)
    return Dataset(
        name="lopsided",
        title="Lopsided",
        images=np.zeros((10, 4, 4, 3), np.uint8),
        labels=labels,
        class_names=("cat", "dog"),
        splits={Split.TRAIN: places[2:], Split.VALIDATION: places[:1], Split.TEST: places[1:2]},
    )


def choose_split(window: BrowserWindow, split: Split) -> None:
    window.parts.splits.setCurrentIndex(window.parts.splits.findData(split))


def test_it_begins_with_all_training_images(window: BrowserWindow, selection: Selection) -> None:
    count = len(selection.dataset.indices(Split.TRAIN))
    assert window.split is Split.TRAIN
    assert window.parts.listed.text() == f"{count:,} train images"
    assert window.parts.grid.count == count
    assert window.windowTitle() == f"{selection.dataset.title} – Images"
    assert selection.split is Split.VALIDATION  # opening the window selects nothing


def test_a_class_lists_its_images_only(window: BrowserWindow, selection: Selection) -> None:
    window.parts.classes.choose(3)
    dataset = selection.dataset
    listed = dataset.indices(Split.TRAIN)[window.positions]
    assert set(dataset.labels[listed].tolist()) == {3}
    assert window.parts.listed.text() == f"{window.parts.grid.count} train images of 3"
    window.parts.classes.choose(None)
    assert window.parts.grid.count == len(dataset.indices(Split.TRAIN))


def test_a_click_selects_the_image_everywhere(
    window: BrowserWindow, selection: Selection, qtbot: QtBot
) -> None:
    window.parts.classes.choose(7)
    qtbot.mouseClick(window.parts.grid.viewport(), LEFT, pos=window.parts.grid.rect_of(2).center())
    assert (selection.split, selection.position) == (Split.TRAIN, int(window.positions[2]))
    assert selection.label == 7
    qtbot.keyClick(window.parts.grid, Qt.Key.Key_Right)
    assert selection.position == int(window.positions[3])


def test_an_image_that_is_selected_elsewhere_is_framed(window: BrowserWindow, selection: Selection) -> None:
    selection.select(Split.TRAIN, 40)
    assert window.parts.grid.marked == 40
    label = selection.label
    assert label is not None
    window.parts.classes.choose((label + 1) % 10)
    assert window.parts.grid.marked is None
    window.parts.classes.choose(label)
    assert window.parts.grid.marked is not None
    assert int(window.positions[window.parts.grid.marked]) == 40


def test_the_part_is_kept_with_the_class(window: BrowserWindow, selection: Selection) -> None:
    window.parts.classes.choose(4)
    choose_split(window, Split.VALIDATION)
    dataset = selection.dataset
    labels = dataset.labels[dataset.indices(Split.VALIDATION)]
    assert window.parts.classes.chosen == 4
    assert window.positions.tolist() == np.flatnonzero(labels == 4).tolist()


def test_test_images_are_hidden_until_they_are_asked_for(window: BrowserWindow, selection: Selection) -> None:
    parts = window.parts
    choose_split(window, Split.TEST)
    assert parts.curtain.isVisible()
    assert not parts.grid.isVisible()
    assert parts.grid.count == 0
    assert not parts.image.text(), "not even the selected one is told"
    choose_split(window, Split.VALIDATION)
    assert parts.grid.isVisible()
    choose_split(window, Split.TEST)
    parts.curtain.action.trigger()
    assert parts.grid.count == len(selection.dataset.indices(Split.TEST))
    assert parts.grid.isVisible()
    selection.set_dataset(dataclasses.replace(selection.dataset))
    choose_split(window, Split.TEST)
    assert parts.curtain.isVisible()


def test_test_images_in_sight_are_a_look_with_every_run_that_comes_beside_them(
    window: BrowserWindow, bench: Workbench, qtbot: QtBot
) -> None:
    choose_split(window, Split.TEST)
    window.parts.curtain.action.trigger()
    bench.session.start(bench.document.spec, ENDLESS, bench.selection.dataset)
    qtbot.waitUntil(lambda: bench.session.unsaved)
    bench.session.close()
    qtbot.waitUntil(lambda: [entry.kind for entry in bench.library.entries] == [RunKind.STOPPED])
    assert len(bench.library.entries[0].test_uses) == 1
    assert len(bench.evaluator.test_uses) == 1, "they were asked for once"


def test_each_class_has_its_mean_and_its_number(window: BrowserWindow, selection: Selection) -> None:
    model = window.parts.classes.classes
    dataset = selection.dataset
    count = int((dataset.labels[dataset.indices(Split.TRAIN)] == 5).sum())
    assert f"5: {count} images" in model.index(6).data(Qt.ItemDataRole.ToolTipRole)
    picture = model.index(6).data(Qt.ItemDataRole.DecorationRole)
    assert (picture.width(), picture.height()) == (8, 8)
    assert model.index(0).data(Qt.ItemDataRole.DecorationRole) is None


def test_another_data_set_is_shown_from_the_beginning(
    window: BrowserWindow, selection: Selection, qtbot: QtBot
) -> None:
    window.parts.classes.choose(9)
    choose_split(window, Split.VALIDATION)
    with qtbot.waitSignal(window._means.found):
        selection.set_dataset(lopsided())
    assert (window.split, window.parts.classes.chosen) == (Split.TRAIN, None)
    assert window.parts.balance_text == "No image here of dog."
    window.parts.classes.choose(1)
    assert window.parts.grid.count == 0
    window.grab()  # a class without images is painted without a picture


def test_while_hidden_nothing_is_listed_anew(
    window: BrowserWindow, selection: Selection, qtbot: QtBot
) -> None:
    window.hide()
    with qtbot.assertNotEmitted(window.class_shown):
        selection.set_dataset(lopsided())
        selection.select(Split.TRAIN, 1)
    with qtbot.waitSignal(window._means.found):
        window.show()
    assert window.parts.listed.text() == "8 train images"
    assert window.parts.grid.marked == 1


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([100, 105, 110], "Every class has about as many images."),
        ([100, 10, 250], "c has 25 times as many images as b."),
        ([3, 0, 1], "No image here of b."),
        ([3, 0, 0, 0, 0], "4 classes have no image here."),
        ([7], ""),
    ],
)
def test_the_balance_in_words(counts: list[int], words: str) -> None:
    assert balance(tuple("abcde"[: len(counts)]), np.array(counts)) == words


def test_the_command_opens_one_browser(qtbot: QtBot, tmp_path: Path) -> None:
    with open_window(tmp_path) as main:
        main.commands["browse_data"].trigger()
        main.commands["browse_data"].trigger()
        (browser,) = main.findChildren(BrowserWindow)
        qtbot.waitUntil(browser.isVisible)
        qtbot.mouseClick(browser.parts.grid.viewport(), LEFT, pos=browser.parts.grid.rect_of(3).center())
        assert (main.workbench.selection.split, main.workbench.selection.position) == (Split.TRAIN, 3)
        main.close()
        assert not browser.isVisible()


def show_map(window: BrowserWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.parts.map_page.map_shown):
        window.parts.views.setCurrentIndex(1)


def test_the_map_is_made_when_it_is_looked_at(
    window: BrowserWindow, selection: Selection, qtbot: QtBot
) -> None:
    assert window.parts.map_page.map.count == 0
    show_map(window, qtbot)
    assert window.parts.map_page.map.isVisible()
    assert not window.parts.grid.isVisible()
    assert window.parts.map_page.map.count == len(selection.dataset.indices(Split.TRAIN))
    with qtbot.waitSignal(window.parts.map_page.map_shown):
        choose_split(window, Split.VALIDATION)
    assert window.parts.map_page.map.count == len(selection.dataset.indices(Split.VALIDATION))


def test_a_dot_shows_its_image_and_selects_it(
    window: BrowserWindow, selection: Selection, qtbot: QtBot
) -> None:
    choose_split(window, Split.VALIDATION)
    show_map(window, qtbot)
    points = np.array(
        [
            window.parts.map_page.map.point_of(place).toTuple()
            for place in range(window.parts.map_page.map.count)
        ]
    )
    outermost = int(points[:, 0].argmax())
    at = window.parts.map_page.map.point_of(outermost).toPoint()
    plain = window.parts.map_page.map.grab().toImage()
    qtbot.mouseMove(window.parts.map_page.map, at)
    qtbot.waitUntil(lambda: window.parts.map_page.map.pointed == outermost)
    assert window.parts.map_page.map.grab().toImage() != plain
    qtbot.mouseClick(window.parts.map_page.map, LEFT, pos=at)
    assert (selection.split, selection.position) == (Split.VALIDATION, outermost)


def test_a_chosen_class_stands_out_on_the_map(window: BrowserWindow, qtbot: QtBot) -> None:
    show_map(window, qtbot)
    plain = window.parts.map_page.map.grab().toImage()
    window.parts.classes.choose(2)
    assert window.parts.map_page.map.grab().toImage() != plain


def test_images_without_differences_are_mapped_to_one_place(
    window: BrowserWindow, selection: Selection, qtbot: QtBot
) -> None:
    show_map(window, qtbot)
    with qtbot.waitSignal(window.parts.map_page.map_shown):
        selection.set_dataset(lopsided())
    middle = window.parts.map_page.map.rect().center()
    assert (window.parts.map_page.map.point_of(3).toPoint() - middle).manhattanLength() <= 2
    window.parts.map_page.map.grab()
