"""Curves leave the window as other views do: on paper, with their numbers."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from cnnviz.data.catalog import open_dataset
from cnnviz.training.events import LayerVitals, Vitals
from cnnviz.ui.export.curves_report import curves_report
from cnnviz.ui.export.export_dialog import ExportDialog
from cnnviz.ui.export.picture_files import PictureStyle, picture_bytes, picture_image
from cnnviz.ui.theme import DARK, LIGHT
from cnnviz.ui.training.curves_panel import CurvesPanel
from cnnviz.ui.training.quantities import Quantity
from tests.helpers.designs import short_training
from tests.helpers.open_windows import open_window
from tests.ui.training.conftest import FakeSession


@pytest.fixture
def panel(qtbot):
    session = FakeSession()
    widget = CurvesPanel(session, QAction("Train", session))
    qtbot.addWidget(widget)
    widget.session = session
    widget.show()
    return widget


@pytest.fixture
def trained(panel):
    for step in range(1, 41):
        panel.session.do_step(step, 1.0 / step, 0.5)
    panel.session.do_epoch(1, 40, 0.9, 0.6)
    return panel


def report_of(panel, **options):
    return curves_report(panel.shown_plots, panel.session.history, "design · digits", **options)


def pixels_of(image):
    return {image.pixel(x, y) & 0xFFFFFF for x in range(image.width()) for y in range(image.height())}


def test_before_the_first_step_there_is_nothing(panel) -> None:
    assert report_of(panel) is None


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_paper_has_the_colours_that_are_asked_for_whatever_the_theme(trained, colors) -> None:
    image = picture_image(report_of(trained), QApplication.font(), PictureStyle(colors))
    seen = pixels_of(image)
    for color in (colors.base, colors.plot_train, colors.plot_validation):
        assert color.rgb() & 0xFFFFFF in seen
    other = LIGHT if colors is DARK else DARK
    assert other.base.rgb() & 0xFFFFFF not in seen


def test_a_drawing_has_words_and_lines_but_no_pixels(trained) -> None:
    drawing = picture_bytes(".svg", report_of(trained), QApplication.font(), PictureStyle()).decode()
    assert "<image" not in drawing
    assert drawing.count("<path") + drawing.count("<polyline") > 10
    for word in ("Accuracy", "validation 0.9", "design · digits"):
        assert word in drawing


def test_a_report_stays_while_the_run_goes_on(trained) -> None:
    report = report_of(trained)
    before = picture_bytes(".png", report, QApplication.font(), PictureStyle())
    trained.session.do_step(41, 5.0, 0.1)
    assert picture_bytes(".png", report, QApplication.font(), PictureStyle()) == before
    assert len(report.numbers.arrays["steps/loss"]) == 40


def test_what_is_hidden_or_zoomed_on_screen_is_so_on_paper(trained) -> None:
    plain = picture_image(report_of(trained), QApplication.font(), PictureStyle())
    trained.options.line_button("validation").click()
    hidden = picture_image(report_of(trained), QApplication.font(), PictureStyle())
    assert LIGHT.plot_validation.rgb() & 0xFFFFFF in pixels_of(plain)
    assert LIGHT.plot_validation.rgb() & 0xFFFFFF not in pixels_of(hidden)
    plot = trained.plot(Quantity.LOSS)
    plot.hold((10.0, 20.0), (0.0, 0.5))
    assert plot.twin().view.viewRange() == [[10.0, 20.0], [0.0, 0.5]]


def test_numbers_are_all_that_the_run_has_reported(trained) -> None:
    numbers = report_of(trained).numbers
    assert numbers.suffixes == (".npz", ".npy", ".csv", ".json")
    arrays = np.load(io.BytesIO(numbers.encoded(".npz")))
    np.testing.assert_array_equal(arrays["steps/loss"], 1.0 / np.arange(1, 41))
    np.testing.assert_array_equal(np.load(io.BytesIO(numbers.encoded(".npy"))), arrays["steps/loss"])
    rows = list(csv.DictReader(io.StringIO(numbers.encoded(".csv").decode())))
    assert len(rows) == 40
    assert rows[-1]["epoch_val_loss"] == "0.9"
    assert json.loads(numbers.encoded(".json"))["epochs"]["val_loss"] == [0.9]


def test_what_was_measured_of_layers_has_a_plot_and_columns(panel) -> None:
    panel.options.set_shown(Quantity.UPDATE_RATIO, True)
    panel.session.do_step(1, 2.0, 0.25)
    panel.session.do_vitals(Vitals(1, (LayerVitals("conv1", 0.02, None, None, None),)))
    report = report_of(panel)
    row = next(csv.DictReader(io.StringIO(report.numbers.encoded(".csv").decode())))
    assert row["conv1/update_ratio"] == "0.02"
    drawing = picture_bytes(".svg", report, QApplication.font(), PictureStyle()).decode()
    assert "Update / weight ratio" in drawing


def test_means_and_the_axis_are_told(trained) -> None:
    assert report_of(trained, mean_of=20).notes[-1] == (
        "Along the lower edge are steps of training. Training curves are means of 20 batches; single "
        "batches lie faintly behind."
    )
    assert report_of(trained, in_epochs=True).notes[-1] == "Along the lower edge are epochs."


def test_button_and_command_open_the_dialog_on_white_paper_in_a_dark_window(tmp_path, qtbot) -> None:
    with open_window(tmp_path) as window:
        window.theme_keeper.set_mode("dark")
        window.curves.export_requested.emit()
        assert "nothing to export yet: curves" in window.banner.text
        window.training_form.set_training(short_training())
        window.commands["train"].trigger()
        qtbot.waitUntil(lambda: window.workbench.session.result is not None, timeout=20_000)
        window.commands["export_curves"].trigger()
        dialog = window.findChildren(ExportDialog)[-1]
        assert dialog.report.name == "curves"
        assert dialog.report.about.startswith("Digits CNN · digits · ")
        assert dialog.preview.image.pixelColor(1, 1) == LIGHT.base
        window.workbench.selection.set_dataset(open_dataset("shapes:images=600"))
        window.commands["export_curves"].trigger()
        report = window.findChildren(ExportDialog)[-1].report
        assert report.about == dialog.report.about, "what was learned from stays what it was"
