from __future__ import annotations

import dataclasses

from cnnviz.spec.layers import Conv2D, Dense, Dropout, Flatten, Layer, MaxPool2D, ReLU, Sigmoid, Softmax
from cnnviz.spec.losses import BinaryCrossEntropy, MeanSquaredError, MulticlassSVM
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import Problem, trace
from cnnviz.spec.validate import DataShape, check, in_words, units_needed

DIGITS = DataShape(height=8, width=8, channels=1, classes=10)


def design(*layers: Layer, side: int = 8) -> NetworkSpec:
    return NetworkSpec(name="test", input=InputSpec(height=side, width=side), layers=layers)


def only(problems: tuple[Problem, ...]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


def test_a_sound_design_has_no_problem() -> None:
    spec = design(Conv2D(), ReLU(), MaxPool2D(), Flatten(), Dropout(), Dense(units=10), Softmax())
    assert check(spec, DIGITS) == ()


def test_a_kernel_larger_than_its_input_is_blamed_with_its_field() -> None:
    problem = only(check(design(Conv2D(kernel_size=(9, 9)), Flatten(), Dense(units=10)), DIGITS))
    assert (problem.layer_id, problem.field) == ("conv1", "kernel_size")
    assert "8 − 9 = −1" in problem.message


def test_behind_a_problem_nothing_is_claimed() -> None:
    traced = trace(design(Conv2D(), Dense(units=10), Dense(units=3)))
    assert [record.output_shape for record in traced.layers] == [(6, 6, 16), None, None]
    assert [len(record.problems) for record in traced.layers] == [0, 1, 0]
    assert traced.output_shape is None
    assert traced.parameters == 160


def test_dense_before_flatten() -> None:
    problem = only(check(design(Conv2D(), Dense(units=10)), DIGITS))
    assert problem.layer_id == "dense1"
    assert "Flatten" in problem.message


def test_in_words_every_problem_says_where_it_is() -> None:
    problems = check(design(Conv2D(), Dense(units=10), side=28), DIGITS)
    first, second = in_words(problems).split(" The images", 1)
    assert first.startswith('Layer "dense1": Dense needs a row of numbers')
    assert second.startswith(" of the data set are 8×8×1")
    assert in_words(()) == ""


def test_no_layers() -> None:
    assert "no layer" in check(design(), DIGITS)[0].message


def test_nothing_to_learn() -> None:
    assert "Nothing here can learn" in only(check(design(Flatten(), Softmax()))).message


def test_a_last_layer_that_does_not_match_the_classes() -> None:
    problem = only(check(design(Flatten(), Dense(units=12), Softmax()), DIGITS))
    assert (problem.layer_id, problem.field) == ("dense1", "units")
    assert "10 classes" in problem.message
    assert "12" in problem.message


def test_what_only_has_to_go_on_is_not_wrong() -> None:
    unfinished = (design(), design(Conv2D()), design(Flatten()), design(Conv2D(), ReLU(), Flatten()))
    for begun in unfinished:
        problems = check(begun, DIGITS)
        assert problems
        assert all(problem.is_unfinished for problem in problems), begun
    wrong = (design(Dense(units=10)), design(Flatten(), Dense(units=12)), design(Conv2D(kernel_size=(9, 9))))
    for broken in wrong:
        assert not any(problem.is_unfinished for problem in check(broken, DIGITS)), broken


def test_a_last_layer_that_is_a_volume() -> None:
    problem = only(check(design(Conv2D()), DIGITS))
    assert problem.layer_id == "conv1"
    assert "volume of 6×6×16" in problem.message


def test_an_input_that_does_not_match_the_images() -> None:
    problem = only(check(design(Flatten(), Dense(units=10), side=28), DIGITS))
    assert problem.layer_id is None
    assert "8×8×1" in problem.message
    assert "28×28×1" in problem.message


def test_values_out_of_range_are_problems_of_their_field() -> None:
    problem = only(check(design(Conv2D(filters=0), Flatten(), Dense(units=10))))
    assert (problem.layer_id, problem.field) == ("conv1", "filters")
    assert "from 1 to 4,096; received 0" in problem.message


def test_more_parameters_than_memory_can_hold_are_a_problem_of_the_layer() -> None:
    problem = only(check(design(Flatten(), Dense(units=4096), Dense(units=65_536))))
    assert problem.layer_id == "dense2"
    assert "268,767,232 parameters; at most 200,000,000" in problem.message
    assert "4,096·65,536 + 65,536 = 268,500,992" in problem.message


def test_parameters_of_all_layers_count_together() -> None:
    spec = design(Flatten(), *(Dense(units=8192) for _ in range(4)))
    assert [len(record.problems) for record in trace(spec).layers] == [0, 0, 0, 0, 1]


def test_larger_outputs_than_memory_can_hold_are_a_problem_of_the_layer() -> None:
    problem = only(check(design(Conv2D(filters=4096, padding="same"), ReLU(), side=1000)))
    assert problem.layer_id == "conv1"
    assert "1000×1000×4096" in problem.message
    assert "16,384,000,000 bytes" in problem.message


def test_costs_are_summed() -> None:
    traced = trace(design(Conv2D(filters=2), Flatten(), Dense(units=10)))
    assert traced.parameters == 2 * 9 + 2 + 72 * 10 + 10
    assert traced.multiply_adds == 36 * 2 * 9 + 720
    assert traced.activation_bytes == 4 * (72 + 72 + 10)


TWO = dataclasses.replace(DIGITS, classes=2)
NUMBERS = dataclasses.replace(DIGITS, classes=1, targets=3)


def test_each_loss_is_content_with_its_own_end() -> None:
    assert check(design(Flatten(), Dense(units=10)), DIGITS, MulticlassSVM()) == ()
    assert check(design(Flatten(), Dense(units=1), Sigmoid()), TWO, BinaryCrossEntropy()) == ()
    assert check(design(Flatten(), Dense(units=3)), NUMBERS, MeanSquaredError()) == ()
    assert check(design(Flatten(), Dense(units=3), Sigmoid()), NUMBERS, MeanSquaredError()) == ()


def test_the_binary_loss_needs_two_classes_one_unit_and_a_sigmoid() -> None:
    one, loss = design(Flatten(), Dense(units=1)), BinaryCrossEntropy()
    assert "two classes apart; the data set has 10" in only(check(one, DIGITS, loss)).message
    wide = only(check(design(Flatten(), Dense(units=2)), TWO, loss))
    assert wide.message == (
        "Binary cross-entropy needs 1 number, so the last layer must give 1 number; it gives 2. "
        "Set the units to 1."
    )
    assert (wide.layer_id, wide.field) == ("dense1", "units")
    bare = only(check(one, TWO, loss))
    assert bare.layer_id == "dense1"
    assert "the last layer must be a Sigmoid" in bare.message


def test_squared_errors_need_targets_and_free_outputs() -> None:
    loss = MeanSquaredError()
    assert "classes only" in only(check(design(Flatten(), Dense(units=10)), DIGITS, loss)).message
    narrow = only(check(design(Flatten(), Dense(units=1)), NUMBERS, loss))
    assert narrow.message.startswith("The data set has 3 numbers to learn for each image, so the last")
    soft = only(check(design(Flatten(), Dense(units=3), Softmax()), NUMBERS, loss))
    assert "Remove it" in soft.message
    assert soft.layer_id == "softmax1"


def test_classes_cannot_be_learned_from_numbers() -> None:
    problem = only(check(design(Flatten(), Dense(units=1)), NUMBERS))
    assert problem.message == (
        "Cross-entropy needs classes, but the data set has numbers. Choose mean squared error."
    )


def test_the_units_that_a_loss_needs() -> None:
    assert units_needed(DIGITS, MulticlassSVM()) == 10
    assert units_needed(TWO, BinaryCrossEntropy()) == 1
    assert units_needed(NUMBERS, MeanSquaredError()) == 3
    assert units_needed(DIGITS, MeanSquaredError()) == 1
