"""What designs have learned goes with them: through edits, undo and redo, and never to another layer."""

from __future__ import annotations

import dataclasses
import gc
import itertools
import types
import weakref
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.app.document import Document
from cnnviz.app.memory import Memory
from cnnviz.engine.network import network_array_shapes
from cnnviz.interpret.activations import computable_part
from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, ReLU, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.training.history import empty_history

pytestmark = pytest.mark.usefixtures("qapp")

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
NEW = (
    Conv2D(filters=2, padding="same"),
    Conv2D(filters=3, kernel_size=(1, 1)),
    BatchNorm(),
    ReLU(),
    Dense(units=3),
    Residual(layers=(Conv2D(filters=2, padding="same"),)),
)


def shapes_of(spec):
    return network_array_shapes(computable_part(spec))


@dataclasses.dataclass
class Known:
    """What the test knows of designs with the same layers: who they are, and what they were seen with."""

    who: dict[str, int]
    trained: Mapping[str, np.ndarray] | None = None
    seen: Mapping[str, np.ndarray | None] = dataclasses.field(default_factory=dict)
    had_nothing: bool = True


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


def test_a_new_layer_with_the_id_of_one_that_is_gone_is_fresh_and_undo_brings_the_old_one_back():
    desk = Desk()
    learned = desk.train()
    desk.document.remove_layer("conv1")
    assert desk.document.insert_layer(Conv2D(filters=2, padding="same"), 0) == "conv1"
    assert desk.memory.shown.store.fresh(shapes_of(desk.spec)) == {"conv1"}
    desk.stack.undo()
    desk.stack.undo()
    assert same(desk.weights, learned)


def test_a_kernel_that_gets_its_old_size_back_finds_its_weights_and_its_bias_never_stays_alone():
    desk = Desk()
    learned = desk.train()
    conv = desk.spec.layer("conv1")
    desk.document.replace_layer(dataclasses.replace(conv, kernel_size=(1, 1)))
    assert desk.weights["conv1/bias"] is None
    desk.document.replace_layer(conv)
    assert same(desk.weights, learned)


def test_steps_that_merge_into_nothing_leave_the_design_that_learned():
    desk = Desk()
    learned = desk.train()
    conv = desk.spec.layer("conv1")
    for size in (1, 3):
        desk.document.replace_layer(dataclasses.replace(conv, kernel_size=(size, size)), "kernel")
    assert desk.spec is SMALL
    assert desk.stack.count() == 0
    assert same(desk.weights, learned)


def test_runs_of_both_sides_of_an_edit_stay_apart():
    desk = Desk()
    first = desk.train()
    desk.document.replace_layer(Dropout(id="dropout1", rate=0.1))
    assert same(desk.weights, first)
    second = desk.train()
    desk.stack.undo()
    assert same(desk.weights, first)
    assert desk.memory.shown.result is desk.runs[0]
    desk.stack.redo()
    assert same(desk.weights, second)
    assert desk.memory.shown.result is desk.runs[1]


def test_a_design_that_had_learned_nothing_takes_over_what_fits():
    desk = Desk()
    desk.document.insert_layer(Dropout(), 0)
    for _ in range(2):
        later = desk.train()
        desk.stack.undo()
        assert same(desk.weights, later)
        desk.stack.redo()


def test_what_was_taken_over_stays_with_a_layer_that_the_design_before_lacks():
    desk = Desk(SMALL.remove("conv1").remove("residual1").remove("dense1"))
    assert desk.document.insert_layer(Dense(units=3)) == "dense1"
    desk.document.insert_layer(Dropout(), 0)
    for _ in range(2):
        later = desk.train()
        desk.stack.undo()
        desk.stack.undo()
        assert desk.weights == {}
        desk.stack.redo()
        assert same(desk.weights, later)
        desk.stack.redo()


def test_weights_that_nothing_can_bring_back_leave_the_memory():
    desk = Desk()
    desk.document.insert_layer(Dropout(), 0)
    gone = weakref.ref(desk.train()["conv1/weight"])
    desk.memory.saved(desk.runs.pop())
    desk.stack.undo()
    desk.train()
    desk.document.insert_layer(ReLU(), 0)
    gc.collect()
    assert gone() is None


def test_redo_brings_newer_weights_to_a_design_that_was_not_trained():
    desk = Desk()
    desk.train()
    desk.document.insert_layer(Dropout(), 0)
    desk.stack.undo()
    newer = desk.train(continued=desk.runs[0])
    desk.stack.redo()
    assert same(desk.weights, newer)
    assert desk.memory.unsaved_runs == (desk.runs[1],)


def test_another_name_is_the_same_design():
    desk = Desk()
    desk.train()
    desk.document.rename("Other")
    newer = desk.train(continued=desk.runs[0])
    desk.stack.undo()
    assert same(desk.weights, newer)


