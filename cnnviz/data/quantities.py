"""What the numbers are that a network learns to tell of an image: their names and units."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class AnglePart(enum.StrEnum):
    """Which part of an angle a number is, where it is one: two of them say what one number cannot."""

    NONE = ""
    SINE = "sine"
    COSINE = "cosine"


@dataclasses.dataclass(frozen=True, slots=True)
class Quantity:
    """A number that is learned.

    Attributes
    ----------
    name
        What the user reads, such as ``size``.
    unit
        What is behind the number, such as ``of the picture``; empty where it has none.
    part
        Which part of an angle it is.
    mean, deviation
        What was taken from it, and what it was divided by then, before it was learned.
    """

    name: str
    unit: str = ""
    part: AnglePart = AnglePart.NONE
    mean: float = 0.0
    deviation: float = 1.0

    @property
    def title(self) -> str:
        """The name, and the unit in brackets where there is one."""
        return f"{self.name} ({self.unit})" if self.unit else self.name


def with_scale(
    quantities: Sequence[Quantity], means: Sequence[float], deviations: Sequence[float]
) -> tuple[Quantity, ...]:
    """Return the quantities as they are learned once they are standardised; those without a name get one."""
    return tuple(
        dataclasses.replace(
            quantities[place] if place < len(quantities) else Quantity(f"output {place}"),
            mean=mean,
            deviation=deviation,
        )
        for place, (mean, deviation) in enumerate(zip(means, deviations, strict=True))
    )


def told(quantities: Sequence[Quantity], values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return learned numbers (…, K) in their own units; as they are where nothing was done to them."""
    deviations = deviations_of(quantities)
    if deviations is None or len(quantities) != values.shape[-1]:
        return np.asarray(values, np.float32)
    means = np.array([quantity.mean for quantity in quantities])
    return np.asarray(values * deviations + means, np.float32)


def told_ranges(
    quantities: Sequence[Quantity], targets: NDArray[np.floating] | None
) -> NDArray[np.float32] | None:
    """Return the least and the largest of learned numbers (N, K), in their own units: (2, K)."""
    if targets is None or not len(targets):
        return None
    ends = told(quantities, np.stack([targets.min(axis=0), targets.max(axis=0)]))
    return np.stack([ends.min(axis=0), ends.max(axis=0)])


def deviations_of(quantities: Sequence[Quantity]) -> NDArray[np.float64] | None:
    """Return how much 1 of each learned number is in its own unit (K,); None where all are as they were."""
    if all((quantity.mean, quantity.deviation) == (0.0, 1.0) for quantity in quantities):
        return None
    return np.array([quantity.deviation for quantity in quantities])


def quantity_name(quantities: Sequence[Quantity], number: int) -> str:
    """Return what number `number` is called; `output 2` where nobody has given it a name."""
    return quantities[number].name if number < len(quantities) else f"output {number}"


def degrees(quantities: Sequence[Quantity], values: NDArray[np.float32]) -> NDArray[np.float64] | None:
    """Return the angles of numbers (…, K) in degrees, float64 (…) in [0, 360); None where they are no angle.

    Numbers are an angle where one of them is its sine and one its cosine; they need not be of length 1.
    """
    places = {quantity.part: place for place, quantity in enumerate(quantities)}
    if AnglePart.SINE not in places or AnglePart.COSINE not in places:
        return None
    if max(places[AnglePart.SINE], places[AnglePart.COSINE]) >= values.shape[-1]:
        return None
    wide = values.astype(np.float64)
    turned = np.arctan2(wide[..., places[AnglePart.SINE]], wide[..., places[AnglePart.COSINE]])
    return np.asarray(np.degrees(turned) % 360)


def apart(angles: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how many degrees angles are ahead of others, the short way round: in [-180, 180)."""
    return (angles - others + 180) % 360 - 180
