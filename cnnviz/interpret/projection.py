"""Many numbers per thing as two, so that like things lie close to each other on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Places = NDArray[np.floating]

_MOST_EXACT = 512
"""Of matrices whose shorter side is longer than this, only the two directions wanted are computed."""
_EXTRA, _MOST_TURNS, _CLOSE = 10, 60, 1e-5


def principal_plane(
    rows: NDArray[np.float32], *, is_stopping: Callable[[], bool] = lambda: False
) -> tuple[NDArray[np.float32], tuple[float, float]] | None:
    """Return where things lie on the plane in which they differ most, and which share of it each axis has.

    Principal component analysis (Pearson 1901) of `rows` (N, D): their means are taken away, then they are
    seen along the two directions of largest variance. The places are float32 (N, 2), the shares are of the
    whole variance, 0 to 1. The sign of an axis is free; here the place farthest from 0 is positive. None
    where `is_stopping`, which is asked now and then, said so.
    """
    centered = rows - rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    count = len(centered)
    found = (_all if min(centered.shape) <= _MOST_EXACT else _leading)(centered, is_stopping)
    if found is None:
        return None
    values, places = found
    plane, shares = np.zeros((count, 2), np.float32), np.zeros(2)
    plane[:, : places.shape[1]] = places
    total = float(np.einsum("nd,nd->", centered, centered, dtype=np.float64))
    if total > 0:
        shares[: len(values)] = values / total
    farthest = plane[np.abs(plane).argmax(axis=0), [0, 1]]
    plane *= np.where(farthest < 0, -1, 1).astype(np.float32)
    return plane, (float(shares[0]), float(shares[1]))


def _all(centered: NDArray[np.float32], is_stopping: Callable[[], bool]) -> tuple[Places, Places] | None:
    """Return the two largest variances and the places along them, from all directions there are."""
    if is_stopping():
        return None
    count, size = centered.shape
    wide = centered.astype(np.float64)
    # The smaller of both products has the same eigenvalues; from either one the places follow.
    if count <= size:
        values, vectors = np.linalg.eigh(wide @ wide.T)
        places = vectors * np.sqrt(np.maximum(values, 0))
    else:
        values, vectors = np.linalg.eigh(wide.T @ wide)
        places = wide @ vectors
    return np.maximum(values[::-1][:2], 0), places[:, ::-1][:, :2]


def _leading(centered: NDArray[np.float32], is_stopping: Callable[[], bool]) -> tuple[Places, Places] | None:
    """Return the same from a few directions that are turned until they point along the largest variances.

    Subspace iteration from directions drawn by lot (Halko, Martinsson and Tropp 2011, algorithm 4.4).
    """
    drawn = np.random.default_rng(0).standard_normal((len(centered), 2 + _EXTRA), np.float32)
    basis, before = np.linalg.qr(drawn)[0], np.zeros(2)
    for _ in range(_MOST_TURNS):
        if is_stopping():
            return None
        seen = centered.T @ basis
        lengths = np.linalg.svd(np.linalg.qr(seen)[1], compute_uv=False)[:2]
        basis = np.linalg.qr(centered @ seen)[0]
        if np.abs(lengths - before).max() <= _CLOSE * lengths[0]:
            break
        before = lengths
    left, lengths, _ = np.linalg.svd(basis.T @ centered, full_matrices=False)
    return np.square(lengths[:2], dtype=np.float64), (basis @ left[:, :2]) * lengths[:2]
