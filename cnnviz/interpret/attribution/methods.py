"""The ways to ask why, each with its settings, what it tells, what it cannot, and where it is from."""

from __future__ import annotations

import dataclasses
import math
from typing import ClassVar

from cnnviz.spec.fields import FieldInfo, FieldKind, described

SHADES = {"black": 0.0, "gray": 0.5, "white": 1.0}
"""Names of plain images, and the value of all their pixels."""
MEAN = "mean"
"""The shade that is the mean of the image, channel by channel."""
_SHADE_CHOICES = (("black", "black"), ("gray", "gray"), ("white", "white"), (MEAN, "mean of the image"))
_MOST_SEED = 2**31 - 1
_PATCH_SHARE = 4
"""An image is as wide as about so many patches, where nobody chose their size."""


def _seed() -> FieldInfo:
    meaning = "Decides the random numbers: the same seed gives the same picture again."
    return FieldInfo(FieldKind.INTEGER, "Seed", meaning, maximum=_MOST_SEED)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Saliency:
    """|∂ score / ∂ pixel|, the largest over the channels."""

    title: ClassVar = "Saliency"
    tells: ClassVar = "Which pixels would change the score most if they changed a little."
    cannot: ClassVar = (
        "It does not say whether a pixel speaks for or against the class, and it is noisy: the gradient "
        "jumps from pixel to pixel."
    )
    source: ClassVar = "Simonyan, Vedaldi & Zisserman 2014"
    needs_layer: ClassVar = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SmoothGrad:
    """The mean of the gradients of noisy copies of the image, then as saliency."""

    title: ClassVar = "SmoothGrad"
    tells: ClassVar = "Which pixels change the score, averaged over many slightly noisy copies of the image."
    cannot: ClassVar = (
        "It is calmer than saliency, not truer: more noise blurs it, and like saliency it has no sign."
    )
    source: ClassVar = "Smilkov et al. 2017"
    needs_layer: ClassVar = False

    samples: int = described(
        25,
        FieldInfo(
            FieldKind.INTEGER,
            "Copies",
            "How many noisy copies of the image are averaged.",
            "More: calmer, and slower.",
            minimum=1,
            maximum=1000,
            step=5,
        ),
    )
    noise: float = described(
        0.15,
        FieldInfo(
            FieldKind.NUMBER,
            "Noise",
            "Standard deviation of the noise, as a share of the range of the image's values.",
            "More: smoother; too much and the copies are no longer this image.",
            minimum=0.0,
            maximum=2.0,
            step=0.05,
        ),
    )
    seed: int = described(0, _seed())


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class IntegratedGradients:
    """(pixel - baseline) · the mean gradient on the straight way from the baseline to the image."""

    title: ClassVar = "Integrated gradients"
    tells: ClassVar = (
        "How the score above that of the baseline is shared out among the pixels: blue speaks for the class, "
        "red against it, and all of it adds up."
    )
    cannot: ClassVar = (
        "It depends on the baseline: a pixel that is as the baseline gets nothing, so on black the black "
        "parts stay empty however much they matter."
    )
    source: ClassVar = "Sundararajan, Taly & Yan 2017"
    needs_layer: ClassVar = False

    steps: int = described(
        50,
        FieldInfo(
            FieldKind.INTEGER,
            "Steps",
            "Images on the way from the baseline to the image at which the gradient is taken.",
            "More: the sum misses the score by less.",
            minimum=1,
            maximum=2000,
            step=10,
        ),
    )
    baseline: str = described(
        "black",
        FieldInfo(
            FieldKind.CHOICE, "Baseline", "The image that stands for nothing to see.", choices=_SHADE_CHOICES
        ),
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class GuidedBackpropagation:
    """The gradient, of which every ReLU lets only what is above 0 pass, where its input was above 0."""

    title: ClassVar = "Guided backpropagation"
    tells: ClassVar = "Sharp details that excite the units which speak for the class."
    cannot: ClassVar = (
        "It shows the image more than the class: other classes, and even other weights, often give much the "
        "same picture. Without ReLU it is the plain gradient."
    )
    source: ClassVar = "Springenberg et al. 2015; doubts: Adebayo et al. 2018"
    needs_layer: ClassVar = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Deconvolution:
    """What flows back where every ReLU lets pass what is above 0, whatever its input was."""

    title: ClassVar = "Deconvolution"
    tells: ClassVar = "A pattern to which the units that speak for the class would answer."
    cannot: ClassVar = (
        "Of the image it knows only where max pooling found the largest number: the pattern is that of the "
        "weights, and need not be in the image. Without ReLU it is the plain gradient."
    )
    source: ClassVar = "Zeiler & Fergus 2014"
    needs_layer: ClassVar = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class GradCAM:
    """max(0, Σ_k w_k · map_k), where w_k is the mean gradient of the score over map k of a layer."""

    title: ClassVar = "Grad-CAM"
    tells: ClassVar = "Where the chosen layer sees what speaks for the class."
    cannot: ClassVar = (
        "It is as coarse as the layer's maps, shows nothing that speaks against the class, and takes one "
        "weight for a whole map, although the gradient may differ from place to place."
    )
    source: ClassVar = "Selvaraju et al. 2017"
    needs_layer: ClassVar = True


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Occlusion:
    """What the score loses when a patch is covered, averaged over the patches that cover a pixel."""

    title: ClassVar = "Occlusion"
    tells: ClassVar = (
        "By how much the score falls when a place is covered (blue), or rises (red). No gradient is "
        "needed: it is an experiment."
    )
    cannot: ClassVar = (
        "It finds no parts that matter only together, since one patch is covered at a time; and the patch "
        "itself is something to see for the network."
    )
    source: ClassVar = "Zeiler & Fergus 2014"
    needs_layer: ClassVar = False

    patch: int = described(
        2,
        FieldInfo(
            FieldKind.INTEGER,
            "Patch",
            "Side of the square that covers the image, in pixels.",
            "Larger: stronger effects, less detail.",
            minimum=1,
            maximum=512,
        ),
    )
    stride: int = described(
        1,
        FieldInfo(
            FieldKind.INTEGER,
            "Stride",
            "Pixels from one place of the patch to the next.",
            "Larger: faster and coarser.",
            minimum=1,
            maximum=512,
        ),
    )
    fill: str = described(
        "gray",
        FieldInfo(FieldKind.CHOICE, "Fill", "What the patch is filled with.", choices=_SHADE_CHOICES),
    )

    @classmethod
    def suited_to(cls, height: int, width: int) -> Occlusion:
        """Return settings for images of this size: patches of a quarter of the shorter side."""
        patch = max(1, round(min(height, width) / _PATCH_SHARE))
        return cls(patch=patch, stride=max(1, math.ceil(patch / 4)))


Method = (
    Saliency | SmoothGrad | IntegratedGradients | GuidedBackpropagation | Deconvolution | GradCAM | Occlusion
)
METHODS: tuple[type[Method], ...] = (
    GradCAM,
    Saliency,
    SmoothGrad,
    IntegratedGradients,
    GuidedBackpropagation,
    Deconvolution,
    Occlusion,
)
"""Every method, in the order in which a form offers them."""


def method_name(kind: type[Method]) -> str:
    """Return what a method is called in options and names of files, such as `integrated-gradients`."""
    return kind.title.lower().replace(" ", "-")


METHOD_NAMES = {method_name(kind): kind for kind in METHODS}
