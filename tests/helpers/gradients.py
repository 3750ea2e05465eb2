"""Gradients by central differences, to hold the engine's closures against."""

from __future__ import annotations

import numpy as np


def numeric_gradient(function, array, step=1e-5):
    """Return d function() / d array for every number of a float64 array, which `function` must read."""
    gradient = np.zeros(array.shape)
    for place in np.ndindex(array.shape):
        before = array[place]
        array[place] = before + step
        above = function()
        array[place] = before - step
        below = function()
        array[place] = before
        gradient[place] = (above - below) / (2 * step)
    return gradient


def relative_error(received, expected, least=1e-6):
    """Return the largest difference, relative to the largest number expected, but at least to `least`.

    A gradient that is 0 by its nature, such as that of a shift before a softmax, is noise around 0.
    """
    scale = max(float(np.max(np.abs(expected), initial=0.0)), least)
    return float(np.max(np.abs(np.asarray(received, np.float64) - expected), initial=0.0)) / scale
