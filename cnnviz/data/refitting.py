"""Images in another colour and size: all of a data set, or one of a person's own in the same way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from cnnviz.data.fitting import Color, Fit, Fitting, fitted
from cnnviz.data.image_file import LoadedImage
from cnnviz.data.treatment import Treatment, prepared_shape
from cnnviz.errors import DataError
from cnnviz.spec.shapes import format_shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.spec.preparing import Preparing


MAX_BYTES = 4 << 30
"""Size of all images together, in their new size, that is accepted: 4 GiB. They are held in memory."""


def fit_images(images: NDArray[np.uint8], max_value: int, preparing: Preparing) -> NDArray[np.uint8]:
    """Return images (N, H, W, C) in their new colour and size, with pixels up to 255.

    Raises
    ------
    DataError
        They would take more than `MAX_BYTES`.
    """
    shape = prepared_shape((images.shape[1], images.shape[2], images.shape[3]), preparing)
    fitting = Fitting(shape[0], shape[1], Color.of_channels(shape[2]), Fit(preparing.fit))
    needed = len(images) * math.prod(shape)
    if needed > MAX_BYTES:
        raise DataError(
            f"{len(images):,} images of {format_shape(shape)} would take {needed:,} bytes of memory; at most "
            f"{MAX_BYTES:,} are allowed. Make the images smaller."
        )
    result = np.empty((len(images), *shape), np.uint8)
    for number, image in enumerate(images):
        result[number] = fitted(_picture(image, max_value), fitting)[0]
    return result


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
