"""What was done to the images of a data set, with its numbers, so that any other image can be treated so."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.errors import DataError
from cnnviz.spec.preparing import RAW, SYMMETRIC, Preparing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shape = tuple[int, int, int]

LEAST_DEVIATION = 1e-12
"""That of one pixel among billions is larger; divided by less, numbers would not be finite any more."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """A `Preparing` with the numbers that it came to on the training images of a data set.

    Attributes
    ----------
    preparing
        What is wanted.
    max_value
        The pixel value that is 1.0 where numbers are from 0 to 1: what "as stored" goes up to.
    original_shape
        Height, width and channels of the images before they were treated; None where that does not matter.
    means, deviations
        Of each channel over the training images, once pixels are numbers; empty where not standardised.
    target_means, target_deviations
        Of each number that is learned, over the training images; empty where these are as they were.

    Raises
    ------
    DataError
        There are not as many deviations as means, one is below `LEAST_DEVIATION`, or a number is not finite.
    """

    preparing: Preparing = field(default=Preparing())
    max_value: int = 255
    original_shape: Shape | None = None
    means: tuple[float, ...] = ()
    deviations: tuple[float, ...] = ()
    target_means: tuple[float, ...] = ()
    target_deviations: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Check the numbers."""
        numbers = (*self.means, *self.deviations)
        if len(self.means) != len(self.deviations) or not all(map(math.isfinite, numbers)):
            raise DataError("A preparation has a finite mean and deviation for each channel.")
        if any(deviation < LEAST_DEVIATION for deviation in self.deviations):
            raise DataError(f"A preparation's deviations must be above 0: at least {LEAST_DEVIATION:g}.")
        self._check_targets()
        if bool(self.means) != self.preparing.standardise:
            raise DataError("A preparation has means and deviations where it standardises, and only there.")

    def _check_targets(self) -> None:
        numbers = (*self.target_means, *self.target_deviations)
        if len(self.target_means) != len(self.target_deviations) or not all(map(math.isfinite, numbers)):
            raise DataError("A preparation has a finite mean and deviation for each number to be learned.")
        if any(deviation < LEAST_DEVIATION for deviation in self.target_deviations):
            raise DataError(f"Deviations of what is learned must be above 0: at least {LEAST_DEVIATION:g}.")
        if bool(self.target_means) != self.preparing.standardise_targets:
            raise DataError(
                "A preparation has means of what is learned where it standardises this, and only there."
            )

    @property
    def is_plain(self) -> bool:
        """Whether pixels are divided by `max_value`, and nothing else is done to numbers."""
        return self.preparing.scaling not in (RAW, SYMMETRIC) and not self.means

    @property
    def signature(self) -> str:
        """All of it as text, the same for the same treatment; empty where nothing is done."""
        if not self.preparing.is_on:
            return ""
        values = asdict(self)
        if not self.preparing.standardise_targets:  # as it was before there were such
            del (
                values["target_means"],
                values["target_deviations"],
                values["preparing"]["standardise_targets"],
            )
        return json.dumps(values, sort_keys=True)

    def range(self) -> tuple[float, float]:
        """Return which numbers black and white become before they are standardised."""
        ranges = {RAW: (0.0, float(self.max_value)), SYMMETRIC: (-1.0, 1.0)}
        return ranges.get(self.preparing.scaling, (0.0, 1.0))

    def numbers(self, units: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what the network gets for images (C, …) in [0, 1], which are used up."""
        if self.is_plain:
            return units
        gain, offset = self._line(len(units))
        planes = (slice(None), *[None] * (units.ndim - 1))
        units *= gain.astype(np.float32)[planes]
        units += offset.astype(np.float32)[planes]
        return units

    def units(self, numbers: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return the images (C, …) in [0, 1] that became these numbers."""
        if self.is_plain:
            return np.asarray(numbers, np.float32)
        gain, offset = self._line(len(numbers))
        planes = (slice(None), *[None] * (numbers.ndim - 1))
        return ((numbers - offset[planes]) / gain[planes]).astype(np.float32)

    def slopes(self, channels: int) -> NDArray[np.float32]:
        """Return by how much the numbers of each channel rise from black to white: (C,)."""
        return self._line(channels)[0].astype(np.float32)

    def in_words(self) -> tuple[str, ...]:
        """Return what is done to numbers, in order, one short sentence each."""
        if self.is_plain:
            return ()
        low, high = self.range()
        steps = [f"Black became {low:g} and white {high:g}"]
        if self.means:
            less = ", ".join(f"{mean:.4g}" for mean in self.means)
            by = ", ".join(f"{deviation:.4g}" for deviation in self.deviations)
            steps.append(f"Standardised: less {less}, divided by {by}")
        return tuple(steps)

    def _line(self, channels: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what units are multiplied by, and what is added then, for each channel."""
        if self.means and len(self.means) != channels:
            raise DataError(
                f"The preparation is for images of {len(self.means)} channels; received {channels}."
            )
        low, high = self.range()
        means, deviations = (np.array(self.means), np.array(self.deviations)) if self.means else (0.0, 1.0)
        one = np.ones(channels)
        return one * (high - low) / deviations, one * (low - means) / deviations


def prepared_shape(shape: Shape, preparing: Preparing) -> Shape:
    """Return height, width and channels of images of `shape` once they are prepared."""
    height, width, channels = shape
    return preparing.height or height, preparing.width or width, 1 if preparing.grey else channels
