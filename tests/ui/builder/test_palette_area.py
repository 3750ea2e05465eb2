"""The search field over the palette, the line of help under it, and the room they take."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from cnnviz.spec.layers import Category
from cnnviz.ui.builder.builder_panel import BuilderPanel
from cnnviz.ui.builder.palette_area import PaletteArea
from cnnviz.ui.builder.palette_view import PaletteView
from tests.helpers.open_windows import open_window


@pytest.fixture
def view(area: PaletteArea) -> PaletteView:
    return area.palette_view


@pytest.fixture
def area(qtbot) -> PaletteArea:
    host = QWidget()
    area = PaletteArea(host)
    layout = QVBoxLayout(host)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(area)
    layout.addStretch(1)
    host.resize(264, 500)
    qtbot.addWidget(host)
    with qtbot.waitExposed(host):
        host.show()
    host.activateWindow()
    area.host = host  # keeps it alive
    return area


def test_typing_filters_enter_adds_and_escape_clears(area: PaletteArea, view: PaletteView, qtbot) -> None:
    chosen = QSignalSpy(view.layer_chosen)
    area.focus_search()
    qtbot.waitUntil(area.field.hasFocus)
    qtbot.keyClicks(area.field, "skip")
    assert view.hits == ("Residual",)
    assert area.help_text == view.chip("Residual").kind.summary
    qtbot.keyClick(area.field, Qt.Key.Key_Return)
    assert [chosen.at(place)[0] for place in range(chosen.count())] == ["Residual"]
    qtbot.keyClicks(area.field, "fc")  # another search: the first was left selected
    assert view.hits == ("Dense",)
    qtbot.keyClick(area.field, Qt.Key.Key_Escape)
    assert area.field.text() == ""
    assert len(view.items) == len(Category) + 4


def test_the_down_arrow_goes_to_the_hits(area: PaletteArea, view: PaletteView, qtbot) -> None:
    area.focus_search()
    qtbot.keyClicks(area.field, "dropout")
    qtbot.keyClick(area.field, Qt.Key.Key_Down)
    qtbot.waitUntil(view.chip("Dropout").hasFocus)
    qtbot.keyClick(view.chip("Dropout"), Qt.Key.Key_Down)
    assert view.chip("SpatialDropout").hasFocus()


def test_help_takes_the_same_room_whatever_it_says(area: PaletteArea, view: PaletteView, qtbot) -> None:
    hint, height = area.help_text, area.height()
    assert hint
    view.focus_first()
    qtbot.waitUntil(lambda: area.help_text == view.chips[0].kind.summary)
    assert area.height() == height
    area.field.setFocus()
    qtbot.waitUntil(lambda: area.help_text == hint)


def test_an_open_group_makes_room_for_itself_and_gives_it_back(
    area: PaletteArea, view: PaletteView, qtbot
) -> None:
    usual = area.height()
    view.open_group(Category.ACTIVATION)
    qtbot.waitUntil(lambda: area.height() > usual)
    assert area.chip_scroll.height() >= view.heightForWidth(view.width())
    view.open_group(None)
    qtbot.waitUntil(lambda: area.height() == usual)


def test_it_takes_little_of_a_small_window(panel: BuilderPanel) -> None:
    panel.resize(264, 660)
    QApplication.processEvents()
    assert panel.palette_area.height() < 0.26 * panel.height()


def test_it_says_what_it_is(area: PaletteArea) -> None:
    field = QAccessible.queryAccessibleInterface(area.field)
    assert field.text(QAccessible.Text.Name) == "Search layers"
    assert "skip" in field.text(QAccessible.Text.Description)


@pytest.mark.parametrize("key", [("F", Qt.KeyboardModifier.ControlModifier), ("/", None)])
def test_the_search_is_reached_by_keys_from_the_list(qtbot, tmp_path, key) -> None:
    with open_window(tmp_path) as window:
        qtbot.waitActive(window)
        window.docks.build.show()
        view, area = window.builder.list_view, window.builder.palette_area
        qtbot.waitUntil(view.hasFocus)
        letter, modifier = key
        code = Qt.Key.Key_F if letter == "F" else Qt.Key.Key_Slash
        qtbot.keyClick(view, code, modifier or Qt.KeyboardModifier.NoModifier)
        qtbot.waitUntil(area.field.hasFocus)
        assert area.field.text() == ""
        layers = window.workbench.document.spec.layers
        view_id = window.builder.selected_layer_id
        qtbot.keyClicks(area.field, "batch")
        qtbot.keyClick(area.field, Qt.Key.Key_Return)
        spec = window.workbench.document.spec
        assert len(spec.layers) == len(layers) + 1
        assert spec.layers[spec.index(view_id) + 1].title == "BatchNorm"  # in front of its activation


def test_the_search_brings_a_hidden_panel_back(qtbot, tmp_path) -> None:
    with open_window(tmp_path) as window:
        qtbot.waitActive(window)
        window.docks.build.hide()
        window.commands["search_layers"].trigger()
        qtbot.waitUntil(window.builder.palette_area.field.hasFocus)
