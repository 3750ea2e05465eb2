from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QListView, QSpinBox

from cnnviz.app.document import Document
from cnnviz.spec.layers import Category, Dense, ReLU
from cnnviz.spec.network import MAX_LAYERS, InputSpec, NetworkSpec
from cnnviz.spec.validate import DataShape
from cnnviz.ui.builder.builder_panel import BuilderPanel
from cnnviz.ui.builder.cards import Card
from cnnviz.ui.builder.layer_list_model import LayerListModel
from cnnviz.ui.theme import apply_theme
from tests.ui.builder.drags import Drag


def ids(document: Document) -> list[str]:
    return [layer.id for layer in document.spec.layers]


def focus(panel: BuilderPanel, qtbot) -> None:
    panel.activateWindow()
    panel.list_view.setFocus()
    qtbot.waitUntil(panel.list_view.hasFocus)


def press(panel: BuilderPanel, qtbot, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(panel.list_view, key, modifier)


def test_a_double_click_in_the_palette_adds_behind_the_chosen_layer(panel, document, qtbot) -> None:
    panel.select_layer("relu1")
    qtbot.mouseDClick(panel.palette_view.chip("Dropout"), Qt.MouseButton.LeftButton)
    assert ids(document) == ["conv1", "relu1", "dropout1", "maxpool1", "flatten1", "dense1"]
    assert panel.selected_layer_id == "dropout1"
    qtbot.keyClick(panel.palette_view.chip("Tanh"), Qt.Key.Key_Return)
    assert ids(document)[2:4] == ["dropout1", "tanh1"]
    panel.select_layer("")
    panel.add_layer("Sigmoid")
    assert ids(document)[0] == "sigmoid1"


def test_what_is_chosen_is_told_and_edited(panel: BuilderPanel, qtbot) -> None:
    with qtbot.waitSignal(panel.layer_selected) as selected:
        panel.select_layer("dense1")
    assert selected.args == ["dense1"]
    assert panel.form.layer_id == "dense1"
    with qtbot.waitSignal(panel.layer_selected) as selected:
        qtbot.keyClick(panel.list_view, Qt.Key.Key_Home)
    assert selected.args == [""]
    panel.select_layer("nobody")
    assert panel.selected_layer_id == ""


def test_every_drag_has_its_key(panel: BuilderPanel, document: Document, qtbot) -> None:
    focus(panel, qtbot)
    panel.select_layer("relu1")
    press(panel, qtbot, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert ids(document) == ["conv1", "maxpool1", "relu1", "flatten1", "dense1"]
    assert panel.selected_layer_id == "relu1"
    press(panel, qtbot, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    press(panel, qtbot, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    press(panel, qtbot, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert ids(document) == ["relu1", "conv1", "maxpool1", "flatten1", "dense1"]
    press(panel, qtbot, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert ids(document)[:3] == ["relu1", "relu2", "conv1"]
    assert panel.selected_layer_id == "relu2"
    press(panel, qtbot, Qt.Key.Key_Delete)
    assert ids(document)[:2] == ["relu1", "conv1"]
    assert panel.selected_layer_id == "conv1"
    press(panel, qtbot, Qt.Key.Key_Backspace)
    assert ids(document) == ["relu1", "maxpool1", "flatten1", "dense1"]


def test_enter_goes_to_the_settings(panel: BuilderPanel, qtbot) -> None:
    focus(panel, qtbot)
    panel.select_layer("conv1")
    press(panel, qtbot, Qt.Key.Key_Return)
    focused = QApplication.focusWidget()
    assert isinstance(focused, QSpinBox)
    assert focused.accessibleName() == "Filters"


def test_delete_in_a_number_deletes_a_digit_and_no_layer(panel, document, qtbot) -> None:
    focus(panel, qtbot)
    panel.select_layer("conv1")
    press(panel, qtbot, Qt.Key.Key_Return)
    focused = QApplication.focusWidget()
    qtbot.keyClick(focused, Qt.Key.Key_Home)
    qtbot.keyClick(focused, Qt.Key.Key_Delete)
    assert "conv1" in ids(document)
    assert document.spec.layer("conv1").filters == 6


def test_the_input_can_be_neither_moved_nor_removed(panel, document, qtbot) -> None:
    focus(panel, qtbot)
    panel.select_layer("")
    before = document.spec
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        press(panel, qtbot, key)
    press(panel, qtbot, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert document.spec == before
    actions = panel.layer_actions
    assert [action for action in actions.all if action.isEnabled()] == [actions.paste, actions.select_all]


def test_actions_are_enabled_where_they_can_do_something(panel: BuilderPanel) -> None:
    def enabled() -> list[bool]:
        return [action.isEnabled() for action in panel.layer_actions.buttons]

    panel.select_layer("conv1")
    assert enabled() == [False, True, True, True]
    panel.select_layer("dense1")
    assert enabled() == [True, False, True, True]
    panel.select_layer("relu1")
    assert enabled() == [True, True, True, True]


def test_a_card_dragged_onto_the_palette_is_removed(panel: BuilderPanel, document: Document) -> None:
    drag = Drag(panel.model.mimeData([panel.model.index(2)]))
    assert drag.enter(panel.palette_view, QPoint(30, 30))
    drag.drop(panel.palette_view, QPoint(30, 30))
    assert ids(document) == ["conv1", "maxpool1", "flatten1", "dense1"]
    assert document.undo_stack.undoText() == "Remove relu1"
    document.undo_stack.undo()
    assert ids(document)[1] == "relu1"


def test_a_card_of_another_window_is_not_removed_here(panel: BuilderPanel, document: Document) -> None:
    other = LayerListModel(document, document)
    Drag(other.mimeData([other.index(1)])).drop(panel.palette_view, QPoint(30, 30))
    assert "conv1" in ids(document)


def test_totals_and_problems_of_the_whole_design(panel: BuilderPanel, document: Document) -> None:
    assert panel.totals_text == "1,610 parameters\n6,624 multiply-adds"
    assert panel.problem_text == ""
    document.set_data_shape(DataShape(28, 28, 1, 10))
    assert "28×28×1" in panel.problem_text
    assert not panel._problems.is_unfinished
    document.edit("Clear", NetworkSpec(name="", input=InputSpec(height=28, width=28)))
    assert panel.problem_text.startswith("There is no layer yet")
    assert panel._problems.is_unfinished
    assert panel.totals_text == "0 parameters\n0 multiply-adds"


def test_a_full_design_takes_no_more_and_says_so(panel: BuilderPanel, document: Document) -> None:
    full = NetworkSpec(name="", input=InputSpec(), layers=(ReLU(),) * (MAX_LAYERS - 1) + (Dense(),))
    document.edit("Fill", full)
    panel.add_layer("ReLU")
    assert "at most 500 layers" in panel.problem_text
    assert len(document.spec.layers) == MAX_LAYERS


def test_another_design_is_shown_whole(panel: BuilderPanel, document: Document) -> None:
    panel.select_layer("dense1")
    document.new(NetworkSpec(name="other", input=InputSpec(), layers=(Dense(id="only", units=3),)))
    assert panel.model.rowCount() == 2
    assert panel.selected_layer_id in ("", "only")
    assert panel.form.layer_id == panel.selected_layer_id


def test_jumping_through_undo_keeps_list_and_form_together(panel: BuilderPanel, document: Document) -> None:
    for name in ("Tanh", "Dropout", "Conv2D"):
        panel.add_layer(name)
    document.undo_stack.setIndex(0)
    assert panel.form.layer_id == panel.selected_layer_id
    document.undo_stack.setIndex(3)
    assert panel.form.layer_id == panel.selected_layer_id


def test_fresh_layers_are_marked(panel: BuilderPanel) -> None:
    panel.set_fresh(frozenset({"conv1"}))
    card: Card = panel.model.card(1)
    assert card.fresh


def test_every_control_has_an_accessible_name(panel: BuilderPanel) -> None:
    panel.select_layer("conv1")
    controls = [
        widget
        for kind in (QAbstractButton, QSpinBox, QComboBox, QListView)
        for widget in panel.findChildren(kind)
        if widget.isVisibleTo(panel) and widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
    ]
    assert len(controls) > 15
    for control in controls:
        interface = QAccessible.queryAccessibleInterface(control)
        assert interface.text(QAccessible.Text.Name), control


def test_the_tab_key_reaches_palette_list_buttons_and_form_in_that_order(panel, qtbot) -> None:
    panel.select_layer("conv1")
    panel.activateWindow()
    panel.palette_area.field.setFocus()
    qtbot.waitUntil(panel.palette_area.field.hasFocus)
    names = []
    for _ in range(8):
        names.append(QApplication.focusWidget().accessibleName())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert names[:7] == [
        "Search layers",
        "Conv2D, Convolution",
        "Layers",
        "Move down the layer",
        "Duplicate the layer",
        "Remove the layer",
        "Filters",
    ]


@pytest.fixture
def own_look(qapp) -> Iterator[None]:
    """Let a test change the look of the program."""
    palette, sheet, font = qapp.palette(), qapp.styleSheet(), qapp.font()
    yield
    qapp.styleHints().unsetColorScheme()
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)
    qapp.setFont(font)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_it_is_drawn_in_both_themes_and_with_a_large_font(document, mode, own_look, qapp, qtbot) -> None:
    larger = qapp.font()
    larger.setPointSizeF(larger.pointSizeF() * 2)
    qapp.setFont(larger)
    apply_theme(qapp, mode)
    panel = BuilderPanel(document)
    qtbot.addWidget(panel)
    document.remove_layer("flatten1")
    panel.set_fresh(frozenset({"conv1"}))
    panel.select_layer("dense1")
    view = panel.list_view
    assert view.sizeHintForRow(1) > 60
    assert not panel.grab().isNull()


def test_in_a_low_window_the_palette_scrolls_and_cards_stay_in_sight(panel: BuilderPanel, qtbot) -> None:
    area = panel.palette_area.chip_scroll
    panel.palette_view.open_group(Category.ACTIVATION)
    qtbot.waitUntil(lambda: area.height() >= panel.palette_view.heightForWidth(panel.palette_view.width()))
    usual = area.height()
    assert usual < panel.height() / 4
    panel.resize(340, panel.minimumSizeHint().height())
    qtbot.waitUntil(lambda: area.height() < usual)
    assert panel.list_view.height() >= 2 * panel.list_view.sizeHintForRow(0)
