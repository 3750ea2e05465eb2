"""A box of choices shows what it can of the chosen text, and its list all of every text."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetrics

from cnnviz.ui.widgets.elided_combo import SHORT_ROLE, ElidedCombo

LONG = "handwritten figure number seven"


@pytest.fixture
def combo(qtbot):
    combo = ElidedCombo()
    qtbot.addWidget(combo)
    combo.addItem(LONG)
    combo.resize(400, combo.sizeHint().height())
    with qtbot.waitExposed(combo):
        combo.show()
    return combo


def test_a_text_with_room_is_shown_as_it_is(combo):
    assert combo.shown_text == LONG


def test_a_text_without_room_ends_in_an_ellipsis_within_the_box(combo):
    combo.setMinimumWidth(40)
    combo.resize(120, combo.height())
    assert combo.shown_text.endswith("…")
    assert QFontMetrics(combo.font()).horizontalAdvance(combo.shown_text) <= combo.room_for_text


def test_a_shorter_form_stands_where_the_text_has_no_room(combo):
    combo.setItemData(0, "seven", SHORT_ROLE)
    assert combo.shown_text == LONG
    combo.resize(120, combo.height())
    assert combo.shown_text == "seven"
    assert combo.currentText() == LONG


def test_the_list_has_room_for_all_of_every_text(combo):
    combo.resize(120, combo.height())
    combo.fit_list()
    assert combo.view().minimumWidth() >= QFontMetrics(combo.view().font()).horizontalAdvance(LONG)
