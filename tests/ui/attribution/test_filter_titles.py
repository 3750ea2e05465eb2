"""The page of the filter by itself: titles that can be read in a narrow dock, looks at test images told."""

from __future__ import annotations

import pytest

from cnnviz.app.settings import Settings
from cnnviz.app.workbench import Workbench
from cnnviz.data.dataset import Split
from cnnviz.ui.attribution.filter_page import FilterPage
from cnnviz.ui.format import number


@pytest.fixture
def page(qtbot, tmp_path):
    bench = Workbench(Settings(tmp_path / "settings.ini"))
    page = FilterPage(bench)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    yield page
    bench.close()


@pytest.mark.parametrize(
    ("width", "titles"),
    [(240, ["Made up", "Most exciting"]), (700, ["Made up for it", "Most exciting images"])],
)
def test_titles_are_never_cut(page, width, titles):
    page.resize(width, 220)
    page._stack.setCurrentWidget(page._shown)
    page._stack.activate()
    page.layout().activate()
    headings = list(page._headings.values())
    assert [heading.text() for heading in headings] == titles
    assert [heading.shown_text for heading in headings] == titles
    assert page.made.width() >= 72


def test_the_notes_below_say_where_the_climb_ended_and_of_when_the_weights_are(page, qtbot):
    page.resize(620, 220)
    page._filters.choose("conv1", 0)
    page._filters.set_watched(True)
    qtbot.waitUntil(lambda: page.made_image is not None and page.images.images.top is not None)
    end = number(float(page.made_image.values[-1]))
    qtbot.waitUntil(lambda: end in page.made_note.shown_text)
    assert page.top_note.shown_text.rstrip(".").endswith("untrained")


def test_each_answer_in_test_images_is_told_as_a_look_at_them(page, qtbot):
    selection, filters, seen = page._selection, page._filters, []
    selection.curtain.seen.connect(lambda: seen.append(filters.split))
    filters.choose("conv1", 0)
    filters.set_watched(True)
    qtbot.waitUntil(lambda: page.images.images.top is not None)
    assert seen == [], "these are training images"
    page.splits.activated.emit(page.splits.findData(Split.TEST))
    page.curtain.action.trigger()
    with qtbot.waitSignal(filters.top_found):
        pass
    with qtbot.waitSignal(filters.top_found):
        filters.ask_again()
    assert seen == [Split.TEST, Split.TEST]
