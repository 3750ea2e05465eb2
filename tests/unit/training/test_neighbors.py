"""Nearest neighbours as a classifier: chosen on validation, blind to how the work is divided."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.data.dataset import Dataset, Split
from cnnviz.engine.neighbors import Metric
from cnnviz.errors import TrainingError
from cnnviz.training import neighbors
from cnnviz.training.gate import Gate
from cnnviz.training.neighbors import NeighborChoice, NeighborClassifier, image_rows, similar_images
from tests.helpers.runs import few_digits


def one_pixel_images(values: list[int], labels: list[int], train: int) -> Dataset:
    """Images of one pixel, of which the first `train` are learned from, the rest asked about."""
    indices = np.arange(len(values))
    middle = (train + len(values)) // 2
    splits = {
        Split.TRAIN: indices[:train],
        Split.VALIDATION: indices[train:middle],
        Split.TEST: indices[middle:],
    }
    return Dataset(
        name="pixels",
        title="Pixels",
        images=np.array(values, np.uint8).reshape(-1, 1, 1, 1),
        labels=np.array(labels, np.int64),
        class_names=("dark", "light"),
        splits=splits,
    )


def ignore(share: float) -> None:
    """Take no notice of the progress."""


def test_one_wrong_label_makes_more_neighbours_the_better_choice():
    # The training image of value 11 bears the wrong label; only with three neighbours it is outvoted.
    data = one_pixel_images([9, 10, 11, 12, 13, 200, 201, 202, 11, 11, 201, 201],
                            [0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1], 8)  # fmt: skip
    data = dataclasses.replace(data, splits={**data.splits, Split.VALIDATION: np.array([8, 10]),
                                             Split.TEST: np.array([9, 11])})  # fmt: skip
    classifier = NeighborClassifier(data)
    choice = classifier.choose(Gate(), ignore)
    assert choice == NeighborChoice(3, Metric.L2, 2)
    classes, seconds = classifier.classify(data.indices(Split.TEST), choice, Gate(), ignore)
    assert classes.tolist() == [0, 1]
    assert seconds > 0


def test_blocks_change_nothing(monkeypatch):
    data, choice = few_digits(), NeighborChoice(3, Metric.L1, 20)
    indices = data.indices(Split.TEST)
    whole, _ = NeighborClassifier(data).classify(indices, choice, Gate(), ignore)
    monkeypatch.setattr(neighbors, "_BLOCK_IMAGES", 3)
    shares: list[float] = []
    blocks, _ = NeighborClassifier(data).classify(indices, choice, Gate(), shares.append)
    np.testing.assert_array_equal(whole, blocks)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize("block", [64, 1 << 20])
def test_similar_images_are_the_nearest_of_the_training_split(metric, block, monkeypatch):
    monkeypatch.setattr(neighbors, "_ONE_BLOCK_NUMBERS", block)
    data = few_digits()
    index = int(data.indices(Split.TEST)[3])
    train = data.indices(Split.TRAIN)
    rows, query = image_rows(data, train), image_rows(data, np.array([index]))
    apart = np.abs(rows - query).astype(np.float64)
    far = apart.sum(axis=1) if metric is Metric.L1 else np.sqrt((apart**2).sum(axis=1))
    order = np.argsort(far, kind="stable")[:5]
    received = similar_images(data, data.scaled_image(index), 5, metric)
    assert [image.index for image in received] == train[order].tolist()
    assert [image.label for image in received] == data.labels[train[order]].tolist()
    np.testing.assert_allclose([image.distance for image in received], far[order], rtol=1e-6)


def test_an_image_is_not_its_own_neighbour():
    data = few_digits()
    index = int(data.indices(Split.TRAIN)[7])
    pixels = data.scaled_image(index)
    assert similar_images(data, pixels, 1, Metric.L2)[0].index == index
    assert index not in [image.index for image in similar_images(data, pixels, 5, Metric.L2, without=index)]


def test_too_many_images_for_the_memory_are_refused_before_they_are_copied(monkeypatch):
    monkeypatch.setattr(neighbors, "available_bytes", lambda: 1_000)
    with pytest.raises(TrainingError, match="all 90 training images needs about"):
        NeighborClassifier(few_digits())
