"""A design and its arrays as a PyTorch module, for tests and benchmarks that compare with PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.spec.layers import (
    ELU,
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    LeakyReLU,
    LocalResponseNorm,
    MaxPool2D,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    SpatialDropout,
    Tanh,
    ZeroPadding2D,
)
from cnnviz.spec.shapes import layer_padding, needs_projection, projection_stride
from cnnviz.spec.trace import LayerTrace, trace


def torch_module(torch: Any, spec: Any) -> Any:
    """Return the design as a Sequential of modules named by layer id, without a Softmax at its end.

    `owners` of the module has, for each `<layer id>`, the module that holds its arrays.
    """
    records = trace(spec).layers
    if isinstance(records[-1].layer, Softmax):
        records = records[:-1]
    owners: dict[str, Any] = {}
    module = _sequence(torch, records, owners)
    module.owners = owners
    return module


def load_parameters(torch: Any, module: Any, arrays: Any) -> None:
    """Copy parameters and states by `<layer id>/<name>` into the module."""
    with torch.no_grad():
        for name, array in arrays.items():
            layer_id, _, short = name.rpartition("/")
            getattr(module.owners[layer_id], short).copy_(torch.from_numpy(np.array(array)))


def parameter_gradients(module: Any) -> dict[str, Any]:
    """Return the gradient of each parameter by `<layer id>/<name>`."""
    return {
        f"{layer_id}/{short}": parameter.grad.numpy()
        for layer_id, owner in module.owners.items()
        for short, parameter in owner.named_parameters(recurse=False)
    }


def states(module: Any) -> dict[str, Any]:
    """Return the running statistics by `<layer id>/<name>`."""
    return {
        f"{layer_id}/{short}": buffer.numpy()
        for layer_id, owner in module.owners.items()
        for short, buffer in owner.named_buffers(recurse=False)
        if short.startswith("running")
    }


def to_torch_images(torch: Any, x: Any) -> Any:
    """Return images (C, H, W, N) as a tensor (N, C, H, W)."""
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(x, -1, 0)))


def _sequence(torch: Any, records: tuple[LayerTrace, ...], owners: dict[str, Any]) -> Any:
    module = torch.nn.Sequential()
    for record in records:
        module.add_module(record.layer.id, _torch_layer(torch, record, owners))
    return module


def _torch_layer(torch: Any, record: LayerTrace, owners: dict[str, Any]) -> Any:
    layer, shape, nn = record.layer, record.input_shape, torch.nn
    assert shape is not None
    match layer:
        case Conv2D():
            return _torch_convolution(nn, layer, shape, owners)
        case MaxPool2D() | AvgPool2D():
            return _torch_pool(torch, layer, layer_padding(layer, shape))
        case Dense():
            owners[layer.id] = nn.Linear(shape[0], layer.units)
        case BatchNorm():
            kind = nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d
            owners[layer.id] = kind(shape[-1], eps=layer.epsilon, momentum=layer.momentum)
        case Residual():
            return _torch_block(torch, record, owners)
        case _:
            return _torch_plain(nn, layer)
    return owners[layer.id]


def _torch_plain(nn: Any, layer: Any) -> Any:
    match layer:
        case GlobalAvgPool2D():
            return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        case GlobalMaxPool2D():
            return nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten())
        case LeakyReLU():
            return nn.LeakyReLU(layer.slope)
        case ELU():
            return nn.ELU(layer.alpha)
        case LocalResponseNorm():
            return nn.LocalResponseNorm(layer.size, layer.alpha, layer.beta, layer.k)
        case ZeroPadding2D():
            return nn.ZeroPad2d((layer.left, layer.right, layer.top, layer.bottom))
        case Softmax():
            return nn.Softmax(dim=1)
        case Dropout():
            return nn.Dropout(layer.rate)
        case SpatialDropout():
            return nn.Dropout2d(layer.rate)
    return {ReLU: nn.ReLU, Sigmoid: nn.Sigmoid, Tanh: nn.Tanh, Flatten: nn.Flatten}[type(layer)]()


def _torch_convolution(nn: Any, layer: Conv2D, shape: Any, owners: dict[str, Any]) -> Any:
    top, bottom, left, right = layer_padding(layer, shape)
    even = (top, left) == (bottom, right)
    conv = owners[layer.id] = nn.Conv2d(
        shape[2],
        layer.filters,
        layer.kernel_size,
        layer.stride,
        padding=(top, left) if even else 0,
        dilation=layer.dilation,
        groups=layer.groups,
        bias=layer.use_bias,
    )
    return conv if even else nn.Sequential(nn.ZeroPad2d((left, right, top, bottom)), conv)


def _torch_pool(torch: Any, layer: MaxPool2D | AvgPool2D, padding: Any) -> Any:
    nn = torch.nn
    kind = nn.MaxPool2d if isinstance(layer, MaxPool2D) else nn.AvgPool2d
    if not any(padding):
        return kind(layer.pool_size, layer.stride)
    top, bottom, left, right = padding

    class PaddedPool(nn.Module):  # type: ignore[misc, name-defined]
        def forward(self, x: Any) -> Any:
            sides = (left, right, top, bottom)
            if isinstance(layer, MaxPool2D):
                padded = nn.functional.pad(x, sides, value=-torch.inf)
                return nn.functional.max_pool2d(padded, layer.pool_size, layer.stride)
            sums, counts = (
                nn.functional.avg_pool2d(nn.functional.pad(values, sides), layer.pool_size, layer.stride)
                for values in (x, torch.ones_like(x))
            )
            return sums / counts

    return PaddedPool()


def _torch_block(torch: Any, record: LayerTrace, owners: dict[str, Any]) -> Any:
    nn, layer = torch.nn, record.layer
    before, after = record.input_shape, record.output_shape
    assert before is not None
    assert after is not None
    projection = nn.Identity()
    if needs_projection(before, after):
        projection = nn.Linear(before[0], after[0])
        if len(before) == 3:
            projection = nn.Conv2d(before[2], after[2], 1, projection_stride(before, after))
        owners[layer.id] = projection

    class Block(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.body = _sequence(torch, record.inner, owners)
            self.projection = projection

        def forward(self, x: Any) -> Any:
            return self.body(x) + self.projection(x)

    return Block()
