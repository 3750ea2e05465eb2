"""Colours, fonts and scales with which the unit page is painted."""

from __future__ import annotations

import dataclasses
import enum
import functools
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QStaticText

from cnnviz.interpret.atlas import FIRST_INDEX, LAST_INDEX
from cnnviz.interpret.colormaps import ZERO_INDEX, ColorMap, lut
from cnnviz.ui.theme import caption_font, colors_of, mono_font, strong_font

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from cnnviz.ui.theme import Colors

_DARKEST_PAPER = 140
"""Numbers on cells lighter than this, of 255, are black, on others white."""
_LEAST_WIDTH, _MOST_WIDTH = 1e-30, 1e37
"""Scales of less or more leave the range of float32 while places are computed."""
_SMALL_SCALE = 0.86
_MOST_LAID_OUT = 4096
_INDEXED = QImage.Format.Format_Indexed8


class Ramp(enum.Enum):
    """Which colours numbers have."""

    IMAGE = ColorMap.GRAY
    AMOUNT = ColorMap.VIRIDIS
    SIGNED = ColorMap.DIVERGING


@dataclasses.dataclass(frozen=True, slots=True)
class Scaling:
    """The colours of numbers from `low` to `high`; for signed ones low is -high."""

    ramp: Ramp
    low: float
    high: float

    @classmethod
    def signed(cls, *arrays: NDArray[np.floating]) -> Scaling:
        """Return a scale with zero in the middle that holds all finite numbers of some arrays."""
        high = max(float(np.abs(np.nan_to_num(one, posinf=0, neginf=0)).max(initial=0)) for one in arrays)
        return cls(Ramp.SIGNED, -high, high)

    def indices(self, values: NDArray[np.floating]) -> NDArray[np.uint8]:
        """Return the places of numbers in the table of colours, 0 for those that are not finite."""
        low, width = float(self.low), float(self.high) - float(self.low)
        first = FIRST_INDEX if self.ramp is not Ramp.SIGNED else 2 * ZERO_INDEX - LAST_INDEX
        if width > 0:
            exact = values if _LEAST_WIDTH < width < _MOST_WIDTH else values.astype(np.float64)
            with np.errstate(over="ignore"):  # of numbers far beyond the scale, which have its last colour
                places = (exact - low) * ((LAST_INDEX - first) / width) + (first + 0.5)
        else:
            places = np.full(values.shape, ZERO_INDEX if self.ramp is Ramp.SIGNED else FIRST_INDEX, float)
        if np.isfinite(places).all():
            found: NDArray[np.uint8] = np.clip(places, FIRST_INDEX, LAST_INDEX).astype(np.uint8)
            return found
        finite = np.isfinite(values)
        found = np.clip(np.where(finite, places, 1), 1, LAST_INDEX).astype(np.uint8)
        found[~finite] = 0
        return found


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Pens:
    """The colours and fonts of a widget, as it is now. Lengths and fonts are in device pixels.

    `is_vector` says that what is painted is kept as a drawing, which may be looked at from very near.
    `laid_out` keeps numbers in the small font: they come again and again while a kernel slides.
    """

    colors: Colors
    ratio: float
    caption: QFont
    body: QFont
    strong: QFont
    digits: QFont
    small: QFont
    is_vector: bool = False
    laid_out: dict[str, tuple[QStaticText, float, float]] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, widget: QWidget) -> Pens:
        """Return those of a widget."""
        ratio = widget.devicePixelRatioF()
        caption = caption_font(widget)
        fonts = (caption, widget.font(), strong_font(widget), mono_font(widget))
        small = _scaled(caption, _SMALL_SCALE)
        caption, body, strong, digits, small = (_scaled(font, ratio) for font in (*fonts, small))
        return cls(colors_of(widget), ratio, caption, body, strong, digits, small)

    def px(self, length: float) -> int:
        """Return a length given in logical pixels."""
        return round(length * self.ratio)

    @property
    def line(self) -> int:
        """The thickness of a hairline."""
        return max(1, round(self.ratio))

    def height(self, font: QFont) -> int:
        """Return the height of a line of text."""
        return QFontMetrics(font).height()

    def width(self, text: str, font: QFont) -> int:
        """Return the width of a line of text."""
        return QFontMetrics(font).horizontalAdvance(text)

    def small_text(self, words: str) -> tuple[QStaticText, float, float]:
        """Return words in the small font laid out, with width and height: to be painted again and again."""
        found = self.laid_out.get(words)
        if found is None:
            if len(self.laid_out) >= _MOST_LAID_OUT:
                self.laid_out.clear()
            static = QStaticText(words)
            static.setTextFormat(Qt.TextFormat.PlainText)
            static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            static.prepare(font=self.small)
            found = self.laid_out[words] = static, static.size().width(), static.size().height()
        return found

    def image(self, values: NDArray[np.floating], scaling: Scaling) -> QImage:
        """Return numbers (rows, columns) as an image of one pixel for each."""
        indices = scaling.indices(values)
        rows, columns = indices.shape
        image = QImage(indices.tobytes(), columns, rows, columns, _INDEXED).copy()
        image.setColorTable(list(table(scaling.ramp, self.colors.is_dark)))
        return image

    def colors_of(self, values: NDArray[np.floating], scaling: Scaling) -> list[QColor]:
        """Return the colours of numbers, in reading order."""
        known = _table_colors(scaling.ramp, self.colors.is_dark)
        return [known[index] for index in scaling.indices(values).ravel().tolist()]

    def ink(self, scaling: Scaling, values: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Return for numbers whether black is readable on their colours; else white is."""
        return _is_light(scaling.ramp, self.colors.is_dark)[scaling.indices(values)]


@functools.lru_cache(maxsize=8)
def ramp_image(ramp: Ramp, dark: bool) -> QImage:
    """Return all colours of a ramp side by side, from the lowest to the highest."""
    image = QImage(bytes(range(FIRST_INDEX, LAST_INDEX + 1)), LAST_INDEX, 1, LAST_INDEX, _INDEXED).copy()
    image.setColorTable(list(table(ramp, dark)))
    return image


@functools.lru_cache(maxsize=8)
def table(ramp: Ramp, dark: bool) -> tuple[int, ...]:
    """Return the 256 colours of a ramp; index 0, of numbers that are not finite, is a middle gray."""
    colors = [QColor(*map(int, color)).rgb() for color in lut(ramp.value, dark=dark)]
    colors[0] = QColor(128, 128, 128).rgb()
    return tuple(colors)


@functools.lru_cache(maxsize=8)
def _table_colors(ramp: Ramp, dark: bool) -> tuple[QColor, ...]:
    return tuple(QColor.fromRgb(color) for color in table(ramp, dark))


@functools.lru_cache(maxsize=8)
def _is_light(ramp: Ramp, dark: bool) -> NDArray[np.bool_]:
    colors = _table_colors(ramp, dark)
    weighed = [0.299 * one.red() + 0.587 * one.green() + 0.114 * one.blue() for one in colors]
    return np.array(weighed) > _DARKEST_PAPER


def _scaled(font: QFont, scale: float) -> QFont:
    result = QFont(font)
    if font.pointSizeF() > 0:
        result.setPointSizeF(font.pointSizeF() * scale)
    else:
        result.setPixelSize(max(1, round(font.pixelSize() * scale)))
    return result
