from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cnnviz.data.dataset import Dataset, Split
from cnnviz.ui.browser.image_grid import ImageGrid
from cnnviz.ui.browser.image_strips import Tile, tile_for
from cnnviz.ui.theme import apply_theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LEFT = Qt.MouseButton.LeftButton


def dataset_of(count: int, *, size: int = 8, channels: int = 1, max_value: int = 255) -> Dataset:
    """Images of one brightness each: the i-th has i, as far as there are so many."""
    levels = (np.arange(count) % (max_value + 1)).astype(np.uint8)
    images = np.repeat(levels, size * size * channels).reshape(count, size, size, channels)
    places = np.arange(count)
    return Dataset(
        name="levels",
        title="Levels",
        images=images,
        labels=places % 2,
        class_names=("even", "odd"),
        splits={Split.TRAIN: places[2:], Split.VALIDATION: places[:1], Split.TEST: places[1:2]},
        max_value=max_value,
    )


def grid_of(dataset: Dataset, qtbot: QtBot, count: int | None = None) -> ImageGrid:
    grid = ImageGrid(dataset, lambda place: f"image {place}")
    grid.resize(420, 300)
    qtbot.addWidget(grid)
    grid.show_images(dataset, np.arange(len(dataset))[:count], "nothing here")
    with qtbot.waitExposed(grid):
        grid.show()
    return grid


@pytest.fixture
def grid(qapp, qtbot: QtBot) -> ImageGrid:
    apply_theme(qapp, "light")
    return grid_of(dataset_of(200), qtbot)


@pytest.mark.parametrize(
    ("size", "ratio", "tile"),
    [
        (8, 1.0, Tile(8, 8, 5, 1, 1, 1)),
        (28, 1.0, Tile(28, 28, 1, 1, 6, 3)),
        (28, 2.0, Tile(28, 28, 2, 1, 6, 3)),
        (64, 1.0, Tile(64, 64, 1, 1, 6, 3)),
        (200, 1.0, Tile(50, 50, 1, 4, 6, 3)),
        (3000, 1.5, Tile(94, 94, 1, 32, 9, 4)),
    ],
)
def test_tiles_are_whole_multiples_of_the_images_or_small_enough(size: int, ratio: float, tile: Tile) -> None:
    assert tile_for(size, size, ratio) == tile


@pytest.mark.parametrize(("channels", "max_value"), [(1, 255), (3, 255), (1, 16)])
def test_every_image_is_painted_at_its_place(channels: int, max_value: int, qtbot: QtBot) -> None:
    dataset = dataset_of(100, channels=channels, max_value=max_value)
    grid = grid_of(dataset, qtbot)
    picture = grid.viewport().grab().toImage()
    seen = [place for place in range(100) if grid.viewport().rect().contains(grid.rect_of(place))]
    assert len(seen) > 20
    for place in seen:
        level = round(int(dataset.images[place, 0, 0, 0]) * 255 / max_value)
        assert picture.pixelColor(grid.rect_of(place).center()).getRgb()[:3] == (level,) * 3


def test_a_click_chooses_the_image_under_it(grid: ImageGrid, qtbot: QtBot) -> None:
    with qtbot.waitSignal(grid.image_chosen) as chosen:
        qtbot.mouseClick(grid.viewport(), LEFT, pos=grid.rect_of(11).center())
    assert chosen.args == [11]
    assert grid.marked == 11


def test_a_click_between_images_chooses_none(grid: ImageGrid, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(grid.image_chosen):
        qtbot.mouseClick(
            grid.viewport(), LEFT, pos=grid.rect_of(11).topLeft() - grid.rect_of(0).topLeft() / 4
        )
    assert grid.marked is None


def test_the_keys_walk_and_stop_at_the_ends(grid: ImageGrid, qtbot: QtBot) -> None:
    places: list[int] = []
    grid.image_chosen.connect(places.append)
    keys, across = Qt.Key, grid.columns
    for key in (keys.Key_Right, keys.Key_Right, keys.Key_Down, keys.Key_Left, keys.Key_Up, keys.Key_Left):
        qtbot.keyClick(grid, key)
    assert places == [0, 1, 1 + across, across, 0]
    for key in (keys.Key_End, keys.Key_Down, keys.Key_Return, keys.Key_Home, keys.Key_Enter):
        qtbot.keyClick(grid, key)
    assert places[5:] == [199, 199, 0, 0]


def test_the_marked_image_comes_into_sight(grid: ImageGrid) -> None:
    grid.mark(190)
    assert grid.viewport().rect().contains(grid.rect_of(190))
    assert grid.accessibleDescription() == "image 190"
    grid.mark(0)
    assert grid.viewport().rect().contains(grid.rect_of(0))


def test_no_image_is_said(qapp, qtbot: QtBot) -> None:
    apply_theme(qapp, "light")
    grid = grid_of(dataset_of(10), qtbot, count=0)
    empty = grid.viewport().grab().toImage()
    colors = {empty.pixelColor(x, y).name() for x in range(0, 400) for y in range(100, 200)}
    assert len(colors) > 1
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.marked is None


def test_only_what_is_in_sight_is_made(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    grid = grid_of(dataset_of(70_000), qtbot)
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum() // 2)
    grid.viewport().grab()
    assert len(grid._strips._strips) < 30
    assert grid.rows * grid.columns >= 70_000


@pytest.mark.parametrize(("count", "scrolls"), [(400, True), (4, False)])
def test_a_handle_is_there_where_something_scrolls(qtbot: QtBot, count: int, scrolls: bool) -> None:
    grid = grid_of(dataset_of(400), qtbot, count)
    grid.show()
    qtbot.waitExposed(grid)
    bar = grid.verticalScrollBar()
    assert bar.isVisible(), "it keeps its place"
    assert (bar.maximum() > 0) is scrolls
    picture = bar.grab().toImage()
    seen = {picture.pixelColor(x, y).name() for x in range(bar.width()) for y in range(bar.height())}
    assert (len(seen) > 1) is scrolls
