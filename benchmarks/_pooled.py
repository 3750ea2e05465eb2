"""What several processes measured, put together, and how sure a median of it is."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

_DRAWS = 2000


@dataclasses.dataclass(frozen=True, slots=True)
class Measured:
    """What processes measured, an array each: gaps in ms, speeds by round, what was drawn, processor time.

    `gaps_unseen` are those while nobody looks inside. A round has three speeds in images/s: all live in the
    window, there while nobody looks inside, headless. `drawn` is (processes, 2), curves and maps a second;
    `busy` the share of a core that a round took.
    """

    gaps: tuple[np.ndarray, ...]
    gaps_unseen: tuple[np.ndarray, ...]
    rates: tuple[np.ndarray, ...]
    drawn: np.ndarray
    busy: np.ndarray

    def ratios(self, over: int, under: int) -> list[np.ndarray]:
        """Return one speed as a share of another, round by round, for each process."""
        return [rates[:, over] / rates[:, under] for rates in self.rates]


def median_and_range(ratios: list[np.ndarray]) -> tuple[float, float, float]:
    """Return the median of all rounds, and between what 95 of 100 medians of drawn rounds lie."""
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(_DRAWS):
        processes = [ratios[one] for one in rng.integers(len(ratios), size=len(ratios))]
        drawn.append(np.median(np.concatenate([rng.choice(rounds, rounds.size) for rounds in processes])))
    low, high = np.percentile(drawn, (2.5, 97.5))
    return float(np.median(np.concatenate(ratios))), float(low), float(high)


def save(measured: Measured, path: Path) -> None:
    """Keep what one process measured for the one that asked for it."""
    alone = {name: getattr(measured, name)[0] for name in ("gaps", "gaps_unseen", "rates")}
    np.savez(path, **alone, drawn=measured.drawn, busy=measured.busy)
