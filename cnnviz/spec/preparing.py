"""What is done to every image before a network gets it, be it for training, testing or a look."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from cnnviz.spec.differences import lowered, value_in_words
from cnnviz.spec.fields import FieldInfo, FieldKind, described, field_infos

UNIT, SYMMETRIC, RAW = "unit", "symmetric", "raw"
CROP, PAD, STRETCH = "crop", "pad", "stretch"
MAX_SIDE = 4_096


def _side(label: str, meaning: str) -> int:
    info = FieldInfo(FieldKind.INTEGER, label, meaning, minimum=0, maximum=MAX_SIDE, at_least="as it is")
    value: int = described(0, info)
    return value


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Preparing:
    """How images become the numbers that a network gets. By default pixels are numbers from 0 to 1.

    Images are made grey, then brought to another size; then pixels become numbers, which at last may be
    standardised: less their mean and divided by their standard deviation, both of each channel and over all
    training images, so that nothing of validation and test images gets in (LeCun and others 1998, §4.3). So
    may the numbers be that are to be learned.
    """

    title: ClassVar = "Preparation"
    summary: ClassVar = "For training, evaluation, single images and drawings alike. It is kept with the run."

    grey: bool = described(
        False,
        FieldInfo(FieldKind.FLAG, "Grey", "Colours become grey: 0.299 red, 0.587 green, 0.114 blue."),
    )
    height: int = _side("Height", "Rows that every image is brought to; 0 for as many as it has.")
    width: int = _side("Width", "Columns that every image is brought to; 0 for as many as it has.")
    fit: str = described(
        PAD,
        FieldInfo(
            FieldKind.CHOICE,
            "Fit",
            "What happens where an image has other proportions than those wanted.",
            choices=((CROP, "cut to its middle"), (PAD, "pad at the border"), (STRETCH, "stretch")),
        ),
    )
    scaling: str = described(
        UNIT,
        FieldInfo(
            FieldKind.CHOICE,
            "Pixels from",
            "Which numbers black and white become.",
            choices=((UNIT, "0 to 1"), (SYMMETRIC, "−1 to 1"), (RAW, "as stored, up to 255")),
        ),
    )
    standardise: bool = described(
        False,
        FieldInfo(
            FieldKind.FLAG,
            "Standardise",
            "Each channel has mean 0 and deviation 1 over the training images.",
            "Numbers of one scale about 0 make the descent straighter.",
        ),
    )
    standardise_targets: bool = described(
        False,
        FieldInfo(
            FieldKind.FLAG,
            "Standardise targets",
            "Numbers to be learned have mean 0 and deviation 1 over the training images.",
            "Prices of thousands are learned as easily as shares of 1, and told in their own units.",
        ),
    )

    @property
    def is_on(self) -> bool:
        """Whether anything is done but dividing by the largest pixel value."""
        return self != Preparing(fit=self.fit)

    @property
    def changes_images(self) -> bool:
        """Whether images get another colour or size."""
        return bool(self.grey or self.height or self.width)


def preparing_in_words(preparing: Preparing) -> str:
    """Return what is done in one line, `grey, standardise`; empty where nothing is."""
    words = []
    for name, info in field_infos(Preparing).items():
        value = getattr(preparing, name)
        if name == "fit" and not (preparing.height or preparing.width):
            continue
        if value != getattr(Preparing(), name):
            label = lowered(info.label)
            words.append(label if value is True else f"{label} {value_in_words(info, value)}")
    return ", ".join(words)


def preparing_in_short(preparing: Preparing) -> str:
    """Return what was done, as a mark behind a name: `32×32, grey, standardised`; empty where nothing was."""
    height, width = preparing.height, preparing.width
    sides = [f"height {height}"] if height else [f"width {width}"] if width else []
    marks = {
        "grey": preparing.grey,
        "pixels −1 to 1": preparing.scaling == SYMMETRIC,
        "pixels as stored": preparing.scaling == RAW,
        "standardised": preparing.standardise,
        "targets standardised": preparing.standardise_targets,
    }
    size = [f"{height}×{width}"] if height and width else sides
    return ", ".join([*size, *(mark for mark, is_on in marks.items() if is_on)])
