"""The operations of the engine written as loops, straight from their definitions, in float64."""

from __future__ import annotations

import numpy as np


def conv2d(x, weight, bias, stride, padding, dilation=(1, 1), groups=1):
    top, bottom, left, right = padding
    padded = np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))
    filters, channels, kernel_height, kernel_width = weight.shape
    covered = ((kernel_height - 1) * dilation[0] + 1, (kernel_width - 1) * dilation[1] + 1)
    rows = (padded.shape[1] - covered[0]) // stride[0] + 1
    columns = (padded.shape[2] - covered[1]) // stride[1] + 1
    y = np.zeros((filters, rows, columns, x.shape[3]))
    for f, i, j, n in np.ndindex(y.shape):
        first = f // (filters // groups) * channels
        total = 0.0 if bias is None else bias[f]
        for c, a, b in np.ndindex(weight.shape[1:]):
            row, column = i * stride[0] + a * dilation[0], j * stride[1] + b * dilation[1]
            total += weight[f, c, a, b] * padded[first + c, row, column, n]
        y[f, i, j, n] = total
    return y


def max_pool2d(x, window, stride, padding=(0, 0, 0, 0)):
    return _pool(x, window, stride, padding, np.max)


def avg_pool2d(x, window, stride, padding=(0, 0, 0, 0)):
    return _pool(x, window, stride, padding, np.mean)


def max_pool2d_gradient(x, dy, window, stride, padding=(0, 0, 0, 0)):
    """Give each window's gradient to its first largest number in reading order."""
    dx = np.zeros(x.shape)
    for c, i, j, n in np.ndindex(dy.shape):
        cells = list(_cells(x, i, j, window, stride, padding))
        a, b = max(cells, key=lambda cell: x[c, cell[0], cell[1], n])
        dx[c, a, b, n] += dy[c, i, j, n]
    return dx


def global_pool2d(x, reduce):
    y = np.zeros((x.shape[0], x.shape[3]))
    for c, n in np.ndindex(y.shape):
        y[c, n] = reduce(x[c, :, :, n])
    return y


def zero_padding2d(x, padding):
    top, bottom, left, right = padding
    y = np.zeros((x.shape[0], x.shape[1] + top + bottom, x.shape[2] + left + right, x.shape[3]))
    for c, i, j, n in np.ndindex(x.shape):
        y[c, i + top, j + left, n] = x[c, i, j, n]
    return y


def batch_norm(x, weight, bias, epsilon):
    y = np.zeros(x.shape)
    for c in range(len(x)):
        numbers = [float(number) for number in x[c].ravel()]
        mean = sum(numbers) / len(numbers)
        variance = sum((number - mean) ** 2 for number in numbers) / len(numbers)
        y[c] = (x[c] - mean) / np.sqrt(variance + epsilon) * weight[c] + bias[c]
    return y


def local_response_norm(x, size, alpha, beta, k):
    y = np.zeros(x.shape)
    for c in range(len(x)):
        neighbours = range(max(0, c - size // 2), min(len(x), c + (size - 1) // 2 + 1))
        total = sum(x[other] ** 2 for other in neighbours)
        y[c] = x[c] / (k + alpha / size * total) ** beta
    return y


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


def _pool(x, window, stride, padding, reduce):
    top, bottom, left, right = padding
    rows = (x.shape[1] + top + bottom - window[0]) // stride[0] + 1
    columns = (x.shape[2] + left + right - window[1]) // stride[1] + 1
    y = np.zeros((x.shape[0], rows, columns, x.shape[3]))
    for c, i, j, n in np.ndindex(y.shape):
        y[c, i, j, n] = reduce([x[c, a, b, n] for a, b in _cells(x, i, j, window, stride, padding)])
    return y


def _cells(x, i, j, window, stride, padding):
    """Yield the places of x in the window of output (i, j), in reading order, without the padding."""
    for a in range(i * stride[0] - padding[0], i * stride[0] - padding[0] + window[0]):
        for b in range(j * stride[1] - padding[2], j * stride[1] - padding[2] + window[1]):
            if 0 <= a < x.shape[1] and 0 <= b < x.shape[2]:
                yield a, b
