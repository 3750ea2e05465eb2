from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, Flatten, MaxPool2D, ReLU, Residual
from cnnviz.spec.ledger import ledger
from cnnviz.spec.memory import training_bytes
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import trace
from cnnviz.spec.training import SGD, Adam
from tests.helpers.random_designs import random_designs


@pytest.fixture
def spec():
    block = Residual(layers=(Conv2D(filters=4, padding="same"), BatchNorm()))
    layers = (Conv2D(filters=4, kernel_size=(3, 3)), ReLU(), block, MaxPool2D(), Flatten(), Dense(units=10))
    return NetworkSpec(name="small", input=InputSpec(height=8, width=8, channels=1), layers=layers)


def made(spec, batch_size=32, optimizer=None):
    return ledger(trace(spec), batch_size, 2, optimizer or Adam())


def test_each_layer_has_a_row_in_the_order_of_the_design(spec):
    rows = made(spec).rows
    assert [row.layer_id for row in rows] == [layer.id for layer in spec.walk()]
    assert [row.blocks for row in rows if row.type_name in ("Conv2D", "BatchNorm")] == [
        (),
        ("residual1",),
        ("residual1",),
    ]


def test_numbers_worked_out_by_hand(spec):
    conv = made(spec, batch_size=5).rows[0]
    assert conv.output_shape == (6, 6, 4)
    assert conv.parameters == 4 * (9 + 1)
    assert conv.multiply_adds == 6 * 6 * 4 * 9
    assert conv.activation_bytes == 5 * 6 * 6 * 4 * 4
    assert conv.receptive_field.size == (3, 3)


def test_memory_grows_with_the_batch_and_with_what_the_optimizer_keeps(spec):
    small, large, frugal = made(spec, 32), made(spec, 64), made(spec, 32, SGD())
    assert large.activation_bytes == 2 * small.activation_bytes
    for before, after in zip(small.rows, large.rows, strict=True):
        assert after.activation_bytes == 2 * before.activation_bytes
    assert large.training_bytes > small.training_bytes > frugal.training_bytes
    assert frugal.rows[-1].training_bytes < small.rows[-1].training_bytes


def test_behind_a_problem_nothing_is_known(spec):
    broken = spec.replace(dataclasses.replace(spec.layer("conv1"), kernel_size=(9, 9)))
    result = made(broken)
    assert not any(row.is_known for row in result.rows)
    assert {row.parameters for row in result.rows} == {row.training_bytes for row in result.rows} == {0}
    assert len(result.rows) == 8


def test_an_empty_design_costs_next_to_nothing():
    result = made(NetworkSpec(name="", input=InputSpec()))
    assert result.rows == ()
    assert (result.parameters, result.multiply_adds, result.activation_bytes) == (0, 0, 0)
    assert result.shared_bytes == result.training_bytes


@settings(max_examples=50)
@given(random_designs(), st.integers(1, 300))
def test_rows_add_up(spec, batch_size):
    result = made(spec, batch_size)
    outer = [row for row in result.rows if not row.blocks]
    for name in ("parameters", "multiply_adds", "activation_bytes"):
        assert sum(getattr(row, name) for row in outer) == getattr(result, name)
    assert sum(row.training_bytes for row in outer) + result.shared_bytes == result.training_bytes
    assert result.shared_bytes >= 0
    assert result.training_bytes == training_bytes(spec, batch_size, 2, Adam()).total
    for row in result.rows:
        inside = [inner for inner in result.rows if inner.blocks[-1:] == (row.layer_id,)]
        for name in ("parameters", "multiply_adds", "activation_bytes", "training_bytes"):
            assert sum(getattr(inner, name) for inner in inside) <= getattr(row, name)
