"""A converted layer keeps its weights, the network its outputs, and undo brings back both."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.app.designs.converting import convert_layer
from cnnviz.app.training.session import Session
from cnnviz.data.digits import open_digits
from cnnviz.engine.network import Network
from cnnviz.errors import SpecError
from cnnviz.spec.layers import ReLU
from cnnviz.training.events import Finished
from tests.helpers.designs import short_training

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def session(document):
    session = Session(threads=1)
    session.show_design(document.spec)
    document.spec_changed.connect(lambda: session.show_design(document.spec))
    yield session
    assert session.close()


def train(document, session, qtbot):
    with qtbot.waitSignal(session.run_ended, timeout=30_000) as blocker:
        session.start(document.spec, short_training(), open_digits())
    return blocker.args[0]


def scores(document, session):
    x = np.random.default_rng(0).random((1, 8, 8, 4), dtype=np.float32)
    return Network.with_parameters(document.spec, session.parameters_for(document.spec)).forward(x)


@pytest.mark.parametrize("is_trained", [True, False])
@pytest.mark.parametrize("layer_id", ["dense1", "conv1"])
def test_outputs_stay_and_undo_and_redo_bring_design_and_weights(
    document, session, qtbot, is_trained, layer_id
):
    if is_trained:
        train(document, session, qtbot)
    if layer_id == "conv1":
        document.remove_layer("maxpool1")
        if is_trained:
            train(document, session, qtbot)
    before, weights = document.spec, dict(session.parameters_for(document.spec))
    expected = scores(document, session)
    steps = document.undo_stack.count()
    new_id = convert_layer(document, session, layer_id)
    after = document.spec
    assert document.undo_stack.count() == steps + 1
    assert document.undo_stack.undoText().startswith(f"Convert {layer_id} to ")
    assert new_id in {layer.id for layer in after.walk()}
    assert session.fresh_layers(after) == frozenset()
    np.testing.assert_allclose(scores(document, session), expected, atol=1e-5)
    document.undo_stack.undo()
    assert document.spec is before
    for name, array in session.parameters_for(before).items():
        np.testing.assert_array_equal(array, weights[name])
    document.undo_stack.redo()
    np.testing.assert_allclose(scores(document, session), expected, atol=1e-5)
    assert isinstance(train(document, session, qtbot), Finished)
    assert np.abs(scores(document, session) - expected).max() > 1e-4


def test_a_fresh_layer_stays_fresh(document, session, qtbot):
    train(document, session, qtbot)
    document.remove_layer("maxpool1")
    assert session.fresh_layers(document.spec) == {"dense1"}
    expected = scores(document, session)
    new_id = convert_layer(document, session, "dense1")
    assert session.fresh_layers(document.spec) == {new_id}
    np.testing.assert_allclose(scores(document, session), expected, atol=1e-5)


def test_another_seed_draws_the_weights_of_an_untrained_network_again(document, session):
    convert_layer(document, session, "dense1")
    expected = scores(document, session)
    session.set_seed(5)
    assert not np.allclose(scores(document, session), expected)


def test_what_cannot_be_converted_changes_nothing(document, session):
    document.insert_layer(ReLU(), 0)
    with pytest.raises(SpecError, match="Only Conv2D and Dense"):
        convert_layer(document, session, "relu2")
    assert document.undo_stack.count() == 1
