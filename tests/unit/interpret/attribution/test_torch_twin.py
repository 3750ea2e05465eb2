"""Guided backpropagation and deconvolution of bundled designs against hooks in PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.engine.build import build
from cnnviz.interpret.attribution.gradients import image_gradient
from cnnviz.interpret.attribution.score import ClassScore, ReluRule
from tests.helpers.designs import bundled_design
from tests.helpers.gradients import relative_error
from tests.helpers.torch_twin import load_parameters, to_torch_images, torch_module

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch


def rule_by_hook(rule):
    def hook(module, passed, arrived):
        if rule is ReluRule.GUIDED:
            return (torch.clamp(passed[0], min=0),)
        if rule is ReluRule.DECONVOLUTION:
            return (torch.clamp(arrived[0], min=0),)
        return None

    return hook


@pytest.mark.parametrize("rule", list(ReluRule))
@pytest.mark.parametrize("name", ["digits-cnn", "two-conv-rgb", "resnet-small"])
def test_what_flows_back_is_that_of_pytorch(name, rule):
    spec = bundled_design(name)
    network = build(spec, np.random.default_rng(0), np.float64)
    module = torch_module(torch, spec).to(torch.float64).eval()
    load_parameters(torch, module, network.arrays)
    for part in module.modules():
        if isinstance(part, torch.nn.ReLU):
            part.register_full_backward_hook(rule_by_hook(rule))
    shape = (spec.input.channels, spec.input.height, spec.input.width)
    image = np.random.default_rng(1).uniform(0, 1, shape)
    value, received = image_gradient(ClassScore(network, 3, rule), image)
    inputs = to_torch_images(torch, image[..., None]).requires_grad_()
    scores = module(inputs)
    scores[0, 3].backward()
    assert value == pytest.approx(scores[0, 3].item())
    assert relative_error(received, inputs.grad[0].numpy()) < 1e-9
