"""Penalties and limits of the gradients of a batch."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.engine.build import build
from cnnviz.engine.penalties import global_norm
from cnnviz.spec.training import TrainingSpec
from cnnviz.training.limits import penalise_and_clip
from cnnviz.training.random_state import initial_rng
from tests.helpers.sick_runs import plain_design


@pytest.fixture
def network():
    return build(plain_design(), initial_rng(1))


def ones(network):
    return {name: np.ones_like(array) for name, array in network.parameters.items()}


def test_penalties_come_first_and_the_norm_last(network):
    gradients = ones(network)
    penalise_and_clip(gradients, network, TrainingSpec(l2=100.0, clip_value=0.5, clip_norm=0.25))
    assert global_norm(gradients.values()) == pytest.approx(0.25, rel=1e-4)
    name = next(name for name, array in gradients.items() if array.ndim > 1)
    assert (gradients[name] < 0).any()  # where a weight below -0.01 outweighs its gradient
    sizes = np.abs(np.concatenate([array.ravel() for array in gradients.values()]))
    assert sizes.max() == pytest.approx(np.median(sizes))  # nearly all were at the limit of ± 0.5


def test_layers_that_do_not_move_are_not_clipped(network):
    frozen = next(iter(network.parameters))
    network.freeze([frozen])
    gradients = ones(network)
    penalise_and_clip(gradients, network, TrainingSpec(clip_value=0.5))
    assert (gradients.pop(frozen) == 1).all()
    assert all((array == 0.5).all() for array in gradients.values())


def test_without_limits_nothing_changes(network):
    gradients = ones(network)
    penalise_and_clip(gradients, network, TrainingSpec())
    assert all((array == 1).all() for array in gradients.values())
