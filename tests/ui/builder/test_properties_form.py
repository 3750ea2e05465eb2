from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSpinBox

from cnnviz.app.document import Document
from cnnviz.spec.fields import field_infos
from cnnviz.spec.layers import LAYER_TYPES, Conv2D, Dense
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.validate import DataShape
from cnnviz.ui.builder.properties_form import PropertiesForm
from cnnviz.ui.widgets.breakable import without_breaks


@pytest.fixture
def form(document: Document, qtbot) -> PropertiesForm:
    form = PropertiesForm(document)
    form.resize(320, 500)
    qtbot.addWidget(form)
    with qtbot.waitExposed(form):
        form.show()
    return form


def box(form: PropertiesForm, name: str) -> QSpinBox:
    assert form.rows is not None
    return form.rows.editors[name].findChild(QSpinBox)


def arithmetic(form: PropertiesForm) -> dict[str, str]:
    return {line.name: line.text for line in form.arithmetic}


@pytest.mark.parametrize("kind", LAYER_TYPES)
def test_a_form_has_one_row_for_each_setting(kind, document: Document, form: PropertiesForm) -> None:
    layer_id = document.insert_layer(kind(), 0)
    form.show_layer(layer_id)
    assert form.rows is not None
    assert list(form.rows.editors) == list(field_infos(kind))
    for name, editor in form.rows.editors.items():
        assert editor.value() == getattr(document.spec.layer(layer_id), name)
        assert editor.toolTip() == field_infos(kind)[name].tooltip


def test_a_change_reaches_the_design_and_the_arithmetic(document: Document, form: PropertiesForm) -> None:
    form.show_layer("conv1")
    box(form, "filters").setValue(32)
    assert document.spec.layer("conv1") == Conv2D(id="conv1", filters=32)
    box(form, "kernel_size").setValue(5)
    assert arithmetic(form)["Height, width"] == "(8 − 5)/1 + 1 = 4"
    assert arithmetic(form)["Parameters"] == "5·5·1·32 + 32 = 832"
    assert arithmetic(form)["Shape"] == "8×8×1 → 4×4×32"


def test_dragging_a_spin_box_is_one_step_of_undo(document: Document, form: PropertiesForm, qtbot) -> None:
    form.show_layer("conv1")
    filters = box(form, "filters")
    form.activateWindow()
    filters.setFocus()
    qtbot.waitUntil(filters.hasFocus)
    for _ in range(5):
        filters.stepUp()
    assert document.undo_stack.count() == 1
    qtbot.keyClick(filters, Qt.Key.Key_Return)
    filters.stepUp()
    assert document.undo_stack.count() == 2
    box(form, "kernel_size").setValue(2)
    assert document.undo_stack.count() == 3
    document.undo_stack.setIndex(0)
    assert filters.value() == 16
    assert document.spec.layer("conv1") == Conv2D(id="conv1")


def test_going_back_to_the_same_layer_begins_a_new_step(document: Document, form: PropertiesForm) -> None:
    form.show_layer("conv1")
    box(form, "filters").setValue(20)
    form.show_layer("dense1")
    form.show_layer("conv1")
    box(form, "filters").setValue(30)
    assert document.undo_stack.count() == 2


def test_typing_keeps_focus_and_cursor(document: Document, form: PropertiesForm, qtbot) -> None:
    form.show_layer("conv1")
    filters = box(form, "filters")
    form.activateWindow()
    filters.setFocus()
    qtbot.waitUntil(filters.hasFocus)
    filters.selectAll()
    qtbot.keyClicks(filters, "123")
    assert document.spec.layer("conv1") == Conv2D(id="conv1", filters=123)
    qtbot.keyClick(filters, Qt.Key.Key_Left)
    qtbot.keyClicks(filters, "9")
    assert filters.text() == "1293"
    assert filters.lineEdit().cursorPosition() == 3
    assert filters.hasFocus()
    assert document.undo_stack.count() == 1


def test_undo_is_shown_without_being_taken_for_an_edit(document: Document, form: PropertiesForm) -> None:
    form.show_layer("conv1")
    box(form, "filters").setValue(99)
    document.undo_stack.undo()
    assert box(form, "filters").value() == 16
    assert document.undo_stack.canRedo()


