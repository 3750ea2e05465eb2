"""From a drawing to the image that the makers of a data set would have made of it, step by step.

Two recipes are known. Everything else is made smaller as a whole.

The digits of the UCI Machine Learning Repository [1]_ are 32×32 bitmaps of which the ink in each 4×4 block
was counted. The bitmaps were made by programs of NIST [2]_, which stretch a digit to 20×32, make its strokes
thicker or thinner, and shear it until it stands upright. The bundled digits show all three: each fills all 8
rows, half of them have between 285 and 338 inked pixels, and in four of five the ink of the first and of the
last row begins in the same column. The steps here were made after those traces, not after that program.

The digits of MNIST [3]_ were fitted into a box of 20×20 with their proportions, in grey, and the box was put
into 28×28 with the centre of mass in the middle.

References
----------
.. [1] E. Alpaydin, C. Kaynak (1998), Optical Recognition of Handwritten Digits,
   https://doi.org/10.24432/C50P49: "32x32 bitmaps are divided into nonoverlapping blocks of 4x4 and the
   number of on pixels are counted in each block."
.. [2] M. D. Garris et al. (1994), NIST Form-Based Handprint Recognition System, NISTIR 5469.
.. [3] Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits: "size normalized to fit
   in a 20x20 pixel box while preserving their aspect ratio [...] centered in a 28x28 image by computing the
   center of mass of the pixels".
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from cnnviz.data import digits
from cnnviz.data import drawing_steps as steps
from cnnviz.data.drawing_steps import INK
from cnnviz.data.fitting import Color, Fitting, fitted
from cnnviz.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset

BITMAP_SIDE, BLOCK, BOX_WIDTH = 32, 4, 20
USUAL_INK = 310
"""Pixels with ink in a bitmap; the median of the bundled digits is 313."""
MOST_STRETCH = 1.5
MNIST_SIDE, MNIST_BOX = 28, 20
_SAMPLE = 200
_MNIST_SHARE = 0.95
_COLORS = 3


class Recipe(enum.Enum):
    """Whose way of making an image is followed; the value is for people."""

    DIGITS = "as the makers of the digits did"
    MNIST = "as the makers of MNIST did"
    PLAIN = "made smaller as a whole"


class Choice(enum.Enum):
    """A step that can be left out; the value is its name."""

    BOX = "Box"
    STROKES = "Strokes"
    UPRIGHT = "Upright"
    CENTRE = "Centre"


@dataclass(frozen=True, slots=True)
class Target:
    """What is to come out: the shape of an image, how it is made, and whether ink is dark on light paper."""

    recipe: Recipe
    height: int
    width: int
    channels: int
    has_dark_ink: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One picture of a preparation.

    Attributes
    ----------
    name
        One or two words.
    explanation
        What was done, in one sentence.
    image
        uint8 (H, W) or (H, W, 3), read-only; 255 is white. Ink is white until the last step.
    choice
        Set where the step can be left out.
    is_done
        Whether it was done; a step left out has the picture of the step before.
    """

    name: str
    explanation: str
    image: NDArray[np.uint8]
    choice: Choice | None = None
    is_done: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Preparation:
    """All pictures from the drawing to the image, and the image itself.

    `pixels` are float32 (C, H, W) in [0, 1], read-only, as a network gets them. `is_empty` says that there is
    no ink of at least half strength.
    """

    target: Target
    steps: tuple[Step, ...]
    pixels: NDArray[np.float32]
    is_empty: bool


