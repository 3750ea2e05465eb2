"""What training makes small.

Each loss takes scores (K, N) and what is right for the images: labels (N,), or targets (K, N) where numbers
are learned instead of classes. It returns the sum of the loss over the images, and the gradient of that sum
for the scores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from cnnviz.engine.floats import quiet
from cnnviz.engine.metrics import correct_count
from cnnviz.engine.ops.softmax import logistic, probabilities
from cnnviz.errors import TrainingError
from cnnviz.spec.layers import Sigmoid
from cnnviz.spec.losses import (
    BinaryCrossEntropy,
    CrossEntropy,
    Loss,
    MeanSquaredError,
    MulticlassSVM,
    end_left_to_loss,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.engine.types import Array, Labels, Right
    from cnnviz.spec.network import NetworkSpec


class LossFunction(Protocol):
    """A loss at work on the scores of one design."""

    def check(self, units: int, images: int, right: Right) -> None:
        """Raise `TrainingError` where `right` is not what `images` images with `units` scores each need."""

    def compute(self, scores: Array, right: Right) -> tuple[float, Array]:
        """Return the loss, summed over the images, and its gradient for the scores (K, N)."""

    def each(self, scores: Array, right: Right) -> NDArray[np.float64]:
        """Return the loss of each image (N,); `compute` gives their sum."""

    def correct(self, scores: Array, right: Right) -> int:
        """Return how many images are classified right; 0 where there are no classes."""

    def outputs(self, scores: Array) -> Array:
        """Return what the scores mean: probabilities of the classes, scores as they are, or predictions."""


def make_loss(loss: Loss, spec: NetworkSpec) -> LossFunction:
    """Return the loss that `loss` describes, for the scores of the design `spec`."""
    match loss:
        case CrossEntropy():
            return _CrossEntropy(loss.label_smoothing)
        case MulticlassSVM():
            return _MulticlassSVM(loss.margin)
        case BinaryCrossEntropy():
            return _BinaryCrossEntropy()
        case MeanSquaredError():
            return _MeanSquaredError(end_left_to_loss(spec) is Sigmoid)


def softmax_cross_entropy(scores: Array, labels: Labels, smoothing: float = 0.0) -> tuple[float, Array]:
    """Compute -Σ_k q_k log softmax(scores)_k, summed over the images, where q is 1 at the label.

    Softmax and logarithm are taken together: log Σ exp(s - max) + max - s[label] neither overflows nor loses
    digits, and the gradient is softmax(scores) minus q. With `smoothing` ε, q is 1 - ε at the label and
    ε / K more everywhere (Szegedy et al. 2016), as PyTorch's `label_smoothing`.
    """
    each, gradient = _cross_entropy_of_each(scores, labels, smoothing)
    return _total(each), gradient


def _cross_entropy_of_each(scores: Array, labels: Labels, smoothing: float) -> tuple[Array, Array]:
    images = np.arange(scores.shape[1])
    with quiet():
        gradient = scores - scores.max(axis=0)
        wanted = gradient[labels, images]
        if smoothing:
            wanted = (1 - smoothing) * wanted + smoothing * gradient.mean(axis=0)
        np.exp(gradient, out=gradient)
        total = gradient.sum(axis=0)
        each: Array = np.log(total) - wanted
        gradient /= total
        if smoothing:
            gradient -= smoothing / len(scores)
    gradient[labels, images] -= 1 - smoothing
    return each, gradient


def multiclass_svm(scores: Array, labels: Labels, margin: float = 1.0) -> tuple[float, Array]:
    """Compute Σ_{j≠y} max(0, s_j - s_y + Δ), summed over the images (Weston & Watkins 1999).

    Where a wrong score is exactly Δ below the right one the gradient is 0.
    """
    each, gradient = _svm_of_each(scores, labels, margin)
    return _total(each), gradient


def _svm_of_each(scores: Array, labels: Labels, margin: float) -> tuple[Array, Array]:
    images = np.arange(scores.shape[1])
    with quiet():
        excess = scores - scores[labels, images] + scores.dtype.type(margin)
        excess[labels, images] = 0
        np.maximum(excess, 0, out=excess)
        each: Array = excess.sum(axis=0, dtype=np.float64)
    gradient: Array = (excess > 0).astype(scores.dtype)
    gradient[labels, images] = -gradient.sum(axis=0)
    return each, gradient


def binary_cross_entropy(scores: Array, labels: Labels) -> tuple[float, Array]:
    """Compute -log of the probability of the label, 0 or 1, summed over the images; scores are (1, N).

    Sigmoid and logarithm are taken together: max(s, 0) - s·y + log(1 + exp(-|s|)), with σ(s) - y as gradient.
    """
    each, gradient = _binary_of_each(scores, labels)
    return _total(each), gradient


def _binary_of_each(scores: Array, labels: Labels) -> tuple[Array, Array]:
    right = labels.astype(scores.dtype)
    with quiet():
        each: Array = np.maximum(scores, 0) - scores * right + np.log1p(np.exp(-np.abs(scores)))
        gradient: Array = logistic(scores) - right
    return each[0], gradient


def mean_squared_error(outputs: Array, targets: Array) -> tuple[float, Array]:
    """Compute the mean over the K outputs of (output - target)², summed over the images; both are (K, N)."""
    each, gradient = _squared_error_of_each(outputs, targets)
    return _total(each), gradient


def _squared_error_of_each(outputs: Array, targets: Array) -> tuple[Array, Array]:
    with quiet():
        difference: Array = outputs - targets
        each: Array = np.square(difference, dtype=np.float64).sum(axis=0) / len(outputs)
        difference *= 2 / len(outputs)
    return each, difference


def _total(each: Array) -> float:
    return float(np.sum(each, dtype=np.float64))


def pair_of_probabilities(scores: Array) -> Array:
    """Return the probabilities (2, N) of two classes whose second one has the scores (1, N)."""
    return np.concatenate([logistic(-scores), logistic(scores)])


class _CrossEntropy:
    def __init__(self, smoothing: float) -> None:
        self._smoothing = smoothing

    def check(self, units: int, images: int, right: Right) -> None:
        _check_labels(units, images, right)

    def compute(self, scores: Array, right: Right) -> tuple[float, Array]:
        return softmax_cross_entropy(scores, right, self._smoothing)

    def each(self, scores: Array, right: Right) -> NDArray[np.float64]:
        return _cross_entropy_of_each(scores, right, self._smoothing)[0].astype(np.float64)

    def correct(self, scores: Array, right: Right) -> int:
        return correct_count(scores, right)

    def outputs(self, scores: Array) -> Array:
        return probabilities(scores)


class _MulticlassSVM:
    def __init__(self, margin: float) -> None:
        self._margin = margin

    def check(self, units: int, images: int, right: Right) -> None:
        _check_labels(units, images, right)

    def compute(self, scores: Array, right: Right) -> tuple[float, Array]:
        return multiclass_svm(scores, right, self._margin)

    def each(self, scores: Array, right: Right) -> NDArray[np.float64]:
        return _svm_of_each(scores, right, self._margin)[0].astype(np.float64)

    def correct(self, scores: Array, right: Right) -> int:
        return correct_count(scores, right)

    def outputs(self, scores: Array) -> Array:
        return scores


class _BinaryCrossEntropy:
    def check(self, units: int, images: int, right: Right) -> None:
        if units != 1:
            raise TrainingError(f"Binary cross-entropy needs one score for each image; received {units}.")
        _check_labels(2, images, right)

    def compute(self, scores: Array, right: Right) -> tuple[float, Array]:
        return binary_cross_entropy(scores, right)

    def each(self, scores: Array, right: Right) -> NDArray[np.float64]:
        return _binary_of_each(scores, right)[0].astype(np.float64)

    def correct(self, scores: Array, right: Right) -> int:
        return int(np.count_nonzero((scores[0] > 0) == (right == 1)))

    def outputs(self, scores: Array) -> Array:
        return pair_of_probabilities(scores)


class _MeanSquaredError:
    """`through_sigmoid`: the design's last Sigmoid was left to the loss, and belongs to the outputs."""

    def __init__(self, through_sigmoid: bool) -> None:
        self._through_sigmoid = through_sigmoid

    def check(self, units: int, images: int, right: Right) -> None:
        if right.shape != (units, images) or not np.issubdtype(right.dtype, np.floating):
            raise TrainingError(
                f"The targets must be numbers of shape (outputs, images) = ({units}, {images}); "
                f"received {right.dtype} {right.shape}."
            )

    def compute(self, scores: Array, right: Right) -> tuple[float, Array]:
        outputs = self.outputs(scores)
        loss, gradient = mean_squared_error(outputs, right)
        if self._through_sigmoid:
            gradient *= outputs * (1 - outputs)
        return loss, gradient

    def each(self, scores: Array, right: Right) -> NDArray[np.float64]:
        return _squared_error_of_each(self.outputs(scores), right)[0].astype(np.float64)

    def correct(self, scores: Array, right: Right) -> int:
        return 0

    def outputs(self, scores: Array) -> Array:
        return logistic(scores) if self._through_sigmoid else scores


def _check_labels(classes: int, images: int, labels: Right) -> None:
    if labels.shape != (images,) or images == 0 or not np.issubdtype(labels.dtype, np.integer):
        raise TrainingError(
            f"There must be one label for each image; received {images} images and labels {labels.shape}."
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise TrainingError(
            f"Labels must be from 0 to {classes - 1}; received {labels.min()} to {labels.max()}."
        )
