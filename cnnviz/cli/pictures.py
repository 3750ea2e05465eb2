"""Views painted into PNG files, each number as a square of whole pixels."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from cnnviz.files import write_atomic
from cnnviz.interpret.atlas import GAP_INDEX, Atlas
from cnnviz.interpret.colormaps import lut
from cnnviz.spec.layers import Conv2D, type_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from cnnviz.interpret.activations import ImageView
    from cnnviz.interpret.filters import FilterView

BACKGROUND = (200, 200, 200)
_WANTED_SIDE_PX = 768
_LARGEST_FACTOR = 24


def write_pictures(view: ImageView, filters: Sequence[FilterView], folder: Path) -> list[str]:
    """Write the image and every convolution's feature maps and filters; return the names of the files."""
    pictures = {"input.png": view.picture}
    for layer in view.layers:
        if layer.type_name == type_name(Conv2D):
            pictures[f"{layer.layer_id}-maps.png"] = paint(layer.atlas)
    for kernels in filters:
        pictures[f"{kernels.layer_id}-filters.png"] = paint(kernels.atlas)
        if kernels.composite is not None:
            pictures[f"{kernels.layer_id}-filters-rgb.png"] = _on_background(kernels.composite.pixels)
    for name, pixels in pictures.items():
        write_atomic(folder / name, png(enlarged(pixels)))
    return list(pictures)


def paint(atlas: Atlas) -> NDArray[np.uint8]:
    """Return an atlas in colours, uint8 (rows, columns, 3), with the background in its gaps."""
    colors = lut(atlas.color_map).copy()
    colors[GAP_INDEX] = BACKGROUND
    painted: NDArray[np.uint8] = colors[atlas.pixels]
    return painted


def enlarged(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture (rows, columns, 3) with every pixel repeated by one whole factor both ways."""
    factor = min(max(1, _WANTED_SIDE_PX // max(pixels.shape[:2])), _LARGEST_FACTOR)
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)


def _on_background(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return red, green, blue and opacity (0 or 255) as colours on the background."""
    shown = pixels[..., 3:] > 0
    return np.where(shown, pixels[..., :3], np.array(BACKGROUND, np.uint8))


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Return a picture (rows, columns, 3) as a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG")
    return buffer.getvalue()
