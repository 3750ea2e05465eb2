"""A number is turned by dragging its label; one drag is one step of undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from cnnviz.app.document import Document
from cnnviz.spec.layers import Conv2D
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.ui.builder.properties_form import PropertiesForm
from cnnviz.ui.forms.turn_label import STEP_PX, TURN_HINT, TurnLabel

NONE = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def document(qapp) -> Document:
    layers = (Conv2D(id="conv1", filters=8, padding=(1, 1, 1, 1)),)
    return Document(NetworkSpec(name="one", input=InputSpec(), layers=layers))


@pytest.fixture
def form(document: Document, qtbot) -> PropertiesForm:
    form = PropertiesForm(document)
    form.resize(300, 600)
    qtbot.addWidget(form)
    with qtbot.waitExposed(form):
        form.show()
    form.show_layer("conv1")
    return form


def label(form: PropertiesForm, text: str) -> TurnLabel:
    return next(found for found in form.rows.findChildren(TurnLabel) if found.text() == text)


def send(target: TurnLabel, kind: QEvent.Type, x: float, keys: Qt.KeyboardModifier = NONE) -> None:
    place = QPointF(5 + x, 5)
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else LEFT
    buttons = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else LEFT
    spot = QPointF(target.mapToGlobal(QPoint(0, 0))) + place
    QApplication.sendEvent(target, QMouseEvent(kind, place, spot, button, buttons, keys))


def press_and_move(target: TurnLabel, *way: float, keys: Qt.KeyboardModifier = NONE) -> None:
    """Press the button, leave the dead zone, and move; `way` is counted from there, in steps."""
    send(target, QEvent.Type.MouseButtonPress, 0)
    send(target, QEvent.Type.MouseMove, 4, keys)
    for steps in way:
        send(target, QEvent.Type.MouseMove, 4 + steps * STEP_PX, keys)


def release(target: TurnLabel) -> None:
    send(target, QEvent.Type.MouseButtonRelease, 0)


def filters(document: Document) -> int:
    return document.spec.layer("conv1").filters


def test_a_drag_turns_the_number_there_and_back_as_one_step_of_undo(form, document):
    press_and_move(label(form, "Filters"), 1, 2, 10, 5)
    assert filters(document) == 13
    release(label(form, "Filters"))
    press_and_move(label(form, "Filters"), 2)
    release(label(form, "Filters"))
    assert filters(document) == 15
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert filters(document) == 13
    document.undo_stack.undo()
    assert filters(document) == 8


@pytest.mark.parametrize(("keys", "steps", "expected"), [(SHIFT, 3, 38), (CTRL, 30, 11)])
def test_shift_is_faster_and_ctrl_is_finer(form, document, keys, steps, expected):
    press_and_move(label(form, "Filters"), steps, keys=keys)
    assert filters(document) == expected
    release(label(form, "Filters"))


def test_escape_takes_it_back_and_leaves_nothing_to_undo(form, document):
    target = label(form, "Filters")
    press_and_move(target, 20)
    claimed = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Escape, NONE)
    claimed.ignore()
    QApplication.sendEvent(form, claimed)  # wherever the keyboard is
    assert claimed.isAccepted()
    QApplication.sendEvent(form, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, NONE))
    assert filters(document) == 8
    assert document.undo_stack.count() == 0
    send(target, QEvent.Type.MouseMove, 200)  # the button is still down
    assert filters(document) == 8
    assert not target.is_turning
    release(target)


def test_it_stops_at_the_limits(form, document):
    press_and_move(label(form, "Filters"), -50, -49)
    assert filters(document) == 2  # it comes back at once, not after the way beyond the limit
    release(label(form, "Filters"))


def test_a_linked_pair_is_turned_together_and_a_side_alone(form, document):
    press_and_move(label(form, "Kernel"), 2)
    release(label(form, "Kernel"))
    assert document.spec.layer("conv1").kernel_size == (5, 5)
    press_and_move(label(form, "left"), 1)
    press_and_move(label(form, "left"), 1, 3)
    release(label(form, "left"))
    assert document.spec.layer("conv1").padding == (1, 1, 5, 1)


def test_a_click_and_a_label_without_a_number_turn_nothing(form, document):
    send(label(form, "Filters"), QEvent.Type.MouseButtonPress, 0)
    send(label(form, "Filters"), QEvent.Type.MouseMove, 2)
    release(label(form, "Filters"))
    press_and_move(label(form, "First weights"), 10)
    release(label(form, "First weights"))
    assert document.undo_stack.count() == 0
    assert TURN_HINT in label(form, "Filters").toolTip()
    assert TURN_HINT not in label(form, "First weights").toolTip()


def test_a_locked_setting_is_not_turned(form, document):
    form.rows.editors["filters"].set_locked("A run is under way.")
    press_and_move(label(form, "Filters"), 10)
    release(label(form, "Filters"))
    assert filters(document) == 8
