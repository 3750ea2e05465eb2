"""The pattern's numbers become layers at once, and what is wrong is said beside the number."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QSpinBox

from cnnviz.spec.layers import Conv2D
from cnnviz.spec.network import NetworkSpec
from cnnviz.spec.patterns import Pattern, pattern_layers
from cnnviz.spec.tree_edits import Place
from cnnviz.spec.validate import DataShape, check
from cnnviz.ui.templates.pattern_dialog import PatternDialog
from cnnviz.ui.theme import DARK, apply_theme
from tests.helpers.designs import small_design

DIGITS = DataShape(height=8, width=8, channels=1, classes=10)


@pytest.fixture
def make(qtbot):
    def make_dialog(
        *, insert: bool = False, selected: str = "conv1", spec: NetworkSpec | None = None
    ) -> PatternDialog:
        dialog = PatternDialog(spec or small_design(), selected, DIGITS, insert=insert)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        return dialog

    return make_dialog


def _type(dialog: PatternDialog, name: str, number: int) -> None:
    """Type a number into the box of a setting."""
    box = dialog.rows.editors[name].findChild(QSpinBox)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, str(number))


def test_a_new_design_is_shown_before_it_is_made(make):
    dialog = make()
    preview = dialog.preview
    assert preview.notation.text() == "INPUT → [[CONV → RELU]×2 → POOL]×2 → FC → RELU → FC → SOFTMAX"
    assert preview.table.rows[0] == ("Conv2D", "16 × 3×3, same", "8×8×16", "160")
    assert preview.table.rows[-1] == ("Softmax", "probabilities", "10", "")
    assert preview.totals.text().startswith("15 layers · 25,274 parameters · ")
    assert preview.diagram.words.endswith("Dense 10.")
    assert preview.problems.text == ""


def test_typed_numbers_show_at_once_and_enter_opens_the_design(make):
    dialog = make()
    for name, number in {
        "convolutions": 1,
        "stages": 1,
        "filters": 6,
        "kernel_size": 5,
        "classes": 10,
    }.items():
        _type(dialog, name, number)
    assert dialog.preview.table.rows[0] == ("Conv2D", "6 × 5×5, same", "8×8×6", "156")
    chosen = QSignalSpy(dialog.design_chosen)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    (spec,) = chosen.at(0)
    assert check(spec, DIGITS) == ()
    assert [layer.title for layer in spec.layers] == [
        "Conv2D", "ReLU", "MaxPool2D", "Flatten", "Dense", "ReLU", "Dense", "Softmax",
    ]  # fmt: skip
    assert not dialog.isVisible()


def test_a_number_that_does_not_fit_is_said_beside_it_and_nothing_can_be_opened(make):
    dialog = make()
    _type(dialog, "stages", 4)
    assert dialog.rows.problem_text("pool_size").startswith("maxpool4: A window 2 high does not fit")
    assert not dialog.done_button.isEnabled()
    chosen = QSignalSpy(dialog.design_chosen)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    dialog.accept()
    assert chosen.count() == 0
    assert dialog.isVisible()
    _type(dialog, "stages", 2)
    assert dialog.rows.problem_text("pool_size") == ""
    assert dialog.done_button.isEnabled()


def test_a_wrong_number_of_classes_is_said_and_allowed(make):
    dialog = make()
    _type(dialog, "classes", 3)
    assert "10 classes" in dialog.rows.problem_text("classes")
    assert dialog.done_button.isEnabled()


def test_numbers_that_mean_nothing_are_hidden(make):
    dialog = make()
    pool, units = dialog.rows.editors["pool_size"], dialog.rows.editors["dense_units"]
    assert pool.isVisible()
    assert units.isVisible()
    dialog.rows.editors["pooling"].set_value("none")
    dialog.rows.change_requested.emit("pooling", "none", 0)
    dialog.rows.change_requested.emit("ending", "none", 0)
    assert not pool.isVisible()
    assert not units.isVisible()


def test_an_insertion_begins_without_an_ending_and_names_its_place(make):
    dialog = make(insert=True)
    assert dialog.is_insertion
    assert dialog.insert_button.text() == "&Insert after conv1"
    assert dialog.pattern.ending == "none"
    assert dialog.preview.notation.text().startswith("conv1 → ")
    assert dialog.preview.diagram.words.startswith("Input 6×6×4")
    assert make(insert=True, selected="").insert_button.text() == "&Insert after the input"


def test_an_insertion_hands_on_the_layers_and_their_place(make):
    dialog = make(insert=True)
    _type(dialog, "stages", 1)
    chosen = QSignalSpy(dialog.insertion_chosen)
    QTest.mouseClick(dialog.done_button, Qt.MouseButton.LeftButton)
    layers, place = chosen.at(0)
    assert layers == pattern_layers(Pattern(stages=1, ending="none"), (6, 6, 4))
    assert place == Place(1)


def test_the_other_way_takes_the_other_ending_and_says_so_on_the_button(make):
    dialog = make()
    assert dialog.done_button.text() == "&Open"
    dialog.insert_button.click()
    assert dialog.pattern.ending == "none"
    assert dialog.done_button.text() == "&Insert"
    dialog.new_button.click()
    assert dialog.pattern.ending == "softmax"
    assert dialog.preview.notation.text().startswith("INPUT → ")


def test_what_would_break_behind_an_insertion_is_said_and_allowed(make):
    dialog = make(insert=True)
    _type(dialog, "stages", 2)
    assert dialog.preview.problems.text.startswith('Layer "maxpool1" behind it: ')
    assert dialog.done_button.isEnabled()


def test_a_full_design_takes_no_pattern_and_says_so(make):
    full = NetworkSpec(
        name="", input=small_design().input, layers=tuple(Conv2D(padding="same") for _ in range(500))
    )
    dialog = make(insert=True, spec=full)
    assert "at most 500 layers" in dialog.preview.problems.text
    assert dialog.preview.table.rows == []
    assert not dialog.done_button.isEnabled()


def test_a_problem_stands_on_its_row(make):
    dialog = make()
    _type(dialog, "kernel_size", 9)
    dialog.rows.change_requested.emit("padding", "valid", 0)
    row = dialog.preview.table.topLevelItem(0)
    assert row.text(2) == "–"
    assert "A window 9 high" in row.toolTip(2)


def test_everything_works_by_keyboard_and_has_a_name(make, qtbot):
    dialog = make()
    first = dialog.rows.editors["convolutions"].findChild(QSpinBox)
    qtbot.waitUntil(first.hasFocus)
    seen = set()
    while (widget := QApplication.focusWidget()) not in seen:
        seen.add(widget)
        assert QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name), widget
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    assert dialog.done_button in seen
    assert dialog.new_button in seen
    assert dialog.preview.table in seen
    assert len(seen) >= 16


def test_it_is_usable_when_small_and_dark(make, qapp):
    apply_theme(qapp, "dark")
    dialog = make()
    dialog.resize(dialog.minimumSize())
    assert dialog.grab().toImage().pixelColor(2, 2) == DARK.window
    assert dialog.done_button.geometry().bottom() < dialog.height()
