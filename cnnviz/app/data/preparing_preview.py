"""What a preparation makes of one image, step by step, before it is used."""

from __future__ import annotations

import dataclasses
import math
import threading
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.dataset import Dataset, Split
from cnnviz.data.image_file import LoadedImage
from cnnviz.data.importing.watch import ImportCancelled, Watch
from cnnviz.data.preparing import prepared_in_memory
from cnnviz.data.refitting import treated_image
from cnnviz.data.treatment import prepared_shape
from cnnviz.spec.numerals import number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.data.treatment import Treatment
    from cnnviz.spec.preparing import Preparing

MOST_IMAGES = 2_000
"""Training images that a preview takes its numbers from …"""
_MOST_BYTES = 1 << 28
"""… or fewer, where they would be so large together that a person waited for it."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One picture of the way: an image (C, H, W), in [0, 1] unless these `are_numbers`, and words for it."""

    name: str
    pixels: NDArray[np.float32]
    words: str
    are_numbers: bool = False


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What would be done: the stages of one image, and the numbers, from `images` training images.

    `is_whole` says that these are all of them.
    """

    stages: tuple[Stage, ...]
    treatment: Treatment
    images: int
    is_whole: bool


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class OutlookWish:
    """A preparation of a data set that is to be seen for one image (C, H, W), as it was before."""

    dataset: Dataset
    preparing: Preparing
    picture: NDArray[np.float32]
    cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)

    def meet(self) -> Outlook | None:
        """Return what would be done."""
        original = self.dataset.original
        train = original.indices(Split.TRAIN)
        most = max(1, _MOST_BYTES // math.prod(prepared_shape(original.image_shape, self.preparing)))
        count = min(len(train), MOST_IMAGES, most)
        chosen = train[np.linspace(0, len(train) - 1, count).astype(np.int64)]
        watch = Watch(is_stopping=self.cancelled.is_set)
        try:
            treatment = prepared_in_memory(_part(original, chosen), self.preparing, watch).treatment
        except ImportCancelled:
            return None
        stages = _stages(self.picture, self.preparing, treatment, original.max_value)
        return Outlook(tuple(stages), treatment, len(chosen), len(chosen) == len(train))


def _part(dataset: Dataset, chosen: NDArray[np.int64]) -> Dataset:
    """Return a data set of these images only, all of them for training but for one in each other part."""
    every = np.arange(len(chosen) + 2)
    places = np.concatenate([chosen, chosen[:1], chosen[:1]])
    return dataclasses.replace(
        dataset,
        images=dataset.images[places],
        labels=dataset.labels[places],
        targets=None if dataset.targets is None else dataset.targets[places],
        splits={Split.TRAIN: every[:-2], Split.VALIDATION: every[-2:-1], Split.TEST: every[-1:]},
    )


def _stages(
    picture: NDArray[np.float32], preparing: Preparing, treatment: Treatment, max_value: int
) -> list[Stage]:
    channels, height, width = picture.shape
    fitting = dataclasses.replace(treatment, original_shape=(height, width, channels))
    stages = [Stage("As it is", picture, f"{height}×{width}×{channels}, pixels from 0 to {max_value}")]
    image = LoadedImage(picture, ())
    if preparing.grey and channels > 1:
        grey = dataclasses.replace(preparing, height=0, width=0)
        made = treated_image(image, dataclasses.replace(fitting, preparing=grey)).pixels
        stages.append(Stage("Grey", made, f"{height}×{width}×1"))
    units = treated_image(image, fitting).pixels
    if units.shape[1:] != (height, width):
        stages.append(Stage("Size", units, "×".join(map(str, (*units.shape[1:], len(units))))))
    suits = not treatment.means or len(treatment.means) == len(units)
    numbers = treatment.numbers(units.copy()) if suits else units
    words = f"from {number(float(numbers.min()), 3)} to {number(float(numbers.max()), 3)}"
    return [*stages, Stage("Numbers", numbers, words, are_numbers=True)]
