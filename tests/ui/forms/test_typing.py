"""Numbers that are not allowed stay in sight while they are typed; the setting is as it was meanwhile."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QValidator

from cnnviz.app.document import Document
from cnnviz.spec.fields import field_infos
from cnnviz.spec.layers import Conv2D
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.training import Adam
from cnnviz.ui.builder.properties_form import PropertiesForm
from cnnviz.ui.forms.field_editors import make_editor
from cnnviz.ui.forms.number_boxes import IntegerBox, NumberBox

TOO_MANY = "Filters must be a whole number from 1 to 4,096; received 99999999."


@pytest.fixture
def document(qapp) -> Document:
    layers = (Conv2D(id="conv1", filters=8), Conv2D(id="conv2", filters=8))
    return Document(NetworkSpec(name="two", input=InputSpec(), layers=layers))


@pytest.fixture
def form(document: Document, qtbot) -> PropertiesForm:
    form = PropertiesForm(document)
    form.resize(300, 600)
    qtbot.addWidget(form)
    with qtbot.waitExposed(form):
        form.show()
    form.show_layer("conv1")
    return form


@pytest.fixture
def filters(form: PropertiesForm, qtbot) -> IntegerBox:
    box = form.rows.editors["filters"].findChild(IntegerBox)
    form.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    box.selectAll()
    return box


def told(form: PropertiesForm) -> str:
    return form.rows.problem_text("filters")


def test_a_number_beyond_the_limit_stays_in_sight_and_changes_nothing(form, filters, document, qtbot):
    before = document.spec
    qtbot.keyClicks(filters, "99999999")
    assert filters.text() == "99999999"
    assert told(form) == TOO_MANY
    assert document.spec == before
    assert document.undo_stack.count() == 0


def test_on_leaving_the_last_value_returns_and_the_reason_is_still_told(form, filters, document, qtbot):
    qtbot.keyClicks(filters, "99999999")
    form.rows.editors["kernel_size"].focusProxy().setFocus()
    qtbot.waitUntil(lambda: not filters.hasFocus())
    assert filters.text() == "8"
    assert told(form) == f"{TOO_MANY} It is 8 again."
    filters.setFocus()
    filters.selectAll()
    qtbot.keyClicks(filters, "16")
    assert told(form) == ""
    assert document.spec.layer("conv1").filters == 16


def test_enter_gives_it_up_as_well_and_another_layer_hears_nothing_of_it(form, filters, qtbot):
    qtbot.keyClicks(filters, "0")
    assert told(form) == "Filters must be a whole number from 1 to 4,096; received 0."
    qtbot.keyClick(filters, Qt.Key.Key_Return)
    assert filters.text() == "8"
    assert told(form).endswith("It is 8 again.")
    form.show_layer("conv2")
    assert told(form) == ""


def test_deleting_digits_until_it_is_allowed_is_one_step_of_undo(form, filters, document, qtbot):
    qtbot.keyClicks(filters, "4097")
    assert document.spec.layer("conv1").filters == 8
    qtbot.keyClick(filters, Qt.Key.Key_Backspace)
    assert document.spec.layer("conv1").filters == 409
    assert told(form) == ""
    qtbot.keyClick(filters, Qt.Key.Key_Return)
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.spec.layer("conv1").filters == 8


@pytest.mark.parametrize("text", ["3.5", "-2", "1e3"])
def test_what_is_no_whole_number_is_told(form, filters, document, qtbot, text):
    qtbot.keyClicks(filters, text)
    assert filters.text() == text
    assert told(form).endswith(f"received {text}.")
    assert document.spec.layer("conv1").filters == 8


def test_text_that_is_no_number_is_not_taken(filters, qtbot):
    assert filters.validate("1_0", 0)[0] is QValidator.State.Invalid
    qtbot.keyClicks(filters, "7x")
    assert filters.text() == "7"


def test_another_layer_shown_while_typing_shows_its_own_number(form, filters, qtbot):
    qtbot.keyClicks(filters, "99999")
    form.show_layer("conv2")
    assert filters.text() == "8"
    assert told(form) == ""


def test_small_numbers_may_begin_with_noughts(qtbot):
    editor = make_editor(field_infos(Adam)["learning_rate"])
    qtbot.addWidget(editor)
    editor.set_value(0.002)
    box = editor.findChild(NumberBox)
    box.selectAll()
    qtbot.keyClicks(box, "0.0005")
    assert editor.typing.text == ""
    assert editor.value() == pytest.approx(0.0005)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    box.selectAll()
    qtbot.keyClicks(box, "1e30")
    assert box.text() == "1e30"
    assert editor.typing.text.endswith("received 1e30.")
    assert editor.value() == pytest.approx(0.0005)
