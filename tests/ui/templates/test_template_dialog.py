"""Choosing a network to begin with: what is shown of it, and what is handed on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication

from cnnviz.app.designs.bundled import bundled_designs
from cnnviz.spec.losses import MulticlassSVM
from cnnviz.spec.trace import trace
from cnnviz.spec.validate import DataShape, check
from cnnviz.ui.templates.template_dialog import TemplateDialog
from cnnviz.ui.theme import DARK, apply_theme
from tests.helpers.designs import bundled_design

COLOURS = DataShape(height=32, width=32, channels=3, classes=7)
DIGITS = DataShape(height=8, width=8, channels=1, classes=10)


@pytest.fixture
def make(qtbot):
    def make_dialog(data: DataShape = COLOURS) -> TemplateDialog:
        dialog = TemplateDialog(data, "Pictures")
        # The dialog deletes itself when it is closed; at the end of a test, it does so here.
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        return dialog

    return make_dialog


def test_it_begins_with_the_default_design_and_the_keyboard_in_the_list(make, qtbot):
    dialog = make()
    assert dialog.spec == bundled_design("digits-cnn")
    qtbot.waitUntil(lambda: QApplication.focusWidget() is dialog.list)


@pytest.mark.parametrize("name", [design.name for design in bundled_designs()])
def test_every_design_shows_its_words_its_size_and_a_picture(make, name):
    dialog = make()
    dialog.list.select(name)
    spec = bundled_design(name)
    page = dialog.page
    assert page.heading.text() == spec.name
    assert f"Input {'×'.join(map(str, spec.input.shape))} · " in page.facts.text()
    for label in (page.about, page.look, page.source):
        assert len(label.text()) > 30
    assert page.diagram.words.startswith("Input")
    assert page.diagram.words.endswith(f" {trace(spec).output_shape[-1]:,}.")
    assert dialog.problem_text == ""


def test_the_arrow_keys_pass_over_headings_and_enter_opens(make, qtbot):
    dialog = make()
    chosen = QSignalSpy(dialog.template_chosen)
    for _ in range(5):
        QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.spec == bundled_design("linear-softmax")
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert chosen.count() == 1
    assert chosen.at(0)[0] == bundled_design("linear-softmax")
    assert not dialog.isVisible()


def test_a_name_can_be_typed(make):
    dialog = make()
    QTest.keyClicks(dialog.list, "van")
    assert dialog.spec == bundled_design("vanilla")


def test_escape_opens_nothing(make):
    dialog = make()
    chosen = QSignalSpy(dialog.template_chosen)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert chosen.count() == 0
    assert not dialog.isVisible()


def test_a_double_click_opens_and_one_on_a_heading_does_not(make):
    dialog = make()
    chosen = QSignalSpy(dialog.template_chosen)

    def double_click(row: int) -> None:
        place = dialog.list.visualItemRect(dialog.list.item(row)).center()
        QTest.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=place)

    double_click(0)
    assert chosen.count() == 0
    double_click(3)
    assert chosen.at(0)[0] == bundled_design("two-conv")


def test_a_template_brings_its_own_loss(make):
    dialog = make()
    chosen = QSignalSpy(dialog.template_chosen)
    dialog.list.select("linear-svm")
    QTest.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    assert isinstance(chosen.at(0)[1].loss, MulticlassSVM)


def test_adapting_shows_and_opens_the_adapted_design(make):
    dialog = make()
    dialog.list.select("lenet5")
    QTest.keyClick(dialog.adapt_box, Qt.Key.Key_Space)
    assert dialog.spec.input.shape == (32, 32, 3)
    assert check(dialog.spec, COLOURS) == ()
    assert "Input 32×32×3" in dialog.page.facts.text()
    assert dialog.page.diagram.words.startswith("Input 32×32×3")
    assert dialog.page.diagram.words.endswith("Dense 7.")
    chosen = QSignalSpy(dialog.template_chosen)
    dialog.accept()
    assert chosen.at(0)[0].input.shape == (32, 32, 3)


def test_a_design_that_cannot_be_adapted_says_why_and_where(make):
    dialog = make(DIGITS)
    dialog.list.select("alexnet")
    assert dialog.problem_text == ""
    dialog.adapt_box.setChecked(True)
    assert dialog.problem_text.startswith('Layer "conv1": A window 11 high does not fit')
    assert "parameters" not in dialog.page.facts.text()
    dialog.adapt_box.setChecked(False)
    assert dialog.problem_text == ""


def test_everything_has_a_name_and_templates_are_read_with_their_line(make):
    dialog = make()
    for widget in (dialog.list, dialog.page, dialog.page.diagram, dialog.adapt_box, dialog.open_button):
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name)
    row = dialog.list.item(dialog.list.currentRow())
    spoken = row.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Digits CNN. Two convolutions for the bundled digits."


def test_it_is_usable_when_small_and_dark(make, qapp):
    apply_theme(qapp, "dark")
    dialog = make()
    dialog.resize(dialog.minimumSize())
    dialog.list.select("resnet-small")
    image = dialog.grab().toImage()
    assert dialog.width() <= 640
    assert image.pixelColor(2, 2) == DARK.window
    assert dialog.open_button.geometry().bottom() < dialog.height()
