"""The shapes in the window: offered, opened, and the design made to learn what they are for."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.spec.layers import Dense
from cnnviz.spec.losses import CrossEntropy, MeanSquaredError
from cnnviz.ui.dataset_chooser import DatasetChooser

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from cnnviz.ui.main_window import MainWindow

FEW_ARROWS = "shapes-angle:images=100"


def _open(window: MainWindow, qtbot: QtBot, name: str) -> None:
    window.files.open_dataset(name)
    qtbot.waitUntil(lambda: window.workbench.selection.dataset.name == name)


def test_the_chooser_offers_them(window: MainWindow) -> None:
    chooser = window.findChild(DatasetChooser)
    offered = [chooser.itemData(place) for place in range(chooser.count())]
    assert list(filter(None, offered)) == [
        *("digits", "shapes", "shapes-binary", "shapes-angle", "shapes-size")
    ]


def test_settings_of_ones_own_are_shown_as_such(window: MainWindow, qtbot: QtBot) -> None:
    _open(window, qtbot, FEW_ARROWS)
    chooser = window.findChild(DatasetChooser)
    assert chooser.currentText() == "Shapes: angle of arrow, own settings"
    assert chooser.currentData() == FEW_ARROWS


def test_a_classifier_is_adapted_to_numbers_and_back(window: MainWindow, qtbot: QtBot) -> None:
    _open(window, qtbot, FEW_ARROWS)
    document, form = window.workbench.document, window.training_form
    assert not window.commands["train"].isEnabled()
    window.commands["adapt"].trigger()
    assert isinstance(form.training.loss, MeanSquaredError)
    assert document.problems == ()
    last = document.spec.layers[-1]
    assert isinstance(last, Dense)
    assert last.units == 2
    assert not window.commands["adapt"].isEnabled()
    assert window.commands["train"].isEnabled()
    _open(window, qtbot, "digits")
    window.commands["adapt"].trigger()
    assert isinstance(form.training.loss, CrossEntropy)
    assert document.problems == ()


def test_a_network_learns_an_angle_in_the_window(window: MainWindow, qtbot: QtBot) -> None:
    _open(window, qtbot, FEW_ARROWS)
    window.commands["adapt"].trigger()
    form, session = window.training_form, window.workbench.session
    form.choose(dataclasses.replace(form.training, epochs=1))
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: session.result is not None and session.is_idle, timeout=20_000)
    assert isinstance(session.result.training.loss, MeanSquaredError)
    assert session.result.data.name == FEW_ARROWS
