"""The dialog of an import: what it shows, and that one Enter is enough."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cnnviz.app.data.importer import Importer
from cnnviz.data.fitting import Color, Fit
from cnnviz.data.importing import decoding
from cnnviz.data.importing.cache import PictureCache
from cnnviz.data.importing.recipe import Goal, Recipe
from cnnviz.ui.importing.import_dialog import ImportDialog, ImportStage
from tests.helpers.picture_folders import fill, save


@pytest.fixture
def importer(qapp, tmp_path):
    importer = Importer(cache=PictureCache(tmp_path / "cache"))
    yield importer
    assert importer.close()


@pytest.fixture
def pets(tmp_path):
    fill(tmp_path / "pets" / "cat", 8, (40, 60, 3))
    fill(tmp_path / "pets" / "dog", 12, (60, 40, 3))
    return tmp_path / "pets"


@pytest.fixture
def opened(importer, qtbot):
    """Opens the dialog for a folder and waits until it has looked into it."""
    dialogs = []

    def open_(folder, recipe=None):
        dialog = ImportDialog(importer, folder, recipe)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialogs.append(dialog)
        dialog.show()
        assert dialog.stage is ImportStage.LOOKING
        assert not dialog.import_button.isEnabled()
        qtbot.waitUntil(lambda: dialog.stage is ImportStage.CHOOSING)
        return dialog

    return open_


def test_what_was_found_is_shown_with_a_guess(opened, pets):
    save(pets / "loose.png", 3)
    dialog = opened(pets)
    assert dialog.heading.text() == "pets"
    assert dialog.amount.text() == "20 pictures in 2 classes, from one folder per class"
    assert dialog.look.text() == "Sides of 40 to 60 pixels · in colour"
    model = dialog.classes.classes
    assert [[model.index(row, column).data() for column in (0, 1)] for row in (0, 1)] == [
        ["cat", "8"],
        ["dog", "12"],
    ]
    assert dialog.form.recipe == Recipe(size=(32, 32), color=Color.RGB)
    assert dialog.told.text() == "20 images of 32×32: 61.4 kB"
    assert dialog.remarks.topLevelItem(0).text(0) == "1 picture in no class folder left out"
    assert not dialog.form.goal_box.isVisible()


def test_one_enter_imports(opened, pets, qtbot):
    dialog = opened(pets)
    with qtbot.waitSignal(dialog.imported) as done:
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    imported, is_adapting = done.args
    assert imported.dataset.image_shape == (32, 32, 3)
    assert is_adapting
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_a_narrow_preview_has_pictures_from_all_over(opened, pets):
    preview = opened(pets).preview
    assert len(preview.shown) < len(preview.tiles)
    names = [tile.words.split("/")[0] for tile in preview.shown]
    assert names[0] == "cat"
    assert names[-1] == "dog"
    assert preview.tile_at(preview.width() - 1) in (None, preview.shown[-1])


def test_the_preview_follows_the_settings(opened, pets):
    dialog = opened(pets)
    before = [tile.image.size().toTuple() for tile in dialog.preview.tiles]
    assert before == [(32, 32)] * 10
    dialog.form.height_box.setValue(10)
    dialog.form.width_box.setValue(20)
    dialog.form.fit_box.setCurrentText("Crop")
    dialog.form.color_box.setCurrentText("Grey")
    dialog.form.fit_box.activated.emit(dialog.form.fit_box.currentIndex())
    assert dialog.form.recipe == Recipe(size=(10, 20), color=Color.GRAY, fit=Fit.CROP)
    assert {tile.image.size().toTuple() for tile in dialog.preview.tiles} == {(20, 10)}
    assert dialog.preview.tiles[0].words.splitlines() == [
        "cat/00.png: 60 wide, 40 high",
        "Made grey (0.299 red + 0.587 green + 0.114 blue)",
        "Cut to its middle: 60 wide, 30 high",
        "Made smaller: 20 wide, 10 high",
    ]
    assert "cat/00.png" in dialog.preview.accessibleDescription()
    assert dialog.told.text() == "20 images of 10×20: 4.0 kB"


def test_what_was_left_out_is_listed_afterwards(opened, pets, qtbot):
    (pets / "dog" / "broken.png").write_bytes(b"\x89PNG")
    dialog = opened(pets)
    dialog.adapt_box.setChecked(False)
    with qtbot.waitSignal(dialog.imported) as done:
        dialog.import_button.click()
    assert done.args[1] is False
    qtbot.waitUntil(lambda: dialog.stage is ImportStage.DONE)
    assert dialog.isVisible()
    assert dialog.told.text() == "20 images imported: 16 for training, 2 for validation, 2 for test."
    item = dialog.remarks.topLevelItem(0)
    assert item.text(0) == "1 picture could not be read"
    assert item.child(0).text(0).startswith("dog/broken.png: ")
    assert dialog.import_button.text() == "Close"
    dialog.import_button.click()
    assert not dialog.isVisible()


def test_an_import_that_is_cancelled_can_be_begun_again(opened, pets, qtbot, monkeypatch):
    dialog = opened(pets)
    began, goes_on = threading.Event(), threading.Event()
    decode_block = decoding.decode_block

    def slow(*args, **settings):
        began.set()
        assert goes_on.wait(10)
        return decode_block(*args, **settings)

    monkeypatch.setattr(decoding, "decode_block", slow)
    dialog.import_button.click()
    assert began.wait(10)
    assert dialog.stage is ImportStage.READING
    assert dialog.cancel_button.isVisible()
    assert not dialog.form.isEnabled()
    dialog.cancel_button.click()
    assert dialog.stage is ImportStage.CHOOSING
    goes_on.set()
    with qtbot.waitSignal(dialog.imported):
        dialog.import_button.click()


def test_a_folder_without_pictures_says_so(importer, tmp_path, qtbot):
    (tmp_path / "empty").mkdir()
    dialog = ImportDialog(importer, tmp_path / "empty")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: "holds no pictures" in dialog.problem.text)
    assert not dialog.import_button.isEnabled()
    assert not dialog.form.isVisible()
    dialog.cancel_button.click()
    assert not dialog.isVisible()


def test_a_table_can_be_learned_in_several_ways(opened, tmp_path, qtbot):
    lines = ["file;kind;age;height"]
    for number in range(6):
        save(tmp_path / "people" / f"p{number}.png", number)
        lines.append(f"p{number}.png;{'ab'[number % 2]};{number},5;{number}")
    (tmp_path / "people" / "list.csv").write_text("\n".join(lines))
    dialog = opened(tmp_path / "people")
    box = dialog.form.goal_box
    assert box.currentText() == "kind: 2 classes"
    choices = [box.itemText(place) for place in range(box.count())]
    assert choices[1:] == ["age: a number", "height: 6 classes", "height: a number", "age, height: 2 numbers"]
    dialog.form.width_box.setValue(3)
    box.setCurrentIndex(4)
    box.activated.emit(4)
    qtbot.waitUntil(lambda: dialog.amount.text().startswith("6 pictures with 2 numbers each"))
    model = dialog.classes.classes
    assert [model.index(row, 1).data() for row in (0, 1)] == ["0.5 to 5.5", "0 to 5"]
    assert dialog.form.recipe.size == (6, 3)
    with qtbot.waitSignal(dialog.imported) as done:
        dialog.import_button.click()
    np.testing.assert_allclose(done.args[0].dataset.targets[2], [2.5, 2])


def test_what_the_folder_divides_is_not_asked(opened, tmp_path):
    fill(tmp_path / "set" / "train" / "a", 6)
    fill(tmp_path / "set" / "test" / "a", 3)
    dialog = opened(tmp_path / "set")
    assert dialog.form.parts_note.text() == "The folder says which are 6 for training, 3 for test."
    assert dialog.form.validation_box.isEnabled()
    assert not dialog.form.test_box.isEnabled()


def test_the_settings_of_an_earlier_import_stand_in_the_form(opened, pets):
    recipe = Recipe(size=(7, 9), color=Color.GRAY, fit=Fit.STRETCH, validation=20, seed=4)
    assert opened(pets, recipe).form.recipe == recipe


def test_columns_that_are_gone_are_forgotten(opened, pets):
    recipe = Recipe(size=(7, 9), goal=Goal.NUMBERS, columns=("age",))
    fill(pets / "cat", 3)
    (pets / "list.csv").write_text("file,weight\n" + "\n".join(f"cat/{n:02}.png,{n}.5" for n in range(8)))
    (pets / "dog" / "00.png").unlink()
    dialog = opened(pets, recipe)
    assert dialog.form.recipe.columns in ((), ("weight",))
