from __future__ import annotations

import numpy as np
import pytest

from cnnviz.data import summary
from cnnviz.data.catalog import open_dataset
from cnnviz.data.dataset import Dataset, Split
from cnnviz.data.summary import class_counts, class_means, pixel_counts, positions_of_class


def colored(max_value: int = 255) -> Dataset:
    """Forty colour images of three classes; the last class has no training image."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 40)
    labels[[0, 1]] = 2
    places = rng.permutation(np.arange(2, 40))
    return Dataset(
        name="colored",
        title="Colored",
        images=rng.integers(0, max_value + 1, (40, 5, 4, 3)).astype(np.uint8),
        labels=labels,
        class_names=("cat", "dog", "cow"),
        splits={
            Split.TRAIN: np.sort(places),
            Split.VALIDATION: np.array([0]),
            Split.TEST: np.array([1]),
        },
        max_value=max_value,
    )


@pytest.mark.parametrize("split", list(Split))
def test_every_image_is_counted_once(split: Split) -> None:
    dataset = open_dataset("digits")
    counts = class_counts(dataset, split)
    labels = dataset.labels[dataset.indices(split)].tolist()
    assert counts.tolist() == [labels.count(label) for label in range(10)]


def test_a_class_without_images_counts_nothing() -> None:
    assert class_counts(colored(), Split.VALIDATION).tolist() == [0, 0, 1]


def test_positions_are_those_in_the_split() -> None:
    dataset = colored()
    labels = dataset.labels[dataset.indices(Split.TRAIN)]
    assert (labels[positions_of_class(dataset, Split.TRAIN, 1)] == 1).all()
    assert len(positions_of_class(dataset, Split.TRAIN, 1)) == class_counts(dataset, Split.TRAIN)[1]
    assert positions_of_class(dataset, Split.TRAIN, 2).tolist() == []
    assert positions_of_class(dataset, Split.TRAIN, None).tolist() == list(range(38))


@pytest.mark.parametrize("max_value", [255, 16])
@pytest.mark.parametrize("block_bytes", [1, 7 * 60, 1 << 21])
def test_the_means_are_those_of_numpy(
    max_value: int, block_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "_BLOCK_BYTES", block_bytes)
    dataset = colored(max_value)
    means = class_means(dataset, Split.TRAIN)
    assert means is not None
    assert means.shape == (3, 3, 5, 4)
    assert means.dtype == np.float32
    for label in (0, 1):
        indices = dataset.indices(Split.TRAIN)[positions_of_class(dataset, Split.TRAIN, label)]
        expected = dataset.scaled(indices).mean(axis=3, dtype=np.float64)
        np.testing.assert_allclose(means[label], expected, rtol=1e-6)
    assert np.isnan(means[2]).all()


def test_very_many_large_means_have_fewer_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "_MOST_MEAN_VALUES", 60)
    dataset = colored()
    means = class_means(dataset, Split.TRAIN)
    whole = np.array(dataset.images[dataset.indices(Split.TRAIN)], np.float64)
    labels = dataset.labels[dataset.indices(Split.TRAIN)]
    assert means is not None
    assert means.shape == (3, 3, 3, 2)
    expected = whole[labels == 0].mean(axis=0)[::2, ::2].transpose(2, 0, 1) / 255
    np.testing.assert_allclose(means[0], expected, rtol=1e-6)


def test_who_stops_gets_no_means() -> None:
    assert class_means(colored(), Split.TRAIN, is_stopping=lambda: True) is None


@pytest.mark.parametrize("max_value", [255, 16])
@pytest.mark.parametrize("block_bytes", [1, 7 * 480, 1 << 21])
def test_every_pixel_is_counted_by_class_and_colour(
    max_value: int, block_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "_BLOCK_BYTES", block_bytes)
    dataset = colored(max_value)
    counts = pixel_counts(dataset, Split.TRAIN)
    assert counts is not None
    indices = dataset.indices(Split.TRAIN)
    for label in range(3):
        for channel in range(3):
            pixels = dataset.images[indices[dataset.labels[indices] == label], ..., channel]
            expected = np.histogram(pixels, np.arange(max_value + 2))[0]
            assert counts[label, channel].tolist() == expected.tolist()


def test_counting_pixels_stops_when_told_to() -> None:
    assert pixel_counts(colored(), Split.TRAIN, is_stopping=lambda: True) is None
