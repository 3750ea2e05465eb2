"""From a folder that is dropped to a design that can be trained on it."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import QMimeData, QPoint, QTimer, QUrl
from PySide6.QtWidgets import QPushButton

from cnnviz.data.digits import open_digits
from cnnviz.data.fitting import Color, Fit
from cnnviz.data.importing.opening import Imported
from cnnviz.data.importing.recipe import Recipe, to_source
from cnnviz.spec.layers import Dropout
from cnnviz.ui.importing.import_dialog import ImportStage
from cnnviz.ui.importing.import_links import UNDO, UNDO_DESIGN, UNDO_IMPORT, known_recipe
from tests.helpers.picture_folders import fill
from tests.ui.builder.drags import palette_drag


def import_pets(window, tmp_path, qtbot):
    """Import three classes of pictures, and return what was wrong with the design right after they came."""
    for name in ("cat", "dog", "cow"):
        if not (tmp_path / "pets" / name).exists():
            fill(tmp_path / "pets" / name, 10, (24, 24, 3))
    document, troubles = window.workbench.document, []
    window.workbench.selection.dataset_changed.connect(
        lambda: QTimer.singleShot(0, lambda: troubles.append(document.problems))
    )
    window.files.open_path(tmp_path / "pets")
    dialog = window.imports.dialog
    qtbot.waitUntil(lambda: dialog.stage is ImportStage.CHOOSING)
    dialog.accept()
    qtbot.waitUntil(lambda: len(troubles) == 1 and "was imported" in window.banner.text)
    return troubles[0]


def words_of(banner):
    """Return the words of the buttons that are in sight, but for the cross."""
    return [button.text() for button in banner.findChildren(QPushButton) if not button.isHidden()]


def test_a_design_is_adapted_with_the_images_in_one_step_and_nobody_sees_it_fail(window, tmp_path, qtbot):
    document, before = window.workbench.document, window.workbench.document.spec
    assert import_pets(window, tmp_path, qtbot) == ()
    assert document.undo_stack.count() == 1
    assert window.banner.text == '"pets" was imported, and the design adapted to it.'
    qtbot.waitUntil(window.centralWidget().updatesEnabled)
    document.undo_stack.undo()
    assert document.spec == before
    assert window.workbench.selection.dataset.plain_name == "pets", "undo is of designs"
    assert document.problems


def test_images_and_design_are_taken_back_together(window, tmp_path, qtbot):
    document, selection = window.workbench.document, window.workbench.selection
    before, digits = document.spec, selection.dataset
    import_pets(window, tmp_path, qtbot)
    troubles = []
    selection.dataset_changed.connect(
        lambda: QTimer.singleShot(0, lambda: troubles.append(document.problems))
    )
    window.notices._on_action_requested(UNDO)
    qtbot.waitUntil(lambda: bool(troubles))
    assert troubles == [()]
    assert (document.spec, selection.dataset.content_hash) == (before, digits.content_hash)
    assert window.banner.isHidden()


def test_a_design_that_was_edited_since_stays_where_the_images_go_back(window, tmp_path, qtbot):
    document, selection = window.workbench.document, window.workbench.selection
    import_pets(window, tmp_path, qtbot)
    document.insert_layer(Dropout(), 0)
    edited = document.spec
    assert window.banner.text == '"pets" was imported. The design was adapted to it, and edited since.'
    window.notices._on_action_requested(UNDO_IMPORT)
    qtbot.waitUntil(lambda: selection.dataset.name == "digits")
    assert document.spec is edited


def test_the_message_says_what_is_left_after_undo_and_redo(window, tmp_path, qtbot):
    document, banner = window.workbench.document, window.banner
    import_pets(window, tmp_path, qtbot)
    both, adapted = banner.text, document.spec
    document.undo_stack.undo()
    assert banner.text == 'The design is as it was before the import; "pets" is still the data set.'
    assert words_of(banner) == [window.commands["adapt"].text(), UNDO_IMPORT]
    document.undo_stack.redo()
    assert (banner.text, words_of(banner)) == (both, [UNDO])
    document.undo_stack.undo()
    window.notices._on_action_requested(window.commands["adapt"].text())
    assert (document.spec, banner.text, words_of(banner)) == (adapted, both, [UNDO])
    window.notices.clear()
    document.undo_stack.undo()
    assert "import" not in banner.text, "a message that was put away stays away"


def test_images_go_back_where_the_design_did_before(window, tmp_path, qtbot):
    document, before = window.workbench.document, window.workbench.document.spec
    loss = window.training_form.training.loss
    import_pets(window, tmp_path, qtbot)
    document.undo_stack.undo()
    window.notices._on_action_requested(UNDO_IMPORT)
    qtbot.waitUntil(lambda: window.workbench.selection.dataset.name == "digits")
    assert (document.spec, document.problems) == (before, ())
    assert window.training_form.training.loss == loss


def test_pictures_imported_once_more_leave_the_design_to_be_taken_back(window, tmp_path, qtbot):
    document, before = window.workbench.document, window.workbench.document.spec
    import_pets(window, tmp_path, qtbot)
    document.undo_stack.undo()
    window.notices.clear()
    import_pets(window, tmp_path, qtbot)
    assert words_of(window.banner) == [UNDO_DESIGN]
    window.notices._on_action_requested(UNDO_DESIGN)
    assert (document.spec, window.workbench.selection.dataset.name) == (before, "folder:pets")


def test_the_window_goes_on_painting_where_an_import_cannot_be_taken_in(window, monkeypatch, qtbot):
    def fail(_dataset):
        raise RuntimeError("an error of the program")

    monkeypatch.setattr(window.files, "take_dataset", fail)
    with pytest.raises(RuntimeError):
        window.imports._on_imported(Imported(open_digits(), Recipe(), ()), is_adapting=True)
    qtbot.waitUntil(window.centralWidget().updatesEnabled)


def test_settings_that_were_changed_since_stay_where_images_and_design_go_back(window, tmp_path, qtbot):
    form, before = window.training_form, window.workbench.document.spec
    import_pets(window, tmp_path, qtbot)
    form.choose(dataclasses.replace(form.training, epochs=7))
    window.notices._on_action_requested(UNDO)
    qtbot.waitUntil(lambda: window.workbench.document.spec == before)
    assert form.training.epochs == 7


def test_a_way_back_that_was_given_up_is_not_gone_later(window, tmp_path, qtbot):
    """The data set from before may be opened once more, for whatever else."""
    document, selection = window.workbench.document, window.workbench.selection
    digits = selection.dataset
    import_pets(window, tmp_path, qtbot)
    adapted = document.spec
    window.notices._on_action_requested(UNDO)
    window.workbench.dataset_opener.cancel()
    assert window.files.take_dataset(digits)
    assert document.spec is adapted


def test_a_dropped_folder_is_imported_and_the_design_fits(window, tmp_path, qtbot):
    for name in ("cat", "dog", "cow"):
        fill(tmp_path / "pets" / name, 10, (24, 24, 3))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "pets"))])
    drag = palette_drag(data)
    assert drag.enter(window, QPoint(5, 5))
    assert window.statusBar().currentMessage() == "Drop to import the pictures in pets"
    drag.drop(window, QPoint(5, 5))
    qtbot.waitUntil(lambda: window.imports.dialog is not None)
    dialog = window.imports.dialog
    qtbot.waitUntil(lambda: dialog.stage is ImportStage.CHOOSING)
    dialog.accept()
    qtbot.waitUntil(lambda: window.workbench.selection.dataset.name == "folder:pets")
    qtbot.waitUntil(lambda: window.imports.dialog is None)
    qtbot.waitUntil(lambda: window.workbench.document.spec.input.shape == (24, 24, 3))
    assert window.workbench.document.problems == ()
    assert window.commands["train"].isEnabled()


def test_a_dropped_table_is_what_the_import_goes_by(window, tmp_path, qtbot):
    fill(tmp_path / "pets", 12, (8, 8))
    names = sorted(path.name for path in (tmp_path / "pets").iterdir())
    for table, count in (("all", 12), ("some", 8)):
        rows = "".join(f"{name},{place % 3}.5\n" for place, name in enumerate(names[:count]))
        (tmp_path / "pets" / f"{table}.csv").write_text(f"name,{table}\n{rows}")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "pets" / "some.csv"))])
    drag = palette_drag(data)
    assert drag.enter(window, QPoint(5, 5))
    assert window.statusBar().currentMessage() == "Drop to import the pictures that some.csv names"
    drag.drop(window, QPoint(5, 5))
    qtbot.waitUntil(lambda: window.imports.dialog is not None)
    dialog = window.imports.dialog
    qtbot.waitUntil(lambda: dialog.stage is ImportStage.CHOOSING)
    dialog.accept()
    qtbot.waitUntil(lambda: window.workbench.selection.dataset.name == "folder:pets")
    dataset = window.workbench.selection.dataset
    assert (len(dataset), dataset.quantities[0].name) == (8, "some")


def test_a_folder_that_was_imported_before_keeps_its_settings(tmp_path):
    recipe = Recipe(size=(3, 4), color=Color.RGB, fit=Fit.CROP)
    source = to_source(tmp_path, recipe)
    assert known_recipe(source, tmp_path) == recipe
    assert known_recipe(source, tmp_path / "other") is None
    assert known_recipe("digits", tmp_path) is None
    assert known_recipe(f"{tmp_path}#size=0", tmp_path) is None
