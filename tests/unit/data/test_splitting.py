from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cnnviz.data.dataset import Split
from cnnviz.data.splitting import default_splits, stratified_splits
from cnnviz.errors import DataError


@given(
    labels=st.lists(st.integers(0, 6), min_size=3, max_size=200),
    validation=st.integers(0, 60),
    test=st.integers(0, 60),
)
def test_every_image_is_in_one_split_and_the_sizes_are_exact(labels, validation, test):
    labels = np.array(labels, np.int64)
    if validation + test >= len(labels):
        with pytest.raises(DataError):
            stratified_splits(labels, validation=validation, test=test)
        return
    splits = stratified_splits(labels, validation=validation, test=test)
    assert len(splits[Split.VALIDATION]) == validation
    assert len(splits[Split.TEST]) == test
    assert sorted(np.concatenate(list(splits.values()))) == list(range(len(labels)))
    for indices in splits.values():
        assert indices.dtype == np.int64
        assert (np.diff(indices) > 0).all()


@example(counts=[4, 4, 4, 4, 29], share=1)
@example(counts=[4, 4, 4, 4, 29], share=3)
@given(
    counts=st.lists(st.integers(1, 80), min_size=1, max_size=8),
    share=st.integers(1, 3),
)
def test_every_class_has_its_share_of_every_split(counts, share):
    """A cut of the line rounds each class by half an image at most, and the others' rounding moves it.

    Validation lies between two cuts, the other splits at one.
    """
    labels = np.repeat(np.arange(len(counts)), counts)
    size = len(labels) * share // 10
    splits = stratified_splits(labels, validation=size, test=size)
    part = np.array(counts) / len(labels)
    allowed = (1 + part * (len(counts) - 2)) / 2
    for split, indices in splits.items():
        found = np.bincount(labels[indices], minlength=len(counts))
        cuts = 2 if split is Split.VALIDATION else 1
        assert (np.abs(found - part * len(indices)) <= cuts * allowed + 1e-9).all()


def test_the_split_is_fixed_for_ever():
    labels = np.arange(40) % 4
    splits = stratified_splits(labels, validation=4, test=4)
    assert splits[Split.VALIDATION].tolist() == [1, 18, 31, 36]
    assert splits[Split.TEST].tolist() == [4, 10, 21, 35]


def test_images_of_a_class_are_not_taken_in_order():
    splits = stratified_splits(np.zeros(100, np.int64), validation=10, test=10)
    assert splits[Split.TEST].tolist() != list(range(10))


def test_a_class_of_one_image_is_trained_on():
    labels = np.array([0] * 50 + [1])
    assert 50 in default_splits(labels, "here")[Split.TRAIN]


@pytest.mark.parametrize(
    ("count", "sizes"), [(3, (1, 1, 1)), (7, (5, 1, 1)), (100, (80, 10, 10)), (10_000, (8_000, 1_000, 1_000))]
)
def test_the_default_is_eighty_ten_ten(count, sizes):
    splits = default_splits(np.arange(count) % 3, "here")
    assert tuple(len(splits[split]) for split in Split) == sizes


@pytest.mark.parametrize(("count", "words"), [(0, "0 images"), (1, "1 image;"), (2, "2 images")])
def test_fewer_than_three_images_cannot_be_divided(count, words):
    with pytest.raises(DataError, match=f"here holds {words}.*at least 3"):
        default_splits(np.zeros(count, np.int64), "here")


@pytest.mark.parametrize(("validation", "test"), [(-1, 0), (0, -1), (5, 5), (11, 0)])
def test_impossible_sizes_are_refused(validation, test):
    with pytest.raises(DataError, match="Cannot divide 10 images"):
        stratified_splits(np.zeros(10, np.int64), validation=validation, test=test)
