from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QValidator

from cnnviz.spec.fields import field_infos
from cnnviz.spec.training import Adam
from cnnviz.ui.forms.field_editors import NumberEditor, make_editor
from cnnviz.ui.forms.number_boxes import IntegerBox, NumberBox

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def box(qtbot: QtBot) -> NumberBox:
    widget = NumberBox()
    qtbot.addWidget(widget)
    widget.setRange(1e-8, 100.0)
    return widget


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.002, "0.002"), (1e-8, "1e-08"), (100, "100"), (0.00025, "0.00025"), (2.5e-5, "2.5e-05")],
)
def test_numbers_of_any_size_are_written_short_and_kept(box: NumberBox, value: float, text: str) -> None:
    box.setValue(value)
    assert box.text() == text
    assert box.value() == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("0.5", QValidator.State.Acceptable),
        ("0,5", QValidator.State.Acceptable),
        ("3e-7", QValidator.State.Acceptable),
        ("3e-", QValidator.State.Intermediate),
        ("", QValidator.State.Intermediate),
        ("0", QValidator.State.Intermediate),
        ("inf", QValidator.State.Invalid),
        ("fast", QValidator.State.Invalid),
    ],
)
def test_what_may_be_typed(box: NumberBox, text: str, state: QValidator.State) -> None:
    assert box.validate(text, 0)[0] is state


def test_a_typed_exponent_is_the_value(box: NumberBox, qtbot: QtBot) -> None:
    box.selectAll()
    qtbot.keyClicks(box, "3e-5")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == pytest.approx(3e-5)


def test_arrows_move_the_second_digit_of_a_rate(qtbot: QtBot) -> None:
    editor = make_editor(field_infos(Adam)["learning_rate"])
    qtbot.addWidget(editor)
    assert isinstance(editor, NumberEditor)
    editor.set_value(0.002)
    qtbot.keyClick(editor.focusProxy(), Qt.Key.Key_Up)
    assert editor.value() == pytest.approx(0.0021)


def test_the_smallest_epsilon_is_shown(qtbot: QtBot) -> None:
    editor = make_editor(field_infos(Adam)["epsilon"])
    qtbot.addWidget(editor)
    editor.set_value(1e-8)
    assert editor.value() == 1e-8


def test_words_may_stand_for_the_least_number(qtbot: QtBot) -> None:
    box = IntegerBox()
    qtbot.addWidget(box)
    box.setRange(0, 99)
    box.setSpecialValueText("as it is")
    box.setValue(5)
    box.setValue(0)
    assert box.text() == box.value_text == "as it is"
    given_up: list[str] = []
    box.typing.given_up.connect(given_up.append)
    box.interpretText()
    box.typing.settle()
    assert (box.text(), box.value(), given_up) == ("as it is", 0, [])
    box.selectAll()
    qtbot.keyClicks(box, "28")
    assert box.value() == 28
    box.selectAll()
    qtbot.keyClicks(box, "0\r")
    assert (box.value(), box.text()) == (0, "as it is")
    box.stepBy(1)
    assert (box.text(), given_up) == ("1", [])


def test_who_types_behind_the_words_means_a_number_in_their_place(qtbot: QtBot) -> None:
    box = IntegerBox()
    qtbot.addWidget(box)
    box.setRange(0, 99)
    box.setSpecialValueText("as it is")
    box.lineEdit().end(False)
    qtbot.keyClicks(box, "64")
    assert (box.value(), box.text()) == (64, "64")
    box.setValue(0)
    box.lineEdit().end(False)
    qtbot.keyClicks(box, "x")
    assert (box.value(), box.text()) == (0, "as it is")
