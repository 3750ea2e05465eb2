from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.data import dataset as dataset_module
from cnnviz.data.dataset import Dataset, Split, numbered_classes
from cnnviz.data.importing.watch import ImportCancelled, Stage, Watch
from cnnviz.data.quantities import Quantity
from cnnviz.errors import DataError
from tests.helpers.data_files import small_dataset


def test_what_it_says_of_itself():
    dataset = small_dataset()
    assert len(dataset) == 30
    assert dataset.image_shape == (5, 4, 1)
    assert dataset.class_count == 3
    assert [len(dataset.indices(split)) for split in Split] == [20, 5, 5]


@pytest.mark.parametrize("shape", [(8, 8, 1), (5, 4, 1), (3, 7, 3)])
@pytest.mark.parametrize("count", [1, 31, 33, 64])
def test_scaled_is_every_pixel_over_the_largest_value_batch_last(shape, count):
    dataset = small_dataset(count=80, shape=shape)
    indices = np.random.default_rng(1).integers(0, 80, count)
    batch = dataset.scaled(indices)
    height, width, channels = shape
    assert batch.shape == (channels, height, width, count)
    assert batch.dtype == np.float32
    for place, index in enumerate(indices):
        for channel in range(channels):
            expected = dataset.images[index, :, :, channel].astype(np.float32) / np.float32(255)
            np.testing.assert_array_equal(batch[channel, :, :, place], expected)


def test_scaled_fills_the_buffer_it_is_given():
    dataset = small_dataset()
    buffer = np.full((1, 5, 4, 6), np.nan, np.float32)
    assert dataset.scaled(np.arange(6), buffer) is buffer
    np.testing.assert_array_equal(buffer, dataset.scaled(np.arange(6)))


@pytest.mark.parametrize(
    "buffer", [np.empty((1, 5, 4, 7), np.float32), np.empty((1, 5, 4, 6)), np.empty((4, 5, 1, 6), np.float32)]
)
def test_scaled_refuses_a_buffer_that_does_not_fit(buffer):
    with pytest.raises(DataError, match=r"must be float32 \(1, 5, 4, 6\)"):
        small_dataset().scaled(np.arange(6), buffer)


def test_the_largest_value_becomes_one():
    images = np.zeros((30, 5, 4, 1), np.uint8)
    images[0] = 16
    dataset = small_dataset(images=images, max_value=16)
    assert dataset.scaled(np.array([0])).max() == 1.0
    assert dataset.scaled_image(0).min() == 1.0


def test_one_image_is_the_same_as_in_a_batch():
    dataset = small_dataset(shape=(4, 6, 3))
    image = dataset.scaled_image(11)
    assert image.shape == (3, 4, 6)
    assert image.dtype == np.float32
    assert image.flags.c_contiguous
    np.testing.assert_array_equal(image, dataset.scaled(np.array([11]))[..., 0])


@pytest.mark.parametrize("index", [-1, 30])
def test_an_image_that_is_not_there_is_refused(index):
    with pytest.raises(DataError, match="allowed are 0 to 29"):
        small_dataset().scaled_image(index)


def test_nothing_in_it_can_be_written():
    dataset = small_dataset()
    with pytest.raises(dataclasses.FrozenInstanceError):
        dataset.name = "other"
    for array in (dataset.images, dataset.labels, *dataset.splits.values()):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(TypeError):
        dataset.splits[Split.TEST] = np.array([1])


def test_images_in_another_memory_order_are_made_contiguous():
    images = np.asfortranarray(small_dataset().images)
    dataset = small_dataset(images=images)
    assert dataset.images.flags.c_contiguous
    np.testing.assert_array_equal(dataset.images, images)


def test_the_hash_is_of_the_content_only():
    dataset = small_dataset()
    assert len(dataset.content_hash) == 64
    assert dataset.content_hash == small_dataset(name="other", title="Other").content_hash


def _one_pixel() -> dict:
    images = small_dataset().images.copy()
    images[3, 2, 1, 0] ^= 1
    return {"images": images}


def _other_shape() -> dict:
    return {"images": small_dataset().images.reshape(30, 4, 5, 1)}


def _other_labels() -> dict:
    return {"labels": small_dataset().labels[::-1]}


def _other_split() -> dict:
    order = np.arange(30)
    return {"splits": {Split.TRAIN: order[:19], Split.VALIDATION: order[19:25], Split.TEST: order[25:]}}


@pytest.mark.parametrize("change", [_one_pixel, _other_shape, _other_labels, _other_split])
def test_the_hash_changes_with_every_part_of_the_content(change):
    assert small_dataset(**change()).content_hash != small_dataset().content_hash


