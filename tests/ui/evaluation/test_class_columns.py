"""Matrix, table and images have room at every width, and buttons stay where they are."""

from __future__ import annotations

import pytest

from cnnviz.ui.evaluation.class_page import ClassPage
from tests.ui.evaluation.reports import findings_of, report_of

NARROW, WIDE = 460, 1100


@pytest.fixture
def page(qtbot):
    page = ClassPage()
    qtbot.addWidget(page)
    page.show_findings(findings_of(report_of(said={3: 8, 5: 6})))
    page.resize(WIDE, 240)
    with qtbot.waitExposed(page):
        page.show()
    return page


def resize(qtbot, page, width):
    page.resize(width, page.height())
    qtbot.waitUntil(lambda: page.columns.is_narrow is (width == NARROW))


def test_three_stand_side_by_side_or_two_with_tabs(page, qtbot):
    assert [part.isVisible() for part in (page.table, page.images, page.columns.tabs)] == [True, True, False]
    resize(qtbot, page, NARROW)
    assert [part.isVisible() for part in (page.table, page.images, page.columns.tabs)] == [False, True, True]
    page.columns.tabs.setCurrentIndex(1)
    assert [part.isVisible() for part in (page.table, page.images)] == [True, False]
    resize(qtbot, page, WIDE)
    assert [part.isVisible() for part in (page.table, page.images, page.columns.tabs)] == [True, True, False]


def test_images_come_into_sight_with_the_cell_or_class_that_was_chosen(page, qtbot):
    resize(qtbot, page, NARROW)
    for choose in (
        lambda: page.matrix.cell_chosen.emit(3, 8),
        lambda: page.table.clicked.emit(page.table.model().index(5, 0)),
    ):
        page.columns.tabs.setCurrentIndex(1)
        choose()
        assert page.images.isVisible()


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_button_that_asks_why_stays_where_it_is(page, qtbot, width):
    resize(qtbot, page, width)
    before = page.why_button.mapTo(page, page.why_button.rect().topLeft())
    page.matrix.cell_chosen.emit(3, 8)
    qtbot.waitUntil(lambda: page.all_button.isVisible() and page.all_button.width() > 0)
    page.layout().activate()
    assert page.why_button.mapTo(page, page.why_button.rect().topLeft()) == before
    assert not page.all_button.geometry().intersects(page.why_button.geometry()) or width == NARROW


def test_a_heading_of_a_cell_can_be_read_at_every_width(page, qtbot):
    page.matrix.cell_chosen.emit(3, 8)
    for width in (NARROW, WIDE):
        resize(qtbot, page, width)
        qtbot.waitUntil(lambda: page._heading.shown_text == page.heading)