def target_of(dataset: Dataset) -> Target:
    """Return what a drawing has to become to be like the images of a data set.

    The images themselves tell: MNIST's recipe is followed for 28×28 grey images whose ink fills a box of
    20×20, and ink is dark where the edges of the images are light. Some 200 images are looked at.
    """
    height, width, channels = dataset.image_shape
    sample = dataset.images[:: max(1, len(dataset) // _SAMPLE)]
    edges = np.concatenate([sample[:, 0], sample[:, -1], sample[:, :, 0], sample[:, :, -1]], axis=1)
    has_dark_ink = float(np.median(edges)) > dataset.max_value / 2
    recipe = Recipe.PLAIN
    if dataset.name == digits.NAME:
        recipe = Recipe.DIGITS
    elif (height, width, channels) == (MNIST_SIDE, MNIST_SIDE, 1) and _is_boxed(sample[..., 0]):
        recipe = Recipe.MNIST
    return Target(recipe, height, width, channels, has_dark_ink)


def target_for(target: Target, height: int, width: int, channels: int) -> Target:
    """Return what a drawing has to become for a network whose input may be other than the images of a set.

    `target` is that of the set. Where the shape is another one, the digits' recipe is followed for 8×8 and
    MNIST's for 28×28 grey images.
    """
    if (height, width, channels) == (target.height, target.width, target.channels):
        return target
    recipe = {digits.IMAGE_SHAPE: Recipe.DIGITS, (MNIST_SIDE, MNIST_SIDE, 1): Recipe.MNIST}.get(
        (height, width, channels), Recipe.PLAIN
    )
    has_dark_ink = target.has_dark_ink and recipe is Recipe.PLAIN
    return replace(
        target, recipe=recipe, height=height, width=width, channels=channels, has_dark_ink=has_dark_ink
    )


def _is_boxed(images: NDArray[np.uint8]) -> bool:
    """Return whether the ink of nearly all images (N, 28, 28) is in a box of 20×20, and reaches its edge."""
    boxed = 0
    for image in images:
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        boxed += bool(rows.size) and max(np.ptp(rows), np.ptp(columns)) + 1 == MNIST_BOX
    return boxed >= _MNIST_SHARE * len(images)


def prepare(canvas: NDArray[Any], target: Target, without: frozenset[Choice] = frozenset()) -> Preparation:
    """Make the image of a drawing.

    Parameters
    ----------
    canvas
        (H, W), uint8 or floating-point in [0, 1]; 0 is paper, 255 or 1 is ink.
    target
        What is to come out.
    without
        Steps that are left out.

    Raises
    ------
    DataError
        The canvas has another type, shape or range.
    """
    ink = _checked(canvas)
    first = Step("Drawing", f"What was drawn, {ink.shape[1]} wide and {ink.shape[0]} high.", ink)
    make = {Recipe.DIGITS: _digit, Recipe.MNIST: _mnist, Recipe.PLAIN: _plain}[target.recipe]
    following, last = make(ink, target, without)
    pixels = last.reshape(target.height, target.width, target.channels).transpose(2, 0, 1)
    pixels = np.ascontiguousarray(pixels)
    pixels.flags.writeable = False
    for step in following:
        step.image.flags.writeable = False
    return Preparation(target, (first, *following), pixels, steps.ink_box(ink) is None)


def _digit(
    ink: NDArray[np.uint8], target: Target, without: frozenset[Choice]
) -> tuple[list[Step], NDArray[np.float32]]:
    side = BITMAP_SIDE
    whole = steps.bitmap(steps.resized(ink, side, side))
    boxed = steps.bitmap(steps.stretched_to_box(ink, side, side, BOX_WIDTH, MOST_STRETCH))
    box = _optional(
        Choice.BOX, without, whole, boxed, f"Stretched to {BOX_WIDTH}×{side}, as a bitmap of {side}×{side}."
    )
    inked = steps.with_ink(box.bits, USUAL_INK)
    thick = _optional(Choice.STROKES, without, box.bits, inked, _about_strokes(box.bits, inked))
    straight = _optional(
        Choice.UPRIGHT,
        without,
        thick.bits,
        steps.upright(thick.bits),
        "Sheared until the first and the last row of ink begin in the same column.",
    )
    counts = steps.block_counts(straight.bits, BLOCK).astype(np.float32) / np.float32(digits.MAX_VALUE)
    words = f"How many pixels of each {BLOCK}×{BLOCK} block have ink, 0 to {digits.MAX_VALUE}."
    return [box.step, thick.step, straight.step, Step("Counts", words, _grey(counts))], counts


@dataclass(frozen=True, slots=True, eq=False)
class _Bits:
    bits: NDArray[np.bool_]
    step: Step


def _optional(
    choice: Choice,
    without: frozenset[Choice],
    before: NDArray[np.bool_],
    after: NDArray[np.bool_],
    explanation: str,
) -> _Bits:
    is_done = choice not in without
    bits = after if is_done else before
    return _Bits(bits, Step(choice.value, explanation, _grey(bits), choice, is_done))


def _about_strokes(before: NDArray[np.bool_], after: NDArray[np.bool_]) -> str:
    own, made = np.count_nonzero(before), np.count_nonzero(after)
    if own == made:
        return f"Left as they are: their {own} pixels are close to the usual {USUAL_INK}."
    change = "thicker" if made > own else "thinner"
    return f"Made {change}: {made} pixels instead of {own}; {USUAL_INK} are usual."


def _mnist(
    ink: NDArray[np.uint8], target: Target, without: frozenset[Choice]
) -> tuple[list[Step], NDArray[np.float32]]:
    has_box, has_centre = Choice.BOX not in without, Choice.CENTRE not in without
    image = (
        steps.fitted_to_box(ink, MNIST_SIDE, MNIST_BOX)
        if has_box
        else steps.resized(ink, MNIST_SIDE, MNIST_SIDE)
    )
    box = Step(
        Choice.BOX.value,
        f"Fitted into {MNIST_BOX}×{MNIST_BOX} with its proportions, in {MNIST_SIDE}×{MNIST_SIDE}.",
        image,
        Choice.BOX,
        has_box,
    )
    if has_centre:
        image = steps.centred_by_mass(image)
    words = "Moved until the centre of mass is in the middle."
    return [box, Step(Choice.CENTRE.value, words, image, Choice.CENTRE, has_centre)], _scaled(image)


def _plain(
    ink: NDArray[np.uint8], target: Target, without: frozenset[Choice]
) -> tuple[list[Step], NDArray[np.float32]]:
    image, told = fitted(Image.fromarray(ink), Fitting(target.height, target.width, Color.GRAY))
    made = [Step("Size", "; ".join(told) + "." if told else "It has the size already.", image[..., 0].copy())]
    if target.has_dark_ink:
        image = np.asarray(INK - image, np.uint8)
        made.append(Step("Inverted", "Dark ink on light paper, as in the data set.", image[..., 0].copy()))
    if target.channels > 1:
        image = np.repeat(image, target.channels, axis=2)
        words = f"Grey repeated in all {target.channels} channels."
        made.append(Step("Colour", words, np.repeat(image[..., :1], _COLORS, axis=2)))
    return made, _scaled(image)


def _scaled(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    return image.astype(np.float32) / np.float32(INK)


def _grey(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Return numbers in [0, 1], or bits, as grey."""
    return np.rint(values * np.float32(INK)).astype(np.uint8)


def _checked(canvas: NDArray[Any]) -> NDArray[np.uint8]:
    """Return a canvas as uint8 that nobody writes."""
    if canvas.ndim != 2 or not canvas.size:
        raise DataError(f"A drawing must be (height, width) and not empty; received {canvas.shape}.")
    if canvas.dtype == np.uint8:
        ink = canvas.copy()
    elif canvas.dtype.kind == "f":
        low, high = float(canvas.min()), float(canvas.max())
        if not (low >= 0 and high <= 1):
            raise DataError(f"The ink of a drawing must be 0 to 1; received {low:g} to {high:g}.")
        ink = _grey(canvas)
    else:
        raise DataError(f"A drawing must be of uint8 or floating-point values; received {canvas.dtype}.")
    ink.flags.writeable = False
    return ink