_ORDER = np.arange(30)
_SPLITS = {Split.TRAIN: _ORDER[:20], Split.VALIDATION: _ORDER[20:25], Split.TEST: _ORDER[25:]}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"images": np.zeros((30, 5, 4, 1))}, r"images must be uint8 .* received float64"),
        ({"class_names": ("a", "b", "c" * 256)}, "at most 255 characters long; received one of 256"),
        ({"images": np.zeros((30, 5, 4), np.uint8)}, r"received uint8 \(30, 5, 4\)"),
        ({"images": np.zeros((30, 5, 4, 2), np.uint8)}, "1 or 3 channels"),
        ({"images": np.zeros((30, 0, 4, 1), np.uint8)}, "not empty"),
        ({"max_value": 0}, r"1 to 255; received 0"),
        ({"max_value": 256}, r"1 to 255; received 256"),
        ({"max_value": 16}, r"pixels must be 0 to 16; received"),
        ({"labels": np.zeros(29, np.int64)}, r"int64 \(30,\).*received int64 \(29,\)"),
        ({"labels": np.zeros(30, np.int32)}, "received int32"),
        ({"labels": np.full(30, 3)}, "labels must be 0 to 2; received 3 to 3"),
        ({"labels": np.full(30, -1)}, "received -1"),
        ({"class_names": ()}, "received 0"),
        ({"class_names": ("x",) * 1_001}, "1 to 1,000 class names; received 1,001"),
        ({"splits": {Split.TRAIN: _ORDER}}, "exactly train, validation and test"),
        ({"splits": _SPLITS | {Split.TEST: _ORDER[:0]}}, "test split must be int64 indices, at least one"),
        ({"splits": _SPLITS | {Split.TEST: np.array([1.0])}}, "received float64"),
        ({"splits": _SPLITS | {Split.TEST: np.array([30])}}, "must be 0 to 29; received 0 to 30"),
        ({"splits": _SPLITS | {Split.TEST: np.array([-1])}}, "received -1"),
        ({"splits": _SPLITS | {Split.TEST: np.array([0])}}, "more than once"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_name_of_the_set(changes, words):
    with pytest.raises(DataError, match=words) as caught:
        small_dataset(**changes)
    assert "'small'" in str(caught.value)


def test_classes_are_numbered_up_to_the_highest_label():
    assert numbered_classes(np.array([2, 0, 3]), "here") == ("0", "1", "2", "3")


@pytest.mark.parametrize(("labels", "wrong"), [([-1, 2], "-1"), ([0, 1_000], "1000"), ([2**40], str(2**40))])
def test_labels_that_are_no_class_numbers_are_refused(labels, wrong):
    with pytest.raises(DataError, match=f"here.*0 to 999; received {wrong}"):
        numbered_classes(np.array(labels), "here")


def test_no_labels_are_no_classes():
    with pytest.raises(DataError, match="no labels"):
        numbered_classes(np.array([], np.int64), "here")


def test_two_sets_are_equal_only_if_they_are_the_same_object():
    first: Dataset = small_dataset()
    assert first == first
    assert first != small_dataset()


def test_targets_are_read_only_and_part_of_the_content():
    targets = np.ones((30, 2), np.float32)
    dataset = small_dataset(targets=targets)
    assert (dataset.target_count, small_dataset().target_count) == (2, 0)
    assert not dataset.targets.flags.writeable
    other = small_dataset(targets=2 * targets)
    assert len({dataset.content_hash, other.content_hash, small_dataset().content_hash}) == 3


@pytest.mark.parametrize(
    "targets",
    [
        np.ones((30, 2)),
        np.ones(30, np.float32),
        np.ones((29, 2), np.float32),
        np.ones((30, 0), np.float32),
    ],
)
def test_targets_of_another_form_are_refused(targets):
    with pytest.raises(DataError, match="'small': targets must be float32"):
        small_dataset(targets=targets)


def test_each_number_has_a_name_or_none_has():
    targets = np.ones((30, 2), np.float32)
    named = small_dataset(targets=targets, quantities=(Quantity("width"), Quantity("height", "cm")))
    assert named.content_hash == small_dataset(targets=targets).content_hash
    with pytest.raises(DataError, match="name for each of the 2 numbers; received 1"):
        small_dataset(targets=targets, quantities=(Quantity("width"),))


def test_targets_must_be_finite():
    with pytest.raises(DataError, match="finite"):
        small_dataset(targets=np.full((30, 1), np.nan, np.float32))


def test_the_hash_is_the_same_in_parts_and_tells_how_far_it_is(monkeypatch):
    whole = small_dataset().content_hash
    monkeypatch.setattr(dataset_module, "_HASHED_BYTES", 7 * 5 * 4)
    told = []
    assert small_dataset().take_content_hash(Watch(lambda *progress: told.append(progress))) == whole
    assert told == [(Stage.HASHING, start, 30) for start in (0, 7, 14, 21, 28)]


def test_a_hash_that_nobody_wants_any_more_is_given_up_and_can_be_taken_later(monkeypatch):
    monkeypatch.setattr(dataset_module, "_HASHED_BYTES", 7 * 5 * 4)
    dataset, told = small_dataset(), []
    watch = Watch(lambda *progress: told.append(progress), lambda: len(told) == 2)
    with pytest.raises(ImportCancelled):
        dataset.take_content_hash(watch)
    assert len(told) == 2
    assert dataset.content_hash == small_dataset().content_hash


def test_nothing_is_told_of_a_hash_that_takes_no_time():
    told = []
    dataset = small_dataset()
    assert dataset.take_content_hash(Watch(lambda *progress: told.append(progress))) == dataset.content_hash
    assert told == []
