from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.engine.optimizers import make_optimizer
from cnnviz.engine.parameters import ParameterSet
from cnnviz.engine.penalties import add_penalties
from cnnviz.errors import FileError
from cnnviz.spec.training import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, RMSProp

SHAPES = {"conv1/weight": (3, 2, 3, 3), "conv1/bias": (3,), "dense1/weight": (200, 170)}
RULES = [
    SGD(learning_rate=0.1),
    Momentum(learning_rate=0.05, momentum=0.8),
    Nesterov(learning_rate=0.05, momentum=0.8),
    AdaGrad(learning_rate=0.02),
    RMSProp(learning_rate=0.01, decay=0.9),
    Adam(learning_rate=0.01),
    AdamW(learning_rate=0.01, weight_decay=0.3),
]


def random_set(rng, scale=1.0):
    parameters = ParameterSet(SHAPES, np.float32)
    for array in parameters.values():
        array[:] = rng.standard_normal(array.shape) * scale
    return parameters


def torch_optimizer(torch, spec, tensors, weight_decay=0.0):
    """Return PyTorch's optimizer; only weights, the tensors with two axes or more, decay."""
    decay = getattr(spec, "weight_decay", weight_decay)
    groups = [
        {"params": [t for t in tensors.values() if t.ndim > 1], "weight_decay": decay},
        {"params": [t for t in tensors.values() if t.ndim == 1], "weight_decay": 0.0},
    ]
    rate, optim = spec.learning_rate, torch.optim
    match spec:
        case SGD():
            return optim.SGD(groups, lr=rate)
        case Momentum():
            return optim.SGD(groups, lr=rate, momentum=spec.momentum)
        case Nesterov():
            return optim.SGD(groups, lr=rate, momentum=spec.momentum, nesterov=True)
        case AdaGrad():
            return optim.Adagrad(groups, lr=rate, eps=spec.epsilon)
        case RMSProp():
            return optim.RMSprop(groups, lr=rate, alpha=spec.decay, eps=spec.epsilon)
        case Adam():
            return optim.Adam(groups, lr=rate, betas=(spec.beta1, spec.beta2), eps=spec.epsilon)
        case AdamW():
            return optim.AdamW(groups, lr=rate, betas=(spec.beta1, spec.beta2), eps=spec.epsilon)


@pytest.mark.torch
@pytest.mark.parametrize("spec", RULES, ids=lambda spec: type(spec).__name__)
def test_ten_steps_equal_those_of_torch(spec):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    parameters = random_set(rng)
    tensors = {name: torch.from_numpy(array.copy()) for name, array in parameters.items()}
    peer, own = torch_optimizer(torch, spec, tensors), make_optimizer(spec, parameters)
    for scale in (1, 10, 0.1, 1e-4, 1e-6, 1, 0, 100, 1, 1):
        gradients = random_set(rng, scale)
        own.step(gradients)
        for name, tensor in tensors.items():
            tensor.grad = torch.from_numpy(gradients[name].copy())
        peer.step()
        for name, tensor in tensors.items():
            np.testing.assert_allclose(parameters[name], tensor.numpy(), rtol=2e-5, atol=1e-6)


@pytest.mark.torch
@pytest.mark.parametrize("spec", RULES[:-1], ids=lambda spec: type(spec).__name__)
def test_the_penalty_of_squares_is_the_weight_decay_of_torch(spec):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    parameters = random_set(rng)
    tensors = {name: torch.from_numpy(array.copy()) for name, array in parameters.items()}
    peer, own = torch_optimizer(torch, spec, tensors, weight_decay=0.2), make_optimizer(spec, parameters)
    for _ in range(10):
        gradients = random_set(rng)
        for name, tensor in tensors.items():
            tensor.grad = torch.from_numpy(gradients[name].copy())
        add_penalties(gradients, parameters, 0.0, 0.2)
        own.step(gradients)
        peer.step()
        for name, tensor in tensors.items():
            np.testing.assert_allclose(parameters[name], tensor.numpy(), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("spec", RULES, ids=lambda spec: type(spec).__name__)
def test_a_step_takes_the_rate_it_is_given(spec):
    start = random_set(np.random.default_rng(0))
    gradients = random_set(np.random.default_rng(1))
    results = []
    for settings, rate in ((spec, 0.003), (dataclasses.replace(spec, learning_rate=0.003), None)):
        parameters = ParameterSet(SHAPES, np.float32)
        parameters.copy_from(start)
        make_optimizer(settings, parameters).step(gradients, rate)
        results.append(parameters.flat)
    np.testing.assert_array_equal(*results)


@pytest.mark.parametrize("spec", RULES, ids=lambda spec: type(spec).__name__)
def test_arrays_apart_move_as_arrays_in_one_block(spec):
    rng = np.random.default_rng(0)
    block = random_set(rng)
    apart = {name: array.copy() for name, array in block.items()}
    one, other = make_optimizer(spec, block), make_optimizer(spec, apart)
    for _ in range(3):
        gradients = random_set(rng)
        one.step(gradients)
        other.step(gradients)
    for name, array in apart.items():
        np.testing.assert_array_equal(array, block[name])


@pytest.mark.parametrize("spec", RULES, ids=lambda spec: type(spec).__name__)
def test_a_resumed_optimizer_goes_on_to_the_bit(spec):
    rng = np.random.default_rng(0)
    parameters = random_set(rng)
    optimizer = make_optimizer(spec, parameters)
    gradients = [random_set(rng) for _ in range(6)]
    for own in gradients[:3]:
        optimizer.step(own)
    copy = ParameterSet(SHAPES, np.float32)
    copy.copy_from(parameters)
    resumed = make_optimizer(spec, copy)
    resumed.load_state(optimizer.state())
    for own in gradients[3:]:
        optimizer.step(own)
        resumed.step(own)
    np.testing.assert_array_equal(copy.flat, parameters.flat)
    assert resumed.steps == 6


def test_parameters_are_moved_in_place():
    rng = np.random.default_rng(0)
    parameters = random_set(rng)
    places = {name: array.ctypes.data for name, array in parameters.items()}
    make_optimizer(Adam(), parameters).step(random_set(rng))
    assert places == {name: array.ctypes.data for name, array in parameters.items()}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda s: {k: v for k, v in s.items() if k != "adam/m/conv1/bias"},
            '"adam/m/conv1/bias" .* missing',
        ),
        (lambda s: {**s, "sgd/step": s["adam/step"]}, 'no array "sgd/step"'),
        (lambda s: {**s, "adam/v/conv1/bias": np.zeros(4, np.float32)}, r"of shape \(3,\); received"),
        (lambda s: {**s, "adam/v/conv1/bias": np.full(3, np.nan, np.float32)}, "not finite"),
        (lambda s: {**s, "adam/step": np.array([-1.0])}, "must be a whole number"),
        (lambda s: {**s, "adam/step": np.array([1.5])}, "must be a whole number"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_by_name(change, message):
    rng = np.random.default_rng(0)
    optimizer = make_optimizer(Adam(), random_set(rng))
    optimizer.step(random_set(rng))
    before = optimizer.state()
    with pytest.raises(FileError, match=message):
        optimizer.load_state(change(dict(before)))
    for name, array in optimizer.state().items():
        np.testing.assert_array_equal(array, before[name])
