from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from cnnviz.app.selection import Selection
from cnnviz.data.catalog import open_dataset
from cnnviz.data.dataset import Split
from cnnviz.engine.build import build
from cnnviz.interpret.activations import view_image
from cnnviz.spec.layers import Dense, Flatten, Softmax
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.ui.inspector.image_panel import ImagePanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from cnnviz.interpret.activations import ImageView


def sure_view(selection: Selection) -> ImageView:
    """Return the view of a network that is sure of the image's class."""
    spec = NetworkSpec(name="", input=InputSpec(), layers=(Flatten(), Dense(units=10), Softmax()))
    parameters = build(spec, np.random.default_rng(0)).parameters
    parameters["dense1/bias"][selection.label] = 50
    return view_image(spec, parameters, selection.pixels)


def test_probabilities_stand_with_the_true_class(qtbot: QtBot) -> None:
    dataset = open_dataset("digits")
    selection = Selection(dataset)
    panel = ImagePanel(selection)
    qtbot.addWidget(panel)
    selection.select(Split.VALIDATION, 3)
    panel.set_view(sure_view(selection), dataset.class_names, selection.label)
    assert panel.bars.summary == f"{selection.label_name} with 100.0 %; correct"
    assert panel.chooser.place_text == "validation 4 of 300"


def test_a_panel_behind_another_rests_and_catches_up(qtbot: QtBot) -> None:
    dataset = open_dataset("digits")
    selection = Selection(dataset)
    window, tabs = QMainWindow(), [QDockWidget(name) for name in ("image", "other")]
    panel = ImagePanel(selection)
    for tab, widget in zip(tabs, (panel, QWidget()), strict=True):
        tab.setWidget(widget)
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, tab)
    window.tabifyDockWidget(*tabs)
    tabs[0].visibilityChanged.connect(panel.set_in_sight)
    tabs[1].raise_()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    before = panel.bars.summary
    panel.set_view(sure_view(selection), dataset.class_names, selection.label)
    assert panel.bars.summary == before
    tabs[0].raise_()
    assert panel.bars.summary == f"{selection.label_name} with 100.0 %; correct"