def test_the_input_is_edited_too(document: Document, form: PropertiesForm) -> None:
    form.show_layer("")
    box(form, "height").setValue(28)
    box(form, "channels").setValue(3)
    assert document.spec.input == InputSpec(height=28, width=8, channels=3)
    assert arithmetic(form) == {"Numbers": "28·8·3 = 672"}


def test_problems_stand_beside_the_setting_to_blame(document: Document, form: PropertiesForm) -> None:
    form.show_layer("conv1")
    document.replace_layer(Conv2D(id="conv1", kernel_size=(9, 9)))
    assert form.rows is not None
    assert "does not fit" in form.rows.problem_text("kernel_size")
    assert form.rows.problem_text("filters") == ""
    assert form.problem_text == ""
    assert arithmetic(form) == {"Height, width": "(8 − 9)/1 + 1 = 0"}
    document.undo_stack.undo()
    assert form.rows.problem_text("kernel_size") == ""


def test_problems_of_the_layer_as_a_whole_stand_on_top(document: Document, form: PropertiesForm) -> None:
    form.show_layer("dense1")
    document.remove_layer("flatten1")
    assert form.problem_text.startswith("Dense needs a row of numbers")


def test_a_data_set_with_other_classes_blames_the_units(document: Document, form: PropertiesForm) -> None:
    form.show_layer("dense1")
    document.set_data_shape(DataShape(8, 8, 1, 12))
    assert form.rows is not None
    assert "12 classes" in form.rows.problem_text("units")


def test_a_layer_that_goes_takes_its_form_along_and_brings_it_back(
    document: Document, form: PropertiesForm
) -> None:
    form.show_layer("dense1")
    document.remove_layer("dense1")
    assert form.rows is None
    form.focus_first()
    document.undo_stack.undo()
    assert form.rows is not None
    assert box(form, "units").value() == 10


def test_another_kind_under_the_same_id_gets_its_own_form(document: Document, form: PropertiesForm) -> None:
    form.show_layer("conv1")
    layers = (Dense(id="conv1", units=7), *document.spec.layers[1:])
    document.edit("Swap", NetworkSpec(name="", input=document.spec.input, layers=layers))
    assert form.rows is not None
    assert next(iter(form.rows.editors)) == "units"
    assert box(form, "units").value() == 7


def test_a_value_of_the_first_weights_is_asked_for_only_where_it_is_used(
    document: Document, form: PropertiesForm
) -> None:
    form.show_layer("conv1")
    assert form.rows is not None
    box = form.rows.editors["initial_value"]
    assert not box.isVisibleTo(form)
    form.rows.editors["initializer"].value_changed.emit("normal")
    layer = document.spec.layers[0]
    assert isinstance(layer, Conv2D)
    assert layer.initializer == "normal"
    assert box.isVisibleTo(form)


def test_the_formulas_stay_in_sight_while_the_kernel_is_turned(form: PropertiesForm, qtbot) -> None:
    form.show_layer("conv1")
    form.resize(form.minimumSize())
    kernel = box(form, "kernel_size")
    form.activateWindow()
    form.focus_first()
    qtbot.waitUntil(lambda: not kernel.visibleRegion().isEmpty())
    shown = [label for label in form.findChildren(QLabel) if not label.visibleRegion().isEmpty()]
    kernel.setValue(5)
    texts = {without_breaks(label.text()) for label in shown}
    assert {"(8 − 5)/1 + 1 = 4", "5·5·1·16 + 16 = 416"} <= texts


def test_formulas_of_very_large_numbers_stay_inside(document: Document, form: PropertiesForm, qtbot) -> None:
    document.set_input(InputSpec(height=999, width=999, channels=1000))
    document.replace_layer(Conv2D(id="conv1", filters=9999, kernel_size=(99, 99), padding=(9, 9, 9, 9)))
    form.show_layer("conv1")
    form.resize(form.minimumWidth(), 500)
    labels = [label for label in form.findChildren(QLabel) if label.isVisible()]
    assert len(labels) > 10

    def all_are_inside() -> bool:
        return all(
            label.mapTo(form, label.rect().topRight()).x() < form.width()
            and label.minimumSizeHint().width() <= label.width()
            for label in labels
        )

    qtbot.waitUntil(all_are_inside)
