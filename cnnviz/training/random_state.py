"""Where a run's randomness comes from, and how it is kept so that a run can go on exactly."""

from __future__ import annotations

import dataclasses

import numpy as np

_LIMITS = {"state": 2**128, "inc": 2**128, "has_uint32": 2, "uinteger": 2**32}


@dataclasses.dataclass(frozen=True, slots=True)
class RandomState:
    """The state of one PCG64 generator, number by number as NumPy names them.

    Raises
    ------
    ValueError
        A number is out of its range.
    """

    state: int
    inc: int
    has_uint32: int
    uinteger: int

    def __post_init__(self) -> None:
        """Refuse what no generator can have."""
        for name, limit in _LIMITS.items():
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < limit:
                raise ValueError(f'"{name}" of a random state must be a whole number from 0 to {limit - 1}')

    @classmethod
    def of(cls, rng: np.random.Generator) -> RandomState:
        """Return the present state of a generator made by this module."""
        held = rng.bit_generator.state
        inner = held["state"]
        return cls(int(inner["state"]), int(inner["inc"]), int(held["has_uint32"]), int(held["uinteger"]))

    def generator(self) -> np.random.Generator:
        """Return a generator that goes on from this state."""
        bits = np.random.PCG64()
        bits.state = {
            "bit_generator": "PCG64",
            "state": {"state": self.state, "inc": self.inc},
            "has_uint32": self.has_uint32,
            "uinteger": self.uinteger,
        }
        return np.random.Generator(bits)


def initial_rng(seed: int) -> np.random.Generator:
    """Return the generator from which the first weights of a run with this seed are drawn."""
    return _generators(seed)[0]


def order_rng(seed: int) -> np.random.Generator:
    """Return the generator of the order in which a run with this seed sees the images."""
    return _generators(seed)[1]


def dropout_rng(seed: int) -> np.random.Generator:
    """Return the generator of what a run with this seed drops."""
    return _generators(seed)[2]


def _generators(seed: int) -> list[np.random.Generator]:
    # Children of one seed are independent of each other: the data order of a run does not change when a
    # layer that draws numbers is added to its design.
    return [np.random.Generator(np.random.PCG64(child)) for child in np.random.SeedSequence(seed).spawn(3)]
