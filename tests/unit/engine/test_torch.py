"""Whole networks against PyTorch: scores, loss and all gradients."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from cnnviz.engine.build import build
from cnnviz.engine.losses import softmax_cross_entropy
from cnnviz.resource_files import resource_path
from cnnviz.spec.io import load
from tests.helpers.gradients import relative_error
from tests.helpers.random_designs import random_designs
from tests.helpers.torch_twin import load_parameters, parameter_gradients, to_torch_images, torch_module

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch


def compare(spec, count, classes, *, exact=False):
    """Hold scores, loss and gradients against PyTorch's, in float64 where `exact`."""
    dtype = np.float64 if exact else np.float32
    tolerance = 1e-9 if exact else 1e-4
    network = build(spec, np.random.default_rng(0), dtype)
    module = torch_module(torch, spec).to(torch.float64 if exact else torch.float32)
    load_parameters(torch, module, network.parameters)
    rng = np.random.default_rng(1)
    size = (spec.input.channels, spec.input.height, spec.input.width, count)
    x, labels = rng.standard_normal(size).astype(dtype), rng.integers(0, classes, count)
    scores, backward = network.record(x)
    loss, dscores = softmax_cross_entropy(scores, labels)
    gradients = backward(dscores, input_gradient=True)
    inputs = to_torch_images(torch, x).requires_grad_()
    peer_scores = module(inputs)
    peer_loss = torch.nn.functional.cross_entropy(peer_scores, torch.from_numpy(labels), reduction="sum")
    peer_loss.backward()
    assert relative_error(scores, peer_scores.detach().numpy().T) < tolerance
    assert loss == pytest.approx(peer_loss.item(), rel=tolerance)
    expected = parameter_gradients(module)
    assert set(expected) == set(gradients.parameters)
    for name, gradient in gradients.parameters.items():
        assert relative_error(gradient, expected[name]) < tolerance, name
    assert relative_error(gradients.input, np.moveaxis(inputs.grad.numpy(), 0, -1)) < tolerance


@given(random_designs())
@settings(max_examples=40, deadline=None)
def test_random_networks_equal_torch(spec):
    compare(spec, count=5, classes=4, exact=True)


@pytest.mark.parametrize(
    "name", ["digits-cnn", "lenet5", "two-conv", "one-conv", "linear-softmax", "vgg-small"]
)
def test_bundled_networks_equal_torch(name):
    compare(load(resource_path("networks", f"{name}.json")), count=6, classes=10)
