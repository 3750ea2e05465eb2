"""The message above the network and the keyboard: a click on it takes the focus from nobody."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from cnnviz.ui.widgets.banner import Banner


def test_a_clicked_button_that_hides_gives_the_keyboard_to_no_field(qtbot):
    window = QWidget()
    banner, search, canvas = Banner(), QLineEdit(), QLineEdit()
    column = QVBoxLayout(window)
    for one in (banner, search, canvas):
        column.addWidget(one)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    for kind in (QPushButton, QToolButton):
        banner.show_message("Four twins wait.", action="Start Next")
        banner.action_requested.connect(banner.clear)
        button = banner.findChild(kind)
        assert button.isVisible()
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert banner.isHidden()
        assert canvas.hasFocus()
