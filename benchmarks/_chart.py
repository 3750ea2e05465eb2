"""A line chart with logarithmic axes as a PNG, drawn with Pillow."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_SIZE = (960, 520)
_LEFT, _TOP, _RIGHT, _BOTTOM = 90, 50, 260, 60
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")  # Okabe & Ito, for all eyes
_MARKERS = ("circle", "square", "triangle")


@dataclasses.dataclass(frozen=True, slots=True)
class Chart:
    """Lines (x, y), all above 0, by their names."""

    title: str
    x_title: str
    y_title: str
    lines: Mapping[str, Sequence[tuple[float, float]]]

    def save(self, path: Path) -> None:
        """Write the picture."""
        image = Image.new("RGB", _SIZE, "white")
        draw = ImageDraw.Draw(image)
        font = ImageFont.load_default(size=14)
        self._draw_axes(draw, font)
        for number, (name, points) in enumerate(self.lines.items()):
            self._draw_line(draw, font, number, name, points)
        draw.text((_LEFT, 14), self.title, fill="black", font=ImageFont.load_default(size=17))
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path, optimize=True)

    def _draw_axes(
        self, draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont | ImageFont.ImageFont
    ) -> None:
        right, bottom = _SIZE[0] - _RIGHT, _SIZE[1] - _BOTTOM
        for value in sorted({x for points in self.lines.values() for x, _ in points}):
            place = self._place(value, 1)[0]
            draw.line((place, _TOP, place, bottom), fill="#e4e4e4")
            draw.text((place, bottom + 8), f"{value:g}", fill="black", font=font, anchor="ma")
        for value in self._y_ticks():
            place = self._place(1, value)[1]
            draw.line((_LEFT, place, right, place), fill="#e4e4e4")
            draw.text((_LEFT - 8, place), f"{value:,g}", fill="black", font=font, anchor="rm")
        draw.rectangle((_LEFT, _TOP, right, bottom), outline="#606060")
        draw.text(((_LEFT + right) / 2, _SIZE[1] - 24), self.x_title, fill="black", font=font, anchor="ma")
        draw.text((8, _TOP - 8), self.y_title, fill="black", font=font, anchor="ls")

    def _draw_line(
        self,
        draw: ImageDraw.ImageDraw,
        font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
        number: int,
        name: str,
        points: Sequence[tuple[float, float]],
    ) -> None:
        colour, marker = _COLOURS[number % len(_COLOURS)], _MARKERS[number % len(_MARKERS)]
        places = [self._place(x, y) for x, y in points]
        draw.line(places, fill=colour, width=2)
        key = (_SIZE[0] - _RIGHT + 20, _TOP + 12 + 24 * number)
        for place in (*places, key):
            _mark(draw, place, marker, colour)
        draw.text((key[0] + 12, key[1]), name, fill="black", font=font, anchor="lm")

    def _place(self, x: float, y: float) -> tuple[float, float]:
        (x_low, x_high), (y_low, y_high) = self._range(0), self._range(1)
        across = math.log(x / x_low) / math.log(x_high / x_low)
        up = math.log(y / y_low) / math.log(y_high / y_low)
        width, height = _SIZE[0] - _LEFT - _RIGHT, _SIZE[1] - _TOP - _BOTTOM
        return _LEFT + across * width, _TOP + (1 - up) * height

    def _range(self, axis: int) -> tuple[float, float]:
        values = [point[axis] for points in self.lines.values() for point in points]
        return min(values) / 1.15, max(values) * 1.15

    def _y_ticks(self) -> list[float]:
        low, high = self._range(1)
        decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        ticks = [factor * 10.0**decade for decade in decades for factor in (1, 2, 5)]
        return [tick for tick in ticks if low <= tick <= high]


def _mark(draw: ImageDraw.ImageDraw, place: tuple[float, float], marker: str, colour: str) -> None:
    x, y = place
    if marker == "circle":
        draw.ellipse((x - 4, y - 4, x + 4, y + 4), fill=colour)
    elif marker == "square":
        draw.rectangle((x - 4, y - 4, x + 4, y + 4), fill=colour)
    else:
        draw.polygon(((x, y - 5), (x - 5, y + 4), (x + 5, y + 4)), fill=colour)
