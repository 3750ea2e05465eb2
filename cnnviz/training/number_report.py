"""How far the numbers that a network gives for some images are from the right ones."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.quantities import apart, degrees, quantity_name, told
from cnnviz.engine.losses import make_loss
from cnnviz.engine.metrics import mean_absolute_error, r_squared
from cnnviz.training.class_report import hardest_first
from cnnviz.training.examples import right_answers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset
    from cnnviz.data.quantities import Quantity
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class NumberReport:
    """Outputs and targets of N images with K numbers each.

    Attributes
    ----------
    indices
        int64 (N,), the images in their data set, in the order of everything else here.
    outputs, targets
        float32 (N, K), what the network says, and what is right, in their own units.
    losses
        float64 (N,), the squared error of each image, averaged over its numbers.
    hardest
        int64 (N,), the places of all images, that of the highest loss first.
    quantities
        What the K numbers are; empty where nobody has said it.
    """

    indices: NDArray[np.int64]
    outputs: NDArray[np.float32]
    targets: NDArray[np.float32]
    losses: NDArray[np.float64]
    hardest: NDArray[np.int64]
    quantities: tuple[Quantity, ...] = ()

    @property
    def images(self) -> int:
        """How many images there are."""
        return len(self.indices)

    @property
    def numbers(self) -> int:
        """How many numbers there are for each image."""
        return int(self.outputs.shape[1])

    @property
    def names(self) -> tuple[str, ...]:
        """What the K numbers are called."""
        return tuple(quantity_name(self.quantities, number) for number in range(self.numbers))

    @property
    def loss(self) -> float:
        """The mean loss."""
        return float(self.losses.mean())

    def mean_absolute_error(self, number: int | None = None) -> float:
        """Return the mean of |output - target|, of one of the numbers or of all."""
        return mean_absolute_error(*self._rows(number))

    def r_squared(self, number: int | None = None) -> float:
        """Return which share of the targets' variance the outputs explain, of one number or averaged."""
        return r_squared(*self._rows(number))

    def residuals(self, number: int) -> NDArray[np.float32]:
        """Return output minus target of one of the numbers (N,): above 0 where the network says too much."""
        return self.outputs[:, number] - self.targets[:, number]

    def angles(self) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Return the angles that are said and the true ones in degrees, float64 (N,) each.

        Those said lie within half a turn of the true ones, so that their difference is the error. None where
        the numbers are no angle.
        """
        said, true = degrees(self.quantities, self.outputs), degrees(self.quantities, self.targets)
        return None if said is None or true is None else (true + apart(said, true), true)

    def _rows(self, number: int | None) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        chosen = slice(None) if number is None else slice(number, number + 1)
        return self.outputs.T[chosen], self.targets.T[chosen]


def number_report(
    dataset: Dataset,
    indices: NDArray[np.int64],
    spec: NetworkSpec,
    loss: Loss,
    scores: NDArray[np.float32],
) -> NumberReport:
    """Return the report on the images `indices` (N,) with these scores (K, N)."""
    function = make_loss(loss, spec)
    targets = right_answers(dataset, indices, loss)
    losses = function.each(scores, targets)
    return NumberReport(
        indices=indices,
        outputs=told(dataset.quantities, np.ascontiguousarray(function.outputs(scores).T, np.float32)),
        targets=told(dataset.quantities, np.ascontiguousarray(targets.T, np.float32)),
        losses=losses,
        hardest=hardest_first(losses),
        quantities=dataset.quantities,
    )
