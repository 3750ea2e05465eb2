from __future__ import annotations

from collections import Counter
from random import Random
from time import perf_counter

import pytest

from cnnviz.spec.layers import (
    Conv2D,
    Dense,
    Flatten,
    Layer,
    MaxPool2D,
    ReLU,
    Residual,
)
from cnnviz.spec.network import MAX_LAYERS, InputSpec, NetworkSpec
from cnnviz.spec.repair_edits import changed_layers
from cnnviz.spec.repairs import MAX_REPAIRS, repairs
from cnnviz.spec.trace import Problem, trace
from cnnviz.spec.validate import check
from tests.helpers.broken_designs import broken_design, demand
from tests.helpers.offers import DIGITS, END, design, offered


def order(spec: NetworkSpec) -> list[str]:
    """Return the ids of all layers in the order in which they are followed: a block behind its body."""

    def ids(layers: tuple[Layer, ...]):
        for layer in layers:
            yield from ids(layer.layers) if isinstance(layer, Residual) else ()
            yield layer.id

    return list(ids(spec.layers))


def is_earlier(new: Problem, problem: Problem, before: NetworkSpec, after: NetworkSpec) -> bool:
    """Return whether a new problem comes up in front of the place where the solved one was, or right there.

    The input comes first, then the layers, each with one reason at a time, then the end.
    """
    if problem.layer_id is None:
        return False
    if problem not in trace(before).problems:
        return True
    if new.layer_id is None or new not in trace(after).problems:
        return False
    if new.layer_id == problem.layer_id:
        return new.field == problem.field
    orders = [order(spec) for spec in (after, before) if problem.layer_id in order(spec)]
    if new.layer_id in orders[0]:
        return orders[0].index(new.layer_id) < orders[0].index(problem.layer_id)
    return False


@pytest.mark.parametrize("seed", range(12))
def test_every_repair_solves_its_problem_and_makes_no_earlier_one(seed: int) -> None:
    """For 250 broken designs for each seed, thus 3,000."""
    random = Random(seed)
    helped: Counter[bool] = Counter()
    for _ in range(250):
        spec = broken_design(random)
        data, loss = demand(random, spec)
        before = check(spec, data, loss)
        for problem in before:
            found = repairs(problem, spec, data, loss)
            if problem.layer_id is not None or data is None:
                helped[bool(found)] += 1
            assert len(found) <= MAX_REPAIRS
            assert len({repair.label for repair in found}) == len(found)
            for repair in found:
                after = check(repair.spec, data, loss)
                assert problem not in after
                assert repair.left == len(after)
                new = [other for other in after if other not in before]
                assert [p for p in new if is_earlier(p, problem, spec, repair.spec)] == []
    assert helped[True] > 99 * helped[False]


def test_a_repair_says_what_it_brings() -> None:
    repair = offered(design(Conv2D(), ReLU(), Dense(units=10)))["Insert Flatten before dense1"]
    assert repair.shapes == "6×6×16 → 576 → 10"
    assert (repair.parameters, repair.multiply_adds) == (160 + 5770, 6 * 6 * 16 * 9 + 5760)
    assert repair.more_parameters is None
    assert repair.left == 0
    units = offered(design(Conv2D(), Flatten(), Dense(units=12)))["Set the units of dense1 to 10"]
    assert units.shapes == "576 → 10"
    assert (units.more_parameters, units.more_multiply_adds) == (-2 * 577, -2 * 576)
    gone = offered(design(Conv2D(), Flatten(), MaxPool2D(), Dense(units=10)))["Remove maxpool1"]
    assert gone.shapes == "576 → 10"
    block = offered(design(Residual(layers=(Conv2D(filters=4),)), *END))["Set the padding of conv1 to same"]
    assert block.shapes == "8×8×1 → 8×8×4"
    longest = offered(design())["Add Conv2D, ReLU, MaxPool2D, Flatten and Dense"]
    assert longest.shapes == "8×8×1 → … → 256 → 10"


def test_a_problem_of_another_design_has_no_repairs() -> None:
    problem = check(design(Conv2D(), Dense(units=10)))[0]
    assert repairs(problem, design(Conv2D(), *END)) == ()


def test_a_design_that_is_full_gets_no_more_layers() -> None:
    layers = (*(ReLU() for _ in range(MAX_LAYERS - 1)), Dense(units=10))
    assert list(offered(design(*layers))) == ["Remove dense1"]


def test_changed_layers() -> None:
    spec = design(Conv2D(), Residual(layers=(Conv2D(), ReLU())), Flatten(), Dense())
    assert changed_layers(spec, spec) == 0
    assert changed_layers(spec, spec.insert(0, ReLU())) == 1
    assert changed_layers(spec, spec.remove("flatten1")) == 1
    assert changed_layers(spec, spec.remove("residual1")) == 3
    assert changed_layers(spec, spec.move("conv1", 3)) == 1
    assert changed_layers(spec, spec.move("relu1", 2)) == 1
    assert changed_layers(spec, spec.move("conv1", 0, "residual1")) == 1
    assert changed_layers(spec, spec.replace(Conv2D(id="conv2", filters=3))) == 1
    assert changed_layers(spec, spec.with_input(InputSpec(height=9))) == 1


def test_it_takes_less_than_two_milliseconds_for_each_in_a_design_of_fifty_layers() -> None:
    body = tuple(layer for _ in range(23) for layer in (Conv2D(padding="same"), ReLU()))
    spec = design(*body, Conv2D(kernel_size=(9, 9)), MaxPool2D(), *END)
    traced = trace(spec)
    problem = check(spec, DIGITS)[0]
    times = []
    for _ in range(20):
        begin = perf_counter()
        found = repairs(problem, spec, DIGITS, traced=traced)
        times.append((perf_counter() - begin) / len(found))
    assert min(times) < 0.002
