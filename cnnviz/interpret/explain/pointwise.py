"""Numbers that are made from one number, or from the few at the same place: activations and norms."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.spec.layers import ELU, LeakyReLU, ReLU, Sigmoid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.interpret.explain.place import Bending, Unit
    from cnnviz.interpret.explain.windows import Numbers
    from cnnviz.spec.layers import BatchNorm, LocalResponseNorm


@dataclasses.dataclass(frozen=True, slots=True)
class Bent:
    """One number put through a function: a unit of an activation. `slope` is that of the function there."""

    layer: Bending
    source: Unit
    x: float
    value: float
    slope: float

    @property
    def strongest(self) -> Unit:
        """The unit that it was made from."""
        return self.source


@dataclasses.dataclass(frozen=True, slots=True)
class Normalised:
    """(x - mean) / √(variance + epsilon) · weight + bias: a unit of BatchNorm as it is after training."""

    source: Unit
    x: float
    mean: float
    variance: float
    epsilon: float
    weight: float
    bias: float

    @property
    def deviation(self) -> float:
        """√(variance + epsilon), what the distance from the mean is divided by."""
        return math.sqrt(max(self.variance + self.epsilon, 0.0))

    @property
    def normal(self) -> float:
        """How many deviations x lies from the mean."""
        return (self.x - self.mean) / self.deviation if self.deviation else math.nan

    @property
    def value(self) -> float:
        """The number, scaled and shifted."""
        return self.normal * self.weight + self.bias

    @property
    def strongest(self) -> Unit:
        """The unit that it was made from."""
        return self.source


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Quieted:
    """x / (k + alpha / size · Σ neighbours²) ** beta: a unit of LocalResponseNorm.

    `neighbours` is float64, the numbers at the same place in channels `first_channel` and on, x included.
    """

    layer: LocalResponseNorm
    source: Unit
    first_channel: int
    neighbours: Numbers

    @property
    def x(self) -> float:
        """The number before."""
        return float(self.neighbours[self.source.channel - self.first_channel])

    @property
    def squares(self) -> float:
        """The sum of the squares."""
        return float((self.neighbours**2).sum())

    @property
    def divisor(self) -> float:
        """What x is divided by."""
        layer = self.layer
        return float(np.float64(layer.k + layer.alpha / layer.size * self.squares) ** layer.beta)

    @property
    def value(self) -> float:
        """The number, divided."""
        return self.x / self.divisor

    @property
    def strongest(self) -> Unit:
        """The unit that is divided."""
        return self.source


@dataclasses.dataclass(frozen=True, slots=True)
class Passed:
    """A number that is what it was: a unit of Dropout, Flatten or ZeroPadding2D, or a pixel.

    `source` is the unit before; None for padding, which is zero, and for the image itself.
    """

    source: Unit | None
    value: float

    @property
    def strongest(self) -> Unit | None:
        """The unit that it was."""
        return self.source


def bend(layer: Bending, x: NDArray[np.floating]) -> Numbers:
    """Return an activation of numbers of any shape, in float64."""
    exact: Numbers = np.asarray(x, np.float64)
    with np.errstate(all="ignore"):
        match layer:
            case ReLU():
                y = np.maximum(exact, 0.0)
            case LeakyReLU():
                y = np.where(exact > 0, exact, layer.slope * exact)
            case ELU():
                y = np.where(exact > 0, exact, layer.alpha * np.expm1(np.minimum(exact, 0)))
            case Sigmoid():
                y = 0.5 * np.tanh(0.5 * exact) + 0.5
            case _:
                y = np.tanh(exact)
    return y


def slope_of(layer: Bending, x: float) -> float:
    """Return how steep an activation is at x, as the engine's way back has it."""
    y = float(bend(layer, np.array(x)))
    match layer:
        case ReLU():
            return float(x > 0)
        case LeakyReLU():
            return 1.0 if x > 0 else layer.slope
        case ELU():
            return 1.0 if x > 0 else y + layer.alpha
        case Sigmoid():
            return y * (1 - y)
        case _:
            return 1 - y * y


def bent(layer: Bending, source: Unit, x: float) -> Bent:
    """Take a unit of an activation apart; x is the number before it."""
    return Bent(layer, source, x, float(bend(layer, np.array(x))), slope_of(layer, x))


def normalise(
    layer: BatchNorm, source: Unit, x: float, arrays: dict[str, NDArray[np.floating]]
) -> Normalised:
    """Take a unit of BatchNorm apart; `arrays` are those of the layer, (channels,) each."""
    mean, variance, weight, bias = (
        float(arrays[name][source.channel]) for name in ("running_mean", "running_var", "weight", "bias")
    )
    return Normalised(source, x, mean, variance, layer.epsilon, weight, bias)


def quiet(layer: LocalResponseNorm, source: Unit, maps: NDArray[np.float32]) -> Quieted:
    """Take a unit of LocalResponseNorm over maps (C, H, W) apart."""
    first = max(0, source.channel - layer.size // 2)
    last = min(len(maps) - 1, source.channel + (layer.size - 1) // 2)
    neighbours = maps[first : last + 1, source.row, source.column].astype(np.float64)
    return Quieted(layer, source, first, neighbours)
