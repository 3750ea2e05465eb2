"""Classes in the order in which a network knows them: it has their numbers only, people have their names."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cnnviz.data.dataset import Dataset


def in_order_of(dataset: Dataset, class_names: tuple[str, ...]) -> Dataset:
    """Return `dataset`, as it was opened, with its classes in this order; itself where they are others."""
    own = dataset.class_names
    if own == class_names or len(set(own)) < len(own) or sorted(own) != sorted(class_names):
        return dataset
    numbers = np.array([class_names.index(name) for name in own], np.int64)
    return dataclasses.replace(dataset, labels=numbers[dataset.labels], class_names=class_names)
