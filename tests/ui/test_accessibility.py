"""Everything in the window can be reached with the keyboard, and says what it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLabel, QWidget

from cnnviz.ui.builder.layer_list_view import LayerListView
from cnnviz.ui.builder.palette_chip import PaletteChip
from cnnviz.ui.inspector.network_canvas import NetworkCanvas
from cnnviz.ui.widgets.action_button import ActionButton
from tests.helpers.open_windows import open_window

MOST_STOPS = 200


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        qtbot.waitActive(window)
        qtbot.waitUntil(lambda: window.workbench.inspector.inspection is not None)
        yield window


def spoken_name(widget: QWidget) -> str:
    """Return what a screen reader calls a widget."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def takes_the_keyboard(widget: QWidget) -> bool:
    """Return whether a widget is a stop of its own, not hidden, and not the inside of another one."""
    if widget.isHidden() or widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.focusProxy() is not None:
        return False
    return not isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox)


def stops(window):
    """Press the Tab key until the first stop comes again, and return all stops in order."""
    found = []
    while len(found) < MOST_STOPS:
        found.append(QApplication.focusWidget())
        QTest.keyClick(found[-1], Qt.Key.Key_Tab)
        if QApplication.focusWidget() is found[0]:
            return found
    raise AssertionError("The Tab key never comes back.")


def test_every_widget_that_takes_the_keyboard_has_a_name(window):
    own = [widget for widget in window.findChildren(QWidget) if widget.window() is window]
    stops = [widget for widget in own if takes_the_keyboard(widget)]
    assert len(stops) > 50
    nameless = [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for widget in stops
        if not spoken_name(widget) and not (isinstance(widget, QLabel) and not widget.text())
    ]
    assert nameless == []


def test_the_keyboard_begins_in_the_list_of_layers(window):
    assert isinstance(QApplication.focusWidget(), LayerListView)


@pytest.mark.parametrize("front", ["layer", "image", "training", "settings"])
def test_the_tab_key_stops_at_what_is_seen_and_named_and_comes_back(window, front):
    getattr(window.docks, front).raise_()
    QApplication.processEvents()
    found = stops(window)
    assert len(set(found)) == len(found)
    unseen = [f"{type(widget).__name__} {spoken_name(widget)}" for widget in found if not widget.isVisible()]
    assert unseen == []
    nameless = [type(widget).__name__ for widget in found if not spoken_name(widget)]
    assert nameless == []
    kinds = {type(widget) for widget in found}
    assert {LayerListView, PaletteChip, NetworkCanvas, ActionButton} <= kinds
    assert sum(isinstance(widget, PaletteChip) for widget in found) == 1
