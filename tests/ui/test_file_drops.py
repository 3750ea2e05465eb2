"""Files dropped on the window: several at once, and none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QUrl

from cnnviz.spec import io
from cnnviz.ui.file_drops import not_opened
from tests.helpers.designs import small_design
from tests.helpers.picture_folders import save
from tests.ui.builder.drags import palette_drag

PLACE = QPoint(5, 5)


def dragged(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_of_two_files_the_first_is_opened_and_the_second_named(window, tmp_path, qtbot):
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    for path in (first, second):
        io.save(small_design(), path)
    drag = palette_drag(dragged(first, second))
    assert drag.enter(window, PLACE)
    assert window.statusBar().currentMessage() == "Drop to open the design a.json, one at a time"
    assert drag.drop(window, PLACE) is not None
    qtbot.waitUntil(lambda: window.workbench.document.path == first)
    assert window.banner.text == "Opened a.json; b.json was not opened: one at a time."


def test_where_the_first_file_fails_only_that_is_said(window, tmp_path, qtbot):
    broken, second = tmp_path / "a.json", tmp_path / "b.json"
    broken.write_text("{", encoding="utf-8")
    io.save(small_design(), second)
    palette_drag(dragged(broken, second)).drop(window, PLACE)
    qtbot.waitUntil(lambda: "a.json" in window.banner.text)
    assert "not opened" not in window.banner.text
    assert window.workbench.document.path is None


def test_many_files_are_counted():
    names = [Path(name) for name in ("a.png", "b.png", "c.png", "d.png")]
    assert not_opened(names) == "Opened a.png; b.png and 2 more were not opened: one at a time."


def test_what_is_no_file_is_not_taken(window):
    data = QMimeData()
    data.setText("conv1")
    assert not palette_drag(data).enter(window, PLACE)


def test_a_picture_brings_the_panel_that_tells_what_was_done_to_it(window, tmp_path, qtbot):
    window.docks.bring(window.docks.layer)
    chooser = window.image_panel.chooser
    qtbot.waitUntil(lambda: chooser.picture.visibleRegion().isEmpty())
    palette_drag(dragged(save(tmp_path / "seven.png", 200, (30, 20)))).drop(window, PLACE)
    qtbot.waitUntil(lambda: not chooser.picture.visibleRegion().isEmpty())
    assert chooser.name_text == "seven.png"
