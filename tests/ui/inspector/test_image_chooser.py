from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QToolButton

from cnnviz.app.selection import Selection
from cnnviz.data.catalog import open_dataset
from cnnviz.data.dataset import Dataset, Split
from cnnviz.ui.inspector.image_chooser import ImageChooser
from tests.ui.builder.drags import COPY, Drag


@pytest.fixture
def selection(qapp) -> Selection:
    return Selection(open_dataset("digits"))


@pytest.fixture
def chooser(selection: Selection, qtbot) -> ImageChooser:
    chooser = ImageChooser(selection)
    chooser.resize(340, 500)
    qtbot.addWidget(chooser)
    with qtbot.waitExposed(chooser):
        chooser.show()
    return chooser


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "seven.png"
    Image.fromarray(np.full((60, 90, 3), 200, np.uint8)).save(path)
    return path


def large_dataset(count: int = 10_000) -> Dataset:
    rng = np.random.default_rng(0)
    places = np.arange(count)
    return Dataset(
        name="large",
        title="Large",
        images=rng.integers(0, 256, (count, 8, 8, 1), dtype=np.uint8),
        labels=rng.integers(0, 2, count),
        class_names=("cat", "dog"),
        splits={Split.TRAIN: places[2:], Split.VALIDATION: places[:1], Split.TEST: places[1:2]},
    )


def drop(chooser: ImageChooser, path: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return Drag(data, COPY).drop(chooser, QPoint(20, 20)) is not None


def test_the_image_its_class_and_its_place(chooser: ImageChooser, selection: Selection) -> None:
    selection.select(Split.VALIDATION, 16)
    assert chooser.name_text == selection.label_name
    assert chooser.place_text == "validation 17 of 300"
    assert chooser.splits.currentData() is Split.VALIDATION
    assert chooser.grid.currentIndex().row() == 16
    expected = np.rint(selection.pixels[0] * 255)
    image = chooser.picture.image
    shown = [[image.pixelColor(x, y).red() for x in range(8)] for y in range(8)]
    assert shown == expected.tolist()


def test_the_buttons_step_and_jump(chooser: ImageChooser, selection: Selection, qtbot) -> None:
    buttons = {button.accessibleName(): button for button in chooser.findChildren(QToolButton)}
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(buttons["Next image"], left)
    assert selection.position == 1
    qtbot.mouseClick(buttons["Previous image"], left)
    qtbot.mouseClick(buttons["Previous image"], left)
    assert selection.position == selection.count - 1
    qtbot.mouseClick(buttons["Any other image"], left)
    assert selection.position != selection.count - 1


def test_another_split_begins_at_its_first_image(chooser: ImageChooser, selection: Selection, qtbot) -> None:
    selection.select(Split.TEST, 9)
    qtbot.keyClick(chooser.splits, Qt.Key.Key_Up)
    assert (selection.split, selection.position) == (Split.VALIDATION, 0)
    assert chooser.grid.thumbnails.rowCount() == 300


def test_a_click_in_the_grid_selects(chooser: ImageChooser, selection: Selection, qtbot) -> None:
    grid = chooser.grid
    qtbot.waitUntil(lambda: grid.visualRect(grid.thumbnails.index(5, 0)).isValid())
    place = grid.visualRect(grid.thumbnails.index(5, 0)).center()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert selection.position == 5
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert selection.position == 6


def test_the_grid_follows_the_selection_to_where_it_can_be_seen(
    chooser: ImageChooser, selection: Selection, qtbot
) -> None:
    selection.select(Split.TEST, 299)
    grid = chooser.grid
    qtbot.waitUntil(lambda: grid.viewport().rect().intersects(grid.visualRect(grid.thumbnails.index(299, 0))))


def test_only_thumbnails_in_sight_are_made(chooser: ImageChooser, selection: Selection, monkeypatch) -> None:
    made = set()
    make = Dataset.unit_image
    monkeypatch.setattr(Dataset, "unit_image", lambda self, index: (made.add(index), make(self, index))[1])
    selection.set_dataset(large_dataset())
    selection.select(Split.TRAIN, 5_000)
    chooser.grid.grab()
    assert chooser.grid.thumbnails.rowCount() == 9_998
    assert 10 < len(made) < 500


def test_a_thumbnail_says_what_it_is(chooser: ImageChooser, selection: Selection) -> None:
    selection.select(Split.VALIDATION, 0)
    index = chooser.grid.thumbnails.index(16, 0)
    image = int(selection.dataset.indices(Split.VALIDATION)[16])
    name = selection.dataset.class_names[selection.dataset.labels[image]]
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == f"{name}, validation 17"


def test_a_dropped_picture_is_looked_at_and_its_steps_are_told(
    chooser: ImageChooser, selection: Selection, picture: Path
) -> None:
    assert drop(chooser, picture)
    assert selection.own_path == picture
    assert (chooser.name_text, chooser.place_text) == ("seven.png", "a picture of your own")
    assert chooser.steps_text.splitlines() == list(selection.fitting_steps)
    assert not chooser.grid.selectedIndexes()
    assert chooser.original.isVisible() == (selection.original is not None)
    selection.next()
    assert chooser.steps_text == ""
    assert not chooser.original.isVisible()
    assert chooser.place_text == "validation 2 of 300"


def test_a_damaged_picture_is_refused_in_words(
    chooser: ImageChooser, selection: Selection, tmp_path: Path
) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"no picture")
    assert drop(chooser, path)
    assert "broken.png" in chooser.banner.text
    assert selection.own_path is None
    selection.next()
    assert chooser.banner.text == ""


