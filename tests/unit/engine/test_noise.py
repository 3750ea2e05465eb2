from __future__ import annotations

import itertools

import numpy as np
import pytest

from cnnviz.engine.noise import Noise

SHAPE = (3, 4, 5)


@pytest.mark.parametrize("cuts", [[0, 50], [0, 16, 50], [0, 7, 13, 40, 50], list(range(51))])
def test_the_numbers_do_not_depend_on_the_shards(cuts):
    whole = Noise(99).kept(2, 0.3, (*SHAPE, 50))
    parts = [
        Noise(99, start).kept(2, 0.3, (*SHAPE, stop - start)) for start, stop in itertools.pairwise(cuts)
    ]
    np.testing.assert_array_equal(np.concatenate(parts, axis=-1), whole)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_the_rate_is_kept(rate):
    kept = Noise(1).kept(0, rate, (100, 1000))
    assert abs(kept.mean() - (1 - rate)) < 0.006
    assert abs(kept.mean(axis=0).std() - np.sqrt(rate * (1 - rate) / 100)) < 0.006


def test_steps_layers_and_images_differ():
    kept = Noise(1).kept(0, 0.5, (200, 32))
    assert not np.array_equal(kept, Noise(2).kept(0, 0.5, (200, 32)))
    assert not np.array_equal(kept, Noise(1).kept(1, 0.5, (200, 32)))
    assert not np.array_equal(kept[:, :16], kept[:, 16:])
