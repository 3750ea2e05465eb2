"""How training images are varied, so that a network sees each of them a little differently every time."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

from cnnviz.spec.differences import lowered, value_in_words
from cnnviz.spec.fields import FieldInfo, FieldKind, described, field_infos


def _most(label: str, meaning: str, maximum: float, step: float, effect: str = "") -> Any:
    """Describe how far a variation goes at the most; 0, which is the default, switches it off."""
    return described(0.0, FieldInfo(FieldKind.NUMBER, label, meaning, effect, 0.0, maximum, step))


def _flip(label: str, meaning: str) -> Any:
    return described(False, FieldInfo(FieldKind.FLAG, label, meaning))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Augmenting:
    """The variations of training images; all are off by default, and validation and test images have none.

    Each image draws its own numbers anew in every epoch: evenly from minus to plus what a field says, for
    `scale` and `contrast` evenly on a logarithmic scale from 1 / (1 + x) to 1 + x. What moves pixels is done
    in one resampling; then come contrast, brightness and noise, on a scale of pixels from 0 to 1, and the
    square that is blacked out (DeVries & Taylor 2017).
    """

    title: ClassVar = "Varied images"
    summary: ClassVar = (
        "Training images are varied anew in every epoch; validation and test images stay as they are."
    )

    shift: float = _most(
        "Shift", "Moved sideways and up or down by up to this share of the image's size.", 0.5, 0.02
    )
    rotate: float = _most("Rotate", "Turned about the middle by up to so many degrees, either way.", 180.0, 5)
    scale: float = _most("Scale", "Made larger or smaller: 0.2 is by up to 1.2 times.", 1.0, 0.05)
    shear: float = _most("Shear", "Slanted by up to so many degrees, either way.", 60.0, 5)
    elastic: float = _most(
        "Elastic",
        "Bent smoothly: no pixel moves by more than this share of the image's size.",
        0.3,
        0.02,
        "As if drawn by another hand (Simard and others 2003).",
    )
    flip_horizontal: bool = _flip("Flip sideways", "Mirrored left to right, every other time.")
    flip_vertical: bool = _flip("Flip upside down", "Mirrored top to bottom, every other time.")
    contrast: float = _most(
        "Contrast", "Raised or lowered about mid-grey: 0.5 is by up to 1.5 times.", 3.0, 0.1
    )
    brightness: float = _most(
        "Brightness", "Made brighter or darker by up to this share of white.", 1.0, 0.05
    )
    noise: float = _most(
        "Noise", "Random grain of up to this standard deviation, as a share of white.", 0.5, 0.02
    )
    cutout: float = _most(
        "Cutout",
        "Side of a square at a random place that is blacked out, as a share of the image's shorter side.",
        0.9,
        0.05,
        "The network has to look at the whole image (DeVries & Taylor 2017).",
    )

    @property
    def is_on(self) -> bool:
        """Whether anything is varied."""
        return self != Augmenting()

    @property
    def moves_pixels(self) -> bool:
        """Whether images have to be resampled."""
        return any(getattr(self, name) for name in _GEOMETRIC)

    @property
    def changes_values(self) -> bool:
        """Whether pixels get other values where they stand, the square left aside."""
        return bool(self.contrast or self.brightness or self.noise)


_GEOMETRIC = ("shift", "rotate", "scale", "shear", "elastic", "flip_horizontal", "flip_vertical")


def augmenting_in_words(augmenting: Augmenting) -> str:
    """Return what is varied in one line, `shift 0.1, rotate 15`; empty where nothing is."""
    words = []
    for name, info in field_infos(Augmenting).items():
        value = getattr(augmenting, name)
        if value:
            label = lowered(info.label)
            words.append(label if value is True else f"{label} {value_in_words(info, value)}")
    return ", ".join(words)
