"""The page of the filter in a narrow dock: its titles can be read."""

from __future__ import annotations

import pytest

from cnnviz.app.settings import Settings
from cnnviz.app.workbench import Workbench
from cnnviz.ui.attribution.filter_page import FilterPage


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
