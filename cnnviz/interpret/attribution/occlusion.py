"""Occlusion: what becomes of the score when a part of the image is covered."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.attribution.gradients import pieces, plain
from cnnviz.interpret.attribution.telling import tell_nobody

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cnnviz.data.treatment import Treatment
    from cnnviz.engine.types import Array
    from cnnviz.interpret.attribution.methods import Occlusion
    from cnnviz.interpret.attribution.score import ClassScore
    from cnnviz.interpret.attribution.telling import Tell


def occlusion(
    score: ClassScore,
    image: Array,
    settings: Occlusion,
    tell: Tell = tell_nobody,
    treatment: Treatment | None = None,
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Return the score of an image (C, H, W), the loss of score by place of the patch, and by pixel (H, W).

    The first map has a row and a column for each place of the patch. A pixel has the mean over all patches
    that cover it. `treatment` says what black and white are for the network.
    """
    _, height, width = image.shape
    sides = min(settings.patch, height), min(settings.patch, width)
    rows, columns = (
        starts(length, side, settings.stride) for length, side in zip((height, width), sides, strict=True)
    )
    places = [
        (slice(row, row + sides[0]), slice(column, column + sides[1]))
        for row, column in itertools.product(rows, columns)
    ]
    own = float(score.of(np.ascontiguousarray(image[..., None]))[0])
    lost = np.zeros(len(places), np.float64)
    fill, first = plain(settings.fill, image, treatment), 0
    for done, count in pieces(len(places), score.images_at_once, tell):
        covered = _covered(image, places[first : first + count], fill)
        lost[first : first + count] = own - score.of(covered)
        first += count
        tell(done, len(places))
    return own, lost.reshape(len(rows), len(columns)), _mean_by_pixel(lost, places, (height, width))


def starts(length: int, patch: int, stride: int) -> tuple[int, ...]:
    """Return where a patch begins along a side: every `stride` pixels, and so that it ends at the end."""
    last = length - patch
    return tuple(dict.fromkeys((*range(0, last + 1, stride), last)))


def _covered(image: Array, places: Sequence[tuple[slice, slice]], fill: Array) -> Array:
    copies = np.repeat(image[..., None], len(places), axis=-1)
    for number, (rows, columns) in enumerate(places):
        copies[:, rows, columns, number] = fill
    return copies


def _mean_by_pixel(
    lost: NDArray[np.float64], places: Sequence[tuple[slice, slice]], size: tuple[int, int]
) -> NDArray[np.float64]:
    total, count = np.zeros(size), np.zeros(size)
    for value, place in zip(lost, places, strict=True):
        total[place] += value
        count[place] += 1
    # A stride beyond the patch leaves pixels that were never covered: nothing is known of them.
    return np.divide(total, count, out=np.zeros(size), where=count > 0)
