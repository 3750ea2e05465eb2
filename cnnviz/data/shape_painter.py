"""Painting figures: what chance puts into every picture, and how it becomes pixels without jagged edges."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.outlines import stroke

if TYPE_CHECKING:
    from cnnviz.data.chance import Chance
    from cnnviz.data.outlines import Outline

SIDE = 32
AT_ONCE = 64
"""Pictures painted at a time: their arrays stay in the cache of a core."""
_ROUNDED = 9
"""Decimals of a sine: mathematics libraries differ in its last bits, and pixels must not."""
_HALF_LENGTH, _HALF_WIDTH = (0.0, 4.0), (0.5, 1.5)
_DARK, _BRIGHT, _ANY = (0.05, 0.35), (0.7, 1.0), (0.0, 1.0)
_CENTRES = np.arange(SIDE, dtype=np.float32) + np.float32(0.5)

Numbers = NDArray[np.float32]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where N things lie: float64 (N,); positions in pixels to the right and down, turned anticlockwise."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    degrees: NDArray[np.float64]

    @property
    def cosine(self) -> NDArray[np.float64]:
        """The cosine of how far each is turned."""
        return _rounded(np.cos(np.radians(self.degrees)))

    @property
    def sine(self) -> NDArray[np.float64]:
        """The sine of how far each is turned."""
        return _rounded(np.sin(np.radians(self.degrees)))

    def taken(self, which: NDArray[np.int64]) -> Places:
        """Return those of `which` only."""
        return Places(self.x[which], self.y[which], self.degrees[which])

    def own_axes(self) -> tuple[Numbers, Numbers]:
        """Return where the pixels lie as each thing sees them, along and across: float32 (N, SIDE, SIDE)."""
        cosine, sine = _column(self.cosine), _column(self.sine)
        right: Numbers = _CENTRES - _column(self.x)
        up: Numbers = _column(self.y) - _CENTRES[:, None]
        along: Numbers = right * cosine + up * sine
        across: Numbers = up * cosine - right * sine
        return along, across


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """One dot or stroke in each of N pictures, or none where its turn is not reached.

    float64 (N,) in pixels, colours float32 (N, 3), and whether it is there, bool (N,).
    """

    places: Places
    half_length: NDArray[np.float64]
    half_width: NDArray[np.float64]
    colours: Numbers
    is_there: NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Scenes:
    """What is in N pictures.

    `diameter`, float64 (N,), is that of the circle around the figure, as a share of the picture's side;
    `background` and `colours`, float32 (N, 3), are red, green and blue in [0, 1]; `clutter` has the strokes
    behind the figures, those farthest back first.
    """

    diameter: NDArray[np.float64]
    places: Places
    background: Numbers
    colours: Numbers
    clutter: tuple[Strokes, ...]


def draw_scenes(
    chance: Chance,
    count: int,
    *,
    colour: float,
    rotation: float,
    diameters: tuple[float, float],
    clutter: int,
) -> Scenes:
    """Draw lots for `count` pictures with whole figures, bright on dark.

    `colour` is the most saturation, `rotation` in degrees to either side, `clutter` the most strokes.
    """
    diameter = chance.between(*diameters, count)
    room = (1.0 - diameter) * SIDE
    middle = chance.between(0.0, 1.0, 2, count) * room + diameter * (SIDE / 2)
    places = Places(middle[0], middle[1], chance.between(-1.0, 1.0, count) * rotation)
    background, figure = (_colours(chance, count, colour, values) for values in (_DARK, _BRIGHT))
    pieces = chance.between(0.0, 1.0, count) * (clutter + 1)
    strokes = tuple(_strokes(chance, colour, pieces >= number) for number in range(1, clutter + 1))
    return Scenes(diameter, places, background, figure, strokes)


def paint(images: NDArray[np.uint8], which: NDArray[np.int64], outline: Outline, scenes: Scenes) -> None:
    """Paint the figure with this outline into those of the `images` (N, SIDE, SIDE, 3)."""
    for start in range(0, len(which), AT_ONCE):
        some = which[start : start + AT_ONCE]
        planes = np.empty((3, len(some), SIDE, SIDE), np.float32)
        planes[:] = scenes.background[some].T[:, :, None, None]
        for strokes in scenes.clutter:
            _paint_strokes(planes, some, strokes)
        along, across = scenes.places.taken(some).own_axes()
        radius = _column(scenes.diameter[some] * (SIDE / 2))
        _cover(planes, outline(along / radius, across / radius) * radius, scenes.colours[some])
        images[some] = np.rint(planes * np.float32(255)).astype(np.uint8).transpose(1, 2, 3, 0)


def add_noise(images: NDArray[np.uint8], deviation: float, chance: Chance) -> None:
    """Add noise of this standard deviation, as a share of full brightness, to `images` (N, SIDE, SIDE, 3)."""
    if not deviation:
        return
    for start in range(0, len(images), AT_ONCE):
        some = images[start : start + AT_ONCE]
        noise = chance.normal(some.size).reshape(some.shape) * np.float32(255 * deviation)
        some[:] = np.clip(np.rint(some + noise), 0, 255).astype(np.uint8)


def _strokes(chance: Chance, colour: float, is_there: NDArray[np.bool_]) -> Strokes:
    count = len(is_there)
    places = Places(
        chance.between(0.0, SIDE, count), chance.between(0.0, SIDE, count), chance.between(0.0, 180.0, count)
    )
    half_length, half_width = chance.between(*_HALF_LENGTH, count), chance.between(*_HALF_WIDTH, count)
    return Strokes(places, half_length, half_width, _colours(chance, count, colour, _ANY), is_there)


def _paint_strokes(planes: Numbers, some: NDArray[np.int64], strokes: Strokes) -> None:
    here = np.flatnonzero(strokes.is_there[some])
    if not len(here):
        return
    which = some[here]
    along, across = strokes.places.taken(which).own_axes()
    distance = stroke(along, across, _column(strokes.half_length[which]), _column(strokes.half_width[which]))
    part = planes[:, here]
    _cover(part, distance, strokes.colours[which])
    planes[:, here] = part


def _cover(planes: Numbers, distance: Numbers, colours: Numbers) -> None:
    """Mix colours (N, 3) into planes (3, N, SIDE, SIDE), by how much of each pixel lies inside.

    That is half a pixel minus the distance of its centre, in pixels, from the outline.
    """
    cover = np.clip(np.float32(0.5) - distance, 0, 1)
    for plane, channel in zip(planes, colours.T, strict=True):
        plane += cover * (channel[:, None, None] - plane)


def _colours(chance: Chance, count: int, colour: float, values: tuple[float, float]) -> Numbers:
    """Return colours, float32 (count, 3), of any hue, of a saturation up to `colour` and of these values."""
    hue, value = chance.between(0.0, 6.0, count), chance.between(*values, count)
    saturation = chance.between(0.0, 1.0, count) * colour
    channels = []
    for offset in (5.0, 3.0, 1.0):
        place = (offset + hue) % 6.0
        channels.append(value - value * saturation * np.clip(np.minimum(place, 4.0 - place), 0.0, 1.0))
    return np.stack(channels, axis=1).astype(np.float32)


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    rounded: NDArray[np.float64] = np.round(values, _ROUNDED)
    return rounded


def _column(values: NDArray[np.float64]) -> Numbers:
    return values.astype(np.float32)[:, None, None]
