from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from cnnviz.spec.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import MAX_PARAMETERS, trace
from tests.helpers.random_designs import random_designs

NEW_LAYERS = (ReLU(), Conv2D(padding="same", filters=3), MaxPool2D(), Flatten(), Dense(units=3), Residual())


@given(random_designs(), st.data())
def test_what_is_known_of_a_design_shortens_the_way_and_changes_nothing(spec, data):
    known = trace(spec)
    place = data.draw(st.integers(0, len(spec.layers) - 1))
    edited = [
        spec,
        spec.insert(place, data.draw(st.sampled_from(NEW_LAYERS))),
        spec.remove(spec.layers[place].id),
        spec.move(spec.layers[place].id, data.draw(st.integers(0, len(spec.layers) - 1))),
        spec.with_input(dataclasses.replace(spec.input, height=spec.input.height + 1)),
        spec.with_input(dataclasses.replace(spec.input, channels=spec.input.channels + 1)),
    ]
    for design in edited:
        assert trace(design, known) == trace(design)
        assert trace(spec, trace(design)) == known


def test_what_is_known_is_taken_over_and_not_made_again():
    spec = NetworkSpec(name="", input=InputSpec(), layers=(Conv2D(), ReLU(), Flatten(), Dense()))
    known = trace(spec)
    after = trace(spec.insert(4, ReLU()), known)
    assert [a is b for a, b in zip(after.layers, known.layers, strict=False)] == [True] * 4


def test_a_layer_that_no_longer_makes_the_design_too_large_is_well_again():
    spec = NetworkSpec(
        name="", input=InputSpec(), layers=(Flatten(), Dense(units=65_536), Dense(units=4_000))
    )
    known = trace(spec)
    assert f"{MAX_PARAMETERS:,}" in known.problems[0].message
    smaller = spec.replace(dataclasses.replace(spec.layers[1], units=10))
    assert trace(smaller, known).problems == ()
    assert trace(spec, trace(smaller)) == known
