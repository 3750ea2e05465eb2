"""Convert to Conv2D, Convert to Dense: where the command is offered, and what it does in the real window."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.engine.network import Network
from cnnviz.spec.layers import Conv2D, Dense
from tests.helpers.designs import short_training, small_design
from tests.helpers.open_windows import open_window


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        assert window.files.new(small_design())
        yield window


def scores(window):
    spec = window.workbench.document.spec
    x = np.random.default_rng(0).random((1, 8, 8, 4), dtype=np.float32)
    return Network.with_parameters(spec, window.workbench.session.parameters_for(spec)).forward(x)


def test_the_command_names_its_kind_or_says_why_not(window):
    action, builder = window.convert.action, window.builder
    told = {}
    for layer_id in ("", "conv1", "relu1", "dense1"):
        builder.select_layer(layer_id)
        told[layer_id] = (action.text(), action.isEnabled())
        assert (action in builder.layer_actions.context_menu().actions()) is (layer_id in ("conv1", "dense1"))
    assert told == {
        "": ("Convert Layer", False),
        "conv1": ("Convert to Dense", False),
        "relu1": ("Convert Layer", False),
        "dense1": ("Convert to Conv2D", True),
    }
    assert "same outputs" in action.toolTip()
    builder.select_layer("conv1")
    assert 'MaxPool2D "maxpool1" behind it needs feature maps' in action.toolTip()
    assert action.statusTip() == action.toolTip()
    window.workbench.document.remove_layer("maxpool1")
    assert action.isEnabled()


def test_the_command_follows_undo_of_the_layer_itself(window):
    window.builder.select_layer("dense1")
    window.workbench.document.remove_layer("dense1")
    assert not window.convert.action.isEnabled()
    window.menus.undo.trigger()
    window.builder.select_layer("dense1")
    assert window.convert.action.isEnabled()


def test_a_trained_window_gives_the_same_scores_after_it(window, qtbot):
    window.training_form.set_training(short_training())
    with qtbot.waitSignal(window.workbench.session.run_ended, timeout=30_000):
        window.commands["train"].trigger()
    expected = scores(window)
    document = window.workbench.document
    for layer_id, kind in (("dense1", Conv2D), ("conv2", Dense)):
        window.builder.select_layer(layer_id)
        window.convert.action.trigger()
        chosen = document.spec.layer(window.builder.selected_layer_id)
        assert isinstance(chosen, kind)
        np.testing.assert_allclose(scores(window), expected, atol=1e-5)
        assert not window.banner.isVisible()
    assert window.workbench.session.fresh_layers(document.spec) == frozenset()
    for _ in range(2):
        window.menus.undo.trigger()
    assert document.spec == small_design()
    np.testing.assert_array_equal(scores(window), expected)
