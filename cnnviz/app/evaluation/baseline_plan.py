"""Which baselines there are for a data set: the bundled designs, made to fit, and the nearest neighbours."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.app.designs.adapting import adapted
from cnnviz.app.designs.bundled import bundled_training
from cnnviz.errors import DataError
from cnnviz.resource_files import resource_path
from cnnviz.spec import io
from cnnviz.spec.training import BEST
from cnnviz.training.baselines import Baseline, NeighborBaseline, NetworkBaseline
from cnnviz.training.examples import data_shape

if TYPE_CHECKING:
    from cnnviz.data.dataset import Dataset

NETWORKS = ("linear-svm", "linear-softmax", "vanilla")
"""Bundled designs, from the simplest on."""
LINEAR = frozenset(NETWORKS[:2])
"""Those whose weights are one template for each class."""
_EPOCHS, _PATIENCE = 60, 5


def baselines_for(dataset: Dataset, *, seed: int = 0) -> tuple[Baseline, ...]:
    """Return what a network on this data set is compared with, the simplest first.

    Networks learn until five epochs have brought nothing, and keep the weights of the best one.

    Raises
    ------
    DataError
        There are numbers to be learned instead of classes, or no two classes.
    """
    if dataset.target_count or dataset.class_count < 2:
        what = "numbers, not classes," if dataset.target_count else "one class only"
        raise DataError(
            f'The baselines are classifiers; the data set "{dataset.title}" has {what} to be learned.'
        )
    return (NeighborBaseline(), *(_network(name, dataset, seed) for name in NETWORKS))


def _network(name: str, dataset: Dataset, seed: int) -> NetworkBaseline:
    training = dataclasses.replace(
        bundled_training(name), epochs=_EPOCHS, patience=_PATIENCE, final_weights=BEST, seed=seed
    )
    spec = io.load(resource_path("networks", f"{name}.json"))
    return NetworkBaseline(name, spec.name, adapted(spec, data_shape(dataset), training.loss), training)
