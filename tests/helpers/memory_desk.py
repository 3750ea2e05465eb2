"""A document and a memory beside each other, with made-up runs."""

from __future__ import annotations

import itertools
import types

import numpy as np

from cnnviz.app.document import Document
from cnnviz.app.training.memory import Memory
from cnnviz.engine.network import network_array_shapes
from cnnviz.interpret.activations import computable_part
from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.training.history import empty_history

SMALL = NetworkSpec(
    name="Small",
    input=InputSpec(height=4, width=4, channels=1),
    layers=(
        Conv2D(filters=2, padding="same"),
        Residual(layers=(Conv2D(filters=2, padding="same"), BatchNorm())),
        Dropout(),
        Flatten(),
        Dense(units=3),
    ),
)


def shapes_of(spec):
    return network_array_shapes(computable_part(spec))


class Desk:
    """A document and a memory that follows it; runs are made up, and each leaves arrays of its own."""

    def __init__(self, spec=SMALL):
        self.document, self.memory = Document(spec), Memory()
        self.memory.show(spec)
        self.document.spec_changed.connect(lambda: self.memory.show(self.document.spec))
        self.runs = []
        self.numbers = itertools.count(1)

    @property
    def spec(self):
        return self.document.spec

    @property
    def stack(self):
        return self.document.undo_stack

    @property
    def weights(self):
        return self.memory.shown.store.fitting(shapes_of(self.spec))

    def made_up(self):
        return {name: np.full(shape, next(self.numbers)) for name, shape in shapes_of(self.spec).items()}

    def begin(self, continued=None):
        self.memory.begin_run(self.spec, continued)

    def end(self, arrays, *, saved_before=False):
        state = types.SimpleNamespace(step=7, epoch=1, current_epoch=1)
        result = types.SimpleNamespace(
            spec=self.spec, parameters=arrays, shown_parameters=arrays, history=empty_history(), state=state
        )
        if saved_before:
            self.memory.saved(result)
        self.memory.end_run(result)
        self.runs.append(result)
        return result

    def train(self, continued=None):
        arrays = self.made_up()
        self.begin(continued)
        self.end(arrays)
        return arrays


def same(left, right):
    return left.keys() == right.keys() and all(left[name] is right[name] for name in left)


def by_layer(arrays):
    groups = {}
    for name, array in arrays.items():
        groups.setdefault(name.rpartition("/")[0], {})[name] = array
    return groups
