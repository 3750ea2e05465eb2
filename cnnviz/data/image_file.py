"""One picture, from a file or an array, made to fit a network's input; every step is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from cnnviz.data.fitting import Color, Fit, Fitting, fitted
from cnnviz.data.pictures import decode, opaque
from cnnviz.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_FLOAT_TOLERANCE = 1e-6
_ORIGINAL_PX = 192


@dataclass(frozen=True, slots=True, eq=False)
class LoadedImage:
    """A picture ready for a network.

    Attributes
    ----------
    pixels
        float32 (C, H, W) in [0, 1], read-only.
    steps
        What was done to the picture, in order, one short sentence each.
    original
        uint8 (H, W, 3), the picture as it was before, made small enough to be looked at; None where nothing
        had to be done to it.
    """

    pixels: NDArray[np.float32]
    steps: tuple[str, ...]
    original: NDArray[np.uint8] | None = None


def load_image(path: Path, *, height: int, width: int, channels: int, fit: Fit = Fit.PAD) -> LoadedImage:
    """Read a picture file and fit it to `height` × `width` × `channels` (1 grey, 3 colour).

    `fit` says what happens where the proportions differ; else all is kept and the rest padded.

    Raises
    ------
    DataError
        The file is missing, is no picture, is damaged or too large, or the wanted shape is impossible.
    """
    fitting = Fitting(height, width, Color.of_channels(channels), fit)
    picture = decode(path, at_least=(width, height))
    pixels, steps = fitted(picture.image, fitting)
    return LoadedImage(_to_planes(pixels), picture.steps + steps, _seen(picture.image) if steps else None)


def image_from_array(
    array: NDArray[Any], *, height: int, width: int, channels: int, fit: Fit = Fit.PAD
) -> LoadedImage:
    """Fit pixels from a drawing or a pasted picture to `height` × `width` × `channels`.

    Parameters
    ----------
    array
        uint8, or floating-point in [0, 1]; (H, W), or (H, W, C) with C = 1, 3 or 4 (the fourth is opacity).
    height, width, channels
        The wanted shape. An array that has it already keeps its exact values.
    fit
        What happens where the proportions differ.

    Raises
    ------
    DataError
        The array has another type, shape or range, or the wanted shape is impossible.
    """
    fitting = Fitting(height, width, Color.of_channels(channels), fit)
    values = _checked_array(array)
    if values.shape == fitting.shape:
        scale = np.float32(255 if values.dtype == np.uint8 else 1)
        return LoadedImage(_frozen(values.transpose(2, 0, 1).astype(np.float32, order="C") / scale), ())
    if values.dtype != np.uint8:
        values = np.rint(values * 255).astype(np.uint8)
    image, placing = opaque(Image.fromarray(values[..., 0] if values.shape[2] == 1 else values))
    pixels, steps = fitted(image, fitting)
    return LoadedImage(_to_planes(pixels), placing + steps, _seen(image))


def _seen(image: Image.Image) -> NDArray[np.uint8]:
    """Return a picture as it is looked at, read-only: in colour, and no larger than need be."""
    small = image.convert("RGB")
    small.thumbnail((_ORIGINAL_PX, _ORIGINAL_PX))
    pixels = np.array(small, np.uint8)
    pixels.flags.writeable = False
    return pixels


def _to_planes(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return uint8 (H, W, C) as float32 (C, H, W) in [0, 1]."""
    return _frozen(pixels.transpose(2, 0, 1).astype(np.float32, order="C") / np.float32(255))


def _frozen(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    pixels.flags.writeable = False
    return pixels


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
