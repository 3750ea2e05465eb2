"""The message above the network and the keyboard: a click on it takes the focus from nobody."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QTextEdit, QToolButton, QVBoxLayout, QWidget

from cnnviz.ui.widgets.banner import Banner, BannerKind


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


@pytest.mark.parametrize(("width", "is_below"), [(470, True), (1100, False)])
def test_long_words_have_room_beside_their_buttons_or_stand_above_them(qtbot, width, is_below):
    window = QWidget()
    banner, column = Banner(), QVBoxLayout(window)
    column.addWidget(banner)
    column.addWidget(QTextEdit())
    qtbot.addWidget(window)
    window.resize(width, 500)
    window.show()
    words = (
        "At step 4 the loss is infinite or not a number; the weights from before this epoch are kept. " * 2
    )
    banner.show_message(
        words, BannerKind.PROBLEM, action="Rate ÷ 10", more_actions=("Clip Gradients at Norm 1",)
    )
    label, (first, second) = banner._label, banner._buttons
    qtbot.waitUntil(lambda: first.width() > 0 and (first.y() >= label.geometry().bottom()) is is_below)
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()), timeout=5_000)
    assert first.y() == second.y()
    assert first.width() == first.sizeHint().width()
    assert label.width() >= 0.5 * width
    banner.show_message("Copied.", action="Undo")
    qtbot.waitUntil(lambda: banner._buttons[0].y() < banner._label.geometry().bottom())
