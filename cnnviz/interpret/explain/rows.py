"""Numbers that are made from a whole row, or from two ways: Dense, Softmax, blocks."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.explain.place import Unit
from cnnviz.interpret.explain.windows import Weighted, Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.interpret.explain.windows import Numbers


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class WeightedRow:
    """Every input times its weight, summed, plus a bias: a unit of a Dense layer.

    Attributes
    ----------
    source_id
        The layer whose row this is; empty for the image.
    inputs, weights, products
        float64 (K,).
    order
        The inputs by the size of their products, the largest first.
    bias
        What is added.
    folded
        (C, H, W) where the row is maps written one after the other, else None.
    folded_id
        The layer whose maps these are, where they are; empty for the image.
    """

    source_id: str
    inputs: Numbers
    weights: Numbers
    products: Numbers
    order: NDArray[np.int_]
    bias: float
    folded: tuple[int, int, int] | None
    folded_id: str

    @property
    def total(self) -> float:
        """The sum of all products."""
        return float(self.products.sum())

    @property
    def value(self) -> float:
        """The sum plus the bias."""
        return self.total + self.bias

    @property
    def strongest(self) -> Unit:
        """The input whose product is the largest, whatever its sign."""
        return Unit(self.source_id, int(self.order[0]))

    def rest(self, shown: int) -> float:
        """Return the sum of all products but the first `shown` in `order`."""
        return float(self.products[self.order[shown:]].sum())

    def cell(self, index: int) -> tuple[int, int, int] | None:
        """Return (channel, row, column) of an input in the maps before Flatten; None without."""
        if self.folded is None:
            return None
        channel, row, column = (int(place) for place in np.unravel_index(index, self.folded))
        return channel, row, column


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """exp(x) / Σ exp(x): a unit of Softmax.

    The largest score is taken away from all of them first, which changes no share, but lets no exponential
    overflow. `scores` and `exponentials` are float64 (K,), the latter of the scores less the largest.
    """

    source_id: str
    index: int
    scores: Numbers
    exponentials: Numbers

    @property
    def largest(self) -> float:
        """The largest score."""
        return float(self.scores.max())

    @property
    def total(self) -> float:
        """The sum of the exponentials."""
        return float(self.exponentials.sum())

    @property
    def value(self) -> float:
        """The share of the unit's own exponential."""
        return float(self.exponentials[self.index]) / self.total

    @property
    def strongest(self) -> Unit:
        """The unit's own score."""
        return Unit(self.source_id, self.index)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Added:
    """What a body made of its input plus that input: a unit of a block.

    `projection` tells how the input was brought into shape; None where it was added as it is.
    """

    body: Unit
    body_value: float
    past: Unit | None
    past_value: float
    projection: Weighted | WeightedRow | None

    @property
    def value(self) -> float:
        """The sum."""
        return self.body_value + self.past_value

    @property
    def strongest(self) -> Unit | None:
        """The larger of the two, whatever its sign."""
        return self.past if self.past and abs(self.past_value) > abs(self.body_value) else self.body


def as_maps(how: WeightedRow) -> Weighted | None:
    """Return a Dense unit as the convolution it is: with kernels as large as the maps before Flatten.

    None where its row was never maps.
    """
    if how.folded is None:
        return None
    _, height, width = how.folded
    inside = np.ones((height, width), bool)
    window = Window(how.folded_id, 0, 0, (height, width), (1, 1), inside)
    patch, kernel, products = (array.reshape(how.folded) for array in (how.inputs, how.weights, how.products))
    return Weighted(window, 0, patch, kernel, products, products.sum(axis=(1, 2)), how.bias)


def weigh_row(
    source_id: str,
    row: NDArray[np.float32],
    weights: NDArray[np.floating],
    bias: float,
    folded: tuple[int, int, int] | None = None,
    folded_id: str = "",
) -> WeightedRow:
    """Take a unit of a Dense layer apart; row and weights are (K,)."""
    inputs, exact = row.astype(np.float64), weights.astype(np.float64)
    with np.errstate(all="ignore"):
        products = inputs * exact
    order = np.argsort(-np.abs(np.nan_to_num(products)), kind="stable")
    return WeightedRow(source_id, inputs, exact, products, order, bias, folded, folded_id)


def share_out(source_id: str, index: int, scores: NDArray[np.float32]) -> Shares:
    """Take a unit of Softmax over scores (K,) apart."""
    exact = scores.astype(np.float64)
    with np.errstate(all="ignore"):
        exponentials = np.exp(exact - exact.max())
    return Shares(source_id, index, exact, exponentials)
