"""Where a number comes from: the one entrance, for every kind of layer."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.explain.place import (
    Bending,
    ExplainError,
    Look,
    Place,
    Unit,
    checked,
    place_of,
    unit_at,
)
from cnnviz.interpret.explain.pointwise import Bent, Normalised, Passed, Quieted, bent, normalise, quiet
from cnnviz.interpret.explain.rows import Added, Shares, WeightedRow, share_out, weigh_row
from cnnviz.interpret.explain.windows import (
    Largest,
    Mean,
    Pooling,
    Weighted,
    pool,
    projected_window,
    weigh,
    weigh_window,
)
from cnnviz.spec.layers import (
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Flatten,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    LocalResponseNorm,
    MaxPool2D,
    Residual,
    Softmax,
    ZeroPadding2D,
)
from cnnviz.spec.shapes import needs_projection, projection_stride

if TYPE_CHECKING:
    from numpy.typing import NDArray

How = Weighted | Largest | Mean | Bent | Normalised | Quieted | Passed | WeightedRow | Shares | Added
"""How a number was made. Each has its `value`, and the unit that counted most in `strongest`."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """One number taken apart.

    Attributes
    ----------
    unit
        Which number.
    place
        The layer it belongs to, and its neighbours; None for a pixel of the image.
    how
        What it was made from.
    engine
        What the engine computed, a float32.
    then
        What the activation right behind makes of it; None where there is none.
    """

    unit: Unit
    place: Place | None
    how: How
    engine: float
    then: Bent | None

    @property
    def value(self) -> float:
        """The number as the explanation's float64 arithmetic gives it."""
        return self.how.value

    @property
    def rounding(self) -> float:
        """By how much the engine's float32 number differs from the exact arithmetic with its own inputs."""
        return self.engine - self.value

    @property
    def deeper(self) -> Unit | None:
        """The input that counted most; None where there is none before it."""
        return self.how.strongest


def explain(look: Look, unit: Unit) -> Explanation:
    """Take a number of a look apart.

    The arithmetic is done in float64 on the float32 numbers that went into the layer, so that nothing but
    the rounding of this one layer is between `value` and `engine`.

    Raises
    ------
    ExplainError
        There is no such unit, or its layer could not be computed.
    """
    engine = look.value(unit)
    if not unit.layer_id:
        return Explanation(unit, None, Passed(None, engine), engine, None)
    place = place_of(look.spec, unit.layer_id)
    then = None
    if place.following is not None:
        then = bent(place.following, unit, engine)
    with np.errstate(all="ignore"):
        how = _how(look, place, unit)
    return Explanation(unit, place, how, engine, then)


def _how(look: Look, place: Place, unit: Unit) -> How:
    layer, source_id = place.layer, place.source_id
    before = look.values(source_id)
    match layer:
        case Conv2D():
            weight, bias = _array(look, layer.id, "weight"), look.arrays.get(f"{layer.id}/bias")
            return weigh(layer, unit, source_id, before, weight, bias)
        case MaxPool2D() | AvgPool2D() | GlobalMaxPool2D() | GlobalAvgPool2D():
            return pool(layer, unit, source_id, before)
        case Dense():
            return _weighed_row(look, layer.id, source_id, unit.channel)
        case Softmax():
            return share_out(source_id, unit.channel, before)
        case Residual():
            return _added(look, place, unit)
        case Flatten():
            source = unit_at(source_id, before, unit.channel)
            return Passed(source, look.value(source))
        case ZeroPadding2D():
            return _padded(look, layer, unit, source_id)
        case _:
            return _one_by_one(look, place, dataclasses.replace(unit, layer_id=source_id))


def _one_by_one(look: Look, place: Place, source: Unit) -> How:
    """Explain a layer whose units stand where their inputs do."""
    layer, x = place.layer, look.value(source)
    if isinstance(layer, Bending):
        return bent(layer, source, x)
    if isinstance(layer, BatchNorm):
        names = ("weight", "bias", "running_mean", "running_var")
        return normalise(layer, source, x, {name: _array(look, layer.id, name) for name in names})
    if isinstance(layer, LocalResponseNorm):
        return quiet(layer, source, look.values(source.layer_id))
    return Passed(source, x)  # Dropout of any kind does nothing outside of training


def _padded(look: Look, layer: ZeroPadding2D, unit: Unit, source_id: str) -> Passed:
    row, column = unit.row - layer.top, unit.column - layer.left
    _, height, width = look.values(source_id).shape
    if not (0 <= row < height and 0 <= column < width):
        return Passed(None, 0.0)
    source = Unit(source_id, unit.channel, row, column)
    return Passed(source, look.value(source))


def _weighed_row(look: Look, layer_id: str, source_id: str, index: int) -> WeightedRow:
    weight, bias = _array(look, layer_id, "weight"), _array(look, layer_id, "bias")
    row = look.values(source_id)
    return weigh_row(source_id, row, weight[index], float(bias[index]), *_folded(look, source_id))


def _folded(look: Look, layer_id: str) -> tuple[tuple[int, int, int] | None, str]:
    """Return the (C, H, W) that a row was before Flatten, and whose; layers in between leave its order."""
    while layer_id:
        place = place_of(look.spec, layer_id)
        if isinstance(place.layer, Flatten):
            shape = look.values(place.source_id).shape
            return ((shape[0], shape[1], shape[2]) if len(shape) == 3 else None), place.source_id
        if isinstance(place.layer, Dense | Pooling | Residual):
            return None, ""
        layer_id = place.source_id
    return None, ""


def _added(look: Look, place: Place, unit: Unit) -> Added:
    layer_id, source_id = place.layer.id, place.source_id
    body = dataclasses.replace(unit, layer_id=place.body_id)
    before, after = look.values(source_id), look.values(layer_id)
    body_value = look.value(body)
    if not needs_projection(_shape(before), _shape(after)):
        past = dataclasses.replace(unit, layer_id=source_id)
        return Added(body, body_value, past, look.value(past), None)
    weight, bias = _array(look, layer_id, "weight"), _array(look, layer_id, "bias")
    projection: Weighted | WeightedRow
    if before.ndim == 1:
        projection = _weighed_row(look, layer_id, source_id, unit.channel)
    else:
        stride = projection_stride(_shape(before), _shape(after))
        window = projected_window(unit, stride, source_id, before)
        projection = weigh_window(window, 0, before, unit.channel, weight, bias)
    return Added(body, body_value, projection.strongest, projection.value, projection)


def _shape(values: NDArray[np.float32]) -> tuple[int, ...]:
    """Return (C, H, W) as people say it, (height, width, channels)."""
    shape = values.shape
    return (shape[1], shape[2], shape[0]) if len(shape) == 3 else shape


def _array(look: Look, layer_id: str, name: str) -> NDArray[np.floating]:
    array = look.arrays.get(f"{layer_id}/{name}")
    if array is None:
        raise ExplainError(f'The weights "{layer_id}/{name}" are not there.')
    return array


def exists(look: Look, unit: Unit) -> bool:
    """Return whether there is such a number, and it could be computed."""
    try:
        checked(unit, look.values(unit.layer_id))
    except ExplainError:
        return False
    return True
