from __future__ import annotations

import dataclasses

import pytest

from cnnviz.app.designs.pattern_plan import default_pattern, plan_design, plan_insertion
from cnnviz.errors import SpecError
from cnnviz.spec.layers import Conv2D, Dense, Flatten, MaxPool2D, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.patterns import Pattern
from cnnviz.spec.tree_edits import Place
from cnnviz.spec.validate import DataShape, check
from tests.helpers.designs import small_design

DIGITS = DataShape(height=8, width=8, channels=1, classes=10)
MAPS = Pattern(convolutions=1, stages=1, pooling="none", ending="none", filters=4)


def test_the_first_pattern_for_a_data_set_can_be_trained_on_it():
    plan = plan_design(default_pattern(DIGITS, inserted=False), DIGITS)
    assert plan.is_sound
    assert plan.problems == ()
    assert check(plan.spec, DIGITS) == ()
    assert plan.part.output_shape == (10,)


def test_a_wrong_number_of_classes_is_blamed_on_it_and_may_be_wanted():
    plan = plan_design(Pattern(classes=3), DIGITS)
    assert [problem.field for problem in plan.problems] == ["classes"]
    assert "10 classes" in plan.problems[0].message
    assert plan.is_sound


def test_a_design_without_an_end_says_what_is_missing():
    plan = plan_design(default_pattern(DIGITS, inserted=True), DIGITS)
    assert [problem.field for problem in plan.problems] == [None]
    assert plan.is_sound


def test_a_pattern_that_does_not_fit_is_not_sound():
    plan = plan_design(Pattern(stages=4), DIGITS)
    assert plan.problems[0].field == "pool_size"
    assert not plan.is_sound


def test_an_insertion_stands_behind_the_chosen_layer_and_knows_its_shapes():
    spec = small_design()
    plan = plan_insertion(MAPS, spec, "conv1")
    assert plan.place == Place(1)
    assert [layer.id for layer in plan.spec.layers[:4]] == ["conv1", "conv2", "relu2", "relu1"]
    assert plan.part.input_shape == (6, 6, 4)
    assert [record.output_shape for record in plan.part.layers] == [(6, 6, 4), (6, 6, 4)]
    assert plan.problems == ()
    assert plan_insertion(MAPS, spec, "").place == Place(0)


def test_an_insertion_into_a_block_stays_in_it():
    spec = NetworkSpec(name="", input=InputSpec(), layers=(Residual(), Flatten(), Dense()))
    inside = spec.layers[0].layers[0].id
    plan = plan_insertion(MAPS, spec, inside)
    assert plan.place == Place(1, spec.layers[0].id)
    assert len(plan.part.layers) == 2
    assert plan.part.layers[0].input_shape == (8, 8, 16)


def test_what_would_break_behind_the_pattern_is_told_with_its_layer():
    spec = small_design().insert(5, Dense())
    small = dataclasses.replace(MAPS, stages=2, pooling="max")
    plan = plan_insertion(small, spec, "conv1")
    assert plan.is_sound
    assert plan.problems[0].field is None
    assert plan.problems[0].message.startswith('Layer "maxpool1" behind it: ')


def test_problems_that_were_there_before_are_not_told_again():
    spec = small_design().insert(0, MaxPool2D(pool_size=(9, 9)))
    plan = plan_insertion(MAPS, spec, "")
    assert plan.problems == ()


def test_behind_a_problem_shapes_are_unknown_and_that_is_said():
    spec = small_design().insert(0, Conv2D(kernel_size=(9, 9)))
    plan = plan_insertion(MAPS, spec, "conv2")
    assert "not known" in plan.problems[0].message
    assert plan.spec is not None
    assert {record.output_shape for record in plan.part.layers} == {None}


def test_convolutions_behind_rows_of_numbers_are_a_problem_of_no_setting():
    plan = plan_insertion(MAPS, small_design(), "flatten1")
    assert not plan.is_sound
    assert plan.problems[0].field is None


def test_dense_layers_behind_rows_of_numbers_are_not_flattened_again():
    plan = plan_insertion(Pattern(stages=0, ending="scores"), small_design(), "flatten1")
    assert [record.layer.title for record in plan.part.layers] == ["Dense", "ReLU", "Dense"]


def test_too_many_layers_are_told_and_nothing_comes_of_it():
    full = NetworkSpec(name="", input=InputSpec(), layers=tuple(Conv2D(padding="same") for _ in range(499)))
    plan = plan_insertion(MAPS, full, "conv1")
    assert plan.spec is None
    assert not plan.is_sound
    assert "at most 500 layers" in plan.problems[0].message


def test_an_unknown_layer_is_refused():
    with pytest.raises(SpecError, match="nobody"):
        plan_insertion(MAPS, small_design(), "nobody")
