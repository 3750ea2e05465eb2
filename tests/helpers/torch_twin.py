"""A design and its parameters as a PyTorch module, for tests and benchmarks that compare with PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.spec.layers import (
    AvgPool2D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool2D,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from cnnviz.spec.shapes import resolve_padding
from cnnviz.spec.trace import trace


def torch_module(torch: Any, spec: Any) -> Any:
    """Return the design as a Sequential of modules named by layer id, without a Softmax at its end."""
    module = torch.nn.Sequential()
    records = trace(spec).layers
    for place, record in enumerate(records):
        if place == len(records) - 1 and isinstance(record.layer, Softmax):
            break
        module.add_module(record.layer.id, _torch_layer(torch, record.layer, record.input_shape))
    return module


def load_parameters(torch: Any, module: Any, parameters: Any) -> None:
    """Copy parameters by `<layer id>/<name>` into the module."""
    with torch.no_grad():
        for name, array in parameters.items():
            layer_id, _, short = name.rpartition("/")
            target = getattr(module.get_submodule(_inner(module, layer_id)), short)
            target.copy_(torch.from_numpy(np.array(array)))


def parameter_gradients(module: Any) -> dict[str, Any]:
    """Return the gradient of each parameter by `<layer id>/<name>`."""
    return {
        f"{name.split('.')[0]}/{name.rpartition('.')[2]}": parameter.grad.numpy()
        for name, parameter in module.named_parameters()
    }


def to_torch_images(torch: Any, x: Any) -> Any:
    """Return images (C, H, W, N) as a tensor (N, C, H, W)."""
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(x, -1, 0)))


def _inner(module: Any, layer_id: str) -> str:
    child = module.get_submodule(layer_id)
    return f"{layer_id}.conv" if hasattr(child, "conv") else layer_id


def _torch_layer(torch: Any, layer: Layer, input_shape: Any) -> Any:
    nn = torch.nn
    match layer:
        case Conv2D():
            return _torch_convolution(nn, layer, input_shape)
        case MaxPool2D():
            return nn.MaxPool2d(layer.pool_size, layer.stride)
        case AvgPool2D():
            return nn.AvgPool2d(layer.pool_size, layer.stride)
        case Dense():
            return nn.Linear(input_shape[0], layer.units)
        case ReLU():
            return nn.ReLU()
        case Sigmoid():
            return nn.Sigmoid()
        case Tanh():
            return nn.Tanh()
        case Softmax():
            return nn.Softmax(dim=1)
        case Flatten():
            return nn.Flatten()
        case Dropout():
            return nn.Dropout(layer.rate)


def _torch_convolution(nn: Any, layer: Conv2D, input_shape: Any) -> Any:
    size = (input_shape[0], input_shape[1])
    top, bottom, left, right = resolve_padding(layer.padding, size, layer.kernel_size, layer.stride)
    even = (top, left) == (bottom, right)
    conv = nn.Conv2d(
        input_shape[2], layer.filters, layer.kernel_size, layer.stride, padding=(top, left) if even else 0
    )
    if even:
        return conv
    padded = nn.Sequential()
    padded.add_module("pad", nn.ZeroPad2d((left, right, top, bottom)))
    padded.add_module("conv", conv)
    return padded
