"""What the doctor looks at, and what it says."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

from cnnviz.spec.numerals import number

if TYPE_CHECKING:
    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.preparing import Preparing
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.doctor_tests import BatchTest, RateTest
    from cnnviz.training.history import History


class Severity(enum.Enum):
    """How bad a finding is, the worst first."""

    PROBLEM = "problem"
    NOTICE = "worth a look"
    FINE = "fine"
    UNKNOWN = "not measured"


class Kind(enum.Enum):
    """What is examined."""

    RATE = "Learning rate"
    FIRST_LOSS = "Loss at the start"
    ONE_BATCH = "One batch by heart"
    UPDATES = "Update / weight ratio"
    DEAD = "Dead units"
    SATURATED = "Saturated units"
    DEPTH = "Gradients over depth"
    GAP = "Over-fitting"
    SCALE = "Scale of the pixels"
    TARGETS = "Scale of the targets"
    BALANCE = "Balance of the classes"
    SPLIT = "Mix of the splits"
    ORDER = "Order of the images"


@dataclasses.dataclass(frozen=True, slots=True)
class Fix:
    """One thing that helps: the design with an edit, other settings, or images prepared otherwise.

    Exactly one of them is there. `of` are the settings that the other ones were made from. `restarts` says
    that they help only a network that begins again from its first weights.
    """

    label: str
    spec: NetworkSpec | None = None
    training: TrainingSpec | None = None
    of: TrainingSpec | None = None
    restarts: bool = False
    preparing: Preparing | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined.

    Attributes
    ----------
    number
        What was measured, in words; for `Severity.UNKNOWN` what would have to be done to measure it.
    threshold
        What is taken for healthy, in words.
    meaning
        What it means, and what it leads to; empty where all is fine.
    layer
        The id of the layer it is about; None where it is about the run or the data.
    fixes
        What helps, the best first; empty where nothing does that the program could do.
    value
        The number itself; None where there is none.
    """

    kind: Kind
    severity: Severity
    number: str
    threshold: str
    meaning: str = ""
    layer: str | None = None
    fixes: tuple[Fix, ...] = ()
    value: float | None = None

    @property
    def is_trouble(self) -> bool:
        """Whether something should be done, or at least thought, about it."""
        return self.severity in (Severity.PROBLEM, Severity.NOTICE)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A run as far as it has come, or a design that was not trained yet.

    `spec` and `training` are those of the run. `failure` says why it has failed; empty where it has not.
    `dataset` is None where the images are not at hand. The tests are those made of this design on these
    images, where any were made.
    """

    spec: NetworkSpec
    training: TrainingSpec
    history: History
    dataset: Dataset | None = None
    failure: str = ""
    batch_test: BatchTest | None = None
    rate_test: RateTest | None = None


def figure(value: float, digits: int = 3) -> str:
    """Return a number as findings tell it: `0.5`, `2.73`, `4.3×10⁻⁵`."""
    mantissa, power, exponent = number(value, digits).partition("×")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}{power}{exponent}"


def percent(value: float) -> str:
    """Return a share of 1 as a percentage: `38 %`, `12.5 %`."""
    return f"{round(100 * value, 1):g} %"


def unknown(kind: Kind, how: str, threshold: str) -> Finding:
    """Say that something was not measured, and how it could be."""
    return Finding(kind, Severity.UNKNOWN, how, threshold)


def fine(kind: Kind, number: str, threshold: str, value: float | None = None) -> Finding:
    """Say that something is as it should be."""
    return Finding(kind, Severity.FINE, number, threshold, value=value)
