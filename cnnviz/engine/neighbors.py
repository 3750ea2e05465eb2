"""The k nearest neighbours of images, by comparing every pixel: the simplest classifier there is.

Images are rows of numbers (N, D). Everything is compared with everything, in blocks on several cores.
"""

from __future__ import annotations

import dataclasses
import enum
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from cnnviz.engine.parallel import default_threads
from cnnviz.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.engine.types import Array, Labels

_BLOCK_NUMBERS = 1 << 20
"""Distances held at a time by one thread: 4 MB."""
_L1_BLOCK_NUMBERS = 1 << 16
"""Differences held at a time by one thread, so that they stay in the nearest caches."""
_SPARE_CANDIDATES = 8
"""How many more than k are looked at exactly, because the fast distances are rounded."""


class Metric(enum.Enum):
    """How far two images are from each other."""

    L1 = "l1"
    """Σ |a - b|."""
    L2 = "l2"
    """√ Σ (a - b)²."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Neighbors:
    """The nearest references of each query, nearest first; of equally near ones the lower number.

    `indices` is int64 (Q, k), `distances` float64 (Q, k).
    """

    indices: NDArray[np.int64]
    distances: NDArray[np.float64]


def nearest(
    references: Array, queries: Array, k: int, metric: Metric = Metric.L2, *, threads: int | None = None
) -> Neighbors:
    """Return the `k` nearest of `references` (N, D) for each of `queries` (Q, D), both of one float type.

    The result does not depend on the number of threads. Euclidean distances come from matrix products,
    |a|² + |b|² - 2 a·b; the best candidates are then measured again without that rounding.

    Raises
    ------
    DataError
        The arrays do not fit each other, hold numbers that are not finite, or k is not from 1 to N.
    """
    _check(references, queries, k)
    threads = default_threads() if threads is None else threads
    if metric is Metric.L2:
        block, seek = max(1, _BLOCK_NUMBERS // len(references)), _Euclidean(references).candidates
    else:
        block, seek = 1, _Manhattan(references).candidates
    indices = np.empty((len(queries), k), np.int64)
    distances = np.empty((len(queries), k), np.float64)

    def work(start: int) -> None:
        part = slice(start, start + block)
        own = queries[part]
        found = seek(own, min(len(references), k + _SPARE_CANDIDATES))
        indices[part], distances[part] = _best(references, own, found, k, metric)

    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, start) for start in range(0, len(queries), block)]:
            done.result()
    return Neighbors(indices, distances)


def nearest_to_one(references: Array, query: Array, k: int, metric: Metric = Metric.L2) -> Neighbors:
    """Return the `k` nearest of `references` (N, D) for one image `query` (D,).

    It takes no other thread and no matrix product, so that it can be used beside a run.

    Raises
    ------
    DataError
        As for `nearest`.
    """
    queries = query[None]
    _check(references, queries, k)
    differences = references - query
    if metric is Metric.L1:
        amounts = np.abs(differences, out=differences).sum(axis=1)
    else:
        amounts = np.einsum("nd,nd->n", differences, differences)
    candidates = _smallest(amounts[None], min(len(references), k + _SPARE_CANDIDATES))
    return Neighbors(*_best(references, queries, candidates, k, metric))


def vote(neighbors: Neighbors, labels: Labels) -> NDArray[np.int64]:
    """Return for each query the class (Q,) that most of its neighbours have.

    `labels` (N,) are those of the references. Of classes with as many votes, the one with the nearest
    neighbour wins.
    """
    given = labels[neighbors.indices]
    votes = (given[:, :, None] == given[:, None, :]).sum(axis=2)
    # argmax takes the first, which is the nearest.
    winners: NDArray[np.int64] = given[np.arange(len(given)), votes.argmax(axis=1)].astype(np.int64)
    return winners


class _Euclidean:
    def __init__(self, references: Array) -> None:
        # Distances do not change when everything is shifted; numbers near 0 lose fewer digits.
        self._center = references.mean(axis=0)
        shifted = references - self._center
        self._transposed = np.ascontiguousarray(shifted.T)
        self._squares = np.einsum("nd,nd->n", shifted, shifted)

    def candidates(self, queries: Array, count: int) -> NDArray[np.int64]:
        """Return (Q, count) references with the smallest |b|² - 2 a·b, in any order."""
        products = (queries - self._center) @ self._transposed
        products *= -2
        products += self._squares
        return _smallest(products, count)


class _Manhattan:
    def __init__(self, references: Array) -> None:
        self._references = references
        self._block = max(1, _L1_BLOCK_NUMBERS // references.shape[1])
        self._ones = np.ones(references.shape[1], references.dtype)

    def candidates(self, queries: Array, count: int) -> NDArray[np.int64]:
        """Return (Q, count) references with the smallest Σ |a - b|, in any order."""
        sums = np.empty((len(queries), len(self._references)), queries.dtype)
        spare = np.empty((self._block, queries.shape[1]), queries.dtype)
        for start in range(0, len(self._references), self._block):
            part = self._references[start : start + self._block]
            for row, query in enumerate(queries):
                differences = np.subtract(part, query, out=spare[: len(part)])
                np.abs(differences, out=differences)
                sums[row, start : start + len(part)] = differences @ self._ones
        return _smallest(sums, count)


def _smallest(values: Array, count: int) -> NDArray[np.int64]:
    if count == values.shape[1]:
        return np.broadcast_to(np.arange(count), values.shape)
    return np.argpartition(values, count - 1, axis=1)[:, :count]


def _best(
    references: Array, queries: Array, candidates: NDArray[np.int64], k: int, metric: Metric
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Measure the candidates (Q, m) in float64 and return the k nearest with their distances."""
    candidates = np.sort(candidates, axis=1)  # so that a stable order puts the lower of equals first
    distances = np.empty(candidates.shape)
    for row, query in enumerate(queries):
        differences = references[candidates[row]].astype(np.float64) - query
        if metric is Metric.L1:
            distances[row] = np.abs(differences).sum(axis=1)
        else:
            distances[row] = np.sqrt(np.einsum("md,md->m", differences, differences))
    order = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(candidates, order, axis=1), np.take_along_axis(distances, order, axis=1)


def _check(references: Array, queries: Array, k: int) -> None:
    for name, array in (("references", references), ("queries", queries)):
        if array.ndim != 2 or not array.size or not np.issubdtype(array.dtype, np.floating):
            raise DataError(
                f"The {name} must be rows of float numbers, one for each image; "
                f"received {array.dtype} {array.shape}."
            )
        if not np.isfinite(array).all():
            raise DataError(f"The {name} hold numbers that are infinite or not a number.")
    if references.shape[1] != queries.shape[1] or references.dtype != queries.dtype:
        raise DataError(
            f"References and queries must be alike; received {references.dtype} rows of "
            f"{references.shape[1]} numbers and {queries.dtype} rows of {queries.shape[1]}."
        )
    if not 1 <= k <= len(references):
        raise DataError(f"There can be 1 to {len(references)} neighbours; received {k}.")
