"""What each unit of a first dense layer looks for: its weights, laid out as an image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.atlas import Atlas, build_atlas
from cnnviz.spec.layers import Dense, Flatten

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cnnviz.spec.network import NetworkSpec


def unit_templates(
    spec: NetworkSpec, parameters: Mapping[str, NDArray[np.floating]], *, limit: int = 64
) -> NDArray[np.float32] | None:
    """Return the weights of the first layers' units as maps float32 (units, H, W), at most `limit` of them.

    The input must be flattened and go straight into a dense layer; else, and where there are no weights, it
    is None. Weights of colours are averaged, so a map tells where a unit wants brightness, not which colour.
    """
    if len(spec.layers) < 2 or not isinstance(spec.layers[0], Flatten):
        return None
    dense = spec.layers[1]
    if not isinstance(dense, Dense) or f"{dense.id}/weight" not in parameters:
        return None
    weight = parameters[f"{dense.id}/weight"][:limit]
    image = spec.input
    channels = weight.reshape(len(weight), image.channels, image.height, image.width)
    maps: NDArray[np.float32] = channels.mean(axis=1, dtype=np.float32)
    return maps


def template_atlas(templates: NDArray[np.float32]) -> Atlas:
    """Paint templates with one diverging scale for all, zero in the middle."""
    return build_atlas(templates, signed=True)
