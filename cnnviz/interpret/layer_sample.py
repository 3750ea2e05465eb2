"""What the filters of a layer gave over many images, summed up."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.network import Network
from cnnviz.engine.workspace import Workspace
from cnnviz.errors import SpecError
from cnnviz.interpret.activations import computable_part
from cnnviz.interpret.atlas import read_only
from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, Dropout, ReLU, Sigmoid, SpatialDropout, Tanh
from cnnviz.spec.trace import trace
from cnnviz.spec.tree_edits import place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from cnnviz.spec.layers import Layer
    from cnnviz.spec.network import NetworkSpec

    Values = NDArray[np.float64]

FLAT_SLOPE = 0.05
"""An output is saturated where the slope of its function is below this share of the largest slope."""
_BATCH_NUMBERS, _MOST_IMAGES = 1 << 22, 64
_SAMPLE = 1 << 18
_BETWEEN = (BatchNorm, Dropout, SpatialDropout)
"""Layers that may stand between a layer and its activation."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class LayerSample:
    """A layer's F filters (or units) and what came out of them, read-only.

    Attributes
    ----------
    layer_id, activation
        The layer, and the activation behind it whose output is meant; None where it has none.
    images
        How many images were looked at.
    kernels
        (F, weights of one), as the parameters hold them.
    means
        float64 (F,): mean output over images and places.
    dead_shares, saturated_shares
        See `LayerStudy`.
    outputs
        The outputs, or about a quarter of a million of them, flat.
    """

    layer_id: str
    activation: Layer | None
    images: int
    kernels: NDArray[np.floating]
    means: Values
    dead_shares: Values
    saturated_shares: Values
    outputs: NDArray[np.floating]


