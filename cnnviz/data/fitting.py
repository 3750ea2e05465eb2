"""A decoded picture made to fit a size and a colour; every step is told."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from cnnviz.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_SIDE = 4_096
"""Longest side of an image that pictures are fitted to."""


class Fit(enum.Enum):
    """What happens to a picture whose proportions are not those that are wanted.

    `PAD` keeps all of it and fills the rest in the colour of its border; `CROP` keeps the middle; `STRETCH`
    keeps all of it and gives up its proportions.
    """

    CROP = "crop"
    PAD = "pad"
    STRETCH = "stretch"


class Color(enum.Enum):
    """Whether images are grey or coloured."""

    GRAY = "gray"
    RGB = "rgb"

    @property
    def channels(self) -> int:
        """How many numbers a pixel has: 1 or 3."""
        return 1 if self is Color.GRAY else 3

    @classmethod
    def of_channels(cls, channels: int) -> Color:
        """Return the colour of images with 1 or 3 channels.

        Raises
        ------
        DataError
            It is another number.
        """
        if channels not in (1, 3):
            raise DataError(f"A picture has 1 channel (grey) or 3 (colour); received {channels}.")
        return cls.GRAY if channels == 1 else cls.RGB


@dataclass(frozen=True, slots=True)
class Fitting:
    """What pictures are fitted to.

    Attributes
    ----------
    height, width
        Size in pixels, 1 to `MAX_SIDE`.
    color
        Grey or coloured.
    fit
        What happens where the proportions differ.

    Raises
    ------
    DataError
        A size is out of range.
    """

    height: int
    width: int
    color: Color
    fit: Fit = Fit.PAD

    def __post_init__(self) -> None:
        """Check the size."""
        if not (1 <= self.height <= MAX_SIDE and 1 <= self.width <= MAX_SIDE):
            raise DataError(
                f"A picture cannot be made {self.height}×{self.width}×{self.color.channels}: height and "
                f"width must be 1 to {MAX_SIDE:,}, channels 1 (grey) or 3 (colour)."
            )

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels."""
        return self.height, self.width, self.color.channels


def fitted(image: Image.Image, fitting: Fitting) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Return `image` (mode ``L`` or ``RGB``) as uint8 (height, width, channels), and the steps in words.

    A picture that is right already is not touched. Where one is made smaller, every new pixel is the mean of
    the old ones it covers.
    """
    steps: list[str] = []
    image = _colored(image, fitting.color, steps)
    if image.size != (fitting.width, fitting.height):
        sized = {Fit.CROP: _cropped, Fit.PAD: _whole, Fit.STRETCH: _stretched}[fitting.fit]
        image = sized(image, fitting.width, fitting.height, steps)
    pixels = np.asarray(image).reshape(image.height, image.width, fitting.color.channels)
    if image.size != (fitting.width, fitting.height):
        pixels = _padded(pixels, fitting.height, fitting.width)
        steps.append(f"Padded to {fitting.width} wide, {fitting.height} high in the colour of its border")
    return pixels, tuple(steps)


def _colored(image: Image.Image, color: Color, steps: list[str]) -> Image.Image:
    if color is Color.GRAY and image.mode != "L":
        steps.append("Made grey (0.299 red + 0.587 green + 0.114 blue)")
        return image.convert("L")
    if color is Color.RGB and image.mode != "RGB":
        steps.append("Repeated grey as red, green and blue")
        return image.convert("RGB")
    return image


def _whole(image: Image.Image, width: int, height: int, steps: list[str]) -> Image.Image:
    """Return the picture with its proportions, as large as it has room in `width` × `height`."""
    scale = min(width / image.width, height / image.height)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return _resized(image, size, steps)


def _cropped(image: Image.Image, width: int, height: int, steps: list[str]) -> Image.Image:
    """Return the middle of the picture that has the proportions of `width` × `height`, in whole pixels."""
    scale = max(width / image.width, height / image.height)
    across = min(image.width, max(1, round(width / scale)))
    down = min(image.height, max(1, round(height / scale)))
    if (across, down) != image.size:
        left, top = (image.width - across) // 2, (image.height - down) // 2
        image = image.crop((left, top, left + across, top + down))
        steps.append(f"Cut to its middle: {across} wide, {down} high")
    return _resized(image, (width, height), steps)


def _stretched(image: Image.Image, width: int, height: int, steps: list[str]) -> Image.Image:
    if width * image.height == height * image.width:  # the proportions are right: nothing is stretched
        return _resized(image, (width, height), steps)
    steps.append(f"Stretched to {width} wide, {height} high")
    return _resized(image, (width, height), [])


def _resized(image: Image.Image, size: tuple[int, int], steps: list[str]) -> Image.Image:
    """Return the picture at a size (width, height)."""
    if size == image.size:
        return image
    least = (min(size[0], image.width), min(size[1], image.height))
    steps.append(f"Made {'smaller' if least == size else 'larger'}: {size[0]} wide, {size[1]} high")
    # A box gives every new pixel the mean of the old ones it covers, which is easy to explain.
    return image.resize(least, Image.Resampling.BOX).resize(size, Image.Resampling.LANCZOS)


def _padded(pixels: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """Centre `pixels` (h, w, C) on (height, width, C) filled with the median of its border."""
    own_height, own_width, channels = pixels.shape
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    result = np.empty((height, width, channels), np.uint8)
    result[:] = np.median(border, axis=0).astype(np.uint8)
    top, left = (height - own_height) // 2, (width - own_width) // 2
    result[top : top + own_height, left : left + own_width] = pixels
    return result
