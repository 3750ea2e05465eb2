"""What each unit of a first dense layer looks for: its weights, laid out as an image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.atlas import Atlas, Scale, build_atlas
from cnnviz.interpret.filters import FilterView, make_filter_view
from cnnviz.spec.layers import Dense, Dropout, Flatten

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cnnviz.spec.network import NetworkSpec

_RGB_CHANNELS = 3


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


def view_templates(
    spec: NetworkSpec,
    parameters: Mapping[str, NDArray[np.floating]],
    layer_id: str,
    *,
    scale: Scale = Scale.PER_LAYER,
) -> FilterView | None:
    """Return the weights of a Dense layer that is fed by the image, each unit's as a picture of that size.

    None for other layers, and without weights. Weights are not copied; nobody may write them later.
    """
    layers = spec.layers
    place = next((index for index, layer in enumerate(layers) if layer.id == layer_id), 0)
    weight, bias = parameters.get(f"{layer_id}/weight"), parameters.get(f"{layer_id}/bias")
    before = {type(layer) for layer in layers[:place]}
    is_fed_by_image = Flatten in before and before <= {Flatten, Dropout}
    if weight is None or not is_fed_by_image or not isinstance(layers[place], Dense):
        return None
    image = spec.input
    maps = np.asarray(weight, np.float32).reshape(-1, image.channels, image.height, image.width)
    bias = np.zeros(len(maps)) if bias is None else bias
    biases = np.asarray(bias, np.float32)
    return make_filter_view(layer_id, maps, biases, scale, sees_colours=image.channels == _RGB_CHANNELS)


def template_atlas(templates: NDArray[np.float32]) -> Atlas:
    """Paint templates with one diverging scale for all, zero in the middle."""
    return build_atlas(templates, signed=True)
