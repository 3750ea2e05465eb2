"""What a method says about an image."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.interpret.atlas import build_atlas, read_only

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.interpret.atlas import Atlas
    from cnnviz.interpret.attribution.methods import Method


@dataclasses.dataclass(frozen=True, slots=True)
class Completeness:
    """Whether the numbers of integrated gradients add up: their sum is to be score minus baseline score."""

    score: float
    baseline_score: float
    total: float

    @property
    def expected(self) -> float:
        """What the numbers would add up to with endless steps."""
        return self.score - self.baseline_score

    @property
    def error(self) -> float:
        """By how much they miss it."""
        return self.total - self.expected

    @property
    def relative_error(self) -> float:
        """The size of the error as a share of what is expected; 0 where both are nothing."""
        return abs(self.error) / max(abs(self.expected), 1e-12) if self.error else 0.0


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Attribution:
    """What one method says about one image and one class, read-only.

    Attributes
    ----------
    method
        The method and its settings.
    class_index
        The class whose score is explained.
    score
        That score for the image, before softmax; with `against`, by how much it is above the other's.
    values
        float32: what the method gave. (C, H, W) for methods that go back to the image, (1, h, w) in the
        cells of the layer for Grad-CAM, (1, rows, columns) by place of the patch for occlusion.
    map
        float32 (H, W), one number for each pixel of the image: what is painted.
    signed
        Whether numbers below zero mean something, namely that a pixel speaks against the class.
    layer_id
        The layer that Grad-CAM looked at; else empty.
    completeness
        Whether integrated gradients add up; None for other methods.
    parts
        float32 (F, h, w): what each map of the layer adds to Grad-CAM, before what is below 0 in their sum
        is cut off; None for other methods.
    against
        The class that this one is held against; None where its score is explained by itself.
    """

    method: Method
    class_index: int
    score: float
    values: NDArray[np.float32]
    map: NDArray[np.float32]
    signed: bool
    layer_id: str = ""
    completeness: Completeness | None = None
    parts: NDArray[np.float32] | None = None
    against: int | None = None

    def __post_init__(self) -> None:
        """Keep the arrays from being written."""
        object.__setattr__(self, "values", read_only(self.values))
        object.__setattr__(self, "map", read_only(self.map))
        if self.parts is not None:
            object.__setattr__(self, "parts", read_only(self.parts))

    def atlas(self) -> Atlas:
        """Return the map as a picture of colour indices."""
        return build_atlas(self.map[None], signed=self.signed)
