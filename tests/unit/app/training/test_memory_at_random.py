"""Random edits, runs, undo and redo never mix up the weights of layers."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, Dropout, ReLU, Residual
from tests.helpers.memory_desk import Desk, by_layer, same, shapes_of

pytestmark = pytest.mark.usefixtures("qapp")

NEW = (
    Conv2D(filters=2, padding="same"),
    Conv2D(filters=3, kernel_size=(1, 1)),
    BatchNorm(),
    ReLU(),
    Dense(units=3),
    Residual(layers=(Conv2D(filters=2, padding="same"),)),
)


@dataclasses.dataclass
class Known:
    """What the test knows of designs with the same layers: who they are, and what they were seen with."""

    who: dict[str, int]
    trained: Mapping[str, np.ndarray] | None = None
    seen: Mapping[str, np.ndarray | None] = dataclasses.field(default_factory=dict)
    had_nothing: bool = True


class Machine(Desk):
    """Random edits, runs, undo and redo beside a plain account of who is who."""

    def __init__(self):
        super().__init__()
        self.people = itertools.count()
        self.owner = {}  # id of an array -> the layer that learned it
        self.places = [Known({layer.id: next(self.people) for layer in self.spec.walk()})]
        self.at = 0

    @property
    def known(self):
        return self.places[self.at]

    def edit(self, change):
        before, old = self.spec, self.known
        weights = self.weights
        change()
        if self.spec is before:
            return
        index = self.stack.index()
        if index <= self.at and index == self.stack.count() and index < self.at:  # taken back while merging
            self.at = index
            self.check_return(before, weights, old)
            return
        who = {layer.id: old.who.get(layer.id, -1) for layer in self.spec.walk()}
        who = {name: next(self.people) if number < 0 else number for name, number in who.items()}
        only_name = (before.layers, before.input) == (self.spec.layers, self.spec.input)
        known = old if only_name else Known(who)
        old.had_nothing = not any(map(is_known, by_layer(weights).values()))
        self.places = [*self.places[:index], known]
        self.at = index
        now = by_layer(self.weights)
        for layer_id, arrays in by_layer(weights).items():
            if wanted(before, layer_id) == wanted(self.spec, layer_id) and is_known(arrays):
                assert same(now[layer_id], arrays), layer_id
        if not only_name:
            known.had_nothing = not any(map(is_known, by_layer(self.weights).values()))
        self.look()

    def go(self, step):
        move, possible = (
            (self.stack.undo, self.stack.canUndo()) if step < 0 else (self.stack.redo, self.stack.canRedo())
        )
        if possible:
            before, weights, old = self.spec, self.weights, self.known
            move()
            self.at += step
            self.check_return(before, weights, old, forward=step > 0)

    def check_return(self, before, weights, old, *, forward=False):
        known, now = self.known, self.weights
        if known.trained is not None:
            assert same(now, known.trained)
        elif not forward and not known.had_nothing:
            assert same(now, known.seen)
        else:
            for layer_id, arrays in by_layer(now).items():
                theirs = by_layer(weights).get(layer_id, {})
                is_same = known.who[layer_id] == old.who.get(layer_id)
                if is_same and wanted(before, layer_id) == wanted(self.spec, layer_id) and is_known(theirs):
                    assert same(arrays, theirs), layer_id
            known.had_nothing = not forward or old.had_nothing
        self.look()

    def learn(self):
        self.train()
        self.known.trained = self.weights
        self.known.had_nothing = False
        for name, array in self.weights.items():
            self.owner[id(array)] = (self.known.who[name.rpartition("/")[0]], array)
        self.look()

    def look(self):
        """Nothing on screen was learned by another layer, and no layer has arrays of two runs or a part."""
        self.known.seen = self.weights
        for layer_id, arrays in by_layer(self.weights).items():
            known = [array is not None for array in arrays.values()]
            assert all(known) or not any(known)
            for array in arrays.values():
                if array is not None:
                    assert self.owner[id(array)][0] == self.known.who[layer_id]
        assert list(self.memory.unsaved_runs) == self.runs


def wanted(spec, layer_id):
    """The shapes of a layer's arrays, in the part of a design that can be computed."""
    return by_layer(shapes_of(spec)).get(layer_id)


def is_known(arrays):
    return bool(arrays) and all(array is not None for array in arrays.values())


def changed(draw, spec):
    """Another setting for one layer."""
    layer = draw(st.sampled_from(list(spec.walk())))
    match layer:
        case Conv2D():
            kernel = draw(st.sampled_from([(3, 3), (1, 1)]))
            return dataclasses.replace(layer, kernel_size=kernel, filters=draw(st.integers(2, 3)))
        case Dense():
            return dataclasses.replace(layer, units=draw(st.integers(3, 4)))
        case Dropout():
            return dataclasses.replace(layer, rate=draw(st.sampled_from([0.1, 0.5])))
        case _:
            return layer


def places(spec):
    blocks = [None, *(layer.id for layer in spec.walk() if isinstance(layer, Residual))]
    return [(parent, index) for parent in blocks for index in range(len(spec.layers_of(parent)) + 1)]


KINDS_OF_ACT = ("add", "remove", "move", "change", "twin", "name", *3 * ("learn", "undo", "redo"))


def act(machine, draw):
    document, spec = machine.document, machine.spec
    ids = [layer.id for layer in spec.walk()]
    what = draw(st.sampled_from(KINDS_OF_ACT))
    if what == "learn":
        machine.learn()
    elif what in ("undo", "redo"):
        machine.go(-1 if what == "undo" else 1)
    elif what == "name":
        machine.edit(lambda: document.rename(draw(st.sampled_from("ab"))))
    elif what == "add":
        parent, index = draw(st.sampled_from(places(spec)))
        machine.edit(lambda: document.insert_layer(draw(st.sampled_from(NEW)), index, parent))
    elif ids:
        chosen = draw(st.sampled_from(ids))
        siblings = len(spec.layers_of(spec.parent_of(chosen))) - 1
        edits = {
            "remove": lambda: document.remove_layer(chosen),
            "move": lambda: document.move_layer(
                chosen, draw(st.integers(0, siblings)), spec.parent_of(chosen)
            ),
            "change": lambda: document.replace_layer(changed(draw, spec)),
            "twin": lambda: document.duplicate_layer(chosen),
        }
        machine.edit(edits[what])


@settings(max_examples=80)
@given(st.data(), st.integers(1, 25))
def test_random_edits_runs_undo_and_redo_never_mix_up_layers(data, count):
    machine = Machine()
    for _ in range(count):
        act(machine, data.draw)
