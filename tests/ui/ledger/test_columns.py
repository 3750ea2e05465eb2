from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.spec.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Residual
from cnnviz.spec.ledger import ledger
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import trace
from cnnviz.spec.training import Adam
from cnnviz.training.layer_times import LayerTime, LayerTimes
from cnnviz.ui.ledger.columns import COLUMNS, UNKNOWN, Costs, Kind, in_order

BY_TITLE = {column.title: column for column in COLUMNS}


def design(*layers):
    return NetworkSpec(name="costs", input=InputSpec(height=28, width=28, channels=1), layers=layers)


def costs_of(spec, times=None, *, is_stale=False):
    return Costs(ledger(trace(spec), 10, 2, Adam()), times, is_stale)


def times_of(spec, **layers):
    return LayerTimes(spec=spec, images=10, threads=2, steps=9, layers=layers, step_seconds=0.01)


def said(title, costs, place):
    return BY_TITLE[title].text(costs, costs.ledger.rows[place])


@pytest.fixture
def spec():
    return design(Conv2D(filters=6, kernel_size=(5, 5)), MaxPool2D(), Flatten(), Dense(units=10))


def test_every_column_says_what_it_is_about():
    assert len({column.title for column in COLUMNS}) == len(COLUMNS)
    assert all(column.tip.endswith(".") for column in COLUMNS)
    assert all(column.of for column in COLUMNS if column.kind in (Kind.AMOUNT, Kind.TIME))


def test_numbers_as_people_write_them(spec):
    costs = costs_of(spec)
    assert said("Output", costs, 0) == "24×24×6"
    assert said("Output", costs, 2) == "864"
    assert said("Parameters", costs, 3) == "8,650"
    assert said("Multiply-adds", costs, 0) == "86,400"
    assert said("Activations", costs, 0) == "138.2 kB"
    assert [said(title, costs, 1) for title in ("Sees", "Step", "From")] == ["6×6", "2", "0, 0"]
    assert [said(title, costs, 3) for title in ("Sees", "Step", "From")] == ["28×28", UNKNOWN, "0, 0"]


def test_a_field_in_the_padding_begins_below_zero():
    costs = costs_of(design(Conv2D(padding="same"), Conv2D(padding="same")))
    assert said("From", costs, 1) == "−2, −2"


def test_shares_of_a_column_are_those_of_its_sum(spec):
    costs = costs_of(spec)
    for title in ("Parameters", "Multiply-adds", "Activations"):
        shares = [BY_TITLE[title].share(costs, row) for row in costs.ledger.rows]
        assert sum(shares) == pytest.approx(1)
    assert sum(BY_TITLE["Memory"].share(costs, row) for row in costs.ledger.rows) < 1
    assert BY_TITLE["Sees"].share(costs, costs.ledger.rows[0]) is None
    assert "98.2 % of all parameters" in BY_TITLE["Parameters"].tooltip(costs, costs.ledger.rows[3])


def test_nothing_to_share_is_no_share():
    costs = costs_of(design(Flatten()))
    assert BY_TITLE["Parameters"].share(costs, costs.ledger.rows[0]) is None


def test_behind_a_problem_there_are_dashes_and_a_reason(spec):
    costs = costs_of(spec.insert(0, Conv2D(kernel_size=(29, 29))))
    row = costs.ledger.rows[1]
    for column in COLUMNS[1:]:
        assert column.text(costs, row) == ("" if column.kind is Kind.TIME else UNKNOWN)
        assert column.amount(costs, row) is None
        assert "problem" in column.tooltip(costs, row)


def test_times_have_their_notes(spec):
    layers = {layer.id: LayerTime(0.002, 0.004) for layer in spec.layers}
    layers["flatten1"] = LayerTime(None, None, "Computed together with conv1.")
    costs = costs_of(spec, times_of(spec, **layers))
    assert said("Forward ms", costs, 0) == "2.000"
    assert said("Backward ms", costs, 2) == UNKNOWN
    assert "together with conv1" in BY_TITLE["Forward ms"].tooltip(costs, costs.ledger.rows[2])
    assert BY_TITLE["Forward ms"].total_text(costs) == "6.000"
    assert BY_TITLE["Backward ms"].share(costs, costs.ledger.rows[0]) == pytest.approx(1 / 3)
    stale = costs_of(spec.insert(0, ReLU()), times_of(spec, **layers), is_stale=True)
    assert said("Forward ms", stale, 0) == UNKNOWN
    assert "before the last change" in BY_TITLE["Forward ms"].tooltip(stale, stale.ledger.rows[1])


@pytest.mark.parametrize(("step", "text"), [(0.01, "1.235"), (0.1, "1.23"), (1.0, "1.2")])
def test_longer_steps_need_fewer_decimals(spec, step, text):
    times = LayerTimes(spec=spec, images=1, threads=1, steps=1, layers={}, step_seconds=step)
    assert Costs(costs_of(spec).ledger, times).milliseconds(0.0012346) == text


def test_what_other_programs_get_has_no_separators(spec):
    costs = costs_of(spec)
    dense = costs.ledger.rows[3]
    assert BY_TITLE["Parameters"].plain(costs, dense) == "8650"
    assert BY_TITLE["Layer"].plain(costs, dense) == "dense1"
    assert BY_TITLE["Forward ms"].plain(costs, dense) == ""
    assert BY_TITLE["Parameters"].plain_total(costs) == "8806"


def rows_with_blocks():
    inner = Residual(layers=(Conv2D(padding="same"), ReLU()))
    block = Residual(layers=(Conv2D(padding="same"), inner, ReLU()))
    return costs_of(design(Conv2D(), block, ReLU(), Flatten(), Dense())).ledger.rows


@given(st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=10, max_size=10), st.booleans())
def test_sorting_keeps_bodies_under_their_blocks(amounts, descending):
    rows = rows_with_blocks()
    places = in_order(rows, amounts, descending=descending)
    assert sorted(places) == list(range(10))
    for place, row in enumerate(rows):
        inside = [other for other, one in enumerate(rows) if row.layer_id in one.blocks]
        at = places.index(place)
        assert set(places[at + 1 : at + 1 + len(inside)]) == set(inside)
        siblings = [other for other in places if rows[other].blocks == row.blocks]
        for first, second in itertools.pairwise(siblings):
            one, other = amounts[first], amounts[second]
            if one is None:
                assert other is None
            elif other is not None:
                assert one >= other if descending else one <= other
            if one == other:
                assert first < second