def test_designs_made_during_a_run_learn_with_it_where_they_have_its_layers():
    desk = Desk()
    desk.begin()
    run_spec, live, last = desk.spec, desk.made_up(), desk.made_up()
    desk.document.remove_layer("conv1")
    desk.document.insert_layer(Conv2D(filters=2, padding="same"), 0)
    desk.memory.learn(live, 3, 0)
    assert desk.memory.shown.weights_at == (3, 0)
    assert desk.weights == {**live, "conv1/weight": None, "conv1/bias": None}
    desk.end(last)
    assert desk.weights == {**last, "conv1/weight": None, "conv1/bias": None}
    assert desk.memory.shown.result is desk.runs[0]
    desk.stack.undo()
    assert desk.weights["dense1/weight"] is last["dense1/weight"]
    desk.stack.undo()
    assert desk.spec is run_spec
    assert same(desk.weights, last)


def test_a_design_with_a_run_of_its_own_keeps_it_while_another_is_trained():
    desk = Desk()
    first = desk.train()
    desk.document.insert_layer(Dropout(), 0)
    arrays = desk.made_up()
    desk.begin()
    desk.stack.undo()
    desk.memory.learn(arrays, 3, 0)
    assert same(desk.weights, first)
    desk.end(arrays)
    assert same(desk.weights, first)
    assert desk.memory.shown.result is desk.runs[0]
    assert desk.memory.unsaved_runs == tuple(desk.runs)
    desk.stack.redo()
    assert same(desk.weights, arrays)


@pytest.mark.parametrize("is_trained", [True, False])
def test_a_run_that_leaves_nothing_takes_nothing_with_it(is_trained):
    desk = Desk()
    first = desk.train() if is_trained else dict.fromkeys(shapes_of(SMALL))
    desk.begin()
    desk.memory.note_step()
    desk.document.insert_layer(Dropout(), 0)
    desk.memory.learn(desk.made_up(), 3, 0)
    assert not same(desk.weights, first)
    desk.memory.end_run(None)
    assert same(desk.weights, first)
    desk.stack.undo()
    assert same(desk.weights, first)
    assert desk.memory.unsaved_runs == tuple(desk.runs)


def test_runs_are_unsaved_until_they_are_saved_continued_or_given_up():
    desk = Desk()
    assert desk.memory.unsaved_count == 0
    desk.begin()
    assert desk.memory.unsaved_count == 0
    desk.memory.note_step()
    assert desk.memory.unsaved_count == 1
    desk.end(desk.made_up())
    desk.document.insert_layer(Dropout(), 0)
    desk.train()
    assert desk.memory.unsaved_count == 2
    desk.begin(continued=desk.runs[1])
    desk.memory.note_step()
    assert desk.memory.unsaved_count == 2
    desk.end(desk.made_up())
    assert desk.memory.unsaved_runs == (desk.runs[0], desk.runs[2])
    desk.memory.saved(desk.runs[0])
    assert desk.memory.unsaved_runs == (desk.runs[2],)
    desk.memory.forget()
    assert desk.memory.unsaved_count == 0
    assert desk.memory.shown.store.is_empty
    desk.stack.undo()
    assert desk.memory.shown.store.is_empty


def test_a_run_that_is_on_disk_before_its_end_is_heard_of_is_not_unsaved():
    desk = Desk()
    desk.begin()
    desk.memory.note_step()
    desk.end(desk.made_up(), saved_before=True)
    assert desk.memory.unsaved_count == 0
    desk.train()
    assert desk.memory.unsaved_count == 1


def test_a_run_that_is_brought_back_has_its_weights_and_is_not_lost_by_the_next():
    desk = Desk()
    first = desk.train()
    desk.document.insert_layer(Dropout(), 0)
    desk.stack.undo()
    desk.document.replace_layer(Dense(id="dense1", units=4))
    desk.train()
    desk.document.edit("Bring back", dataclasses.replace(desk.runs[0].spec))
    desk.memory.bring_back(desk.runs[0])
    assert same(desk.weights, first)
    desk.stack.undo()
    assert desk.memory.shown.result is desk.runs[1]
    desk.stack.redo()
    assert same(desk.weights, first)
    assert desk.memory.unsaved_runs == tuple(desk.runs)


def test_weights_made_from_others_go_with_their_design_and_first_ones_stay_first():
    desk = Desk()
    learned = desk.train()
    shapes_before = shapes_of(desk.spec)
    desk.document.remove_layer("dense1")
    desk.document.insert_layer(Dense(units=3))
    made = {"dense1/weight": np.zeros((3, 32)), "dense1/bias": np.zeros(3)}
    first = {"conv1/weight": np.ones((2, 1, 3, 3)), "conv1/bias": np.ones(2)}
    desk.memory.put(made, first)
    assert desk.weights == {**learned, **made, **first}
    assert desk.memory.shown.store.fresh(shapes_before) == {"conv1"}
    desk.stack.undo()
    desk.stack.undo()
    assert same(desk.weights, learned)
    desk.stack.redo()
    desk.stack.redo()
    assert desk.weights == {**learned, **made, **first}
    desk.memory.release_first_weights()
    assert desk.weights["conv1/weight"] is None
