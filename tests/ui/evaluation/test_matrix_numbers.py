"""Numbers in narrow cells: smaller, then in thousands, and left out only where nothing can be read."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics

from cnnviz.ui.evaluation.confusion_view import ConfusionView
from cnnviz.ui.evaluation.matrix_numbers import fitting_font, fitting_number, thousands
from tests.ui.evaluation.reports import report_of


@pytest.fixture
def font(qapp) -> QFont:
    font = QFont()
    font.setPixelSize(13)
    return font


def width_of(font: QFont, text: str) -> int:
    return QFontMetrics(font).horizontalAdvance(text) + 2


def test_a_number_that_does_not_fit_is_written_smaller(font):
    room = QSize(width_of(font, "980") - 3, 30)
    smaller = fitting_font(font, ["980"], room)
    assert smaller is not None
    assert QFontMetrics(smaller).horizontalAdvance("980") < room.width()
    assert fitting_font(font, ["9"], room) is font, "and only then"


def test_thousands_are_rounded_where_even_small_figures_do_not_fit(font):
    metrics = QFontMetrics(font)
    wide, narrow = width_of(font, "1,234"), width_of(font, "1.2k")
    assert fitting_number(1234, metrics, wide, by_row=False) == "1,234"
    assert fitting_number(1234, metrics, narrow, by_row=False) == "1.2k"
    assert fitting_number(1234, metrics, width_of(font, "1k"), by_row=False) == "1k"
    assert fitting_number(1234, metrics, 3, by_row=False) == ""
    assert thousands(123456) == ["123k"]


def test_no_font_is_fitting_where_no_figure_can_stand(font):
    assert fitting_font(font, ["1"], QSize(4, 4)) is None


def inks(view: ConfusionView, cell: QRect) -> set[str]:
    image = view.viewport().grab().toImage()
    inside = cell.adjusted(1, 1, -2, -2)
    points = (
        QPoint(x, y)
        for x in range(inside.left(), inside.right())
        for y in range(inside.top(), inside.bottom())
    )
    return {QColor(image.pixelColor(point)).name() for point in points}


@pytest.mark.parametrize("count", [104, 980, 5923])
def test_counts_of_a_hundred_and_more_are_written_in_a_narrow_matrix(qtbot, count):
    view = ConfusionView()
    qtbot.addWidget(view)
    view.resize(290, 320)  # as beside the lists of images
    report = report_of()
    view.set_report(dataclasses.replace(report, confusion=np.eye(10, dtype=np.int64) * count))
    view.show()
    layout = view.layout_now()
    assert layout.cell.width() < width_of(view.font(), f"{count:,}") or count < 1000
    assert len(inks(view, layout.rect(4, 4))) > 2, "figures on the colour of the cell"
    assert len(inks(view, layout.rect(4, 6))) == 1, "nothing where nothing is"
