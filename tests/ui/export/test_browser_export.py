"""The browser of a data set leaves as rows of images, as a map, and as histograms."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtGui import QFont

from cnnviz.data.catalog import open_dataset
from cnnviz.data.dataset import Split
from cnnviz.data.preparing import prepared
from cnnviz.spec.preparing import Preparing
from cnnviz.ui.browser.browser_layout import Page
from cnnviz.ui.browser.browser_window import BrowserWindow
from cnnviz.ui.export.about import image_words
from cnnviz.ui.export.browser_report import ImagesShown, classes_of_images_report, images_report
from cnnviz.ui.export.evaluation_report import about_findings
from cnnviz.ui.export.export_dialog import ExportDialog
from cnnviz.ui.export.picture_files import PictureStyle, picture_bytes
from tests.helpers.open_windows import open_window
from tests.helpers.runs import few_digits

FONT = QFont("DejaVu Sans")


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        window.commands["browse_data"].trigger()
        yield window


@pytest.fixture
def browser(window, qtbot):
    browser = window.findChild(BrowserWindow)
    qtbot.waitUntil(lambda: len(browser.positions) > 0)
    return browser


def exported(window):
    before = set(window.findChildren(ExportDialog))
    window.findChild(BrowserWindow).parts.export_button.click()
    (dialog,) = set(window.findChildren(ExportDialog)) - before
    return dialog.report


def exported_classes(window):
    shown = ImagesShown(window.workbench.selection.dataset, Split.TRAIN, np.zeros(0, np.int64), "", None)
    return classes_of_images_report(shown, None)


def drawn(report):
    assert picture_bytes(".png", report, FONT, PictureStyle()).startswith(b"\x89PNG")
    assert picture_bytes(".svg", report, FONT, PictureStyle()).startswith(b"<?xml")


def choose_page(browser, page):
    browser.parts.views.setCurrentIndex(browser.parts.views.findData(page))


def test_the_first_images_of_each_class(window, browser) -> None:
    report = exported(window)
    dataset = window.workbench.selection.dataset
    assert report.title == f"Images of {dataset.title}"
    assert np.array_equal(report.numbers.arrays["listed"], dataset.indices(Split.TRAIN))
    shown = report.numbers.arrays["shown"]
    assert np.bincount(dataset.labels[shown]).tolist() == [16] * 10
    assert np.array_equal(report.numbers.arrays["images"], dataset.images[shown])
    assert len(report.numbers.table.rows) == len(dataset.indices(Split.TRAIN))
    drawn(report)


def test_every_report_calls_a_folder_by_its_name_and_marks_prepared_images(window, browser, qtbot) -> None:
    selection = window.workbench.selection
    pets = dataclasses.replace(selection.dataset, name="folder:pets", images=selection.dataset.images.copy())
    selection.set_dataset(prepared(pets, Preparing(standardise=True)))
    qtbot.waitUntil(lambda: len(browser.positions) > 0)
    assert exported(window).about.startswith("pets · standardised · ")
    assert exported_classes(window).about.startswith("pets · standardised · ")
    assert image_words(selection, selection.pixels).startswith("validation image 1 of pets, ")
    facts = window.workbench.selection.dataset
    findings = SimpleNamespace(dataset=facts, split=Split.VALIDATION, report=SimpleNamespace(images=3))
    said = about_findings(SimpleNamespace(**vars(findings), step=0, epoch=0), "Design")
    assert "3 validation images of pets · standardised · " in said


def test_the_images_of_a_class(window, browser) -> None:
    browser.parts.classes.choose(3)
    report = exported(window)
    dataset = window.workbench.selection.dataset
    assert set(dataset.labels[report.numbers.arrays["listed"]]) == {3}
    assert {row[-1] for row in report.numbers.table.rows} == {"3"}
    drawn(report)


def test_the_map_with_its_axes(window, browser, qtbot) -> None:
    choose_page(browser, Page.MAP)
    qtbot.waitUntil(lambda: browser.parts.map_page.map.shown is not None)
    report = exported(window)
    found = browser.parts.map_page.map.shown
    assert np.array_equal(report.numbers.arrays["plane"], found.plane)
    assert len(report.numbers.table.rows) == len(found.positions)
    assert report.notes == (browser.parts.map_page.about,)
    drawn(report)


def test_the_pixels(window, browser, qtbot) -> None:
    choose_page(browser, Page.PIXELS)
    qtbot.waitUntil(lambda: browser.parts.pixel_page.counts is not None)
    report = exported(window)
    dataset = window.workbench.selection.dataset
    pixels = len(dataset.indices(Split.TRAIN)) * 64
    assert sum(row[1] for row in report.numbers.table.rows) == pixels
    drawn(report)


def test_test_images_behind_the_curtain_are_not_taken_along(window, browser) -> None:
    parts = browser.parts
    parts.splits.setCurrentIndex(parts.splits.findData(Split.TEST))
    assert not parts.export_button.isEnabled()
    export = next(action for action in browser.actions() if action.text() == "Export…")
    export.trigger()
    assert "nothing to export yet" in window.banner.text
    assert not window.findChildren(ExportDialog)


def test_nothing_listed_is_no_report() -> None:
    shown = ImagesShown(few_digits(), Split.TRAIN, np.zeros(0, np.int64), "")
    assert images_report(shown) is None


def test_numbers_to_learn_stand_in_one_grid() -> None:
    dataset = open_dataset("shapes-angle:images=200")
    positions = np.arange(len(dataset.indices(Split.TRAIN)))
    report = images_report(ImagesShown(dataset, Split.TRAIN, positions, ""))
    assert {row[-1] for row in report.numbers.table.rows} == {""}
    assert len(report.numbers.arrays["shown"]) == min(160, len(positions))
