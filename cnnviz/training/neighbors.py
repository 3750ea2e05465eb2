"""k-nearest neighbours as a classifier of a data set: k and the distance are chosen on validation images."""

from __future__ import annotations

import dataclasses
import functools
import time
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.dataset import Split
from cnnviz.engine.neighbors import Metric, Neighbors, nearest, nearest_to_one, vote
from cnnviz.errors import TrainingError
from cnnviz.training.machine_memory import available_bytes, memory_in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset
    from cnnviz.training.gate import Gate

KS = (1, 3, 5, 7, 9, 11, 15)
"""Numbers of neighbours that are tried."""
_CHOICE_IMAGES = 1_000
"""Validation images on which k and the distance are chosen: more decide no better, and L1 is slow."""
_BLOCK_IMAGES = 256
"""Images classified between two looks at the gate."""
_ONE_BLOCK_NUMBERS = 1 << 20
"""Numbers of training images compared with one image at a time: 4 MB."""
_COPIES = 3
"""Copies of the training images that a search holds: scaled, centred, and transposed."""


@dataclasses.dataclass(frozen=True, slots=True)
class NeighborChoice:
    """How many neighbours vote, how their distance is measured, and on how many images that was chosen."""

    k: int
    metric: Metric
    chosen_on: int


@dataclasses.dataclass(frozen=True, slots=True)
class SimilarImage:
    """One image of the training split, its class, and how far it is from the image in question."""

    index: int
    label: int
    distance: float


class NeighborClassifier:
    """The training images of a data set, kept as rows.

    Raises
    ------
    TrainingError
        The images do not fit into the memory that is free.
    """

    def __init__(self, dataset: Dataset, threads: int | None = None) -> None:
        self._dataset = dataset
        self._threads = threads
        indices = dataset.indices(Split.TRAIN)
        _check_memory(dataset)
        self._references = image_rows(dataset, indices)
        self._labels = dataset.labels[indices]

    def choose(self, gate: Gate, report: Callable[[float], None]) -> NeighborChoice:
        """Return k and the distance with the most right answers on validation images.

        Of equally good ones the smaller k, and L2 before L1. `report` is told the share that is done.
        """
        indices = self._dataset.indices(Split.VALIDATION)
        # Evenly spread, because a split may be sorted by class.
        places = np.linspace(0, len(indices) - 1, min(len(indices), _CHOICE_IMAGES)).round().astype(np.int64)
        asked = indices[places]
        ks = [k for k in KS if k <= len(self._references)]
        best, choice = -1.0, NeighborChoice(1, Metric.L2, len(asked))
        for number, metric in enumerate((Metric.L2, Metric.L1)):
            half = functools.partial(_report_half, report, number)
            found, _ = self._search(asked, ks[-1], metric, gate, half)
            for k in ks:
                first = Neighbors(found.indices[:, :k], found.distances[:, :k])
                share = float((vote(first, self._labels) == self._dataset.labels[asked]).mean())
                if share > best:
                    best, choice = share, NeighborChoice(k, metric, len(asked))
        return choice

    def classify(
        self,
        indices: NDArray[np.int64],
        choice: NeighborChoice,
        gate: Gate,
        report: Callable[[float], None],
    ) -> tuple[NDArray[np.int64], float]:
        """Return the classes (N,) of the images `indices`, and the seconds that took without waiting."""
        found, seconds = self._search(indices, choice.k, choice.metric, gate, report)
        started = time.perf_counter()
        classes = vote(found, self._labels)
        return classes, seconds + time.perf_counter() - started

    def _search(
        self,
        indices: NDArray[np.int64],
        k: int,
        metric: Metric,
        gate: Gate,
        report: Callable[[float], None],
    ) -> tuple[Neighbors, float]:
        parts, seconds = [], 0.0
        for start in range(0, len(indices), _BLOCK_IMAGES):
            gate.go_through()
            queries = image_rows(self._dataset, indices[start : start + _BLOCK_IMAGES])
            started = time.perf_counter()
            parts.append(nearest(self._references, queries, k, metric, threads=self._threads))
            seconds += time.perf_counter() - started
            report(min(1.0, (start + _BLOCK_IMAGES) / len(indices)))
        places = np.concatenate([part.indices for part in parts])
        distances = np.concatenate([part.distances for part in parts])
        return Neighbors(places, distances), seconds


def similar_images(
    dataset: Dataset,
    pixels: NDArray[np.float32],
    k: int,
    metric: Metric,
    *,
    without: int | None = None,
) -> tuple[SimilarImage, ...]:
    """Return the `k` training images nearest to an image (C, H, W), the nearest first.

    The image number `without` is left out: an image of the training split is its own nearest neighbour. This
    takes no threads from a run under way, and little memory.
    """
    indices = dataset.indices(Split.TRAIN)
    if without is not None:
        indices = indices[indices != without]
    query = np.ascontiguousarray(pixels.transpose(1, 2, 0)).reshape(-1)
    block = max(1, _ONE_BLOCK_NUMBERS // len(query))
    found: list[SimilarImage] = []
    for start in range(0, len(indices), block):
        own = indices[start : start + block]
        part = nearest_to_one(image_rows(dataset, own), query, min(k, len(own)), metric)
        for place, distance in zip(part.indices[0], part.distances[0], strict=True):
            index = int(own[place])
            found.append(SimilarImage(index, int(dataset.labels[index]), float(distance)))
        found = sorted(found, key=lambda image: image.distance)[:k]  # stable: of equals the lower number
    return tuple(found)


def image_rows(dataset: Dataset, indices: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return images as rows float32 (N, H·W·C) in [0, 1]."""
    rows = dataset.images.reshape(len(dataset), -1)[indices].astype(np.float32)
    rows /= np.float32(dataset.max_value)
    return rows


def _report_half(report: Callable[[float], None], half: int, share: float) -> None:
    report((half + share) / 2)


def _check_memory(dataset: Dataset) -> None:
    count, free = len(dataset.indices(Split.TRAIN)), available_bytes()
    needed = _COPIES * count * int(np.prod(dataset.image_shape)) * np.dtype(np.float32).itemsize
    if free is not None and needed > free:
        raise TrainingError(
            f"Comparing with all {count:,} training images needs about {memory_in_words(needed)} of memory; "
            f"{memory_in_words(free)} are free."
        )
