"""One picture, from a file or an array, made to fit a network's input; every step is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from cnnviz.data.pictures import decode, opaque
from cnnviz.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_FLOAT_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class LoadedImage:
    """A picture ready for a network.

    Attributes
    ----------
    pixels
        float32 (C, H, W) in [0, 1], read-only.
    steps
        What was done to the picture, in order, one short sentence each.
    """

    pixels: NDArray[np.float32]
    steps: tuple[str, ...]


def load_image(path: Path, *, height: int, width: int, channels: int) -> LoadedImage:
    """Read a picture file and fit it to `height` × `width` × `channels` (1 grey, 3 colour).

    The whole picture is kept with its proportions; the rest is padded in the colour of its border.

    Raises
    ------
    DataError
        The file is missing, is no picture, is damaged or too large, or the wanted shape is impossible.
    """
    _check_target(height, width, channels)
    picture = decode(path)
    pixels, steps = fit(picture.image, height=height, width=width, channels=channels)
    return LoadedImage(_to_planes(pixels), picture.steps + steps)


def image_from_array(array: NDArray[Any], *, height: int, width: int, channels: int) -> LoadedImage:
    """Fit pixels from a drawing or a pasted picture to `height` × `width` × `channels`.

    Parameters
    ----------
    array
        uint8, or floating-point in [0, 1]; (H, W), or (H, W, C) with C = 1, 3 or 4 (the fourth is opacity).
    height, width, channels
        The wanted shape. An array that has it already keeps its exact values.

    Raises
    ------
    DataError
        The array has another type, shape or range, or the wanted shape is impossible.
    """
    _check_target(height, width, channels)
    values = _checked_array(array)
    if values.shape == (height, width, channels):
        scale = np.float32(255 if values.dtype == np.uint8 else 1)
        return LoadedImage(_frozen(values.transpose(2, 0, 1).astype(np.float32, order="C") / scale), ())
    if values.dtype != np.uint8:
        values = np.rint(values * 255).astype(np.uint8)
    image, placing = opaque(Image.fromarray(values[..., 0] if values.shape[2] == 1 else values))
    pixels, steps = fit(image, height=height, width=width, channels=channels)
    return LoadedImage(_to_planes(pixels), placing + steps)


def fit(
    image: Image.Image, *, height: int, width: int, channels: int
) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Return `image` (mode ``L`` or ``RGB``) as uint8 (height, width, channels), and the steps in words."""
    steps: list[str] = []
    if channels == 1 and image.mode != "L":
        image = image.convert("L")
        steps.append("Made grey (0.299 red + 0.587 green + 0.114 blue)")
    elif channels == 3 and image.mode != "RGB":
        image = image.convert("RGB")
        steps.append("Repeated grey as red, green and blue")
    scale = min(width / image.width, height / image.height)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if size != image.size:
        smaller = size[0] * size[1] < image.width * image.height
        # A box gives every new pixel the mean of the old ones it covers, which is easy to explain.
        method = Image.Resampling.BOX if smaller else Image.Resampling.LANCZOS
        image = image.resize(size, method)
        steps.append(f"Made {'smaller' if smaller else 'larger'}: {size[0]} wide, {size[1]} high")
    pixels = np.asarray(image).reshape(size[1], size[0], channels)
    if size != (width, height):
        pixels = _padded(pixels, height, width)
        steps.append(f"Padded to {width} wide, {height} high in the colour of its border")
    return pixels, tuple(steps)


def _padded(pixels: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """Centre `pixels` (h, w, C) on (height, width, C) filled with the median of its border."""
    own_height, own_width, channels = pixels.shape
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    result = np.empty((height, width, channels), np.uint8)
    result[:] = np.median(border, axis=0).astype(np.uint8)
    top, left = (height - own_height) // 2, (width - own_width) // 2
    result[top : top + own_height, left : left + own_width] = pixels
    return result


def _to_planes(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return uint8 (H, W, C) as float32 (C, H, W) in [0, 1]."""
    return _frozen(pixels.transpose(2, 0, 1).astype(np.float32, order="C") / np.float32(255))


def _frozen(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    pixels.flags.writeable = False
    return pixels


def _check_target(height: int, width: int, channels: int) -> None:
    if height < 1 or width < 1 or channels not in (1, 3):
        raise DataError(
            f"A picture cannot be made {height}×{width}×{channels}: height and width must be at least 1, "
            "channels 1 (grey) or 3 (colour)."
        )


def _checked_array(array: NDArray[Any]) -> NDArray[Any]:
    """Return a uint8 or floating-point `array` in range as (H, W, C)."""
    values = array[..., None] if array.ndim == 2 else array
    is_float = values.dtype.kind == "f"
    if values.ndim != 3 or values.shape[2] not in (1, 3, 4) or not values.size:
        raise DataError(
            "A picture must be (height, width) or (height, width, 1, 3 or 4) and not empty; "
            f"received {array.shape}."
        )
    if not is_float and values.dtype != np.uint8:
        raise DataError(f"A picture must be of uint8 or floating-point values; received {array.dtype}.")
    if is_float:
        low, high = float(values.min()), float(values.max())
        if not (low >= -_FLOAT_TOLERANCE and high <= 1 + _FLOAT_TOLERANCE):
            raise DataError(f"Floating-point pixels must be 0 to 1; received {low:g} to {high:g}.")
        values = values.clip(0, 1)
    return values
