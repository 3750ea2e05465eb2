"""Names of runs stand in one column, with a box before them or without."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from cnnviz.app.runs.run_about import About, RunKind
from cnnviz.app.runs.run_folder import RunEntry
from cnnviz.training.runfile import load_facts
from cnnviz.ui.runs.runs_model import RUN_COLORS
from cnnviz.ui.theme import apply_theme
from tests.helpers.open_windows import open_window
from tests.helpers.run_files import saved


@pytest.fixture
def panel(qtbot, tmp_path):
    """The list of one run with curves, and of one that has none yet."""
    apply_theme(QApplication.instance(), "light")
    with open_window(tmp_path) as window:
        library, began_at = window.workbench.library, datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
        facts = load_facts(saved(tmp_path / "one.cnnviz"))
        first = RunEntry("a", About("First", 0, began_at), RunKind.FINISHED, None, facts)
        later = dataclasses.replace(first, id="b", kind=RunKind.RUNNING, facts=None)
        library._entries = {"a": first, "b": later}
        library.changed.emit()
        window.docks.bring(window.docks.runs)
        qtbot.waitUntil(window.run_list.table.isVisible)
        yield window.run_list


def swatch_at(panel, row: int) -> int:
    """Return the first column of pixels with the colour of a run."""
    image = panel.table.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    y = round(panel.table.visualRect(panel.model.index(row, 0)).center().y() * ratio)
    return next(x for x in range(image.width()) if image.pixelColor(x, y) == QColor(RUN_COLORS[0]))


def test_the_name_of_a_run_without_curves_is_in_line_with_the_others(panel):
    assert panel.model.rowCount() == 2
    assert swatch_at(panel, 0) == swatch_at(panel, 1)
    panel.table.selectAll()
    assert swatch_at(panel, 0) == swatch_at(panel, 1)
