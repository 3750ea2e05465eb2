"""Settings under the hands: help for the one at hand, and one step of undo for one gesture."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QSpinBox

from cnnviz.app.document import Document
from cnnviz.spec.fields import field_infos
from cnnviz.spec.layers import LAYER_TYPES, Conv2D
from cnnviz.ui.builder.properties_form import PropertiesForm


@pytest.fixture
def form(document: Document, qtbot) -> PropertiesForm:
    form = PropertiesForm(document)
    form.resize(300, 600)
    qtbot.addWidget(form)
    with qtbot.waitExposed(form):
        form.show()
    form.activateWindow()
    return form


def box(form: PropertiesForm, name: str) -> QSpinBox:
    assert form.rows is not None
    return form.rows.editors[name].findChild(QSpinBox)


def turn_wheel(widget: QSpinBox) -> None:
    """Turn the mouse wheel over a widget by one notch, away from oneself."""
    middle = widget.rect().center()
    event = QWheelEvent(
        QPointF(middle),
        QPointF(widget.mapToGlobal(middle)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize("kind", [kind for kind in LAYER_TYPES if field_infos(kind)])
def test_every_setting_is_explained_to_the_keyboard(
    kind, document: Document, form: PropertiesForm, qtbot
) -> None:
    form.show_layer(document.insert_layer(kind(), 0))
    qtbot.waitUntil(form.isActiveWindow)
    assert form.rows is not None
    assert form.help_text == ""
    form.focus_first()
    heard = set()
    for _ in range(40):
        heard.add(form.help_text)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    visible = [editor.info for editor in form.rows.editors.values() if editor.isVisible()]
    wanted = {f"{info.label}: {info.tooltip}".replace("\n", " ") for info in visible}
    assert wanted <= heard
    assert heard <= {*wanted, ""}


def test_help_goes_with_the_layer_it_belongs_to(document: Document, form: PropertiesForm, qtbot) -> None:
    form.show_layer("conv1")
    qtbot.waitUntil(form.isActiveWindow)
    form.focus_first()
    assert form.help_text.startswith("Filters: How many filters")
    form.show_layer("relu1")
    assert form.help_text == ""


def test_holding_an_arrow_key_is_one_step_of_undo(document: Document, form: PropertiesForm, qtbot) -> None:
    form.show_layer("conv1")
    filters = box(form, "filters")
    filters.setFocus()
    qtbot.waitUntil(filters.hasFocus)
    for _ in range(7):  # as the system repeats it
        press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, "", True)
        QApplication.sendEvent(filters, press)
    assert filters.value() > 16 + 5
    assert document.spec.layer("conv1") == Conv2D(id="conv1", filters=filters.value())
    assert document.undo_stack.count() == 1


def test_turning_the_wheel_is_one_step_of_undo(document: Document, form: PropertiesForm, qtbot) -> None:
    form.show_layer("conv1")
    filters = box(form, "filters")
    filters.setFocus()
    qtbot.waitUntil(filters.hasFocus)
    for _ in range(5):
        turn_wheel(filters)
    assert document.spec.layer("conv1") == Conv2D(id="conv1", filters=21)
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert filters.value() == 16


def test_holding_the_mouse_on_an_arrow_is_one_step_of_undo(
    document: Document, form: PropertiesForm, qtbot
) -> None:
    form.show_layer("conv1")
    filters = box(form, "filters")
    corner = filters.rect().topRight() + QPoint(-8, 8)
    QTest.mousePress(filters, Qt.MouseButton.LeftButton, pos=corner)
    qtbot.waitUntil(lambda: filters.value() > 19)
    QTest.mouseRelease(filters, Qt.MouseButton.LeftButton, pos=corner)
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert filters.value() == 16


def test_a_choice_between_two_drags_parts_them(document: Document, form: PropertiesForm) -> None:
    form.show_layer("conv1")
    assert form.rows is not None
    box(form, "filters").setValue(20)
    form.rows.editors["padding"].findChild(QComboBox).setCurrentIndex(1)
    box(form, "filters").setValue(24)
    assert document.undo_stack.count() == 3
