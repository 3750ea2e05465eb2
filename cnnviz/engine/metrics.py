"""How good scores and predictions are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.engine.types import Array, Labels


def correct_count(scores: Array, labels: Labels) -> int:
    """Return how many of the N images have their largest score (K, N) at their label (N,)."""
    return int(np.count_nonzero(scores.argmax(axis=0) == labels))


def accuracy(scores: Array, labels: Labels) -> float:
    """Return the share of images whose largest score (K, N) is at their label (N,); 0 without images."""
    return correct_count(scores, labels) / len(labels) if len(labels) else 0.0


def ranks(scores: Array, labels: Labels) -> NDArray[np.int64]:
    """Return for each of the N images how many scores (K, N) are above that of its label (N,).

    Of equal scores the one with the lower number is taken for the higher, as `argmax` does.
    """
    of_label = scores[labels, np.arange(len(labels))]
    numbers = np.arange(len(scores))[:, None]
    ahead = (scores > of_label) | ((scores == of_label) & (numbers < labels))
    places: NDArray[np.int64] = ahead.sum(axis=0, dtype=np.int64)
    return places


def top_k_count(scores: Array, labels: Labels, k: int) -> int:
    """Return for how many of the N images fewer than `k` scores (K, N) are above that of their label (N,)."""
    return int(np.count_nonzero(ranks(scores, labels) < k))


def mean_absolute_error(outputs: Array, targets: Array) -> float:
    """Return the mean of |output - target| over all numbers of (K, N)."""
    return float(np.mean(np.abs(outputs - targets), dtype=np.float64))


def r_squared(outputs: Array, targets: Array) -> float:
    """Return the share of the targets' variance that the outputs explain, averaged over the K rows of (K, N).

    1 - Σ (target - output)² / Σ (target - mean)² for each row: 1 is perfect, 0 as good as always saying the
    mean, below 0 worse. A row whose targets are all the same counts 1 where it is met exactly, else 0.
    """
    wanted = targets.astype(np.float64)
    rest = np.square(wanted - outputs).sum(axis=1)
    spread = np.square(wanted - wanted.mean(axis=1, keepdims=True)).sum(axis=1)
    varied = spread > 0
    shares = np.where(rest == 0, 1.0, 0.0)
    shares[varied] = 1 - rest[varied] / spread[varied]
    return float(shares.mean())