def look_at_layer(
    spec: NetworkSpec,
    parameters: Mapping[str, NDArray[np.floating]],
    layer_id: str,
    images: NDArray[np.floating],
    *,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> LayerSample | None:
    """Look at a convolution or a Dense layer through `images` (N, C, H, W); None where it was cancelled.

    Raises
    ------
    SpecError
        The layer is of another kind or cannot be computed, or its weights are missing, or of another design.
    """
    part = computable_part(spec)
    layer = next((layer for layer in part.walk() if layer.id == layer_id), None)
    kernel = parameters.get(f"{layer_id}/weight")
    if not isinstance(layer, Conv2D | Dense) or kernel is None:
        raise SpecError(f'"{layer_id}" is no Conv2D or Dense layer that can be computed now.')
    activation = activation_behind(part, layer_id)
    watched = activation.id if activation is not None else layer_id
    part = design_up_to(part, watched)
    seen = _Seen(activation, len(kernel))
    network = Network(part, _arrays_of(part, parameters))
    workspace, size = Workspace(), images_at_a_time(part)
    for first in range(0, len(images), size):
        if is_cancelled():
            return None
        batch = np.ascontiguousarray(np.moveaxis(images[first : first + size], 0, -1), np.float32)
        with np.errstate(all="ignore"):
            network.record(batch, taps=seen.tap(watched), workspace=workspace)
    return LayerSample(
        layer_id=layer_id,
        activation=activation,
        images=len(images),
        kernels=read_only(kernel.reshape(len(kernel), -1)),
        means=read_only(seen.means),
        dead_shares=read_only(seen.dead_shares),
        saturated_shares=read_only(seen.saturated_shares),
        outputs=read_only(np.concatenate(seen.sample)),
    )


def activation_behind(spec: NetworkSpec, layer_id: str) -> Layer | None:
    """Return the ReLU, sigmoid or tanh that a layer's output goes through, also behind its BatchNorm.

    None where another kind of layer comes first, or the end of its block.
    """
    place = place_of(spec, layer_id)
    for layer in spec.layers_of(place.parent)[place.index + 1 :]:
        if isinstance(layer, ReLU | Sigmoid | Tanh):
            return layer
        if not isinstance(layer, _BETWEEN):
            return None
    return None


def studied_through(spec: NetworkSpec, layer_id: str) -> str:
    """Return the layer whose filters a layer's maps tell of: itself, or the one that an activation follows.

    That is a convolution or a Dense layer; empty where there is no such.
    """
    layer = next((layer for layer in spec.walk() if layer.id == layer_id), None)
    if isinstance(layer, Conv2D | Dense):
        return layer_id
    if not isinstance(layer, ReLU | Sigmoid | Tanh):
        return ""
    place = place_of(spec, layer_id)
    for before in reversed(spec.layers_of(place.parent)[: place.index]):
        if isinstance(before, Conv2D | Dense):
            return before.id
        if not isinstance(before, _BETWEEN):
            return ""
    return ""


class _Seen:
    """Sums up the outputs of a layer, batch by batch."""

    def __init__(self, activation: Layer | None, count: int) -> None:
        self._activation = activation
        self._numbers = 0
        self._sums, self._dead, self._flat = (np.zeros(count) for _ in range(3))
        self.sample: list[NDArray[np.floating]] = []

    @property
    def means(self) -> Values:
        return self._sums / max(self._numbers, 1)

    @property
    def dead_shares(self) -> Values:
        return self._share(self._dead, ReLU)

    @property
    def saturated_shares(self) -> Values:
        return self._share(self._flat, Sigmoid, Tanh)

    def tap(self, watched: str) -> Callable[[str, NDArray[np.floating]], None]:
        """Return what is called with the outputs of every layer, and takes those of one."""

        def take(layer_id: str, outputs: NDArray[np.floating]) -> None:
            if layer_id == watched:
                self._take(outputs.reshape(len(outputs), -1))

        return take

    def _take(self, rows: NDArray[np.floating]) -> None:
        """Add outputs (F, numbers)."""
        self._numbers += rows.shape[1]
        self._sums += rows.sum(axis=1, dtype=np.float64)
        if isinstance(self._activation, ReLU):
            self._dead += np.count_nonzero(rows <= 0, axis=1)
        elif isinstance(self._activation, Sigmoid):
            self._flat += np.count_nonzero(rows * (1 - rows) < FLAT_SLOPE / 4, axis=1)
        elif isinstance(self._activation, Tanh):
            self._flat += np.count_nonzero(1 - rows * rows < FLAT_SLOPE, axis=1)
        room = _SAMPLE - sum(map(len, self.sample))
        if room > 0:
            flat = rows.ravel()
            self.sample.append(flat[:: -(-len(flat) // room)].copy())

    def _share(self, counts: Values, *kinds: type[Layer]) -> Values:
        if not isinstance(self._activation, kinds):
            return np.full(len(counts), np.nan)
        return counts / max(self._numbers, 1)


def design_up_to(part: NetworkSpec, layer_id: str) -> NetworkSpec:
    """Return the design without what comes after this layer, or after the block it stands in."""
    place = place_of(part, layer_id)
    while place.parent:
        place = place_of(part, place.parent)
    return dataclasses.replace(part, layers=part.layers[: place.index + 1])


def images_at_a_time(spec: NetworkSpec) -> int:
    """Return how many images keep the largest output of a layer at a few million numbers."""
    shapes = [record.output_shape for record in trace(spec).walk() if record.output_shape is not None]
    largest = max((int(np.prod(shape)) for shape in shapes), default=1)
    return max(1, min(_MOST_IMAGES, _BATCH_NUMBERS // largest))


def _arrays_of(
    part: NetworkSpec, parameters: Mapping[str, NDArray[np.floating]]
) -> dict[str, NDArray[np.floating]]:
    """Return the arrays of a design; raise `SpecError` where they are those of another with equal names."""
    shapes = Network(part, {}).array_shapes
    arrays = {name: parameters[name] for name in shapes}
    for name, array in arrays.items():
        if array.shape != shapes[name]:
            raise SpecError(f'"{name}" must have shape {shapes[name]}; received {array.shape}.')
    return arrays
