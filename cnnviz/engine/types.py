"""The arrays of the engine and the letters of their axes.

========  ==========================================================
letter    meaning
========  ==========================================================
N         images of a batch or of a shard; always the last axis
C, F      channels in, filters (channels out)
H, W      height and width of the input; OH, OW of the output
KH, KW    height and width of a kernel or window
K         units of a row
========  ==========================================================

Activations are (C, H, W, N), rows are (K, N), both C-contiguous. With the batch last every spatial slice
keeps runs of N numbers together, and Flatten, channel after channel, is a reshape that copies nothing.
Weights are stored as PyTorch and ONNX do: Conv2D (F, C, KH, KW), Dense (out, in). The type is float32;
float64 serves to check gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
"""Activations (C, H, W, N), rows (K, N), parameters, or their gradients."""
Labels = NDArray[np.integer]
"""The right class of each image, (N,), from 0."""
Right = NDArray[Any]
"""What is right for each image: labels (N,), or float targets (K, N)."""
ParameterBackward = Callable[[Array, bool], tuple[Array | None, Array, Array | None]]
"""Takes dy and whether dx is wanted; returns (dx or None, dweight, dbias, or None where there is no bias)."""
Padding = tuple[int, int, int, int]
"""(top, bottom, left, right)."""
Pair = tuple[int, int]
"""(vertical, horizontal)."""
Tap = Callable[[str, Array], None]
"""Is told a layer's id and its output, which it may read until it returns and copy to keep."""
