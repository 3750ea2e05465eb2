"""What designs have learned goes with them: through edits, undo and redo, and never to another layer."""

from __future__ import annotations

import dataclasses
import gc
import weakref

import numpy as np
import pytest

from cnnviz.spec.layers import Conv2D, Dense, Dropout, ReLU
from tests.helpers.memory_desk import SMALL, Desk, same, shapes_of

pytestmark = pytest.mark.usefixtures("qapp")


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
