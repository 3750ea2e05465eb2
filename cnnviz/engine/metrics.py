"""How good scores are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cnnviz.engine.types import Array, Labels


def correct_count(scores: Array, labels: Labels) -> int:
    """Return how many of the N images have their largest score (K, N) at their label (N,)."""
    return int(np.count_nonzero(scores.argmax(axis=0) == labels))


def accuracy(scores: Array, labels: Labels) -> float:
    """Return the share of images whose largest score (K, N) is at their label (N,); 0 without images."""
    return correct_count(scores, labels) / len(labels) if len(labels) else 0.0
