"""The baselines of a data set."""

from __future__ import annotations

import pytest

from cnnviz.app.evaluation.baseline_plan import LINEAR, NETWORKS, baselines_for
from cnnviz.data.catalog import open_dataset
from cnnviz.errors import DataError
from cnnviz.spec.layers import Dense
from cnnviz.spec.losses import CrossEntropy, MulticlassSVM
from cnnviz.training.baselines import NeighborBaseline
from cnnviz.training.loop import check_fit
from tests.helpers.runs import measured_digits, odd_digits


@pytest.mark.parametrize("dataset", [open_dataset("digits"), odd_digits()], ids=lambda data: data.name)
def test_the_bundled_designs_are_made_to_fit(dataset):
    neighbors, *networks = baselines_for(dataset, seed=7)
    assert isinstance(neighbors, NeighborBaseline)
    assert tuple(network.name for network in networks) == NETWORKS
    for network in networks:
        check_fit(network.spec, dataset, network.training.loss)
        assert network.training.seed == 7
        wanted = MulticlassSVM if network.name == "linear-svm" else CrossEntropy
        assert isinstance(network.training.loss, wanted)
        dense = [layer for layer in network.spec.layers if isinstance(layer, Dense)]
        assert (len(dense) == 1) == (network.name in LINEAR)


def test_numbers_are_nothing_to_classify():
    with pytest.raises(DataError, match="numbers, not classes"):
        baselines_for(measured_digits())
