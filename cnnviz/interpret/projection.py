"""Many numbers per thing as two, so that like things lie close to each other on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def principal_plane(rows: NDArray[np.float32]) -> tuple[NDArray[np.float32], tuple[float, float]]:
    """Return where things lie on the plane in which they differ most, and which share of it each axis has.

    Principal component analysis (Pearson 1901) of `rows` (N, D): their means are taken away, then they are
    seen along the two directions of largest variance. The places are float32 (N, 2), the shares are of the
    whole variance, 0 to 1. The sign of an axis is free; here the place farthest from 0 is positive.
    """
    centered = rows - rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    count, size = centered.shape
    # The smaller of both products has the same eigenvalues; from either one the places follow.
    if count <= size:
        values, vectors = np.linalg.eigh(centered.astype(np.float64) @ centered.T.astype(np.float64))
        places = vectors * np.sqrt(np.maximum(values, 0))
    else:
        values, vectors = np.linalg.eigh(centered.T.astype(np.float64) @ centered.astype(np.float64))
        places = centered @ vectors
    values, places = np.maximum(values[::-1][:2], 0), places[:, ::-1][:, :2]
    plane, shares = np.zeros((count, 2), np.float32), np.zeros(2)
    plane[:, : places.shape[1]] = places
    total = float(np.square(centered, dtype=np.float64).sum())
    if total > 0:
        shares[: len(values)] = values / total
    farthest = plane[np.abs(plane).argmax(axis=0), [0, 1]]
    plane *= np.where(farthest < 0, -1, 1).astype(np.float32)
    return plane, (float(shares[0]), float(shares[1]))
