"""Whole networks against PyTorch: scores, loss and all gradients."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings

from cnnviz.engine.build import build
from cnnviz.engine.losses import softmax_cross_entropy
from cnnviz.engine.meeting import alone
from cnnviz.resource_files import resource_path
from cnnviz.spec.io import load
from cnnviz.spec.layers import Dropout
from tests.helpers.gradients import relative_error
from tests.helpers.random_designs import random_designs
from tests.helpers.torch_twin import (
    load_parameters,
    parameter_gradients,
    states,
    to_torch_images,
    torch_module,
)

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch


def compare(spec, count, classes, *, exact=False, drawn=False):
    """Hold scores, loss and gradients against PyTorch's, in float64 where `exact`.

    `drawn` designs may be left out where rounding decides.
    """
    dtype = np.float64 if exact else np.float32
    tolerance = 1e-9 if exact else 1e-4
    network = build(spec, np.random.default_rng(0), dtype)
    module = torch_module(torch, spec).to(torch.float64 if exact else torch.float32)
    load_parameters(torch, module, network.arrays)
    rng = np.random.default_rng(1)
    size = (spec.input.channels, spec.input.height, spec.input.width, count)
    x, labels = rng.standard_normal(size).astype(dtype), rng.integers(0, classes, count)
    shard = alone(network.record_shard(x, training=True))
    if drawn:
        assume(every_channel_varies(shard.new_states) and not holds_rounding(network, x))
    loss, dscores = softmax_cross_entropy(shard.scores, labels)
    gradients = alone(shard.backward(dscores, input_gradient=True))
    inputs = to_torch_images(torch, x).requires_grad_()
    peer_scores = module(inputs)
    peer_loss = torch.nn.functional.cross_entropy(peer_scores, torch.from_numpy(labels), reduction="sum")
    peer_loss.backward()
    assert relative_error(shard.scores, peer_scores.detach().numpy().T) < tolerance
    assert loss == pytest.approx(peer_loss.item(), rel=tolerance)
    expected = parameter_gradients(module)
    assert set(expected) == set(gradients.parameters)
    largest = max(np.max(np.abs(gradient)) for gradient in expected.values())
    for name, gradient in gradients.parameters.items():
        # The gradient of a bias before BatchNorm is 0, computed as a difference of large numbers.
        least = max(largest / 100, 1e-6)
        assert relative_error(gradient, expected[name], least=least) < tolerance, name
    assert relative_error(gradients.input, np.moveaxis(inputs.grad.numpy(), 0, -1)) < tolerance
    assert set(states(module)) == set(shard.new_states) == set(network.states)
    for name, state in states(module).items():
        assert relative_error(shard.new_states[name], state, least=1e-3) < tolerance, name
    compare_outside_of_training(network, module, x, inputs, shard.new_states, tolerance)


def every_channel_varies(new_states):
    """Return whether no BatchNorm met a constant, which it makes 0 give or take rounding.

    On which side of 0, and so what a ReLU behind it does, is no question of right or wrong.
    """
    fresh, share = 1.0, 0.1  # running variance and momentum of a layer that has seen nothing
    spreads = [
        (state - (1 - share) * fresh) / share
        for name, state in new_states.items()
        if name.endswith("/running_var")
    ]
    return all(np.min(spread) > 1e-6 for spread in spreads)


def holds_rounding(network, x):
    """Return whether an output is 0 give or take rounding, as zeros around normalised maps become."""
    sizes = []
    alone(network.record_shard(x, training=True, taps=lambda _, output: sizes.append(np.abs(output))))
    return any(np.any((size > 0) & (size < 1e-12)) for size in sizes)


def compare_outside_of_training(network, module, x, inputs, new_states, tolerance):
    """Hold what the running statistics give against PyTorch's, forward and back to the input."""
    network.take_states(new_states)
    module.eval()
    inputs.grad = None
    expected = module(inputs)
    expected.sum().backward()
    scores, backward = network.record(x)
    dx = backward(np.ones_like(scores), input_gradient=True).input
    assert relative_error(scores, expected.detach().numpy().T) < tolerance
    assert relative_error(dx, np.moveaxis(inputs.grad.numpy(), 0, -1)) < tolerance


@given(random_designs())
@settings(max_examples=40, deadline=None)
def test_random_networks_equal_torch(spec):
    compare(spec, count=5, classes=4, exact=True, drawn=True)


@pytest.mark.slow
@given(random_designs())
@settings(max_examples=300, deadline=None)
def test_many_random_networks_equal_torch(spec):
    compare(spec, count=4, classes=4, exact=True, drawn=True)


@pytest.mark.parametrize(
    "name", ["digits-cnn", "lenet5", "two-conv", "one-conv", "linear-softmax", "vgg-small"]
)
def test_bundled_networks_equal_torch(name):
    compare(load(resource_path("networks", f"{name}.json")), count=6, classes=10)


def test_a_residual_network_equals_torch():
    """In float64: one of its many ReLUs meets a number so near to 0 that float32 may call it either side."""
    compare(load(resource_path("networks", "resnet-small.json")), count=6, classes=10, exact=True)


@pytest.mark.slow
def test_alexnet_equals_torch_without_its_dropout():
    spec = load(resource_path("networks", "alexnet.json"))
    for layer in spec.layers:
        if isinstance(layer, Dropout):
            spec = spec.remove(layer.id)
    compare(spec, count=2, classes=1000)
