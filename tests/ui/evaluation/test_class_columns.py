"""Matrix, table and images have room at every width, and buttons stay where they are."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetrics

from cnnviz.ui.evaluation.class_page import ClassPage
from cnnviz.ui.evaluation.words import short_headings
from cnnviz.ui.theme import SPACE_8, strong_font
from tests.ui.evaluation.reports import findings_of, named_digits, report_of

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


@pytest.mark.parametrize(
    ("choice", "short"),
    [((3, 8), "3 → 8: {}"), ((3, None), "3 → others: {}"), ((8, 8), "8 found: {}"), ((0, 9), "0 → 9: none")],
)
def test_a_heading_without_room_is_written_shorter_with_how_many_there_are(page, qtbot, choice, short):
    page.choose(*choice)
    short = short.format(len(page.images.images.places))
    shown = []
    for width in range(250, 40, -5):
        page._heading.resize(width, page._heading.height())
        shown.append(page._heading.shown_text)
        if shown[-1] == short:
            break
    assert shown[0] == page.heading
    assert shown[-1] == short
    assert not any("…" in text for text in shown)


def test_a_short_heading_leaves_out_the_words_that_all_names_share(qtbot):
    dataset = named_digits(*(f"class no {n}" for n in range(10)))
    forms = short_headings(report_of(dataset, said={3: 8}), 4, 3, 8)
    assert forms[0] == "class no 3 taken for class no 8: 4"
    assert forms[-1] == "3 → 8: 4"
    assert short_headings(report_of(dataset), 1234, 3, 8)[-1] == "3 → 8: 1,234"


def test_the_hardest_stay_first_in_sight_whatever_image_is_selected(page, qtbot):
    resize(qtbot, page, NARROW)
    bar = page.images.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    last = int(page.images.images.places[-1])
    page.images.mark(last)
    assert page.images.currentIndex().row() == len(page.images.images.places) - 1
    assert bar.value() == 0
    page.images.mark(None)
    page.images.mark(last, into_sight=True)
    assert bar.value() > 0
    page.matrix.cell_chosen.emit(3, 8)
    assert bar.value() == 0


def test_all_figures_of_the_classes_can_be_read(page):
    table, metrics = page.table, QFontMetrics(strong_font(page.table))
    for column in range(1, table.model().columnCount()):
        mean = str(table.model().index(table.model().rowCount() - 1, column).data())
        assert metrics.horizontalAdvance(mean) <= table.columnWidth(column) - 2 * SPACE_8


def test_names_are_cut_only_where_there_is_no_room_for_the_widest(page, qtbot):
    names = [f"photographs number {number}" for number in range(10)]
    named = named_digits(*names)
    page.show_findings(findings_of(report_of(named), named))
    table = page.table
    widest = QFontMetrics(table.font()).horizontalAdvance(names[0]) + 2 * SPACE_8
    qtbot.waitUntil(lambda: table.columnWidth(0) >= widest)
    assert table.horizontalScrollBar().maximum() == 0
    assert page.images.width() > page.matrix.width() // 2


def test_what_a_person_has_moved_stays_when_names_become_long(page):
    page.columns.splitter.moveSplitter(400, 1)
    before = page.columns.splitter.sizes()
    named = named_digits(*(f"photographs number {number}" for number in range(10)))
    page.show_findings(findings_of(report_of(named), named))
    assert page.columns.splitter.sizes() == before


def shares(page):
    sizes = page.columns.splitter.sizes()
    return [size / sum(sizes) for size in sizes]


def test_a_panel_that_becomes_higher_gives_the_matrix_room_for_cells_as_wide_as_high(page, qtbot):
    page.resize(WIDE - 200, 240)
    before = page.matrix.width()
    page.resize(WIDE - 200, 500)
    qtbot.waitUntil(lambda: page.matrix.height() > 400)
    assert page.matrix.width() > 1.2 * before
    assert page.table.width() >= page.table.wanted_width, "no figure and no name is cut for it"
    page.resize(WIDE - 200, 240)
    qtbot.waitUntil(lambda: page.matrix.width() == before)


def test_a_panel_that_grows_lets_a_matrix_of_many_classes_be_seen_whole(page, qtbot):
    named = named_digits(*(f"thing {number}" for number in range(100)))
    page.show_findings(findings_of(report_of(named), named))
    page.matrix.set_whole(True)
    page.resize(WIDE, 600)
    qtbot.waitUntil(lambda: page.matrix.rect().contains(page.matrix.layout_now().rect(99, 99)))
    assert page.matrix.layout_now().cell.height() >= 4
    assert page.images.width() > page.width() // 8


def test_a_split_that_a_person_has_chosen_stays_in_proportion(page, qtbot):
    page.columns.splitter.moveSplitter(500, 1)
    chosen = shares(page)
    for width in (WIDE + 800, NARROW, WIDE + 300, WIDE):
        resize(qtbot, page, width)
    assert shares(page) == pytest.approx(chosen, abs=0.02)
    resize(qtbot, page, NARROW)
    page.columns.splitter.moveSplitter(150, 1)
    chosen = shares(page)
    resize(qtbot, page, WIDE)
    resize(qtbot, page, NARROW)
    assert shares(page) == pytest.approx(chosen, abs=0.02)
