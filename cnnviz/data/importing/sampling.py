"""A look at some pictures of a folder, and what size and colour of images suits them."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.fitting import Color
from cnnviz.data.importing.decoding import is_colored
from cnnviz.data.importing.watch import Stage
from cnnviz.data.pictures import decode
from cnnviz.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    from cnnviz.data.importing.listing import Listing
    from cnnviz.data.importing.recipe import Recipe
    from cnnviz.data.importing.watch import Watch

SAMPLES = 32
SHOWN = 10
"""Pictures whose pixels are kept, to be shown."""

KEPT_SIDE = 96
"""Pictures that are all of one size no longer than this keep it."""

USUAL_SIDE = 64
"""Longest side that is proposed for larger pictures: a network learns from them in minutes, not in hours."""

_SMALL_SIDE = 32
_SHOWN_SIDE = 256
_SAME_PROPORTIONS = 1.03


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A picture to be shown: its place in the listing, its size (width, height) and its pixels."""

    place: int
    size: tuple[int, int]
    image: Image.Image


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """What a look at some pictures has shown.

    Attributes
    ----------
    shown
        Some of them, spread over all.
    sizes
        Width and height of each that could be read.
    colored
        How many of them are in colour.
    unreadable
        How many could not be read.
    """

    shown: tuple[Sample, ...]
    sizes: tuple[tuple[int, int], ...]
    colored: int
    unreadable: int


def take_samples(listing: Listing, places: NDArray[np.int64], watch: Watch) -> Samples:
    """Read some pictures, spread evenly over `places` of a listing.

    Raises
    ------
    DataError
        None of them can be read.
    """
    chosen = places[np.unique(np.linspace(0, len(places) - 1, min(SAMPLES, len(places))).round().astype(int))]
    step = max(1, len(chosen) // SHOWN)
    shown: list[Sample] = []
    sizes: list[tuple[int, int]] = []
    colored = unreadable = 0
    reason = ""
    for number, place in enumerate(chosen.tolist()):
        watch.check()
        watch.tell(Stage.SAMPLING, number, len(chosen))
        try:
            picture = decode(listing.path(place), at_least=(_SHOWN_SIDE, _SHOWN_SIDE))
        except DataError as error:
            unreadable += 1
            reason = str(error)
            continue
        sizes.append(picture.size)
        colored += is_colored(picture.image)
        if len(shown) < SHOWN and (number % step == 0 or len(chosen) - number <= SHOWN - len(shown)):
            shown.append(Sample(place, picture.size, _shrunk(picture.image)))
    if not sizes:
        raise DataError(f"{listing.root}: none of {len(chosen)} pictures tried can be read. {reason}")
    return Samples(tuple(shown), tuple(sizes), colored, unreadable)


def _shrunk(image: Image.Image) -> Image.Image:
    """Return a picture that is small enough to be kept for a preview."""
    factor = min(image.size) // _SHOWN_SIDE
    return image.reduce(factor) if factor > 1 else image


def completed(recipe: Recipe, samples: Samples) -> Recipe:
    """Return the recipe with a size and a colour, guessed where they were left open."""
    return replace(
        recipe,
        size=recipe.size or likely_size(samples.sizes),
        color=recipe.color or (Color.RGB if samples.colored else Color.GRAY),
    )


def likely_size(sizes: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    """Return the height and width that suit pictures of these sizes (width, height).

    Pictures of one size keep it where it is small; larger ones keep their proportions. Pictures of different
    proportions become square.
    """
    if len(set(sizes)) == 1 and max(sizes[0]) <= KEPT_SIDE:
        return sizes[0][1], sizes[0][0]
    width = statistics.median(size[0] for size in sizes)
    height = statistics.median(size[1] for size in sizes)
    longest = max(width, height)
    side = USUAL_SIDE if longest >= USUAL_SIDE else _SMALL_SIDE if longest >= _SMALL_SIDE else round(longest)
    proportions = [across / down for across, down in sizes]
    if max(proportions) <= min(proportions) * _SAME_PROPORTIONS:
        scale = side / longest
        return max(1, round(height * scale)), max(1, round(width * scale))
    return side, side
