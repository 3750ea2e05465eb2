from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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


def test_probabilities_stand_with_the_true_class(qtbot: QtBot) -> None:
    dataset = open_dataset("digits")
    selection = Selection(dataset)
    panel = ImagePanel(selection)
    qtbot.addWidget(panel)
    selection.select(Split.VALIDATION, 3)
    spec = NetworkSpec(name="", input=InputSpec(), layers=(Flatten(), Dense(units=10), Softmax()))
    parameters = build(spec, np.random.default_rng(0)).parameters
    parameters["dense1/bias"][selection.label] = 50
    panel.set_view(view_image(spec, parameters, selection.pixels), dataset.class_names, selection.label)
    assert panel.bars.summary == f"{selection.label_name} with 100.0 %; correct"
    assert panel.chooser.place_text == "validation 4 of 300"
