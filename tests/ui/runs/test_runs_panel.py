from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon

from cnnviz.app.runs.run_about import RunKind
from cnnviz.data.preparing import prepared
from cnnviz.spec.preparing import Preparing
from cnnviz.ui.plots.end_labels import clipped_run
from cnnviz.ui.runs.runs_model import COLUMNS, RUN_COLORS
from cnnviz.ui.theme import SPACE_12
from tests.helpers.open_windows import open_window


@pytest.fixture
def window(qtbot, tmp_path):
    """A window whose list has one run that is over."""
    with open_window(tmp_path) as window:
        window.training_form.set_training(dataclasses.replace(window.training_form.training, epochs=1))
        with qtbot.waitSignal(window.workbench.session.run_ended, timeout=30_000):
            window.runs.train()
        library = window.workbench.library
        qtbot.waitUntil(lambda: [e.kind for e in library.entries] == [RunKind.FINISHED], timeout=10_000)
        window.docks.bring(window.docks.runs)
        yield window


def test_a_run_is_opened_named_deleted_and_brought_back(qtbot, window):
    panel, session = window.run_list, window.workbench.session
    panel.table.selectRow(0)
    session.reset_weights()
    panel.open.trigger()
    qtbot.waitUntil(lambda: session.result is not None, timeout=10_000)
    assert session.result.state.epoch == 1
    assert panel.model.setData(panel.model.index(0, 0), "mine")
    assert window.workbench.library.entries[0].about.name == "mine"
    panel.table.selectRow(0)
    panel.delete.trigger()
    assert panel.model.rowCount() == 0
    assert panel.undelete.isEnabled()
    panel.undelete.trigger()
    assert panel.model.rowCount() == 1
    assert not panel.undelete.isEnabled()


def test_a_ticked_run_is_drawn_beside_the_one_on_screen(qtbot, window):
    panel, name = window.run_list, clipped_run(window.workbench.library.entries[0].about.name)
    assert name.endswith("… 1")
    box = panel.model.index(0, 0)
    with qtbot.waitSignal(panel.overlays_changed, timeout=10_000):
        panel.model.setData(box, Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    window.docks.bring(window.docks.training)
    qtbot.waitUntil(
        lambda: all(name in [c.name for c in plot.curves.curves] for plot in window.curves.shown_plots)
    )
    with qtbot.waitSignal(panel.overlays_changed, timeout=10_000):
        panel.model.setData(box, Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole)
    assert all(name not in [c.name for c in plot.curves.curves] for plot in window.curves.shown_plots)


def test_the_data_set_is_in_sight_and_widths_chosen_by_hand_stay(qtbot, window):
    panel = window.run_list
    header, titles = panel.table.horizontalHeader(), [column.title for column in COLUMNS]
    place = titles.index("Data set")
    for width in (1024, 1440):
        window.resize(width, 800)
        qtbot.waitUntil(lambda width=width: window.width() == width)
        end = header.sectionViewportPosition(place) + header.sectionSize(place)
        assert end < panel.table.viewport().width()
    header.resizeSection(0, 123)
    window.resize(1100, 800)
    qtbot.waitUntil(lambda: window.width() == 1100)
    assert header.sectionSize(0) == 123


def test_all_columns_are_in_sight_in_the_first_window_and_stand_off_its_edge(qtbot, window):
    panel = window.run_list
    window.resize(1390, 900)  # room for a longer date than this run's in 1440 pixels
    qtbot.waitUntil(lambda: window.width() == 1390)
    header, viewport = panel.table.horizontalHeader(), panel.table.viewport()
    last = header.count() - 1
    qtbot.waitUntil(lambda: header.length() <= viewport.width())
    assert header.sectionSize(last) >= panel.table.sizeHintForColumn(last)
    assert panel.table.horizontalScrollBar().maximum() == 0
    assert panel.table.mapTo(panel, panel.table.rect().topLeft()).x() == SPACE_12


def test_headings_have_one_line_where_all_columns_fit(qtbot, window):
    model, heading = window.run_list.model, [one.title for one in COLUMNS].index("Best loss")
    horizontal = Qt.Orientation.Horizontal
    for width, title in ((1024, "Best\nloss"), (2200, "Best loss")):
        window.resize(width, 900)
        qtbot.waitUntil(lambda width=width: window.width() == width)
        qtbot.waitUntil(lambda title=title: model.headerData(heading, horizontal) == title)


def test_the_mark_of_prepared_images_can_be_read(qtbot, window):
    bench, panel = window.workbench, window.run_list
    window.resize(1440, 800)
    bench.selection.set_dataset(prepared(bench.selection.dataset, Preparing(standardise=True)))
    with qtbot.waitSignal(bench.session.run_ended, timeout=30_000):
        window.runs.train()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 2)
    column = [column.title for column in COLUMNS].index("Data set")
    assert panel.model.index(0, column).data() == "digits · standardised"
    assert panel.model.index(1, column).data() == "digits"
    header = panel.table.horizontalHeader()
    assert header.sectionSize(column) >= panel.table.sizeHintForColumn(column)


def test_the_widths_rest_while_nobody_sees_them_and_fit_when_somebody_does(qtbot, window, monkeypatch):
    panel, asked = window.run_list, []
    header = panel.table.horizontalHeader()
    monkeypatch.setattr(header, "resizeSection", lambda at, width: asked.append(at))
    window.docks.bring(window.docks.training)
    qtbot.waitUntil(lambda: panel.visibleRegion().isEmpty())
    asked.clear()
    panel.model.show_live(window.workbench.library.entries[0].id, {"State": "step 3"})
    panel.model.dataChanged.emit(panel.model.index(0, 0), panel.model.index(0, 1))
    assert asked == []
    window.docks.bring(window.docks.runs)
    qtbot.waitUntil(lambda: bool(asked))


@pytest.mark.parametrize("width", [1024, 1440])
def test_every_state_can_be_read(qtbot, window, width):
    panel, library = window.run_list, window.workbench.library
    (entry,) = library.entries
    column = [one.title for one in COLUMNS].index("State")
    window.resize(width, 800)
    qtbot.waitUntil(lambda: window.width() == width)
    for kind in RunKind:
        about = dataclasses.replace(entry.about, steps_per_epoch=5_000)
        library._entries[entry.id] = dataclasses.replace(entry, about=about, kind=kind)
        library.changed.emit()
        needed = panel.table.sizeHintForColumn(column)
        assert panel.table.horizontalHeader().sectionSize(column) >= needed, kind


def test_a_run_keeps_its_colour_where_its_row_is_selected(window):
    icon = window.run_list.model.data(window.run_list.model.index(0, 0), Qt.ItemDataRole.DecorationRole)
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        assert icon.pixmap(16, mode).toImage().pixelColor(8, 8).name().upper() in RUN_COLORS
