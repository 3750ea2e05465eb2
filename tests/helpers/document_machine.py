"""A state machine that edits a document at random and knows what undo and redo must give."""

from __future__ import annotations

import contextlib
import dataclasses

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from PySide6.QtCore import QCoreApplication, QEvent

from cnnviz.app.document import Document
from cnnviz.errors import SpecError
from cnnviz.spec.layers import (
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    MaxPool2D,
    ReLU,
    Residual,
    Softmax,
)
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import trace
from cnnviz.spec.tree_edits import Place
from cnnviz.spec.validate import DataShape, check_trace

DATA = DataShape(8, 8, 1, 10, 0)
"""What the digits demand."""
MOST_LAYERS = 25

_simple = st.sampled_from(
    [
        Conv2D(filters=4, padding="same"),
        Conv2D(filters=6, kernel_size=(5, 5)),
        ReLU(),
        BatchNorm(),
        MaxPool2D(),
        AvgPool2D(),
        Dropout(),
        Flatten(),
        GlobalAvgPool2D(),
        Dense(units=10),
        Softmax(),
    ]
)
_blocks = st.lists(_simple, max_size=3).map(lambda layers: Residual(layers=tuple(layers)))
layers = st.one_of(_simple, _simple, _blocks, _blocks.map(lambda block: Residual(layers=(block, ReLU()))))
specs = st.lists(layers, max_size=6).map(
    lambda every: NetworkSpec(name="Random", input=InputSpec(), layers=tuple(every))
)


class DocumentMachine(RuleBasedStateMachine):
    """Edits of all kinds, inside blocks too. `states` are the designs that undo and redo go through."""

    @initialize(spec=specs)
    def begin(self, spec):
        self.document = Document(spec)
        self.document.set_data_shape(DATA)
        self.states, self.at = [spec], 0
        self.opened()

    def opened(self):
        """Begin to look at the document, in machines that show it."""

    def teardown(self):
        """Put the document away while there is still an application."""
        if hasattr(self, "document"):
            self.document.undo_stack.clear()
            self.document.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def ids(self):
        return [layer.id for layer in self.document.spec.walk()]

    def parents(self):
        return [None, *(layer.id for layer in self.document.spec.walk() if isinstance(layer, Residual))]

    def a_place(self, data):
        parent = data.draw(st.sampled_from(self.parents()))
        count = len(self.document.spec.layers_of(parent))
        return Place(data.draw(st.integers(0, count)), parent)

    def some_ids(self, data):
        return data.draw(st.lists(st.sampled_from(self.ids()), min_size=1, max_size=4, unique=True))

    def note(self, *, refused=False):
        """Remember what an edit has made of the design."""
        if refused or self.document.spec == self.states[self.at]:
            assert self.document.spec == self.states[self.at]
            return
        self.states[self.at + 1 :] = [self.document.spec]
        self.at += 1

    @rule(data=st.data(), layer=layers)
    def insert(self, data, layer):
        place = self.a_place(data)
        before = len(self.ids())
        if before < MOST_LAYERS:
            layer_id = self.document.insert_layer(layer, place.index, place.parent)
            assert self.document.spec.parent_of(layer_id) == place.parent
            assert self.document.spec.index(layer_id) == place.index
        self.note()

    @precondition(lambda self: self.ids())
    @rule(data=st.data())
    def remove(self, data):
        gone = self.some_ids(data)
        self.document.remove_layers(gone)
        assert not set(gone) & set(self.ids())
        self.note()

    @precondition(lambda self: self.ids())
    @rule(data=st.data())
    def move(self, data):
        moved, place = self.some_ids(data), self.a_place(data)
        before = sorted(self.ids())
        with contextlib.suppress(SpecError):  # a block cannot be put inside itself
            self.document.move_layers(moved, place)
        assert sorted(self.ids()) == before
        self.note()

    @precondition(lambda self: 0 < len(self.ids()) < MOST_LAYERS)
    @rule(data=st.data())
    def duplicate(self, data):
        before = set(self.ids())
        copies = self.document.duplicate_layers(self.some_ids(data))
        assert not before & set(copies)
        self.note()

    @precondition(lambda self: any(isinstance(layer, Conv2D) for layer in self.document.spec.walk()))
    @rule(data=st.data(), filters=st.lists(st.integers(1, 9), min_size=1, max_size=4))
    def turn_a_spin_box(self, data, filters):
        """Several changes that follow one another are one step."""
        convolutions = [layer for layer in self.document.spec.walk() if isinstance(layer, Conv2D)]
        layer = data.draw(st.sampled_from(convolutions))
        self.document.end_merging()
        for count in filters:
            changed = dataclasses.replace(layer, filters=count)
            self.document.replace_layer(changed, merge_key=f"{layer.id}/filters")
        if layer.filters == filters[-1] and len(set(filters)) > 1:
            del self.states[self.at + 1 :]  # there and back again is no step, but nothing can be redone
        self.note()

    @rule(name=st.text(max_size=5))
    def rename(self, name):
        self.document.end_merging()
        self.document.rename(name)
        self.note()

    @rule(side=st.integers(1, 12), channels=st.sampled_from([1, 3]))
    def set_input(self, side, channels):
        self.document.set_input(InputSpec(height=side, width=side, channels=channels))
        self.note()

    @precondition(lambda self: self.at > 0)
    @rule(data=st.data())
    def undo(self, data):
        for _ in range(data.draw(st.integers(1, self.at))):
            self.document.undo_stack.undo()
            self.at -= 1
            assert self.document.spec == self.states[self.at]

    @precondition(lambda self: self.at + 1 < len(self.states))
    @rule(data=st.data())
    def redo(self, data):
        for _ in range(data.draw(st.integers(1, len(self.states) - 1 - self.at))):
            self.document.undo_stack.redo()
            self.at += 1
            assert self.document.spec == self.states[self.at]

    @rule()
    def undo_everything_and_redo_it(self):
        stack, here = self.document.undo_stack, self.at
        while stack.canUndo():
            stack.undo()
        assert self.document.spec == self.states[0]
        while stack.canRedo():
            stack.redo()
        assert self.document.spec == self.states[-1]
        stack.setIndex(here)

    @invariant()
    def the_design_is_the_one_expected(self):
        assert self.document.spec == self.states[self.at]
        assert self.document.undo_stack.count() == len(self.states) - 1
        assert self.document.undo_stack.index() == self.at

    @invariant()
    def every_layer_has_an_id_of_its_own(self):
        ids = self.ids()
        assert len(set(ids)) == len(ids)
        assert all(ids)

    @invariant()
    def what_is_known_is_what_a_fresh_look_finds(self):
        fresh = trace(self.document.spec)
        assert self.document.trace == fresh
        assert self.document.problems == check_trace(fresh, DATA)
