"""Small images in drawings, kept sharp however much they are enlarged."""

from __future__ import annotations

import base64
import re

from PySide6.QtGui import QImage

from cnnviz.ui.plots.picture_bytes import png_bytes

_IMAGE = re.compile(
    r'(<image [^>]*?width="(?P<width>[\d.]+)" height="(?P<height>[\d.]+)"[^>]*?)'
    r'image-rendering="optimizeSpeed"(?P<rest>[^>]*?base64,)(?P<data>[A-Za-z0-9+/=]+)"'
)
_LARGEST_CELL_PX, _LARGEST_SIDE_PX = 24, 768


def sharpened(drawing: str) -> str:
    """Return an SVG drawing whose enlarged images have sharp cells.

    Browsers and editors are asked not to smooth them. As not all programs heed this, each pixel of a small
    image is repeated as well, so that what is smoothed is no more than a seam between two cells.
    """
    return _IMAGE.sub(_sharp, drawing)


def _sharp(match: re.Match[str]) -> str:
    image = QImage.fromData(base64.b64decode(match["data"]))
    shown = max(float(match["width"]) / image.width(), float(match["height"]) / image.height())
    largest = _LARGEST_SIDE_PX // max(image.width(), image.height())
    factor = min(_LARGEST_CELL_PX, largest) if shown > 1 else 1
    data = match["data"]
    if factor > 1:
        data = base64.b64encode(png_bytes(image.scaled(image.size() * factor))).decode()
    style = 'image-rendering="optimizeSpeed" style="image-rendering:pixelated"'
    return f'{match[1]}{style}{match["rest"]}{data}"'
