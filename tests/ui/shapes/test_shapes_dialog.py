from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from cnnviz.app.data import shape_plan
from cnnviz.app.data.shape_plan import ShapePlan, plan_of
from cnnviz.data.shapes import ShapesTask
from cnnviz.ui.shapes.shapes_dialog import ShapesDialog
from tests.helpers.open_windows import open_window


@pytest.fixture
def make(qtbot):
    made = []

    def make_dialog(plan: ShapePlan | None = None) -> ShapesDialog:
        dialog = ShapesDialog(plan or ShapePlan())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        made.append(dialog)
        with qtbot.waitSignal(dialog.pictures_shown), qtbot.waitExposed(dialog):
            dialog.show()
        return dialog

    yield make_dialog
    for dialog in made:
        dialog.reject()


def change(qtbot, dialog, name, value):
    with qtbot.waitSignal(dialog.pictures_shown):
        dialog.rows.editors[name].value_changed.emit(value)


def test_the_pictures_follow_the_settings(make, qtbot):
    dialog = make()
    assert dialog.pictures.words[:3] == ("circle", "ring", "crescent")
    before = dialog.pictures.grab().toImage()
    change(qtbot, dialog, "noise", 0.3)
    assert dialog.pictures.grab().toImage() != before
    assert dialog.summary.text().endswith("Name: shapes:noise=0.3")
    assert dialog.usual_button.isEnabled()


def test_another_task_tells_other_things_of_the_pictures(make, qtbot):
    dialog = make()
    with qtbot.waitSignal(dialog.pictures_shown):
        dialog.task.setCurrentIndex(dialog.task.findData(ShapesTask.ANGLE))
    assert all(word.endswith("°") for word in dialog.pictures.words)
    assert dialog.rows.editors["rotation"].value() == 180
    with qtbot.waitSignal(dialog.pictures_shown):
        dialog.task.setCurrentIndex(dialog.task.findData(ShapesTask.SIZE))
    assert all(0.3 <= float(word) <= 0.9 for word in dialog.pictures.words)


def test_what_cannot_be_drawn_is_said_and_not_used(make, qtbot):
    dialog = make()
    change(qtbot, dialog, "smallest", 0.95)
    assert "must not be above the largest" in dialog.rows.problem_text("smallest")
    assert not dialog.use_button.isEnabled()
    with qtbot.assertNotEmitted(dialog.dataset_requested):
        dialog.accept()
    change(qtbot, dialog, "largest", 1.0)
    assert dialog.use_button.isEnabled()


def test_pictures_that_cannot_be_drawn_are_told(make, qtbot, monkeypatch):
    dialog = make()
    monkeypatch.setattr(shape_plan, "first_shapes", lambda *_: 1 / 0)
    dialog.rows.editors["noise"].value_changed.emit(0.3)
    qtbot.waitUntil(lambda: dialog.summary.text() == "It could not be computed: division by zero.")


def test_usual_settings_come_back(make, qtbot):
    dialog = make(plan_of("shapes-size:clutter=9"))
    assert dialog.rows.editors["clutter"].value() == 9
    with qtbot.waitSignal(dialog.pictures_shown):
        dialog.usual_button.click()
    assert dialog.plan.name == "shapes-size"
    assert dialog.rows.editors["clutter"].value() == 3


def test_what_was_wrong_with_a_number_typed_before_is_forgotten_with_it(make, qtbot):
    dialog = make(plan_of("shapes:clutter=9"))
    (box,) = dialog.rows.editors["noise"].turned_boxes
    box.selectAll()
    qtbot.keyClicks(box, "5")
    assert "received 5" in dialog.rows.problem_text("noise")
    with qtbot.waitSignal(dialog.pictures_shown):
        dialog.usual_button.click()
    assert dialog.rows.problem_text("noise") == ""
    assert box.text() == "0.03"
    box.selectAll()
    qtbot.keyClicks(box, "7")
    with qtbot.waitSignal(dialog.pictures_shown):
        dialog.task.setCurrentIndex(dialog.task.findData(ShapesTask.ANGLE))
    assert dialog.rows.problem_text("noise") == ""


def test_the_data_set_of_the_dialog_is_opened_by_its_name(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        chooser = window.tool_bar.findChild(type(window.tool_bar._dataset_chooser))
        place = chooser.findText("Shapes with Other Settings…")
        chooser.setCurrentIndex(place)
        chooser.activated.emit(place)
        (dialog,) = window.findChildren(ShapesDialog)
        assert chooser.currentText() == window.workbench.selection.dataset.title
        dialog.rows.editors["images"].value_changed.emit(100)
        with qtbot.waitSignal(window.workbench.selection.dataset_changed, timeout=30_000):
            dialog.use_button.click()
        dataset = window.workbench.selection.dataset
        assert dataset.name == "shapes:images=100"
        window.commands["make_shapes"].trigger()
        qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(ShapesDialog)))
        (again,) = [one for one in window.findChildren(ShapesDialog) if one.isVisible()]
        assert again.plan.settings.images == 100
        again.reject()
