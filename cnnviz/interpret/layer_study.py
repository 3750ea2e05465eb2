"""What the filters of a layer are worth: how long, how active, dead, saturated or alike, over many images."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.atlas import read_only
from cnnviz.interpret.histogram import Histogram, histogram, joint_edges
from cnnviz.interpret.layer_sample import LayerSample, look_at_layer
from cnnviz.spec.layers import ReLU

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from cnnviz.spec.network import NetworkSpec

    Values = NDArray[np.float64]

ALIKE_COSINE = 0.95
"""Kernels whose cosine is at least this are near duplicates."""
SATURATED_SHARE = 0.95
"""A filter is saturated where at least this share of its outputs is."""
MOST_ALIKE = 500
"""So many pairs of near duplicates are listed, the most alike ones."""
_MOST_PRODUCTS = 1 << 35
"""Kernels are not compared where that takes more multiplications: it would take seconds."""
_ROWS = 256


class Order(enum.Enum):
    """How the filters of a layer can be put in order."""

    DESIGN = "as they are"
    NORM = "by norm"
    ACTIVITY = "by mean activation"
    LIKENESS = "by likeness"


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
        float32 (F, F): between the kernels of each two filters; 0 where one is all zeros. None in a layer too
        large to compare them.
    alike
        Near duplicates, the most alike first, at most `MOST_ALIKE`.
    weights, outputs
        Histograms of the kernels, and of the outputs behind the activation, or of a part of them; zeros of
        a ReLU are counted apart.
    weights_at_start, outputs_at_start
        The same in the same bins, of the weights a run began with, where they are known.
    """

    layer_id: str
    activation_id: str
    images: int
    norms: Values
    activities: Values
    dead_shares: Values
    saturated_shares: Values
    cosines: NDArray[np.float32] | None
    alike: tuple[Alike, ...]
    weights: Histogram
    outputs: Histogram
    weights_at_start: Histogram | None = None
    outputs_at_start: Histogram | None = None

    @property
    def dead(self) -> tuple[int, ...]:
        """The filters whose output was zero everywhere, in all images."""
        return tuple(int(index) for index in np.flatnonzero(self.dead_shares == 1))

    @property
    def saturated(self) -> tuple[int, ...]:
        """The filters that were saturated nearly everywhere, see `SATURATED_SHARE`."""
        return tuple(int(index) for index in np.flatnonzero(self.saturated_shares >= SATURATED_SHARE))

    def twins(self) -> dict[int, Alike]:
        """Return, for each filter that has a near duplicate, the one most like it."""
        if self.cosines is None or len(self.cosines) < 2:
            return {}
        others = self.cosines.copy()
        np.fill_diagonal(others, -np.inf)
        nearest = others.argmax(axis=1)
        cosines = others[np.arange(len(others)), nearest]
        return {
            int(index): Alike(int(index), int(nearest[index]), float(cosines[index]))
            for index in np.flatnonzero(cosines >= ALIKE_COSINE)
        }

    def in_order(self, order: Order) -> tuple[int, ...]:
        """Return the filters in this order: the longest, or the most active first.

        By likeness, the first is the longest, and each other the one most like the one before it; where
        kernels could not be compared, they stay as they are.
        """
        match order:
            case Order.NORM:
                return _falling(self.norms)
            case Order.ACTIVITY:
                return _falling(self.activities)
            case Order.LIKENESS if self.cosines is not None:
                return _chain(self.cosines, int(_falling(self.norms)[0]))
            case _:
                return tuple(range(len(self.norms)))


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
    sample = look_at_layer(spec, parameters, layer_id, images, is_cancelled=is_cancelled)
    return None if sample is None else study_sample(sample)


def study_sample(sample: LayerSample, start: LayerSample | None = None) -> LayerStudy:
    """Say what a sample tells of each filter; `start` is one of the same layer with the first weights."""
    kernels = sample.kernels
    cosines = _cosines(kernels)
    apart = isinstance(sample.activation, ReLU)
    starts = (start.kernels, start.outputs) if start is not None else ()
    weight_edges = joint_edges(kernels, *starts[:1])
    output_edges = joint_edges(sample.outputs, *starts[1:])
    return LayerStudy(
        layer_id=sample.layer_id,
        activation_id=sample.activation.id if sample.activation is not None else "",
        images=sample.images,
        norms=read_only(_norms(kernels)),
        activities=sample.means,
        dead_shares=sample.dead_shares,
        saturated_shares=sample.saturated_shares,
        cosines=cosines,
        alike=_alike(cosines),
        weights=histogram(kernels, weight_edges),
        outputs=histogram(sample.outputs, output_edges, zeros_apart=apart),
        weights_at_start=histogram(start.kernels, weight_edges) if start is not None else None,
        outputs_at_start=(
            histogram(start.outputs, output_edges, zeros_apart=apart) if start is not None else None
        ),
    )


def _norms(kernels: NDArray[np.floating]) -> Values:
    blocks = [
        np.linalg.norm(kernels[first : first + _ROWS].astype(np.float64), axis=1)
        for first in range(0, len(kernels), _ROWS)
    ]
    return np.concatenate(blocks)


def _cosines(kernels: NDArray[np.floating]) -> NDArray[np.float32] | None:
    count, size = kernels.shape
    if count * count * size > _MOST_PRODUCTS:
        return None
    finite = np.nan_to_num(kernels.astype(np.float32), posinf=0, neginf=0)
    norms = np.linalg.norm(finite, axis=1, keepdims=True)
    unit = np.divide(finite, norms, out=np.zeros_like(finite), where=norms > 0)
    cosines: NDArray[np.float32] = read_only(np.clip(unit @ unit.T, -1, 1))
    return cosines


def _alike(cosines: NDArray[np.float32] | None) -> tuple[Alike, ...]:
    if cosines is None:
        return ()
    firsts, seconds = np.nonzero(np.triu(cosines >= ALIKE_COSINE, 1))
    order = np.argsort(-cosines[firsts, seconds], kind="stable")[:MOST_ALIKE]
    return tuple(
        Alike(int(first), int(second), float(cosines[first, second]))
        for first, second in zip(firsts[order], seconds[order], strict=True)
    )


def _falling(values: Values) -> tuple[int, ...]:
    return tuple(int(index) for index in np.argsort(-values, kind="stable"))


def _chain(cosines: NDArray[np.float32], first: int) -> tuple[int, ...]:
    """Return all indices, each the one of those left that is most like the one before it."""
    left = np.ones(len(cosines), bool)
    order = [first]
    left[first] = False
    while left.any():
        order.append(int(np.argmax(np.where(left, cosines[order[-1]], -np.inf))))
        left[order[-1]] = False
    return tuple(order)
