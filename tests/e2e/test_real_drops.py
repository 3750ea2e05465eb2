"""Files and pictures dragged out of another program with the real mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cnnviz.spec import io
from tests.e2e.drag_source import PIXELS, DragSource
from tests.e2e.x11_window import Display, Window
from tests.helpers.designs import bundled_design
from tests.helpers.picture_folders import fill, save
from tests.helpers.run_files import a_run, saved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.x11, pytest.mark.slow]
IMPORT = "Import Pictures"


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    display = Display()
    shown = Window(display, tmp_path, "row")
    try:
        shown.wait_until(lambda state: bool(state["layers"]))
        yield shown
        assert shown.close() == 0
    finally:
        display.close()


def drop(
    window: Window, *handed: Path | str, comes: Callable[[dict[str, Any]], bool], promise: str = ""
) -> None:
    """Drag something from the other program onto the network, and wait for what comes of it."""

    def wait_for_promise() -> None:
        window.wait_until(lambda state: state["status"] == promise)

    source = DragSource(window.environment, *handed)
    try:
        window.drag(source.place, window.state["network"], rest=wait_for_promise if promise else None)
        assert source.end_of_drag() == "copy"
        window.wait_until(comes)  # what is dropped is fetched out of the other program until then
    finally:
        source.close()


def leave_import(window: Window) -> None:
    window.press_key("Escape")
    window.wait_until(lambda state: not state["importing"])


def test_a_folder_of_pictures_and_a_table_are_imported(window: Window, tmp_path: Path) -> None:
    folder, table = tmp_path / "birds", tmp_path / "table" / "labels.csv"
    for name in ("hen", "owl"):
        fill(folder / name, 3)
        save(table.parent / f"{name}.png", 9)
    promise = "Drop to import the pictures in birds"
    drop(window, folder, comes=lambda state: state["importing"] == IMPORT, promise=promise)
    leave_import(window)
    table.write_text("file,label\nhen.png,hen\nowl.png,owl\n", encoding="utf-8")
    drop(window, table, comes=lambda state: state["importing"] == IMPORT)
    leave_import(window)


def test_pictures_are_looked_at_whether_they_are_files_or_not(window: Window, tmp_path: Path) -> None:
    pictures = [save(tmp_path / f"{name}.png", 200, (30, 30)) for name in ("a", "b", "c")]
    promise = "Drop to look at the picture b.png"
    drop(window, pictures[1], comes=lambda state: state["image"] == "b.png", promise=promise)
    told = "Opened a.png; b.png and 1 more were not opened: one at a time."
    drop(window, *pictures, comes=lambda state: (state["image"], state["banner"]) == ("a.png", told))
    web, pixels = "https://example.org/cat.png", "dropped picture"
    drop(window, PIXELS, web, comes=lambda state: state["image"] == pixels)
    drop(window, web, comes=lambda state: state["banner"].startswith("Only the address of a picture came"))
    assert window.state["image"] == pixels


def test_designs_and_runs_are_opened_and_of_anything_else_it_is_said(window: Window, tmp_path: Path) -> None:
    notes, design = tmp_path / "notes.txt", tmp_path / "mine.json"
    notes.write_text("buy milk", encoding="utf-8")
    drop(window, notes, comes=lambda state: "notes.txt" in state["banner"])
    assert window.state["design"] == "test"
    wanted = bundled_design("one-conv")
    io.save(wanted, design)
    promise = "Drop to open the design mine.json"
    drop(window, design, comes=lambda state: state["design"] == wanted.name, promise=promise)
    run = saved(tmp_path / "run.cnnviz")
    drop(window, run, comes=lambda state: state["design"] == a_run().spec.name)
