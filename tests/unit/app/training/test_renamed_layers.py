"""What a layer has learned stays with it under another name, also while a run is on."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.app.document import Document
from cnnviz.app.training.memory import Memory
from cnnviz.errors import SpecError
from cnnviz.spec.layers import Conv2D, Dense, Flatten, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec

pytestmark = pytest.mark.usefixtures("qapp")

SEED = 3


@pytest.fixture
def document():
    body = (Conv2D(filters=2, padding="same"),)
    layers = (Conv2D(filters=2), Residual(layers=body), Flatten(), Dense(units=3))
    return Document(NetworkSpec(name="small", input=InputSpec(height=4, width=4), layers=layers))


@pytest.fixture
def memory(document):
    memory = Memory()
    memory.show(document.spec)
    document.spec_changed.connect(lambda: memory.show(document.spec))
    return memory


def filled(memory, spec, value):
    """Return weights of a design that are all `value`."""
    return {name: np.full_like(array, value) for name, array in memory.parameters_for(spec, SEED).items()}


def weights(memory, document, name):
    return memory.parameters_for(document.spec, SEED)[f"{name}/weight"]


@pytest.mark.parametrize("old", ["conv1", "conv2", "dense1"])
def test_weights_follow_a_renamed_layer_and_undo_and_redo(document, memory, old):
    memory.begin_run(document.spec, None)
    memory.learn(filled(memory, document.spec, 7.0), 1, 0)
    document.rename_layer(old, "edges")
    assert document.undo_stack.undoText() == f"Rename {old}"
    assert np.all(weights(memory, document, "edges") == 7.0)
    assert memory.fresh_layers(document.spec) == frozenset()
    document.undo_stack.undo()
    assert np.all(weights(memory, document, old) == 7.0)
    document.undo_stack.redo()
    assert np.all(weights(memory, document, "edges") == 7.0)


def test_a_new_layer_under_the_old_name_is_fresh(document, memory):
    memory.begin_run(document.spec, None)
    memory.learn(filled(memory, document.spec, 7.0), 1, 0)
    document.rename_layer("conv1", "edges")
    document.insert_layer(Conv2D(filters=2, padding="same"), 1)
    assert memory.fresh_layers(document.spec) == {"conv1"}


def test_a_renamed_layer_goes_on_learning_with_the_run(document, memory):
    memory.begin_run(document.spec, None)
    newer = filled(memory, document.spec, 9.0)
    document.rename_layer("conv1", "edges")
    document.rename_layer("edges", "corners")
    memory.learn(newer, 2, 0)
    assert np.all(weights(memory, document, "corners") == 9.0)
    assert np.all(weights(memory, document, "dense1") == 9.0)


def test_a_refused_name_changes_nothing(document):
    before = document.spec
    with pytest.raises(SpecError):
        document.rename_layer("conv1", "dense1")
    assert document.spec is before
    assert document.undo_stack.count() == 0
