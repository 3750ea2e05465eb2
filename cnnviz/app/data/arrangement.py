"""Which images of a part of a data set are listed, and in which order."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.summary import positions_of_class
from cnnviz.training.class_report import ClassReport

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset, Split
    from cnnviz.training.evaluation import Report


class Kept(enum.Enum):
    """Which images are listed by what the network says of them."""

    ALL = "all"
    RIGHT = "right"
    WRONG = "wrong"


class Order(enum.Enum):
    """In which order images are listed; those that are equal in it stand by their number."""

    NUMBER = "number"
    CLASS = "class"
    HARDEST = "hardest"
    EASIEST = "easiest"
    UNSURE = "unsure"
    SURE = "sure"

    @property
    def needs_answers(self) -> bool:
        """Whether the network has to be asked."""
        return self not in (Order.NUMBER, Order.CLASS)

    @property
    def needs_classes(self) -> bool:
        """Whether it says nothing where numbers are learned."""
        return self in (Order.CLASS, Order.UNSURE, Order.SURE)


@dataclasses.dataclass(frozen=True, slots=True)
class Arrangement:
    """The images of a class, None for all of them, that are kept, in an order."""

    label: int | None = None
    kept: Kept = Kept.ALL
    order: Order = Order.NUMBER

    @property
    def needs_answers(self) -> bool:
        """Whether the network has to be asked first."""
        return self.kept is not Kept.ALL or self.order.needs_answers


def arranged(
    dataset: Dataset, split: Split, arrangement: Arrangement, report: Report | None
) -> NDArray[np.int64]:
    """Return the listed images by their places in `split`, int64 (n,).

    `report` is on all images of the split in its order; without one, nothing that needs answers is done.
    """
    positions = positions_of_class(dataset, split, arrangement.label)
    if isinstance(report, ClassReport) and arrangement.kept is not Kept.ALL:
        are_right = report.labels[positions] == report.predicted[positions]
        positions = positions[are_right if arrangement.kept is Kept.RIGHT else ~are_right]
    keys = _keys(dataset, split, arrangement.order, report)
    return positions if keys is None else positions[np.argsort(keys[positions], kind="stable")]


def confidences(report: ClassReport) -> NDArray[np.float64]:
    """Return how sure the network is of the class it names, float64 (N,).

    That is the class's probability; of scores that are none, how far the highest is above the next.
    """
    answers = np.sort(report.answers.astype(np.float64), axis=1)
    if report.is_scores and answers.shape[1] > 1:
        return np.asarray(answers[:, -1] - answers[:, -2])
    return np.asarray(answers[:, -1])


def _keys(dataset: Dataset, split: Split, order: Order, report: Report | None) -> NDArray[np.float64] | None:
    """Return what images are put in order by, the lowest first; None for the order they have."""
    if order is Order.CLASS:
        return dataset.labels[dataset.indices(split)].astype(np.float64)
    if report is None or order is Order.NUMBER:
        return None
    if order in (Order.HARDEST, Order.EASIEST):
        losses = np.nan_to_num(report.losses, nan=np.inf, posinf=np.inf)
        return -losses if order is Order.HARDEST else losses
    if not isinstance(report, ClassReport):
        return None
    sureness = np.nan_to_num(confidences(report), nan=-np.inf)
    return sureness if order is Order.UNSURE else -sureness
