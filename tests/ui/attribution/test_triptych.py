"""What stands below the three pictures at rest can be read at any width."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.interpret.attribution.methods import GradCAM
from cnnviz.interpret.attribution.result import Attribution
from cnnviz.ui.attribution.triptych import Triptych

WHEN = "epoch 1,240, step 1,520,300"


@pytest.fixture
def pictures(qtbot):
    made = Triptych()
    qtbot.addWidget(made)
    pixels = np.ones((8, 8), np.float32)
    made.resize(900, 320)
    made.show_attribution(
        pixels[None], Attribution(GradCAM(), 3, 1.5, pixels[None], pixels, False), when=WHEN
    )
    made.show()
    return made


def lines(pictures):
    return [label.shown_text for label in (pictures._pixel, pictures._value)]


def test_from_when_the_weights_are_stands_in_one_line_where_there_is_room(pictures):
    assert lines(pictures) == [WHEN, ""]


def test_from_when_the_weights_are_is_never_cut(pictures):
    pictures.resize(380, 200)
    assert lines(pictures) == ["epoch 1,240", "step 1,520,300"]
    pictures.original.pointed.emit(2, 3)
    pictures.resize(900, 320)
    pictures.original.left.emit()
    assert lines(pictures) == [WHEN, ""]
    untrained = pictures._attribution
    pictures.show_attribution(np.ones((1, 8, 8), np.float32), untrained, when="untrained")
    pictures.resize(380, 200)
    assert lines(pictures) == ["untrained", ""]
