from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.data.batches import batch_count, epoch_batches, ordered_batches
from cnnviz.errors import DataError

_INDICES = np.arange(100, 123, dtype=np.int64)


@given(count=st.integers(0, 50), batch_size=st.integers(1, 20), seed=st.integers(0, 9))
def test_an_epoch_has_every_image_once(count, batch_size, seed):
    indices = np.arange(count, dtype=np.int64) * 3
    batches = list(epoch_batches(indices, batch_size, np.random.default_rng(seed)))
    assert len(batches) == batch_count(count, batch_size)
    assert all(len(batch) == batch_size for batch in batches[:-1])
    assert sorted(index for batch in batches for index in batch) == indices.tolist()


def test_the_last_batch_may_be_smaller():
    sizes = [len(batch) for batch in epoch_batches(_INDICES, 10, np.random.default_rng(0))]
    assert sizes == [10, 10, 3]


def test_a_seed_gives_the_same_order_again():
    first, second = (np.concatenate(list(epoch_batches(_INDICES, 7, np.random.default_rng(5)))) for _ in "ab")
    np.testing.assert_array_equal(first, second)
    assert first.tolist() != _INDICES.tolist()


def test_epochs_of_one_generator_differ():
    rng = np.random.default_rng(5)
    first, second = (np.concatenate(list(epoch_batches(_INDICES, 7, rng))) for _ in "ab")
    assert first.tolist() != second.tolist()


def test_the_generator_is_used_before_the_first_batch_is_taken():
    rng, twin = np.random.default_rng(5), np.random.default_rng(5)
    batches = epoch_batches(_INDICES, 7, rng)
    twin.permutation(_INDICES)
    assert rng.bit_generator.state == twin.bit_generator.state
    assert sum(len(batch) for batch in batches) == len(_INDICES)


def test_for_evaluation_the_order_is_kept():
    assert np.concatenate(list(ordered_batches(_INDICES, 4))).tolist() == _INDICES.tolist()


@pytest.mark.parametrize("batch_size", [0, -3])
def test_a_batch_has_at_least_one_image(batch_size):
    message = f"at least 1; received {batch_size}"
    with pytest.raises(DataError, match=message):
        epoch_batches(_INDICES, batch_size, np.random.default_rng(0))
    with pytest.raises(DataError, match=message):
        ordered_batches(_INDICES, batch_size)
    with pytest.raises(DataError, match=message):
        batch_count(5, batch_size)


@pytest.mark.parametrize("skip", [0, 1, 10, 23])
def test_an_interrupted_epoch_goes_on_with_the_images_that_are_left(skip):
    whole = np.concatenate(list(epoch_batches(_INDICES, 5, np.random.default_rng(1))))
    rest = list(epoch_batches(_INDICES, 5, np.random.default_rng(1), skip_images=skip))
    assert [index for batch in rest for index in batch] == whole[skip:].tolist()
