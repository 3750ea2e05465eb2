from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cnnviz.app.looking.layer_student import StudiedLayer
from cnnviz.data.dataset import Split
from cnnviz.interpret.layer_study import study_layer
from cnnviz.spec.layers import Conv2D, Dense, Flatten, ReLU, Sigmoid
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.ui.inspector.layer_findings import FindingsLine, findings_list, findings_text, marks_of
from cnnviz.ui.theme import apply_theme

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


def studied(kernels, activation, biases=None):
    kernels = np.array(kernels, np.float32)
    layer = Conv2D(filters=len(kernels), kernel_size=(1, 1), id="c")
    spec = NetworkSpec(
        name="", input=InputSpec(height=2, width=2, channels=2), layers=(layer, activation(id="a"))
    )
    weights = {"c/weight": kernels[..., None, None]}
    weights["c/bias"] = np.array(biases or [0.0] * len(kernels), np.float32)
    study = study_layer(spec, weights, "c", np.ones((3, 2, 2, 2)))
    return StudiedLayer(study, Split.VALIDATION, step=1234)


def test_dead_and_alike_filters_are_marked_with_the_measured_number():
    found = studied([[1, 0], [0, 1], [1, 0.1], [-1, -2]], ReLU)
    marks = marks_of(found.study, "filter")
    assert sorted(marks) == [0, 2, 3]
    assert (marks[3].sign, marks[3].words) == ("×", "filter 3 was zero in all 3 images")
    assert (marks[0].sign, marks[0].words) == ("≈", "filter 0 ≈ filter 2, cosine 1.00")
    text = findings_text(found, "filter")
    assert '<b>× 1 dead</b>: <a href="3">3</a>; ' in text
    assert "near-duplicate pair</b>" in text
    assert text.endswith("cosine up to 1.00 (3 validation images, step 1,234)")
    assert "saturated" not in text
    assert findings_list(found.study, "filter").count("\n") == 2


def test_saturated_filters_are_marked():
    found = studied([[1, 0], [0, 1]], Sigmoid, [90, 0])
    marks = marks_of(found.study, "filter")
    assert marks[0].words == "filter 0 was saturated in 100.0 % of its outputs"
    assert marks[0].sign == "s"
    assert findings_text(found, "filter").startswith("<b>s 1 saturated</b>")
    assert "dead" not in findings_text(found, "filter")


def test_a_filter_with_two_faults_says_both():
    found = studied([[-1, 0], [-1, 0]], ReLU)
    assert marks_of(found.study, "filter")[1].words.splitlines() == [
        "filter 1 was zero in all 3 images",
        "filter 1 ≈ filter 0, cosine 1.00",
    ]


def test_healthy_filters_are_said_to_be_so():
    found = studied([[1, 0], [0, 1]], ReLU)
    assert marks_of(found.study, "filter") == {}
    assert findings_text(found, "filter") == (
        "none dead; no near duplicates (3 validation images, step 1,234)"
    )


def test_long_lists_are_cut():
    found = studied([[-1, -index] for index in range(50)], ReLU)
    assert "and 46 more" in findings_text(found, "filter")
    assert findings_list(found.study, "filter").endswith("and 10 more")


def test_units_are_called_units():
    spec = NetworkSpec(
        name="", input=InputSpec(height=2, width=2, channels=1), layers=(Flatten(), Dense(units=2), ReLU())
    )
    weights = {"dense1/weight": -np.eye(2, 4, dtype=np.float32), "dense1/bias": np.zeros(2, np.float32)}
    study = study_layer(spec, weights, "dense1", np.ones((1, 1, 2, 2)))
    assert marks_of(study, "unit")[1].words == "unit 1 was zero in all 1 image"


@pytest.fixture
def line(qtbot):
    widget = FindingsLine()
    qtbot.addWidget(widget)
    return widget


def test_a_number_in_the_line_chooses_its_filter(line, qtbot):
    line.show_study(studied([[1, 0], [-1, -2]], ReLU), "filter")
    assert line.toolTip() == "filter 1 was zero in all 3 images"
    with qtbot.waitSignal(line.filter_chosen) as chosen:
        line.linkActivated.emit("1")
    assert chosen.args == [1]


def test_a_long_study_can_be_cancelled_and_made_after_all(line, qtbot):
    line.show_busy()
    assert "Cancel" in line.text()
    with qtbot.waitSignal(line.cancel_requested):
        line.linkActivated.emit("cancel")
    assert "Not studied" in line.text()
    assert line.accessibleName() == "Not studied. Study the layer"
    with qtbot.waitSignal(line.again_requested):
        line.linkActivated.emit("again")
    line.show_failure("No room.")
    assert line.text() == "No room."
    line.clear()
    assert line.isHidden()


def test_links_take_the_colours_of_another_theme(qapp: QApplication, qtbot: QtBot) -> None:
    line = FindingsLine()
    qtbot.addWidget(line)
    line.show_busy()
    for mode in ("light", "dark", "light"):
        link = apply_theme(qapp, mode).accent.name()
        qtbot.waitUntil(lambda link=link: link in colors_in(line.grab().toImage()))


def colors_in(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
