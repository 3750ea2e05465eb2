"""Everything there is to know of how a network classifies some images."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.losses import make_loss
from cnnviz.engine.metrics import ranks
from cnnviz.spec.losses import BinaryCrossEntropy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec

_FEW_CLASSES = 5
_TOPS_OF_FEW, _TOPS = (2,), (3, 5)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ClassFigures:
    """How well each of the K classes is found, float64 (K,); not a number where a figure has no meaning.

    Attributes
    ----------
    images
        int64 (K,), how many images are of the class.
    precision
        Which share of the images taken for the class is of it; none is taken for it: no number.
    recall
        Which share of the images of the class is taken for it; there is none: no number.
    f1
        Harmonic mean of both, 2·TP / (2·TP + FP + FN) (van Rijsbergen 1979); no number only where no image is
        of the class and none is taken for it.
    """

    images: NDArray[np.int64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]

    def means(self) -> tuple[float, float, float]:
        """Return precision, recall and F1 averaged over the classes that have them (macro averages)."""
        return _mean(self.precision), _mean(self.recall), _mean(self.f1)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ClassReport:
    """What a network says of N images that are each of one of K classes, and what of it is right.

    Attributes
    ----------
    class_names
        The K names.
    indices
        int64 (N,), the images in their data set, in the order of everything else here.
    labels, predicted
        int64 (N,), the true class, and the one with the highest score; of two classes with one sigmoid, the
        second one from a probability above 0.5 on.
    ranks
        int64 (N,), how many classes are taken for likelier than the true one.
    losses
        float64 (N,), the loss of each image.
    answers
        float32 (N, K), probabilities, or scores where `is_scores`.
    confusion
        int64 (K, K), images by true class (rows) and predicted class (columns).
    figures
        How well each class is found.
    hardest
        int64 (N,), the places of all images, that of the highest loss first.
    """

    class_names: tuple[str, ...]
    indices: NDArray[np.int64]
    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]
    ranks: NDArray[np.int64]
    losses: NDArray[np.float64]
    answers: NDArray[np.float32]
    is_scores: bool
    confusion: NDArray[np.int64]
    figures: ClassFigures
    hardest: NDArray[np.int64]

    @property
    def images(self) -> int:
        """How many images there are."""
        return len(self.indices)

    @property
    def loss(self) -> float:
        """The mean loss."""
        return float(self.losses.mean())

    @property
    def accuracy(self) -> float:
        """The share of images whose class is predicted."""
        return self.top(1)

    @property
    def tops(self) -> tuple[int, ...]:
        """The `k` for which `top` says something: more than the accuracy, and not always 1."""
        classes = len(self.class_names)
        return tuple(k for k in (_TOPS if classes > _FEW_CLASSES else _TOPS_OF_FEW) if k < classes)

    def top(self, k: int) -> float:
        """Return the share of images whose class is among the `k` likeliest."""
        return float(np.mean(self.ranks < k))

    def mistakes(self) -> NDArray[np.int64]:
        """Return the places of the images whose class is not predicted, that of the highest loss first."""
        return self._of(self.labels != self.predicted)

    def mistakes_of(self, true_class: int) -> NDArray[np.int64]:
        """Return the places of the images of a class that are taken for another, hardest first."""
        return self._of((self.labels == true_class) & (self.predicted != true_class))

    def cell(self, true_class: int, predicted: int) -> NDArray[np.int64]:
        """Return the places of the images of one class that are taken for another, hardest first."""
        return self._of((self.labels == true_class) & (self.predicted == predicted))

    def row_shares(self) -> NDArray[np.float64]:
        """Return which share of its row each cell of `confusion` is, float64 (K, K); 0 in an empty row."""
        totals = np.maximum(self.confusion.sum(axis=1, keepdims=True), 1)
        shares: NDArray[np.float64] = self.confusion / totals
        return shares

    def _of(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        return self.hardest[chosen[self.hardest]]


def class_report(
    dataset: Dataset,
    indices: NDArray[np.int64],
    spec: NetworkSpec,
    loss: Loss,
    scores: NDArray[np.float32],
) -> ClassReport:
    """Return the report on the images `indices` (N,) with these scores (K, N), or (1, N) for two classes."""
    function = make_loss(loss, spec)
    labels = dataset.labels[indices]
    losses = function.each(scores, labels)
    outputs = function.outputs(scores)
    of_classes = scores
    if isinstance(loss, BinaryCrossEntropy):  # its one score is that of the second class against 0
        of_classes = np.concatenate([np.zeros_like(scores), scores])
    predicted = of_classes.argmax(axis=0).astype(np.int64)
    table = confusion(labels, predicted, dataset.class_count)
    return ClassReport(
        class_names=dataset.class_names,
        indices=indices,
        labels=labels,
        predicted=predicted,
        ranks=np.maximum(ranks(of_classes, labels), labels != predicted),  # scores may be no numbers
        losses=losses,
        answers=np.ascontiguousarray(outputs.T, np.float32),
        is_scores=outputs is scores,
        confusion=table,
        figures=class_figures(table),
        hardest=hardest_first(losses),
    )


def confusion(labels: NDArray[np.int64], predicted: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """Return how many images there are of each true class (rows) and predicted class (columns)."""
    return np.bincount(labels * classes + predicted, minlength=classes * classes).reshape(classes, classes)


def class_figures(table: NDArray[np.int64]) -> ClassFigures:
    """Return precision, recall and F1 of each class of a confusion matrix (K, K)."""
    found = table.diagonal().astype(np.float64)
    true, taken = table.sum(axis=1), table.sum(axis=0)
    with np.errstate(invalid="ignore"):  # 0 / 0 is no number, as it should be
        return ClassFigures(true, found / taken, found / true, 2 * found / (true + taken))


def hardest_first(losses: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the places of losses (N,) from the highest down; what is not a number counts as the highest."""
    return np.argsort(-np.nan_to_num(losses, nan=np.inf, posinf=np.inf), kind="stable")


def _mean(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