def test_other_files_are_left_to_the_window(chooser: ImageChooser, tmp_path: Path) -> None:
    assert not drop(chooser, tmp_path / "design.json")


def test_the_button_asks_for_a_picture(chooser: ImageChooser, qtbot) -> None:
    with qtbot.waitSignal(chooser.open_picture_requested):
        qtbot.mouseClick(chooser.open_button, Qt.MouseButton.LeftButton)


def test_from_a_picture_of_ones_own_back_to_the_split(
    chooser: ImageChooser, selection: Selection, picture: Path
) -> None:
    selection.use_file(picture)
    chooser.splits.activated.emit(chooser.splits.currentIndex())
    assert (selection.own_path, selection.position) == (None, 0)


def test_a_grid_out_of_sight_arranges_nothing_until_it_is_seen(
    chooser: ImageChooser, selection: Selection, qtbot
) -> None:
    chooser.hide()
    selection.set_dataset(large_dataset())
    selection.select(Split.TRAIN, 5_000)
    assert not chooser.grid.currentIndex().isValid()
    chooser.show()
    qtbot.waitUntil(lambda: chooser.grid.currentIndex().row() == 5_000)


@pytest.mark.parametrize(("name", "ending"), [("shapes-angle", "°"), ("shapes-size", "")])
def test_the_numbers_to_be_learned_stand_in_the_place_of_the_class(
    chooser: ImageChooser, selection: Selection, name: str, ending: str
) -> None:
    selection.set_dataset(open_dataset(f"{name}:images=100"))
    selection.select(Split.TRAIN, 0)
    assert chooser.name_text.endswith(ending)
    assert name == "shapes-angle" or chooser.name_text.startswith("size 0.")


def test_a_picture_of_another_kind_is_seen_before_and_after(
    chooser: ImageChooser, selection: Selection, tmp_path: Path
) -> None:
    path = tmp_path / "wide.png"
    image = QImage(300, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("#c02040"))
    image.save(str(path))
    selection.use_file(path)
    assert chooser.original.isVisible()
    assert chooser.original.image.size().width() == 3 * chooser.original.image.size().height()
    assert chooser.original.image.pixelColor(5, 5).name() == "#c02040"
    assert chooser.picture.image.size() == QSize(8, 8)
    assert "Made grey" in chooser.original.accessibleName()
    assert not chooser.grab().isNull()


def choose_part(chooser: ImageChooser, split: Split) -> None:
    """Choose as a person does, who gets a signal even for what is chosen already."""
    place = chooser.splits.findData(split)
    chooser.splits.setCurrentIndex(place)
    chooser.splits.activated.emit(place)


def test_it_begins_with_an_image_there_is_to_be_looked_at(
    chooser: ImageChooser, selection: Selection
) -> None:
    assert chooser.place_text == "validation 1 of 300"
    assert chooser.grid.isVisible()


def test_test_images_are_shown_after_they_were_asked_for(chooser: ImageChooser, selection: Selection) -> None:
    asked = []
    selection.curtain.asked.connect(lambda: asked.append(True))
    choose_part(chooser, Split.TEST)
    assert chooser.curtain.isVisible()
    assert not chooser.grid.isVisible()
    assert selection.split is Split.VALIDATION
    choose_part(chooser, Split.VALIDATION)
    assert chooser.grid.isVisible()
    choose_part(chooser, Split.TEST)
    selection.next()
    assert chooser.grid.isVisible()
    assert chooser.splits.currentData() is Split.VALIDATION
    choose_part(chooser, Split.TEST)
    chooser.curtain.action.trigger()
    assert (asked, chooser.place_text) == ([True], "test 1 of 300")
    assert chooser.grid.isVisible()
    choose_part(chooser, Split.TRAIN)
    choose_part(chooser, Split.TEST)
    assert chooser.place_text == "test 1 of 300"


def test_what_was_done_to_a_picture_is_covered_by_nothing_where_there_is_little_room(
    chooser: ImageChooser, picture: Path, qtbot
) -> None:
    chooser.resize(240, chooser.minimumSizeHint().height())
    assert drop(chooser, picture)
    assert chooser.minimumSizeHint().height() <= 300, "a window 700 high has no more room"
    qtbot.waitUntil(lambda: chooser.original.y() > chooser.picture.geometry().bottom())
    steps = chooser._steps
    assert chooser.height() <= max(chooser.minimumSizeHint().height(), 420)
    assert chooser.splits.y() > chooser.picture.geometry().bottom()
    assert steps.y() > chooser.splits.geometry().bottom()
    assert steps.toolTip() == chooser.steps_text
    shown, whole = steps.viewport().height(), steps.label.heightForWidth(steps.viewport().width())
    assert shown >= whole or steps.verticalScrollBar().maximum() > 0
    chooser.resize(300, 900)
    qtbot.waitUntil(lambda: steps.viewport().height() >= steps.label.heightForWidth(steps.viewport().width()))


def test_a_class_is_told_from_others_where_its_name_has_no_room(chooser: ImageChooser) -> None:
    names = tuple(f"species of garden bird number {one}" for one in range(2))
    chooser.resize(260, 500)
    chooser._selection.set_dataset(replace(large_dataset(), class_names=names))
    assert chooser.name_text in names
    assert chooser._name.shown_text in ("0", "1")
