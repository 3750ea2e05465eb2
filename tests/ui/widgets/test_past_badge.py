"""What says that earlier weights are shown: a badge that moves nothing, and a strip that covers nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from cnnviz.ui.theme import apply_theme
from cnnviz.ui.widgets.past_badge import PastBadge, PastStrip


@pytest.fixture
def panel(qtbot):
    panel = QWidget()
    qtbot.addWidget(panel)
    panel.resize(800, 300)
    panel.show()
    return panel


def test_it_is_there_only_while_something_is_said(panel):
    badge = PastBadge(panel)
    assert (badge.text, badge.isVisible()) == ("", False)
    badge.show_text("step 64")
    assert (badge.text, badge.isVisible(), badge.accessibleName()) == ("step 64", True, "step 64")
    badge.show_text("")
    assert (badge.text, badge.isVisible()) == ("", False)


def test_it_stays_in_its_corner(panel):
    badge = PastBadge(panel)
    badge.show_text("step 64")
    for width, height in ((800, 300), (1000, 500)):
        panel.resize(width, height)
        assert badge.geometry().top() < 10
        assert width - 15 < badge.geometry().right() < width


def test_in_a_narrow_panel_it_is_not_wider(panel):
    badge = PastBadge(panel)
    badge.show_text("Weights of step 1,234,567, epoch 1,234")
    panel.resize(120, 300)
    assert badge.width() <= 120


def test_a_strip_covers_nothing_and_moves_the_rest_only_once(panel):
    below, strip = QWidget(panel), PastStrip(QAction("Back to Now", panel), panel)
    layout = QVBoxLayout(panel)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(strip)
    layout.addWidget(below, 1)
    below.show()
    layout.activate()
    assert below.geometry().top() == 0
    for words in ("Weights of step 64", "", "First weights", ""):
        strip.show_text(words)
        layout.activate()
        assert strip.text == words
        assert strip.back_button.isVisible() is bool(words)
        assert below.geometry().top() == strip.geometry().bottom() + 1 > 0
    strip.give_up_room()
    layout.activate()
    assert below.geometry().top() == 0


def test_its_size_follows_its_words(panel):
    badge = PastBadge(panel)
    badge.show_text("step 4")
    narrow = badge.width()
    badge.show_text("step 4,000,000")
    assert badge.width() > narrow


def test_the_button_of_a_strip_does_the_action(panel):
    action = QAction("Back to Now", panel)
    done = []
    action.triggered.connect(lambda: done.append(True))
    strip = PastStrip(action, panel)
    strip.show_text("step 64")
    QTest.mouseClick(strip.back_button, Qt.MouseButton.LeftButton)
    assert done == [True]


def test_a_change_of_the_theme_leaves_its_size_as_it_is(panel):
    app = QApplication.instance()
    before = app.palette(), app.styleSheet()
    badge = PastBadge(panel)
    badge.show_text("step 64")
    apply_theme(app, "light")
    light, size = badge.grab().toImage(), badge.sizeHint()
    for mode in ("dark", "light", "dark", "light"):
        apply_theme(app, mode)
    assert badge.sizeHint() == size
    assert badge.grab().toImage() == light
    app.setPalette(before[0])
    app.setStyleSheet(before[1])
