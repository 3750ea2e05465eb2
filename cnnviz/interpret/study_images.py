"""The images through which the filters of a layer are studied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.dataset import Split

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset

IMAGES = 128
_LEAST_IMAGES, _MOST_NUMBERS = 16, 1 << 22


def study_images(dataset: Dataset) -> tuple[Split, NDArray[np.float32]]:
    """Return images (N, C, H, W) from all over the validation images, or others where there are none."""
    split = Split.VALIDATION if len(dataset.indices(Split.VALIDATION)) else Split.TRAIN
    every = dataset.indices(split)
    most = max(_LEAST_IMAGES, _MOST_NUMBERS // int(np.prod(dataset.image_shape)))
    places = np.linspace(0, len(every) - 1, min(IMAGES, most, len(every))).astype(np.intp)
    return split, np.moveaxis(dataset.scaled(every[places]), -1, 0)
