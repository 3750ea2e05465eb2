"""The preparation in the window: applied, taken back, and offered by the doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from cnnviz.data.dataset import Split
from cnnviz.data.digits import open_digits
from cnnviz.data.preparing import prepared
from cnnviz.engine.build import build
from cnnviz.interpret.activations import picture_of
from cnnviz.spec.preparing import Preparing, preparing_in_short
from cnnviz.spec.training import TrainingSpec
from cnnviz.training.control import RunControl
from cnnviz.training.events import Stopped
from cnnviz.training.findings import Fix
from cnnviz.training.loop import train
from cnnviz.training.random_state import initial_rng
from cnnviz.training.runfile import save_run
from cnnviz.ui.dataset_chooser import DatasetChooser
from cnnviz.ui.plots.atlas_painting import picture_image
from tests.helpers.open_windows import open_window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from cnnviz.ui.main_window import MainWindow


@pytest.fixture
def window(qapp: object, tmp_path: Path) -> Iterator[MainWindow]:
    with open_window(tmp_path) as opened:
        yield opened


def used(window: MainWindow) -> Preparing:
    return window.workbench.selection.dataset.treatment.preparing


def test_it_is_applied_told_and_taken_back(window: MainWindow, qtbot: QtBot) -> None:
    window.image_panel.chooser.prepare_button.click()
    preparing = window.preparing_links.preparing
    assert preparing is not None
    preparing.set_preparing(Preparing(height=6, width=6, standardise=True))
    preparing.apply_button.click()
    qtbot.waitUntil(lambda: "height 6, width 6, standardise" in window.banner.text)
    assert window.workbench.selection.dataset.image_shape == (6, 6, 1)
    assert window.commands["adapt"].isEnabled()
    window.banner.action_requested.emit("Undo")
    qtbot.waitUntil(lambda: used(window) == Preparing())
    qtbot.waitUntil(lambda: "no longer prepared" in window.banner.text)
    assert not window.workbench.document.problems


def test_the_design_is_adapted_where_that_is_wished(window: MainWindow, qtbot: QtBot) -> None:
    window.preparing_links.prepare(Preparing(height=12, width=12))
    adapt = window.commands["adapt"]
    qtbot.waitUntil(lambda: "height 12" in window.banner.text)
    window.banner.action_requested.emit(adapt.text())
    assert window.workbench.document.spec.input.shape == (12, 12, 1)


def test_the_doctor_s_fix_is_one_click_and_can_be_undone(window: MainWindow, qtbot: QtBot) -> None:
    fix = Fix("Standardise Images", preparing=Preparing(standardise=True))
    window.doctor.fix_requested.emit(fix)
    qtbot.waitUntil(lambda: used(window) == Preparing(standardise=True))
    qtbot.waitUntil(lambda: "standardise" in window.banner.text)
    window.banner.action_requested.emit("Undo")
    qtbot.waitUntil(lambda: used(window) == Preparing())


def test_a_run_under_way_keeps_its_preparation(window: MainWindow, qtbot: QtBot) -> None:
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: not window.workbench.session.is_idle)
    window.preparing_links.prepare(Preparing(standardise=True))
    assert "Stop it first" in window.banner.text
    assert used(window) == Preparing()
    window.workbench.session.stop()
    qtbot.waitUntil(lambda: window.workbench.session.is_idle)


def test_what_comes_too_late_is_told_of_no_other_images(window: MainWindow, qtbot: QtBot) -> None:
    bench = window.workbench
    window.preparing_links.prepare(Preparing(standardise=True))
    window.commands["train"].trigger()
    with qtbot.waitSignal(bench.dataset_opener.opened):
        pass
    assert "begun meanwhile" in window.banner.text
    assert used(window) == Preparing()
    bench.session.stop()
    qtbot.waitUntil(lambda: bench.session.is_idle)
    window.notices.clear()
    bench.selection.set_dataset(prepared(bench.selection.dataset, Preparing(grey=True)))
    QCoreApplication.processEvents()
    assert "prepared" not in window.banner.text


def test_another_data_set_in_the_place_of_prepared_images_is_not_told_as_theirs(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.workbench.dataset_opener, "prepare", lambda *_: None)  # it takes its time
    window.preparing_links.prepare(Preparing(standardise=True))
    window.workbench.selection.set_dataset(prepared(open_digits(), Preparing(grey=True)))
    QCoreApplication.processEvents()
    assert "prepared" not in window.banner.text


def test_a_run_that_is_opened_brings_its_preparation(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dataset = prepared(open_digits(), Preparing(standardise=True))
    control = RunControl()
    design = window.workbench.document.spec
    events = train(build(design, initial_rng(0)), dataset, TrainingSpec(epochs=1), control=control)
    next(events)
    control.request_stop()
    *_, last = events
    assert isinstance(last, Stopped)
    save_run(tmp_path / "run.cnnviz", last.result)
    assert window.files.open_path(tmp_path / "run.cnnviz")
    qtbot.waitUntil(lambda: used(window) == Preparing(standardise=True))
    assert window.workbench.selection.dataset.content_hash == last.result.data.content_hash
    assert np.array_equal(
        window.workbench.selection.pixels, dataset.scaled_image(int(dataset.indices(Split.VALIDATION)[0]))
    )


def test_pictures_of_why_show_the_image_as_people_see_it(window: MainWindow, qtbot: QtBot) -> None:
    window.preparing_links.prepare(Preparing(standardise=True))
    qtbot.waitUntil(lambda: used(window) == Preparing(standardise=True))
    window.docks.bring(window.docks.why)
    pictures = window.why.class_page.pictures
    units = window.workbench.selection.units
    qtbot.waitUntil(lambda: pictures.original.image == picture_image(picture_of(units)))


def test_the_name_of_a_prepared_set_says_so(window: MainWindow, qtbot: QtBot) -> None:
    chooser, choice = window.image_panel.chooser, window.findChild(DatasetChooser)
    assert ("·" in choice.currentText(), chooser.mark_text) == (False, "")
    plain = choice.currentText()
    window.preparing_links.prepare(Preparing(height=6, width=6, standardise=True))
    qtbot.waitUntil(lambda: choice.currentText() == f"{plain} · 6×6, standardised")
    assert chooser.mark_text == "6×6, standardised"
    assert "from 8×8×1 to 6×6×1" in choice.toolTip()
    assert "Standardised: less" in choice.toolTip()
    window.preparing_links.prepare(Preparing())
    qtbot.waitUntil(lambda: choice.currentText() == plain)
    assert "Standardised" not in choice.toolTip()


@pytest.mark.parametrize(
    ("preparing", "mark"),
    [
        (Preparing(), ""),
        (Preparing(grey=True, height=4), "height 4, grey"),
        (Preparing(scaling="raw", width=4), "width 4, pixels as stored"),
        (Preparing(scaling="symmetric", standardise_targets=True), "pixels −1 to 1, targets standardised"),
    ],
)
def test_marks_are_short(preparing: Preparing, mark: str) -> None:
    assert preparing_in_short(preparing) == mark
