"""The operations of the engine written as loops, straight from their definitions, in float64."""

from __future__ import annotations

import numpy as np


def conv2d(x, weight, bias, stride, padding):
    top, bottom, left, right = padding
    padded = np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))
    filters, _, kernel_height, kernel_width = weight.shape
    rows = (padded.shape[1] - kernel_height) // stride[0] + 1
    columns = (padded.shape[2] - kernel_width) // stride[1] + 1
    y = np.zeros((filters, rows, columns, x.shape[3]))
    for f in range(filters):
        for i in range(rows):
            for j in range(columns):
                patch = _patch(padded, i, j, (kernel_height, kernel_width), stride)
                for n in range(x.shape[3]):
                    y[f, i, j, n] = np.sum(patch[..., n] * weight[f]) + bias[f]
    return y


def max_pool2d(x, window, stride):
    return _pool(x, window, stride, np.max)


def avg_pool2d(x, window, stride):
    return _pool(x, window, stride, np.mean)


def max_pool2d_gradient(x, dy, window, stride):
    """Give each window's gradient to its first largest number in reading order."""
    dx = np.zeros(x.shape)
    for c, i, j, n in np.ndindex(dy.shape):
        patch = _patch(x, i, j, window, stride)[c, ..., n]
        a, b = np.unravel_index(np.argmax(patch), patch.shape)
        dx[c, i * stride[0] + a, j * stride[1] + b, n] += dy[c, i, j, n]
    return dx


def dense(x, weight, bias):
    y = np.zeros((weight.shape[0], x.shape[1]))
    for k in range(weight.shape[0]):
        for n in range(x.shape[1]):
            y[k, n] = sum(weight[k, i] * x[i, n] for i in range(x.shape[0])) + bias[k]
    return y


def softmax(x):
    y = np.zeros(x.shape)
    for n in range(x.shape[1]):
        powers = [np.exp(number - max(x[:, n])) for number in x[:, n]]
        y[:, n] = [power / sum(powers) for power in powers]
    return y


def cross_entropy(scores, labels):
    """Return the loss summed over the images."""
    return sum(-np.log(softmax(scores)[label, n]) for n, label in enumerate(labels))


def _pool(x, window, stride, reduce):
    rows = (x.shape[1] - window[0]) // stride[0] + 1
    columns = (x.shape[2] - window[1]) // stride[1] + 1
    y = np.zeros((x.shape[0], rows, columns, x.shape[3]))
    for c, i, j, n in np.ndindex(y.shape):
        y[c, i, j, n] = reduce(_patch(x, i, j, window, stride)[c, ..., n])
    return y


def _patch(x, i, j, window, stride):
    top, left = i * stride[0], j * stride[1]
    return x[:, top : top + window[0], left : left + window[1]]
