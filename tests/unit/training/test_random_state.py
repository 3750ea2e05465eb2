from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.training.random_state import RandomState, dropout_rng, initial_rng, order_rng


def test_a_kept_state_gives_the_same_numbers_again():
    rng = order_rng(3)
    rng.integers(0, 10, dtype=np.uint32)  # leaves half of a 64-bit number over
    kept = RandomState.of(rng)
    assert np.array_equal(rng.permutation(100), kept.generator().permutation(100))
    assert RandomState.of(kept.generator()) == kept


def test_a_seed_gives_three_different_streams_each_the_same_every_time():
    first = [source(7).random(4).tolist() for source in (initial_rng, order_rng, dropout_rng)]
    again = [source(7).random(4).tolist() for source in (initial_rng, order_rng, dropout_rng)]
    assert first == again
    assert len({tuple(numbers) for numbers in first}) == 3
    assert order_rng(8).random() != order_rng(7).random()


@pytest.mark.parametrize("name", ["state", "inc", "has_uint32", "uinteger"])
@pytest.mark.parametrize("value", [-1, 2**128, 1.5, "1", None, True])
def test_impossible_numbers_are_refused(name, value):
    good = RandomState.of(order_rng(0))
    with pytest.raises(ValueError, match=f'"{name}" of a random state'):
        dataclasses.replace(good, **{name: value})
