from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.data.importing.dividing import crossing_groups, divide
from cnnviz.data.importing.layout import NO_PART
from cnnviz.data.importing.recipe import Recipe


def _divided(sizes, classes=2, recipe=None, parts=None):
    """Divide images of which so many each have the same pixels; return parts, groups and labels."""
    groups = np.repeat(np.arange(len(sizes)), sizes)
    labels = groups % classes
    given_parts = np.full(len(groups), NO_PART, np.int8) if parts is None else np.array(parts, np.int8)
    return divide(labels, given_parts, groups, recipe or Recipe(), "here"), groups, labels


def test_pairs_stay_together_and_the_shares_are_met():
    parts, groups, labels = _divided([1] * 60 + [2] * 70)
    assert crossing_groups(parts, groups).size == 0
    assert np.abs(np.bincount(parts) - [160, 20, 20]).max() <= 1
    for part in (1, 2):
        assert np.abs(np.bincount(labels[parts == part]) - 10).max() <= 2


def test_a_picture_with_very_many_copies_is_for_training():
    parts, groups, _ = _divided([1] * 100 + [100])
    assert set(parts[groups == 100].tolist()) == {0}
    assert np.bincount(parts).tolist() == [160, 20, 20]


def test_without_copies_all_is_as_it_was():
    labels = np.arange(50) % 3
    alone = divide(labels, np.full(50, NO_PART, np.int8), np.arange(50)[::-1].copy(), Recipe(), "here")
    assert np.bincount(alone).tolist() == [40, 5, 5]
    again = divide(labels, np.full(50, NO_PART, np.int8), np.arange(50), Recipe(), "here")
    np.testing.assert_array_equal(alone, again)


def test_what_is_given_stays_and_its_copies_are_not_drawn():
    # 20 for training by the folder, 4 for test; the first of training is also in test.
    groups = np.r_[np.arange(20), 0, np.arange(20, 23)]
    parts = np.r_[np.zeros(20), np.full(4, 2)].astype(np.int8)
    result = divide(np.zeros(24, np.int64), parts, groups, Recipe(validation=50), "here")
    assert result[0] == 0
    np.testing.assert_array_equal(result[20:], 2)
    assert np.bincount(result).tolist() == [10, 10, 4]


def test_where_all_are_copies_each_is_taken_by_itself():
    parts, _, _ = _divided([20], classes=1)
    assert np.bincount(parts).tolist() == [16, 2, 2]


@settings(max_examples=150, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 12), min_size=1, max_size=40).filter(lambda sizes: sum(sizes) >= 3),
    validation=st.integers(1, 45),
    test=st.integers(1, 45),
    classes=st.integers(1, 4),
)
def test_no_part_is_ever_empty_and_parts_are_near_their_shares(sizes, validation, test, classes):
    parts, _, _ = _divided(sizes, classes, Recipe(validation=validation, test=test))
    counts = np.bincount(parts, minlength=3)
    assert counts.min() >= 1
    for count, share in zip(counts[1:].tolist(), (validation, test), strict=True):
        assert count <= max(1, round(sum(sizes) * share / 100)) + max(2, sum(sizes) // 10)


def test_too_few_for_training_are_refused():
    with pytest.raises(Exception, match="at least 3 are needed"):
        _divided([1, 1], classes=1)
