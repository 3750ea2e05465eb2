"""Activation maximisation: an image made up so that it excites a filter."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from cnnviz.interpret.atlas import read_only
from cnnviz.interpret.attribution.explain import check_settings
from cnnviz.interpret.attribution.telling import tell_nobody
from cnnviz.spec.fields import FieldInfo, FieldKind, described

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.data.treatment import Treatment
    from cnnviz.engine.types import Array
    from cnnviz.interpret.attribution.telling import Tell
    from cnnviz.interpret.attribution.unit import UnitOutput

_GRAY = 0.5
_FIRST_NOISE = 0.05
"""Deviation of the noise on gray with which the climb begins: on plain gray all places are alike."""
_STEP = 0.05
"""How far the pixels move in one step, as the root of the mean square."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Maximisation:
    """How the image is made: gradient ascent on the mean of the map, from gray with a little noise."""

    title: ClassVar = "Activation maximisation"
    tells: ClassVar = "A pattern for which the filter gives large values everywhere."
    cannot: ClassVar = (
        "It is one of many such patterns and no image of the world: what it looks like depends on the seed "
        "and on how it is kept smooth."
    )
    source: ClassVar = "Erhan et al. 2009; Simonyan, Vedaldi & Zisserman 2014"

    steps: int = described(
        128,
        FieldInfo(
            FieldKind.INTEGER,
            "Steps",
            "How often the image is changed a little.",
            "More: stronger patterns.",
            minimum=1,
            maximum=5000,
            step=32,
        ),
    )
    jitter: int = described(
        1,
        FieldInfo(
            FieldKind.INTEGER,
            "Jitter",
            "Before each step the image is shifted by up to so many pixels, and back after it.",
            "More: patterns that do not depend on single pixels.",
            maximum=64,
        ),
    )
    decay: float = described(
        0.1,
        FieldInfo(
            FieldKind.NUMBER,
            "Decay",
            "Share by which every pixel is drawn back towards gray in each step.",
            "More: only what excites the filter much stays.",
            minimum=0.0,
            maximum=0.9,
            step=0.01,
        ),
    )
    smoothing: float = described(
        0.5,
        FieldInfo(
            FieldKind.NUMBER,
            "Smoothing",
            "Share of every pixel that is taken from its neighbours in each step.",
            "More: larger shapes instead of the checks that pooling and strides favour.",
            minimum=0.0,
            maximum=1.0,
            step=0.05,
        ),
    )
    seed: int = described(
        0,
        FieldInfo(
            FieldKind.INTEGER,
            "Seed",
            "Decides the first noise and the shifts: the same seed gives the same image again.",
            maximum=2**31 - 1,
        ),
    )


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Maximised:
    """The image, float32 (C, H, W) in [0, 1], and the mean of the map before each step and at the end."""

    layer_id: str
    unit: int
    settings: Maximisation
    image: NDArray[np.float32]
    values: NDArray[np.float32]


def maximise(
    output: UnitOutput,
    settings: Maximisation,
    tell: Tell = tell_nobody,
    treatment: Treatment | None = None,
) -> Maximised:
    """Climb from gray to an image that excites a map: the same seed gives the same image.

    Each step goes along the gradient, scaled to the same length whatever its size, so that deep layers with
    small gradients need no other settings. Shifting the image is from Olah, Mordvintsev & Schubert 2017,
    smoothing it from Yosinski et al. 2015. The network gets what `treatment` makes of the image.

    Raises
    ------
    SpecError
        A setting is out of its range.
    """
    check_settings(settings)
    rng = np.random.default_rng(settings.seed)
    height, width, channels = output.way.input.shape
    image: Array = _GRAY + _FIRST_NOISE * rng.standard_normal((channels, height, width)).astype(np.float32)
    values = np.empty(settings.steps + 1, np.float32)
    tell(0, settings.steps)
    with np.errstate(all="ignore"):
        for step in range(settings.steps):
            shift = tuple(int(way) for way in rng.integers(-settings.jitter, settings.jitter + 1, 2))
            values[step], uphill = _uphill(output, image, shift, treatment)
            image = np.clip(image + _STEP * uphill, 0, 1)
            image += settings.decay * (_GRAY - image)
            image += np.float32(settings.smoothing) * (_smoothed(image) - image)
            tell(step + 1, settings.steps)
        values[-1] = output.of(_treated(image, treatment)[..., None]).mean()
    made = np.asarray(image, np.float32)
    return Maximised(output.layer_id, output.unit, settings, read_only(made), read_only(values))


def _smoothed(image: Array) -> Array:
    """Return an image (C, H, W) with every pixel mixed with its neighbours, 1 : 2 : 1 both ways.

    Beyond the edge the outermost pixels are repeated. Checks of single pixels become plain.
    """
    for axis in (1, 2):
        padded = np.pad(image, [(1, 1) if axis == other else (0, 0) for other in range(3)], mode="edge")
        length = image.shape[axis]
        before, middle, after = (
            np.take(padded, range(start, start + length), axis=axis) for start in range(3)
        )
        image = (before + 2 * middle + after) / 4
    return image


def _treated(image: Array, treatment: Treatment | None) -> Array:
    return image if treatment is None else treatment.numbers(image.astype(np.float32))


def _uphill(
    output: UnitOutput, image: Array, shift: tuple[int, ...], treatment: Treatment | None
) -> tuple[float, Array]:
    """Return the mean of the map, and the way up with a root mean square of 1; 0 where there is none."""
    moved = np.roll(_treated(image, treatment), shift, axis=(1, 2))
    value, gradient = output.gradient(moved[..., None])
    if treatment is not None:
        gradient = gradient * treatment.slopes(len(image))[:, None, None, None]
    back = np.roll(gradient[..., 0], tuple(-way for way in shift), axis=(1, 2))
    size = float(np.sqrt(np.mean(np.square(back, dtype=np.float64))))
    if not (np.isfinite(size) and size > 0):
        return float(value[0]), np.zeros_like(image)
    uphill: Array = (back / size).astype(image.dtype)
    return float(value[0]), uphill
