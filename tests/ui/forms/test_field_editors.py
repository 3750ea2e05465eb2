from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QSpinBox, QToolButton, QWidget

from cnnviz.spec.fields import FieldInfo, FieldKind
from cnnviz.ui.forms.field_editors import PaddingEditor, PairEditor, make_editor

VALUES: dict[FieldKind, tuple[Any, ...]] = {
    FieldKind.INTEGER: (3, 77),
    FieldKind.NUMBER: (0.25, 0.001),
    FieldKind.FLAG: (True, False),
    FieldKind.PAIR: ((3, 3), (5, 2)),
    FieldKind.PADDING: ("valid", "same", (1, 2, 3, 4)),
    FieldKind.CHOICE: ("b", "a"),
}


def make(kind: FieldKind, qtbot, **settings: Any):
    settings = {"choices": (("a", "First"), ("b", "Second")), **settings}
    info = FieldInfo(kind, "Setting", "What it means.", maximum=100, **settings)
    editor = make_editor(info)
    qtbot.addWidget(editor)
    return editor


@pytest.mark.parametrize("kind", list(FieldKind))
def test_what_is_written_is_shown_and_never_reported(kind: FieldKind, qtbot) -> None:
    editor = make(kind, qtbot)
    with qtbot.assertNotEmitted(editor.value_changed):
        for value in VALUES[kind]:
            editor.set_value(value)
            assert editor.value() == value


@pytest.mark.parametrize("kind", list(FieldKind))
def test_every_control_has_a_name_and_the_tooltip(kind: FieldKind, qtbot) -> None:
    editor = make(kind, qtbot)
    controls = [
        w for w in editor.findChildren(QWidget) if isinstance(w, QSpinBox | QDoubleSpinBox | QComboBox)
    ]
    controls += editor.findChildren(QToolButton)
    for control in controls:
        assert "Setting" in control.accessibleName()
        assert control.toolTip()
    assert "What it means." in editor.toolTip()


def test_a_linked_pair_changes_together(qtbot) -> None:
    editor = make(FieldKind.PAIR, qtbot)
    assert isinstance(editor, PairEditor)
    editor.set_value((3, 3))
    first, second = editor.findChildren(QSpinBox)
    with qtbot.waitSignal(editor.value_changed) as changed:
        second.setValue(5)
    assert changed.args == [(5, 5)]
    link = editor.findChild(QToolButton)
    link.click()
    with qtbot.waitSignal(editor.value_changed) as changed:
        first.setValue(7)
    assert changed.args == [(7, 5)]
    with qtbot.waitSignal(editor.value_changed) as changed:
        link.click()
    assert changed.args == [(7, 7)]


def test_a_pair_that_differs_is_not_linked(qtbot) -> None:
    editor = make(FieldKind.PAIR, qtbot)
    editor.set_value((3, 5))
    assert not editor.findChild(QToolButton).isChecked()


def test_padding_for_each_side_begins_with_the_padding_in_force(qtbot) -> None:
    editor = make(FieldKind.PADDING, qtbot)
    assert isinstance(editor, PaddingEditor)
    editor.set_value("same")
    editor.set_resolved((1, 1, 2, 2))
    choice = editor.findChild(QComboBox)
    with qtbot.waitSignal(editor.value_changed) as changed:
        choice.setCurrentIndex(2)
    assert changed.args == [(1, 1, 2, 2)]
    with qtbot.waitSignal(editor.value_changed) as changed:
        editor.findChildren(QSpinBox)[3].setValue(9)
    assert changed.args == [(1, 1, 2, 9)]
    with qtbot.waitSignal(editor.value_changed) as changed:
        choice.setCurrentIndex(0)
    assert changed.args == ["valid"]


def test_numbers_have_a_point_and_no_idle_zeros(qtbot) -> None:
    editor = make(FieldKind.NUMBER, qtbot, step=0.05)
    editor.set_value(0.5)
    box = editor.findChild(QDoubleSpinBox)
    assert box.text() == "0.5"
    box.stepUp()
    assert editor.value() == 0.55


def test_the_wheel_turns_only_what_has_the_keyboard(qtbot) -> None:
    editor = make(FieldKind.INTEGER, qtbot)
    editor.set_value(5)
    box = editor.findChild(QSpinBox)
    middle = QPointF(box.rect().center())
    wheel = QWheelEvent(
        middle,
        middle,
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, wheel)
    assert editor.value() == 5
    with qtbot.waitExposed(editor):
        editor.show()
    editor.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    QApplication.sendEvent(box, wheel)
    assert editor.value() > 5


def test_a_choice_shows_words_and_reports_the_key(qtbot) -> None:
    editor = make(FieldKind.CHOICE, qtbot)
    box = editor.findChild(QComboBox)
    assert [box.itemText(place) for place in range(box.count())] == ["First", "Second"]
    with qtbot.waitSignals([editor.value_changed, editor.editing_finished]):
        box.setCurrentIndex(1)
    assert editor.value() == "b"
