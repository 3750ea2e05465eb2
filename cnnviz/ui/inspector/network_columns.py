"""What stands side by side in the network view, as plain data: the input, each layer, the classes."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

from cnnviz.spec.layers import (
    ELU,
    AvgPool2D,
    BatchNorm,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    LeakyReLU,
    MaxPool2D,
    ReLU,
    Sigmoid,
    Softmax,
    SpatialDropout,
    Tanh,
    ZeroPadding2D,
)
from cnnviz.ui.inspector.words import class_name, shown_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.interpret.activations import ImageView, LayerView

INPUT_TYPE, OUTPUT_TYPE = "input", "output"
_MAP_BY_MAP = frozenset(
    kind.__name__
    for kind in (
        AvgPool2D,
        BatchNorm,
        Dropout,
        ELU,
        GlobalAvgPool2D,
        GlobalMaxPool2D,
        LeakyReLU,
        MaxPool2D,
        ReLU,
        Sigmoid,
        SpatialDropout,
        Tanh,
        ZeroPadding2D,
    )
)


class ColumnKind(enum.Enum):
    """How a column is painted."""

    PICTURE = "the image"
    MAPS = "feature maps"
    UNITS = "a row of numbers"
    CLASSES = "probabilities"


class Wiring(enum.Enum):
    """What a column's maps or units are made from."""

    ALL = "everything in the column before"
    SAME = "what stands at the same place in the column before"
    UNROLLED = "a stretch of units for each map in the column before"


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column. Two views whose columns are equal differ in their numbers only.

    `layer_id` is empty for the image, and for the classes where no layer gives them. `view_index` is the
    place of the layer in `ImageView.layers`, and `count` the number of maps, units or classes.
    """

    kind: ColumnKind
    layer_id: str
    title: str
    type_name: str
    shape_text: str
    count: int
    height: int
    width: int
    wiring: Wiring
    view_index: int | None = None
    names: tuple[str, ...] = ()

    @property
    def is_choosable(self) -> bool:
        """Whether there is a layer, or the image, to look at from near."""
        return bool(self.layer_id) or self.kind is ColumnKind.PICTURE

    def is_of(self, layer_id: str) -> bool:
        """Return whether this is the column of a layer; an empty id is the input."""
        return self.is_choosable and self.layer_id == layer_id


def columns_of(view: ImageView, class_names: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns of a view, from the image to the probabilities as far as they are known."""
    _, height, width = view.image.shape
    shape = shown_shape(view.image)
    columns = [
        Column(ColumnKind.PICTURE, "", "input", INPUT_TYPE, shape, 1, height, width, Wiring.ALL),
        *(_layer_column(layer, index) for index, layer in enumerate(view.layers)),
    ]
    if view.probabilities is None:
        return tuple(columns)
    count = len(view.probabilities)
    names = tuple(class_name(class_names, index) for index in range(count))
    if columns[-1].type_name == Softmax.__name__:
        columns[-1] = dataclasses.replace(columns[-1], kind=ColumnKind.CLASSES, names=names)
    else:
        columns.append(_output_column(count, names))
    return tuple(columns)


def _layer_column(layer: LayerView, index: int) -> Column:
    shape = layer.values.shape
    is_maps = len(shape) == 3
    return Column(
        kind=ColumnKind.MAPS if is_maps else ColumnKind.UNITS,
        layer_id=layer.layer_id,
        title=layer.layer_id,
        type_name=layer.type_name,
        shape_text=shown_shape(layer.values),
        count=shape[0],
        height=shape[1] if is_maps else 1,
        width=shape[2] if is_maps else 1,
        wiring=_wiring(layer.type_name),
        view_index=index,
    )


def _output_column(count: int, names: tuple[str, ...]) -> Column:
    kind = ColumnKind.CLASSES
    return Column(kind, "", "classes", OUTPUT_TYPE, f"{count:,}", count, 1, 1, Wiring.SAME, names=names)


def _wiring(type_name: str) -> Wiring:
    if type_name == Flatten.__name__:
        return Wiring.UNROLLED
    return Wiring.SAME if type_name in _MAP_BY_MAP else Wiring.ALL
