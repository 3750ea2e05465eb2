"""What the filters of a layer are worth: how long, how active, dead, saturated or alike, over many images."""

from __future__ import annotations

import dataclasses
import enum
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
    Counts = NDArray[np.int64]

ALIKE_COSINE = 0.95
"""Kernels whose cosine is at least this are near duplicates."""
FLAT_SLOPE = 0.05
"""An output is saturated where the slope of its function is below this share of the largest slope."""
SATURATED_SHARE = 0.95
"""A filter is saturated where at least this share of its outputs is."""
BINS = 40
_BATCH_NUMBERS, _MOST_IMAGES = 1 << 22, 64
_SAMPLE = 1 << 20
_BETWEEN = (BatchNorm, Dropout, SpatialDropout)
"""Layers that may stand between a layer and its activation."""


class Order(enum.Enum):
    """How the filters of a layer can be put in order."""

    DESIGN = "as they are"
    NORM = "by norm"
    ACTIVITY = "by mean activation"
    LIKENESS = "by likeness"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """How often numbers fall between `edges`, read-only: int64 (B,) between float64 (B + 1,).

    Numbers that are not finite are left out and counted in `not_finite`.
    """

    edges: Values
    counts: Counts
    not_finite: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Alike:
    """Two filters with nearly the same direction: `cosine` between their kernels, -1 to 1."""

    filter: int
    other: int
    cosine: float


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class LayerStudy:
    """What there is to say of each of the F filters (or units) of a layer, read-only.

    Attributes
    ----------
    layer_id, activation_id
        The layer, and the activation behind it whose output is meant by activity; empty where it has none.
    images
        How many images were looked at.
    norms
        float64 (F,): the Euclidean norms of the kernels, without biases.
    activities
        float64 (F,): mean output behind the activation, over images and places.
    dead_shares
        float64 (F,): the share of outputs of a ReLU that are zero, 0 to 1; NaN where the activation is none.
    saturated_shares
        float64 (F,): the share of outputs of a sigmoid or tanh where it is flat, see `FLAT_SLOPE`; else NaN.
    cosines
        float64 (F, F): between the kernels of each two filters; 0 where one is all zeros.
    alike
        Near duplicates, the most alike first.
    weights, outputs
        Histograms of the kernels, and of the outputs behind the activation, or of a million of them.
    """

    layer_id: str
    activation_id: str
    images: int
    norms: Values
    activities: Values
    dead_shares: Values
    saturated_shares: Values
    cosines: Values
    alike: tuple[Alike, ...]
    weights: Histogram
    outputs: Histogram

    @property
    def dead(self) -> tuple[int, ...]:
        """The filters whose output was zero everywhere, in all images."""
        return tuple(int(index) for index in np.flatnonzero(self.dead_shares == 1))

    @property
    def saturated(self) -> tuple[int, ...]:
        """The filters that were saturated nearly everywhere, see `SATURATED_SHARE`."""
        return tuple(int(index) for index in np.flatnonzero(self.saturated_shares >= SATURATED_SHARE))

    def in_order(self, order: Order) -> tuple[int, ...]:
        """Return the filters in this order: the longest, or the most active first.

        By likeness, the first is the longest, and each other the one most like the one before it.
        """
        match order:
            case Order.DESIGN:
                return tuple(range(len(self.norms)))
            case Order.NORM:
                return _falling(self.norms)
            case Order.ACTIVITY:
                return _falling(self.activities)
            case Order.LIKENESS:
                return _chain(self.cosines, int(_falling(self.norms)[0]))


def study_layer(
    spec: NetworkSpec,
    parameters: Mapping[str, NDArray[np.floating]],
    layer_id: str,
    images: NDArray[np.floating],
    *,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> LayerStudy | None:
    """Look at a convolution or a Dense layer through `images` (N, C, H, W); None where it was cancelled.

    Raises
    ------
    SpecError
        The layer is of another kind or cannot be computed, or its weights are missing.
    """
    part = computable_part(spec)
    layer = next((layer for layer in part.walk() if layer.id == layer_id), None)
    kernel = parameters.get(f"{layer_id}/weight")
    if not isinstance(layer, Conv2D | Dense) or kernel is None:
        raise SpecError(f'"{layer_id}" is no Conv2D or Dense layer that can be computed now.')
    activation = activation_behind(part, layer_id)
    seen = _Seen(activation, len(kernel))
    network = Network(part, {name: parameters[name] for name in Network(part, {}).array_shapes})
    watched = activation.id if activation is not None else layer_id
    workspace, size = Workspace(), _batch_size(part)
    for first in range(0, len(images), size):
        if is_cancelled():
            return None
        batch = np.ascontiguousarray(np.moveaxis(images[first : first + size], 0, -1), np.float32)
        with np.errstate(all="ignore"):
            network.record(batch, taps=seen.tap(watched), workspace=workspace)
    rows = np.asarray(kernel, np.float64).reshape(len(kernel), -1)
    cosines = _cosines(rows)
    return LayerStudy(
        layer_id=layer_id,
        activation_id=activation.id if activation is not None else "",
        images=len(images),
        norms=read_only(np.linalg.norm(rows, axis=1)),
        activities=read_only(seen.means),
        dead_shares=read_only(seen.dead_shares),
        saturated_shares=read_only(seen.saturated_shares),
        cosines=read_only(cosines),
        alike=_alike(cosines),
        weights=histogram(rows),
        outputs=histogram(np.concatenate(seen.sample)),
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


def histogram(values: NDArray[np.floating], edges: Values | None = None) -> Histogram:
    """Return how often `values` fall between `edges`; in equal bins from end to end where none are given.

    Values beyond given edges count to the first or last bin.
    """
    flat = np.asarray(values, np.float64).ravel()
    finite = flat[np.isfinite(flat)]
    if edges is None:
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        margin = 0.5 * (low == high) * max(abs(low), 1.0)
        edges = np.linspace(low - margin, high + margin, BINS + 1)
    counts, _ = np.histogram(np.clip(finite, edges[0], edges[-1]), edges)
    return Histogram(read_only(edges), read_only(counts.astype(np.int64)), len(flat) - len(finite))


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


def _batch_size(spec: NetworkSpec) -> int:
    """Return how many images keep the largest output of a layer at a few million numbers."""
    shapes = [record.output_shape for record in trace(spec).walk() if record.output_shape is not None]
    largest = max((int(np.prod(shape)) for shape in shapes), default=1)
    return max(1, min(_MOST_IMAGES, _BATCH_NUMBERS // largest))


def _cosines(rows: Values) -> Values:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    cosines: Values = np.clip(unit @ unit.T, -1, 1)
    return cosines


def _alike(cosines: Values) -> tuple[Alike, ...]:
    firsts, seconds = np.nonzero(np.triu(cosines >= ALIKE_COSINE, 1))
    found = [
        Alike(int(first), int(second), float(cosines[first, second]))
        for first, second in zip(firsts, seconds, strict=True)
    ]
    return tuple(sorted(found, key=lambda pair: (-pair.cosine, pair.filter, pair.other)))


def _falling(values: Values) -> tuple[int, ...]:
    return tuple(int(index) for index in np.argsort(-values, kind="stable"))


def _chain(cosines: Values, first: int) -> tuple[int, ...]:
    """Return all indices, each the one of those left that is most like the one before it."""
    left = np.ones(len(cosines), bool)
    order = [first]
    left[first] = False
    while left.any():
        order.append(int(np.argmax(np.where(left, cosines[order[-1]], -np.inf))))
        left[order[-1]] = False
    return tuple(order)
