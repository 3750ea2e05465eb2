"""Methods that follow the score back to the pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.attribution.methods import MEAN, SHADES
from cnnviz.interpret.attribution.result import Completeness
from cnnviz.interpret.attribution.telling import tell_nobody

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cnnviz.data.treatment import Treatment
    from cnnviz.engine.types import Array
    from cnnviz.interpret.attribution.methods import IntegratedGradients, SmoothGrad
    from cnnviz.interpret.attribution.score import ClassScore
    from cnnviz.interpret.attribution.telling import Tell


def image_gradient(score: ClassScore, image: Array) -> tuple[float, Array]:
    """Return the score of an image (C, H, W) and what flows back to its pixels, (C, H, W)."""
    scores, gradients = score.gradient(image[..., None])
    return float(scores[0]), gradients[..., 0]


def smooth_grad(
    score: ClassScore, image: Array, settings: SmoothGrad, tell: Tell = tell_nobody
) -> tuple[float, Array]:
    """Return the score of an image (C, H, W), and the mean gradient of noisy copies of it, (C, H, W).

    The noise is normal, with a deviation of `settings.noise` times the range of the image's values. It does
    not depend on how many copies are computed together.
    """
    rng = np.random.default_rng(settings.seed)
    deviation = settings.noise * float(image.max() - image.min())
    total = np.zeros(image.shape, np.float64)
    for done, count in pieces(settings.samples, score.images_at_once, tell):
        noise = rng.standard_normal((count, *image.shape)) * deviation
        copies = np.ascontiguousarray(np.moveaxis(image + noise, 0, -1).astype(image.dtype))
        _, gradients = score.gradient(copies)
        total += gradients.sum(axis=-1, dtype=np.float64)
        tell(done, settings.samples)
    own = float(score.of(np.ascontiguousarray(image[..., None]))[0])
    return own, (total / settings.samples).astype(image.dtype)


def integrated_gradients(
    score: ClassScore,
    image: Array,
    settings: IntegratedGradients,
    tell: Tell = tell_nobody,
    treatment: Treatment | None = None,
) -> tuple[Array, Completeness]:
    """Return what each number of an image (C, H, W) adds to the score, and whether it adds up.

    The integral along the straight way from the baseline is taken by the midpoint rule, whose error falls
    with the square of the number of steps where the score is smooth. `treatment` says what black and white
    are for the network.
    """
    baseline = np.broadcast_to(plain(settings.baseline, image, treatment), image.shape)
    way = image - baseline
    total = np.zeros(image.shape, np.float64)
    first = 0
    for done, count in pieces(settings.steps, score.images_at_once, tell):
        places = ((np.arange(first, first + count) + 0.5) / settings.steps).astype(image.dtype)
        _, gradients = score.gradient(baseline[..., None] + way[..., None] * places)
        total += gradients.sum(axis=-1, dtype=np.float64)
        first += count
        tell(done, settings.steps)
    shares = way * (total / settings.steps)
    own, other = score.of(np.stack([image, baseline], axis=-1))
    completeness = Completeness(float(own), float(other), float(shares.sum(dtype=np.float64)))
    return shares.astype(image.dtype), completeness


def plain(shade: str, image: Array, treatment: Treatment | None = None) -> Array:
    """Return what the network gets of a shade for each channel of an image (C, H, W), as (C, 1, 1)."""
    if shade == MEAN:
        mean: Array = image.mean(axis=(1, 2), keepdims=True, dtype=np.float64).astype(image.dtype)
        return mean
    fill = np.full((len(image), 1, 1), SHADES[shade], np.float32)
    return (fill if treatment is None else treatment.numbers(fill)).astype(image.dtype)


def pieces(total: int, most: int, tell: Tell) -> Iterator[tuple[int, int]]:
    """Yield (done after this piece, size) of pieces of at most `most`; `tell` hears of the start."""
    tell(0, total)
    for start in range(0, total, most):
        end = min(start + most, total)
        yield end, end - start


def strongest(values: Array) -> NDArray[np.float32]:
    """Return the largest size over the channels of (C, H, W), as (H, W)."""
    sizes: NDArray[np.float32] = np.abs(values).max(axis=0).astype(np.float32)
    return sizes


def summed(values: Array) -> NDArray[np.float32]:
    """Return the sum over the channels of (C, H, W), as (H, W)."""
    sums: NDArray[np.float32] = values.sum(axis=0, dtype=np.float64).astype(np.float32)
    return sums
