"""The methods that explain a class, written down as their papers do, one number at a time."""

from __future__ import annotations

import numpy as np

from cnnviz.engine.network import Network
from cnnviz.spec.layers import Dense, Flatten, MaxPool2D, ReLU, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from tests.helpers import naive_ops
from tests.helpers.gradients import numeric_gradient


def outputs_of(layers, arrays, x):
    """Return the input of every layer, and the output of the last: x is (C, H, W) or (K,)."""
    values = [x]
    for layer in layers:
        values.append(_output(layer, arrays, values[-1]))
    return values


def rectified_back(layers, arrays, x, dy, rule):
    """Return what flows back from `dy` to x, where ReLU goes by `rule`: gradient, guided or deconvolution."""
    values = outputs_of(layers, arrays, x)
    for layer, before in zip(reversed(layers), reversed(values[:-1]), strict=True):
        dy = _back(layer, arrays, before, dy, rule)
    return dy


def grad_cam(maps, gradient):
    """Return Grad-CAM (h, w) of maps and the gradient for them, (F, h, w)."""
    count, height, width = maps.shape
    cam = np.zeros((height, width))
    for k in range(count):
        weight = sum(gradient[k, i, j] for i in range(height) for j in range(width)) / (height * width)
        for i in range(height):
            for j in range(width):
                cam[i, j] += weight * maps[k, i, j]
    return np.maximum(cam, 0)


def occlusion(score, image, patch, stride, fill):
    """Return the mean loss of score over the patches that cover a pixel, by one image at a time."""
    _, height, width = image.shape
    total, count = np.zeros((height, width)), np.zeros((height, width))
    tops = sorted({*range(0, height - patch + 1, stride), height - patch})
    lefts = sorted({*range(0, width - patch + 1, stride), width - patch})
    own = score(image)
    for top in tops:
        for left in lefts:
            covered = image.copy()
            covered[:, top : top + patch, left : left + patch] = fill
            lost = own - score(covered)
            for i in range(top, top + patch):
                for j in range(left, left + patch):
                    total[i, j] += lost
                    count[i, j] += 1
    return np.where(count > 0, total / np.maximum(count, 1), 0)


def _output(layer, arrays, x):
    if isinstance(layer, Flatten):
        return x.reshape(-1)
    if isinstance(layer, Dense):
        bias = arrays.get(f"{layer.id}/bias", 0)
        return arrays[f"{layer.id}/weight"] @ x + bias
    if isinstance(layer, ReLU):
        return np.maximum(x, 0)
    if isinstance(layer, Residual):
        return outputs_of(layer.layers, arrays, x)[-1] + x
    channels, height, width = x.shape
    spec = NetworkSpec(
        name="", input=InputSpec(height=height, width=width, channels=channels), layers=(layer,)
    )
    return Network.wrapping(spec, arrays).forward(x[..., None])[..., 0]


def _back(layer, arrays, x, dy, rule):
    if isinstance(layer, Flatten):
        return dy.reshape(x.shape)
    if isinstance(layer, Dense):
        return arrays[f"{layer.id}/weight"].T @ dy
    if isinstance(layer, ReLU):
        passed = {"gradient": x > 0, "guided": (x > 0) & (dy > 0), "deconvolution": dy > 0}[rule]
        return np.where(passed, dy, 0)
    if isinstance(layer, Residual):
        return dy + rectified_back(layer.layers, arrays, x, dy, rule)
    if isinstance(layer, MaxPool2D):  # of equal numbers the first one takes it all: no matter of differences
        back = naive_ops.max_pool2d_gradient(x[..., None], dy[..., None], layer.pool_size, layer.stride)
        return back[..., 0]
    point = x.copy()
    return numeric_gradient(lambda: float(np.sum(_output(layer, arrays, point) * dy)), point)
