"""Images in another colour and size: those of a data set, or one of a person's own in the same way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from cnnviz.data.fitting import Color, Fit, Fitting, fitted
from cnnviz.data.image_file import LoadedImage
from cnnviz.data.importing.watch import Stage
from cnnviz.data.treatment import Treatment, prepared_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cnnviz.data.importing.watch import Watch
    from cnnviz.spec.preparing import Preparing

_BLOCK_IMAGES = 64
_BLOCK_BYTES = 8 << 20


def fitting_of(shape: tuple[int, int, int], preparing: Preparing) -> Fitting:
    """Return what images of `shape` (height, width, channels) are fitted to."""
    height, width, channels = prepared_shape(shape, preparing)
    return Fitting(height, width, Color.of_channels(channels), Fit(preparing.fit))


def fit_blocks(
    images: NDArray[np.uint8], max_value: int, fitting: Fitting, watch: Watch
) -> Iterator[NDArray[np.uint8]]:
    """Yield images (N, H, W, C) in their new colour and size, some at a time, with pixels up to 255.

    A block (n, H, W, C) is there until the next one is asked for; then others are written in its place.

    Raises
    ------
    ImportCancelled
        Nobody wants them any more.
    """
    size = max(1, min(_BLOCK_IMAGES, _BLOCK_BYTES // math.prod(fitting.shape)))
    block = np.empty((size, *fitting.shape), np.uint8)
    for start in range(0, len(images), size):
        watch.check()
        watch.tell(Stage.FITTING, start, len(images))
        some = images[start : start + size]
        for number, image in enumerate(some):
            block[number] = fitted(_picture(image, max_value), fitting)[0]
        yield block[: len(some)]


def treated_image(image: LoadedImage, treatment: Treatment) -> LoadedImage:
    """Return an image of the shape it had in the data set, in its new colour and size; else the very same.

    Its pixels still are in [0, 1]: `Treatment.numbers` makes of them what the network gets.
    """
    channels, height, width = image.pixels.shape
    preparing = treatment.preparing
    if not preparing.changes_images or (height, width, channels) != treatment.original_shape:
        return image
    new_height, new_width, new_channels = prepared_shape((height, width, channels), preparing)
    fitting = Fitting(new_height, new_width, Color.of_channels(new_channels), Fit(preparing.fit))
    levels = np.rint(image.pixels.transpose(1, 2, 0) * 255).astype(np.uint8)
    pixels, steps = fitted(_picture(levels, 255), fitting)
    planes = pixels.transpose(2, 0, 1).astype(np.float32, order="C") / np.float32(255)
    planes.flags.writeable = False
    return LoadedImage(planes, image.steps + steps, image.original)


def _picture(image: NDArray[np.uint8], max_value: int) -> Image.Image:
    """Return pixels (H, W, C) as a picture."""
    if max_value != 255:
        image = np.rint(image.astype(np.float64) * (255 / max_value)).astype(np.uint8)
    return Image.fromarray(image[..., 0] if image.shape[2] == 1 else image)
