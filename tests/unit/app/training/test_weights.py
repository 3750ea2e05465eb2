"""First weights are drawn as far as they are asked for, and once more where there was no memory for them."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.app.training import weights
from cnnviz.app.training.weights import WeightGiver, WeightStore
from cnnviz.engine.build import build
from cnnviz.training.random_state import initial_rng
from tests.helpers.designs import small_design


def test_drawing_that_has_failed_begins_anew(monkeypatch):
    spec, first_arrays, calls = small_design(), weights.first_arrays, []

    def short_of_memory(part, rng):
        calls.append(part)
        for place, arrays in enumerate(first_arrays(part, rng)):
            if place == len(part.layers) - 1 and len(calls) == 1:
                raise MemoryError
            yield arrays

    monkeypatch.setattr(weights, "first_arrays", short_of_memory)
    given = WeightGiver().parameters_for(spec, WeightStore(), 7)
    expected = build(spec, initial_rng(7)).arrays
    first, last = next(iter(expected)), list(expected)[-1]
    kept = given[first]
    with pytest.raises(MemoryError):
        given[last]
    assert given[first] is kept
    for name, array in expected.items():
        np.testing.assert_array_equal(given[name], array)
    assert given[first] is kept
    assert len(calls) == 2
