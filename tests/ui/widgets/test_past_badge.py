"""The badge over a corner of a panel: it moves nothing, says what it must, and leads back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from cnnviz.ui.theme import apply_theme
from cnnviz.ui.widgets.past_badge import Corner, PastBadge


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
    top, bottom = PastBadge(panel), PastBadge(panel, Corner.BOTTOM)
    for badge in (top, bottom):
        badge.show_text("step 64")
    for width, height in ((800, 300), (1000, 500)):
        panel.resize(width, height)
        assert top.geometry().top() < 10
        assert bottom.geometry().bottom() > height - 15
        for badge in (top, bottom):
            assert width - 15 < badge.geometry().right() < width


def test_it_stays_off_the_controls_below_what_it_is_over(panel):
    picture = QWidget(panel)
    picture.setGeometry(0, 0, 800, 250)
    picture.show()
    badge = PastBadge(panel, Corner.BOTTOM, over=picture)
    badge.show_text("step 64")
    assert 235 < badge.geometry().bottom() < 250
    picture.resize(800, 200)
    assert 185 < badge.geometry().bottom() < 200
    picture.hide()
    assert badge.geometry().bottom() > 285, "another page is in its place"
    picture.show()
    assert badge.geometry().bottom() < 200


def test_in_a_narrow_panel_it_is_at_the_top_and_not_wider(panel):
    badge = PastBadge(panel, Corner.BOTTOM)
    badge.show_text("Weights of step 1,234,567, epoch 1,234")
    panel.resize(120, 300)
    assert badge.geometry().top() < 10
    assert badge.width() <= 120


def test_its_size_follows_its_words(panel):
    badge = PastBadge(panel)
    badge.show_text("step 4")
    narrow = badge.width()
    badge.show_text("step 4,000,000")
    assert badge.width() > narrow


def test_its_button_does_the_action(panel):
    action = QAction("Back to Now", panel)
    done = []
    action.triggered.connect(lambda: done.append(True))
    badge = PastBadge(panel, Corner.BOTTOM, action)
    badge.show_text("step 64")
    QTest.mouseClick(badge.findChild(QToolButton, "badge-button"), Qt.MouseButton.LeftButton)
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
