"""How often numbers of each size occur."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.atlas import read_only

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]
    Counts = NDArray[np.int64]

BINS = 40


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """How often numbers fall between `edges`, read-only: int64 (B,) between float64 (B + 1,).

    Numbers that are not finite are left out and counted in `not_finite`; exact zeros too, in `zeros`, where
    they were to be counted apart.
    """

    edges: Values
    counts: Counts
    not_finite: int = 0
    zeros: int = 0

    @property
    def total(self) -> int:
        """How many finite numbers there were."""
        return int(self.counts.sum()) + self.zeros

    @property
    def shares(self) -> Values:
        """The share of all finite numbers in each bin, float64 (B,)."""
        shares: Values = self.counts / max(self.total, 1)
        return shares

    @property
    def zero_share(self) -> float:
        """The share of the zeros that were counted apart, 0 to 1."""
        return self.zeros / max(self.total, 1)


def histogram(
    values: NDArray[np.floating], edges: Values | None = None, *, zeros_apart: bool = False
) -> Histogram:
    """Return how often `values` fall between `edges`; in equal bins from end to end where none are given.

    Given edges are those of equal bins; values beyond them count to the first or last bin.
    """
    flat = np.asarray(values, np.float64).ravel()
    finite = flat[np.isfinite(flat)]
    zeros = 0
    if edges is None:
        edges = joint_edges(finite)
    if zeros_apart:
        others = finite[finite != 0]
        zeros, finite = len(finite) - len(others), others
    ends = float(edges[0]), float(edges[-1])
    counts, _ = np.histogram(
        np.clip(finite, *ends), len(edges) - 1, ends
    )  # given edges would sort the values
    return Histogram(
        read_only(edges), read_only(counts.astype(np.int64)), len(flat) - len(finite) - zeros, zeros
    )


def joint_edges(*values: NDArray[np.floating]) -> Values:
    """Return equal bins from the lowest to the highest finite number of several arrays."""
    ends = [end for array in values for end in _ends(array)]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    margin = 0.5 * (low == high) * max(abs(low), 1.0)
    edges: Values = np.linspace(low - margin, high + margin, BINS + 1)
    return edges


def _ends(values: NDArray[np.floating]) -> tuple[float, ...]:
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else ()
