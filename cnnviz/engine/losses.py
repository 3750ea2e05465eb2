"""What training makes small. Each loss takes scores (K, N) and labels (N,).

It returns the sum of the loss over the images, and the gradient of that sum for the scores (K, N).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.floats import quiet

if TYPE_CHECKING:
    from cnnviz.engine.types import Array, Labels


def softmax_cross_entropy(scores: Array, labels: Labels) -> tuple[float, Array]:
    """Compute -log softmax(scores)[label], summed over the images.

    Softmax and logarithm are taken together: log Σ exp(s - max) + max - s[label] neither overflows nor loses
    digits, and the gradient is softmax(scores) minus 1 at the label.
    """
    images = np.arange(scores.shape[1])
    with quiet():
        gradient = scores - scores.max(axis=0)
        of_label = gradient[labels, images]
        np.exp(gradient, out=gradient)
        total = gradient.sum(axis=0)
        loss = np.sum(np.log(total) - of_label, dtype=np.float64)
        gradient /= total
    gradient[labels, images] -= 1
    return float(loss), gradient
