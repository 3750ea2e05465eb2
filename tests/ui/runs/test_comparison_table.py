"""The table of what differs has all its columns in sight, however wide it is."""

from __future__ import annotations

import dataclasses

import pytest

from cnnviz.training.run_comparison import compare_runs
from cnnviz.training.runfile import load_facts, save_run
from cnnviz.ui.runs.comparison_table import ComparisonTable
from cnnviz.ui.runs.comparison_words import rows_of
from tests.helpers.runs import SETTINGS, finished


@pytest.fixture
def table(qtbot, tmp_path):
    table = ComparisonTable()
    qtbot.addWidget(table)
    paths = [tmp_path / f"{seed}.cnnviz" for seed in (5, 6)]
    for seed, path in enumerate(paths):
        save_run(path, finished(dataclasses.replace(SETTINGS, seed=seed)))
    names = ("a run with a long name of a design", "another run with a long name")
    table.show_rows(rows_of(compare_runs(*map(load_facts, paths))), names, ("#9147FF", "#D9265C"))
    return table


@pytest.mark.parametrize("width", [400, 470, 560, 900])
def test_no_column_is_out_of_sight(table, qtbot, width):
    table.resize(width, 300)
    with qtbot.waitExposed(table):
        table.show()
    assert table.horizontalScrollBar().maximum() == 0
    assert table.columnWidth(3) > 0.15 * width


def test_widths_that_a_person_has_chosen_stay(table, qtbot):
    table.resize(560, 300)
    with qtbot.waitExposed(table):
        table.show()
    table.header().resizeSection(0, 260)
    table.resize(700, 300)
    assert table.columnWidth(0) == 260
