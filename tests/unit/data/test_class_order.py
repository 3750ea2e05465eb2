from __future__ import annotations

import dataclasses

import numpy as np

from cnnviz.data.class_order import in_order_of
from tests.helpers.data_files import small_dataset


def test_an_image_keeps_the_name_of_its_class():
    dataset = small_dataset()
    names = tuple(reversed(dataset.class_names))
    other = in_order_of(dataset, names)
    assert other.class_names == names
    assert [names[label] for label in other.labels] == [
        dataset.class_names[label] for label in dataset.labels
    ]
    assert in_order_of(other, dataset.class_names).content_hash == dataset.content_hash
    assert other.content_hash != dataset.content_hash


def test_other_classes_stay_as_they_are():
    dataset = small_dataset()
    assert in_order_of(dataset, dataset.class_names) is dataset
    assert in_order_of(dataset, (*dataset.class_names, "more")) is dataset
    same = dataclasses.replace(dataset, class_names=("x",) * dataset.class_count)
    assert in_order_of(same, same.class_names[::-1]) is same
    assert np.array_equal(same.labels, dataset.labels)
