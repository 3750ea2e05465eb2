"""What the command line writes of evaluations and data sets is, byte for byte, what the window exports."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from cnnviz.app.evaluation.examination import Examination
from cnnviz.app.training.weights import WeightGiver, WeightStore
from cnnviz.data.dataset import Split
from cnnviz.errors import DataError
from cnnviz.spec.losses import CrossEntropy, MeanSquaredError
from cnnviz.ui.browser.browser_layout import Page
from cnnviz.ui.browser.browser_window import BrowserWindow
from cnnviz.ui.export.export_dialog import ExportDialog
from cnnviz.ui.export.headless_data import browser_reports, evaluation_reports
from cnnviz.ui.export.picture_files import PictureStyle, picture_bytes
from cnnviz.ui.export.sheet_writer import SheetWriter
from tests.helpers.designs import small_design
from tests.helpers.open_windows import open_window
from tests.helpers.runs import few_digits, linear_design, measured_digits


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        qtbot.waitExposed(window)
        window.theme_keeper.set_mode("dark")
        window.workbench.document.new(small_design())
        window.workbench.selection.set_dataset(few_digits())
        yield window


def files_of(report):
    pictures = {
        suffix: picture_bytes(suffix, report, QApplication.font(), PictureStyle())
        for suffix in (".png", ".svg")
    }
    return {**pictures, **{suffix: report.numbers.encoded(suffix) for suffix in report.numbers.suffixes}}


def assert_same(mine, theirs):
    assert (mine.name, mine.title, mine.about, mine.notes) == (
        theirs.name,
        theirs.title,
        theirs.about,
        theirs.notes,
    )
    mine, theirs = files_of(mine), files_of(theirs)
    assert mine.keys() == theirs.keys()
    for suffix, content in mine.items():
        assert content == theirs[suffix], suffix


def test_an_evaluation_is_that_of_the_window(window, qtbot) -> None:
    window.docks.bring(window.docks.evaluation)
    qtbot.waitUntil(lambda: window.evaluation.findings is not None)
    findings = window.evaluation.findings
    views = {view.title: view for view in window.export_links.views}
    headless = {report.name: report for report in evaluation_reports(findings)}
    assert list(headless) == ["confusion-matrix", "classes", "evaluated-images"]
    for title, name in (
        ("Evaluation", "confusion-matrix"),
        ("Classes", "classes"),
        ("Evaluated Images", "evaluated-images"),
    ):
        assert_same(headless[name], views[title].take())


def test_images_that_are_listed_are_those_of_the_cell_that_is_chosen(window, qtbot) -> None:
    window.docks.bring(window.docks.evaluation)
    qtbot.waitUntil(lambda: window.evaluation.findings is not None)
    view = next(view for view in window.export_links.views if view.title == "Evaluated Images")
    report = window.evaluation.findings.report
    true, predicted = int(report.labels[0]), int(report.predicted[0])
    window.evaluation.classes.choose(true, predicted)
    taken = view.take()
    np.testing.assert_array_equal(taken.numbers.arrays["places"], report.cell(true, predicted))
    assert {row[2:4] for row in taken.numbers.table.rows} == {(str(true), str(predicted))}


def exported(window):
    before = set(window.findChildren(ExportDialog))
    window.findChild(BrowserWindow).parts.export_button.click()
    (dialog,) = set(window.findChildren(ExportDialog)) - before
    return dialog.report


@pytest.mark.parametrize("label", [None, 3])
def test_a_data_set_is_that_of_the_browser(window, qtbot, label) -> None:
    window.commands["browse_data"].trigger()
    browser = window.findChild(BrowserWindow)
    parts = browser.parts
    qtbot.waitUntil(lambda: len(browser.positions) > 0)
    qtbot.waitUntil(lambda: parts.classes.classes.means is not None)
    if label is not None:
        parts.classes.choose(label)
    dataset = window.workbench.selection.dataset
    images, classes, mapped, pixels = browser_reports(dataset, Split.TRAIN, label)
    assert_same(images, exported(window))
    parts.views.setCurrentIndex(parts.views.findData(Page.MAP))
    qtbot.waitUntil(lambda: parts.map_page.map.shown is not None)
    assert_same(mapped, exported(window))
    parts.views.setCurrentIndex(parts.views.findData(Page.PIXELS))
    qtbot.waitUntil(lambda: parts.pixel_page.counts is not None)
    assert_same(pixels, exported(window))
    export = next(action for action in parts.classes.actions() if action.text() == "Export…")
    export.trigger()
    assert_same(classes, window.findChildren(ExportDialog)[-1].report)


def findings_of(spec, dataset, loss):
    arrays = dict(WeightGiver().parameters_for(spec, WeightStore(), 0))
    return Examination(spec, arrays, loss, dataset, Split.VALIDATION, 0, 0).meet(lambda: False, 0)


def test_numbers_have_plots_and_the_images_that_are_farthest_off(qapp) -> None:
    findings = findings_of(linear_design(2), measured_digits(), MeanSquaredError())
    plots, images = evaluation_reports(findings)
    assert (plots.name, images.name) == ("predicted-against-true", "evaluated-images")
    assert images.title.endswith("the farthest off first")
    np.testing.assert_array_equal(images.numbers.arrays["places"], findings.report.hardest)
    assert all(files_of(images).values())


def test_where_all_is_right_no_mistakes_are_written(qapp, tmp_path) -> None:
    findings = findings_of(small_design(), few_digits(), CrossEntropy())
    report = findings.report
    right = dataclasses.replace(report, predicted=report.labels)
    written = SheetWriter(tmp_path, ".png").write(
        *evaluation_reports(dataclasses.replace(findings, report=right))
    )
    assert written == ["confusion-matrix.png", "classes.png"]


def test_numbers_stand_beside_pictures_where_they_are_wanted(qapp, tmp_path) -> None:
    reports = list(evaluation_reports(findings_of(small_design(), few_digits(), CrossEntropy())))
    names = SheetWriter(tmp_path / "new" / "folder", ".svg", with_numbers=True).write(*reports)
    assert names[:3] == ["confusion-matrix.svg", "confusion-matrix.npz", "confusion-matrix.csv"]
    assert sorted(names) == sorted(path.name for path in (tmp_path / "new" / "folder").iterdir())


def test_a_map_that_cannot_be_made_is_an_error(qapp, monkeypatch) -> None:
    monkeypatch.setattr("cnnviz.ui.export.headless_data.MapWish.meet", lambda _: "There is no map.")
    with pytest.raises(DataError, match="no map"):
        list(browser_reports(few_digits(), Split.TRAIN))
