"""What is offered where a design has a problem: in the form, in the panel, in the card's menu."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSpinBox, QWidget

from cnnviz.app.document import Document
from cnnviz.spec.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.repairs import Repair
from cnnviz.spec.trace import Problem
from cnnviz.spec.validate import DataShape
from cnnviz.ui.builder import repair_words
from cnnviz.ui.builder.builder_panel import BuilderPanel
from cnnviz.ui.builder.properties_form import PropertiesForm
from cnnviz.ui.builder.repair_button import RepairButton
from cnnviz.ui.builder.repair_list import RepairList
from cnnviz.ui.builder.repair_menu import RepairMenu
from cnnviz.ui.builder.repair_watch import ChangeWatch

LONG = "a_very_long_name_of_a_layer_that_somebody_has_chosen_by_hand_123"


def design(*layers) -> NetworkSpec:
    return NetworkSpec(name="", input=InputSpec(), layers=layers)


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


def shown(offers: RepairList) -> list[str]:
    """Return the names of the buttons that can be seen."""
    return [button.accessibleName() for button in offers.findChildren(RepairButton) if button.isVisible()]


def test_a_problem_of_the_layer_has_its_repairs_on_top(
    document: Document, form: PropertiesForm, qtbot
) -> None:
    form.show_layer("dense1")
    whole, under = form.repair_lists
    assert not whole.isVisible()
    document.remove_layer("flatten1")
    assert [name.split(". ")[0] for name in shown(whole)] == [
        "Repair: Insert Flatten before dense1",
        "Repair: Insert GlobalAvgPool2D before dense1",
        "Repair: Insert GlobalMaxPool2D before dense1",
    ]
    assert "3×3×16 → 144 → 10 · 1,610 parameters" in shown(whole)[0]
    assert not under.isVisible()
    count = document.undo_stack.count()
    qtbot.mouseClick(whole.buttons[0], Qt.MouseButton.LeftButton)
    assert document.problems == ()
    assert document.undo_stack.count() == count + 1
    assert document.undo_stack.undoText() == "Insert Flatten before dense1"
    assert form.problem_text == ""
    assert not whole.isVisible()
    document.undo_stack.undo()
    assert form.problem_text
    assert len(shown(whole)) == 3


def test_a_problem_with_a_setting_has_its_repairs_under_it(document: Document, form: PropertiesForm) -> None:
    form.show_layer("conv1")
    document.replace_layer(Conv2D(id="conv1", kernel_size=(9, 9)))
    whole, under = form.repair_lists
    assert not whole.isVisible()
    assert (
        under.mapTo(form, under.rect().topLeft()).y() > box(form, "kernel_size").mapTo(form, form.pos()).y()
    )
    assert under.geometry().bottom() < box(form, "stride").parentWidget().geometry().top()
    QTest.keyClick(under.buttons[1], Qt.Key.Key_Space)
    assert document.spec.layer("conv1") == Conv2D(id="conv1", kernel_size=(7, 7))
    assert not under.isVisible()


def test_repairs_follow_their_setting_in_the_tab_order(
    document: Document, form: PropertiesForm, qtbot
) -> None:
    form.show_layer("conv1")
    document.replace_layer(Conv2D(id="conv1", kernel_size=(9, 9)))
    _, under = form.repair_lists
    qtbot.waitUntil(form.isActiveWindow)
    box(form, "kernel_size").setFocus()
    stops = []
    for _ in range(6):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        stops.append(QApplication.focusWidget())
    assert [stop for stop in stops if isinstance(stop, RepairButton)] == under.buttons
    assert stops[2:5] == under.buttons
    assert stops[5] is box(form, "stride")


def test_a_change_that_breaks_a_later_layer_says_which_and_why(
    document: Document, form: PropertiesForm
) -> None:
    form.show_layer("conv1")
    document.insert_layer(MaxPool2D(), 3)
    _, under = form.repair_lists
    box(form, "kernel_size").setValue(6)
    assert form.rows is not None
    assert form.rows.problem_text("kernel_size").startswith(
        "This breaks maxpool2: A window 2 high does not fit"
    )
    assert "Repair: Set the padding of maxpool2 to same. " in shown(under)[0]
    box(form, "kernel_size").setValue(3)
    assert form.rows.problem_text("kernel_size") == ""
    assert shown(under) == []
    box(form, "kernel_size").setValue(7)
    under.buttons[-1].click()
    assert document.problems == ()
    assert form.rows.problem_text("kernel_size") == ""


def test_what_was_broken_before_is_not_blamed_on_a_change(document: Document, form: PropertiesForm) -> None:
    form.show_layer("conv1")
    document.remove_layer("flatten1")
    box(form, "filters").setValue(20)
    assert form.rows is not None
    assert form.rows.problem_text("filters") == ""
    form.show_layer("dense1")
    assert len(shown(form.repair_lists[0])) == 3


def test_the_input_says_what_it_breaks(document: Document, form: PropertiesForm) -> None:
    form.show_layer("")
    box(form, "height").setValue(2)
    assert form.rows is not None
    assert form.rows.problem_text("height").startswith("This breaks conv1: A window 3 high")
    document.undo_stack.undo()
    assert form.rows.problem_text("height") == ""


def test_another_edit_ends_the_blame(document: Document, form: PropertiesForm) -> None:
    form.show_layer("conv1")
    box(form, "kernel_size").setValue(8)
    assert form.rows is not None
    assert form.rows.problem_text("kernel_size")
    document.rename("Another")
    assert form.rows.problem_text("kernel_size") == ""


def test_layers_inside_a_block_are_edited_and_repaired(document: Document, form: PropertiesForm) -> None:
    block = Residual(layers=(Conv2D(id="inner", filters=4, padding="same"),))
    layer_id = document.insert_layer(block, 0)
    form.show_layer("inner")
    box(form, "filters").setValue(6)
    box(form, "kernel_size").setValue(5)
    inner = document.spec.layer("inner")
    assert inner == Conv2D(id="inner", filters=6, kernel_size=(5, 5), padding="same")
    assert {line.name: line.text for line in form.arithmetic}["Parameters"] == "5·5·1·6 + 6 = 156"
    assert form.rows is not None
    form.rows.editors["padding"].value_changed.emit("valid")
    assert form.rows.problem_text("padding") == ""  # 8 rows to 4: a stride of 2 does it
    box(form, "kernel_size").setValue(2)
    text = form.rows.problem_text("kernel_size")
    assert text.startswith(f"This breaks {layer_id}: A block cannot add its input 8×8×1 to 7×7×6")
    form.repair_lists[1].buttons[0].click()
    assert document.undo_stack.undoText() == "Set the padding of inner to same"
    form.show_layer(layer_id)
    parameters = {line.name: line.text for line in form.arithmetic}["Parameters"]
    assert parameters == "30 inside + 1·6 + 6 = 42"


def test_a_design_without_layers_offers_its_first_ones(document: Document, panel: BuilderPanel) -> None:
    document.new(design())
    (offers,) = [
        x for x in panel.findChildren(RepairList) if not panel.form.isAncestorOf(x) and x.isVisible()
    ]
    assert len(shown(offers)) == 2
    offers.buttons[1].click()
    assert document.problems == ()
    assert [type(layer) for layer in document.spec.layers] == [Conv2D, ReLU, MaxPool2D, Flatten, Dense]
    assert not offers.isVisible()


def test_images_of_another_size_offer_to_change_the_input(document: Document, panel: BuilderPanel) -> None:
    document.set_data_shape(DataShape(28, 28, 1, 10))
    (offers,) = [x for x in panel.findChildren(RepairList) if x.isVisible()]
    offers.buttons[0].click()
    assert document.spec.input.shape == (28, 28, 1)


def test_repairs_know_the_data_set_and_the_loss(document: Document, form: PropertiesForm) -> None:
    form.show_layer("dense1")
    document.set_data_shape(DataShape(8, 8, 1, 12))
    assert "Repair: Set the units of dense1 to 12. 144 → 12 · " in shown(form.repair_lists[1])[0]
    document.set_data_shape(DataShape(8, 8, 1, 7))
    assert "Repair: Set the units of dense1 to 7. " in shown(form.repair_lists[1])[0]


def test_the_menu_of_a_card_begins_with_the_repairs(document: Document, panel: BuilderPanel) -> None:
    assert "Insert Flatten before dense1" not in texts(panel)
    document.remove_layer("flatten1")
    panel.select_layer("dense1")
    assert texts(panel)[:3] == [
        "Insert Flatten before dense1",
        "Insert GlobalAvgPool2D before dense1",
        "Insert GlobalMaxPool2D before dense1",
    ]
    menu = panel.layer_actions.context_menu()
    menu.actions()[1].trigger()
    menu.deleteLater()
    assert document.undo_stack.undoText() == "Insert GlobalAvgPool2D before dense1"
    assert document.problems == ()


def texts(panel: BuilderPanel) -> list[str]:
    menu = panel.layer_actions.context_menu()
    found = [action.text() for action in menu.actions()]
    menu.deleteLater()
    return found


def test_entries_of_a_menu_are_put_away_with_the_next(document: Document, qapp) -> None:
    document.remove_layer("flatten1")
    menu = RepairMenu(document, document)
    for _ in range(3):
        assert len(menu.actions_of("dense1")) == 3
    assert menu.actions_of("conv1") == []
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert menu.findChildren(QAction) == []


@pytest.mark.parametrize("width", [290, 320, 500])
def test_the_longest_name_fits_into_a_narrow_form(width: int, qtbot) -> None:
    document = Document(design(Conv2D(id=LONG), Dense(id=LONG.replace("very", "most"), units=10)))
    form = PropertiesForm(document)
    qtbot.addWidget(form)
    form.resize(width, 700)
    form.show_layer(document.spec.layers[1].id)
    with qtbot.waitExposed(form):
        form.show()
    buttons = form.repair_lists[0].buttons
    assert len(buttons) == 3
    for button in buttons:
        right = button.mapTo(form, button.rect().topRight()).x()
        assert right < form.width()
        assert button.height() >= button.heightForWidth(button.width())


def test_a_button_is_as_high_as_its_words_at_its_width(qtbot) -> None:
    button = RepairButton()
    qtbot.addWidget(button)
    button.offer(repair(label="Insert Flatten before a layer with many words in its name"))
    assert button.hasHeightForWidth()
    assert button.heightForWidth(150) > button.heightForWidth(600) >= button.minimumSizeHint().height()


def test_a_button_that_is_squeezed_is_not_cut_off(qtbot) -> None:
    squeezed = QWidget()
    qtbot.addWidget(squeezed)
    button = RepairButton(squeezed)
    button.offer(repair(label="Insert Flatten before a layer with many words in its name"))
    with qtbot.waitExposed(squeezed):
        squeezed.show()
    for width in (150, 600, 180):
        button.resize(width, 1)
        assert button.minimumHeight() == button.heightForWidth(width) <= button.height()


def repair(**changes) -> Repair:
    plain = Repair("Do it", design(), "64 → 10", 650, 640, 130, -20, 0)
    return dataclasses.replace(plain, **changes)


def test_words_of_a_repair() -> None:
    assert repair_words.note(repair()) == "64 → 10 · 650 parameters (+130)"
    assert repair_words.note(repair(more_parameters=-5)).endswith("650 parameters (−5)")
    assert repair_words.note(repair(more_parameters=0)).endswith("650 parameters, as before")
    assert repair_words.note(repair(more_parameters=None, shapes="")) == "650 parameters"
    assert repair_words.note(repair(more_parameters=650)) == "64 → 10 · 650 parameters"
    assert repair_words.note(repair(left=1)) == "64 → 10 · 1 problem is left"
    assert repair_words.note(repair(left=2)) == "64 → 10 · 2 problems are left"
    assert repair_words.tooltip(repair()).endswith(
        "The design then has 650 parameters (+130) and takes 640 multiply-adds (−20) for each image."
    )
    assert repair_words.tooltip(repair(left=2)).endswith("After it, 2 problems are left.")


def test_a_watch_forgets_who_was_well() -> None:
    watch = ChangeWatch()
    problems = (Problem("whole"), Problem("own", "a"), Problem("later", "b"))
    assert watch.broken("a", problems) is None
    watch.begin("key", "units", ["b"])
    assert watch.broken("a", problems) is None
    watch.begin("other", "units", [])
    watch.begin("other", "units", ["b"])  # the same change goes on
    assert watch.broken("a", problems) is problems[2]
    assert watch.field == "units"
    watch.forget()
    assert watch.broken("a", problems) is None
    assert watch.field == ""
