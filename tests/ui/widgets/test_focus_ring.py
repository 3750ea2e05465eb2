"""The ring around a page: seen for the keyboard, not for the mouse, and never in the way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QWidget

from cnnviz.ui.theme import LIGHT, palette_for
from cnnviz.ui.widgets.focus_ring import FocusRing


@pytest.fixture
def page(qtbot):
    page = QWidget()
    page.setPalette(palette_for(LIGHT))
    page.resize(200, 120)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    return page


def focus(page, kind, reason):
    QApplication.sendEvent(page, QFocusEvent(kind, reason))


@pytest.mark.parametrize(
    ("reason", "is_seen"),
    [(Qt.FocusReason.TabFocusReason, True), (Qt.FocusReason.MouseFocusReason, False)],
)
def test_it_is_seen_for_the_keyboard_only(page, reason, is_seen):
    ring = FocusRing(page)
    focus(page, QEvent.Type.FocusIn, reason)
    assert ring.isVisible() is is_seen
    focus(page, QEvent.Type.FocusOut, reason)
    assert not ring.isVisible()


def test_it_is_as_large_as_the_page_in_the_accent_and_lets_the_mouse_through(page):
    ring = FocusRing(page)
    focus(page, QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason)
    page.resize(320, 200)
    assert ring.geometry() == page.rect()
    assert page.grab().toImage().pixelColor(2, 100) == LIGHT.accent
    assert page.childAt(160, 100) is None
