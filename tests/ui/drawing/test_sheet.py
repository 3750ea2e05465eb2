"""Ink on paper, and what can be undone."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from cnnviz.ui.drawing.sheet import SIDE, Sheet

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_stroke_is_where_it_was_drawn_and_smooth_at_its_edge():
    sheet = Sheet()
    sheet.begin_stroke()
    sheet.draw(QPointF(40, 160), QPointF(280, 160), 20)
    ink = sheet.ink
    assert ink.shape == (SIDE, SIDE)
    assert (ink[152:168, 60:260] == 255).all()
    assert not ink[:140].any()
    assert not ink[180:].any()
    assert len(np.unique(ink)) > 2


def test_a_click_makes_a_point():
    sheet = Sheet()
    sheet.begin_stroke()
    sheet.draw(QPointF(100, 50), QPointF(100, 50), 20)
    assert sheet.ink[50, 100] == 255
    assert sheet.ink.sum() / 255 == pytest.approx(np.pi * 100, rel=0.05)


def test_strokes_are_taken_back_and_drawn_again_one_by_one():
    sheet, seen = Sheet(), []
    for row in (40, 120, 200):
        seen.append(sheet.ink)
        sheet.begin_stroke()
        sheet.draw(QPointF(40, row), QPointF(280, row), 20)
    whole = sheet.ink
    for before in reversed(seen):
        sheet.undo()
        np.testing.assert_array_equal(sheet.ink, before)
    assert not sheet.can_undo
    for _ in range(3):
        sheet.redo()
    np.testing.assert_array_equal(sheet.ink, whole)
    assert not sheet.can_redo


def test_clearing_can_be_undone_and_a_new_stroke_ends_redoing():
    sheet = Sheet()
    sheet.begin_stroke()
    sheet.draw(QPointF(40, 40), QPointF(280, 40), 20)
    sheet.clear()
    assert not sheet.has_ink
    sheet.undo()
    assert sheet.has_ink
    sheet.begin_stroke()
    assert not sheet.can_redo
