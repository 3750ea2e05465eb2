"""The images of a data set that excite a filter most."""

from __future__ import annotations

import dataclasses
import heapq
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.batches import ordered_batches
from cnnviz.errors import DataError
from cnnviz.interpret.attribution.telling import tell_nobody
from cnnviz.spec.shapes import format_shape

if TYPE_CHECKING:
    from cnnviz.data.dataset import Dataset, Split
    from cnnviz.interpret.attribution.telling import Tell
    from cnnviz.interpret.attribution.unit import Box, UnitOutput

TOP_COUNT = 9


@dataclasses.dataclass(frozen=True, slots=True)
class Excitement:
    """An image that excites a filter: its largest value, where in the map, and what that place sees.

    `position` counts in the split, `index` in the whole data set.
    """

    value: float
    position: int
    index: int
    row: int
    column: int
    box: Box


@dataclasses.dataclass(frozen=True, slots=True)
class TopImages:
    """The most exciting of `seen` images, the first one most, and in how many the filter is above 0."""

    layer_id: str
    unit: int
    split: Split
    images: tuple[Excitement, ...]
    seen: int
    excited: int


def top_images(
    output: UnitOutput, dataset: Dataset, split: Split, *, count: int = TOP_COUNT, tell: Tell = tell_nobody
) -> TopImages:
    """Look through a split for the images in which the largest value of a map is largest.

    No more than `count` images and one batch are held. Of equal values the earlier image comes first, and of
    equal places the upper left one. Values that are not numbers are passed over.

    Raises
    ------
    DataError
        The images have another size than the network's input, or `count` is below 1.
    """
    _check(output, dataset, count)
    indices = dataset.indices(split)
    best: list[tuple[float, int, int]] = []  # a heap of (value, -position, place), the least one first
    seen = excited = 0
    tell(0, len(indices))
    for batch in ordered_batches(indices, output.images_at_once):
        with np.errstate(all="ignore"):
            maps = output.of(dataset.scaled(batch)).reshape(-1, len(batch))
            maps[~np.isfinite(maps)] = -np.inf
            places = maps.argmax(axis=0)
            values = maps[places, np.arange(len(batch))]
        excited += int(np.count_nonzero(values > 0))
        for offset in np.flatnonzero(np.isfinite(values)):
            entry = (float(values[offset]), -(seen + int(offset)), int(places[offset]))
            if len(best) < count:
                heapq.heappush(best, entry)
            elif entry > best[0]:
                heapq.heapreplace(best, entry)
        seen += len(batch)
        tell(seen, len(indices))
    found = tuple(_excitement(output, dataset, split, entry) for entry in sorted(best, reverse=True))
    return TopImages(output.layer_id, output.unit, split, found, seen, excited)


def _excitement(
    output: UnitOutput, dataset: Dataset, split: Split, entry: tuple[float, int, int]
) -> Excitement:
    value, before, place = entry
    row, column = divmod(place, output.shape[1])
    index = int(dataset.indices(split)[-before])
    return Excitement(value, -before, index, row, column, output.seen_from(row, column))


def _check(output: UnitOutput, dataset: Dataset, count: int) -> None:
    if count < 1:
        raise DataError(f"At least 1 image must be looked for; received {count}.")
    wanted, received = output.way.input.shape, dataset.image_shape
    if wanted != received:
        raise DataError(
            f"The images of the data set are {format_shape(received)}, but the network takes "
            f"{format_shape(wanted)}."
        )
