"""What stands side by side in the network view, as plain data: the input, each layer, the classes."""

from __future__ import annotations

import dataclasses
import enum
import math
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
    Residual,
    Sigmoid,
    Softmax,
    SpatialDropout,
    Tanh,
    ZeroPadding2D,
)
from cnnviz.ui.inspector.answers import Answers, Meaning
from cnnviz.ui.inspector.words import shown_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.interpret.activations import ImageView, LayerView

INPUT_TYPE, OUTPUT_TYPE = "input", "output"
_TITLES = {Meaning.PROBABILITIES: "classes", Meaning.SCORES: "scores", Meaning.NUMBERS: "output"}
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
    ANSWERS = "what the network answers"


class Wiring(enum.Enum):
    """What a column's maps or units are made from."""

    ALL = "everything in the column before"
    SAME = "what stands at the same place in the column before"
    UNROLLED = "a stretch of units for each map in the column before"


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column. Two views whose columns are equal differ in their numbers only.

    `layer_id` is empty for the image, and for the answers where no layer gives them. `view_index` is the
    place of the layer in `ImageView.layers`, or behind them in `ImageView.inner`; `count` is the number of
    maps, units or answers. Answers have `names`; the text beside a bar is at most as wide as `widest`, and
    `has_scale` says that the bars have one below them, `is_ranked` that the likeliest are shown where not all
    have a place. `groups` are those of a convolution. A block is its
    sum: `body` says how many columns before it are inside of it, none while it is closed; `skip` says by
    which way its input gets to the sum, and `is_projected` that it is weighed on that way. `depth` is in how
    many blocks it stands.
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
    widest: str = ""
    has_scale: bool = False
    is_ranked: bool = False
    groups: int = 1
    depth: int = 0
    body: int = 0
    skip: str = ""
    is_projected: bool = False

    @property
    def is_block(self) -> bool:
        """Whether it is the sum of a residual block."""
        return bool(self.skip)

    @property
    def is_choosable(self) -> bool:
        """Whether there is a layer, or the image, to look at from near."""
        return bool(self.layer_id) or self.kind is ColumnKind.PICTURE

    def is_of(self, layer_id: str) -> bool:
        """Return whether this is the column of a layer; an empty id is the input."""
        return self.is_choosable and self.layer_id == layer_id


def columns_of(
    view: ImageView,
    class_names: Sequence[str],
    opened: frozenset[str] = frozenset(),
    answers: Answers | None = None,
) -> tuple[Column, ...]:
    """Return the columns of a view, from the image to the answers as far as they are known.

    The layers inside of the `opened` blocks have columns of their own. Without `answers` they are the
    probabilities.
    """
    _, height, width = view.image.shape
    shape = shown_shape(view.image)
    columns = [Column(ColumnKind.PICTURE, "", "input", INPUT_TYPE, shape, 1, height, width, Wiring.ALL)]
    before = view.input
    for layer in view.layers:
        columns += _expanded(view, layer, before, opened, 0)
        before = layer
    answers = answers or Answers(view.probabilities)
    if answers.values is None:
        return tuple(columns)
    made = _answers_column(answers, class_names, len(answers.values))
    if columns[-1].type_name == Softmax.__name__ and answers.meaning is Meaning.PROBABILITIES:
        columns[-1] = dataclasses.replace(
            columns[-1],
            kind=made.kind,
            names=made.names,
            widest=made.widest,
            has_scale=made.has_scale,
            is_ranked=made.is_ranked,
        )
    else:
        columns.append(made)
    return tuple(columns)


def form_of(view: ImageView, answers: Answers) -> tuple[object, ...]:
    """Return all of a view that its columns and their problem are made from; equal where they would be."""
    layers = tuple(
        (one.layer_id, one.type_name, one.values.shape, one.groups, one.parent)
        for one in (*view.layers, *view.inner)
    )
    return view.image.shape, answers.form, view.problem, len(view.layers), layers


def block_ids(view: ImageView) -> list[str]:
    """Return the ids of all residual blocks, those inside of others too."""
    return [layer.layer_id for layer in (*view.layers, *view.inner) if layer.type_name == Residual.__name__]


def layer_of(view: ImageView, column: Column) -> LayerView:
    """Return whose numbers a column shows; not for the image and the classes, which are no layers' alone."""
    assert column.view_index is not None, "the image and the classes are painted in ways of their own"
    inner = column.view_index - len(view.layers)
    return view.inner[inner] if inner >= 0 else view.layers[column.view_index]


def _expanded(
    view: ImageView, layer: LayerView, before: LayerView, opened: frozenset[str], depth: int
) -> list[Column]:
    """Return the column of a layer, behind those of its body where it is an open block."""
    column = dataclasses.replace(_layer_column(view, layer), depth=depth)
    if layer.type_name != Residual.__name__:
        return [column]
    body: list[Column] = []
    start = before
    if layer.layer_id in opened:
        for inner in view.inner:
            if inner.parent == layer.layer_id:
                body += _expanded(view, inner, start, opened, depth + 1)
                start = inner
    is_projected = before.values.shape != layer.values.shape
    skip = _projection(before, layer) if is_projected else "skip"
    return [*body, dataclasses.replace(column, body=len(body), skip=skip, is_projected=is_projected)]


def _projection(before: LayerView, block: LayerView) -> str:
    """Return what the input of a block goes through where the body changes its shape."""
    if block.values.ndim == 1 or before.values.ndim == 1:
        return "Dense projection"
    stride = math.ceil(before.values.shape[1] / block.values.shape[1])
    return "1×1 projection" + (f", stride {stride}" if stride > 1 else "")


def _layer_column(view: ImageView, layer: LayerView) -> Column:
    shape = layer.values.shape
    index = next(place for place, one in enumerate((*view.layers, *view.inner)) if one is layer)
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
        groups=layer.groups,
    )


def _answers_column(answers: Answers, class_names: Sequence[str], count: int) -> Column:
    return Column(
        kind=ColumnKind.ANSWERS,
        layer_id="",
        title=_TITLES[answers.meaning],
        type_name=OUTPUT_TYPE,
        shape_text=f"{count:,}",
        count=count,
        height=1,
        width=1,
        wiring=Wiring.SAME,
        names=tuple(answers.name(class_names, index) for index in range(count)),
        widest=answers.widest,
        has_scale=answers.meaning is not Meaning.PROBABILITIES,
        is_ranked=answers.meaning is not Meaning.NUMBERS,
    )


def _wiring(type_name: str) -> Wiring:
    if type_name == Flatten.__name__:
        return Wiring.UNROLLED
    return Wiring.SAME if type_name in _MAP_BY_MAP else Wiring.ALL
