"""What a network diagram shows, as plain data: volumes one after the other, and arcs over blocks."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from cnnviz.spec.layers import AvgPool2D, Category, Conv2D, MaxPool2D, Residual
from cnnviz.spec.shapes import Shape, format_shape, needs_projection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.spec.trace import LayerTrace, NetworkTrace

_UNKNOWN = "–"
_IN_PLACE = frozenset({Category.ACTIVATION, Category.REGULARISATION})
_LEAST_SIDE, _SIDE_OF_DOUBLE = 5.0, 8.5
_LEAST_THICKNESS, _THICKNESS_OF_DOUBLE = 4.0, 3.5
_LEAST_ROW, _ROW_OF_DOUBLE = 8.0, 6.5
_ROW_THICKNESS = 9.0
_SLANT = 0.34
_UNKNOWN_SIDE, _UNKNOWN_THICKNESS = 30.0, 20.0


@dataclasses.dataclass(frozen=True, slots=True)
class Solid:
    """A box in parallel projection, in units of the diagram: its front, and how far it goes back.

    `width` stands for the channels, `height` and `slant` for height and width of the maps, each on a
    logarithmic scale. A row of numbers is a bar without a `slant`.
    """

    width: float
    height: float
    slant: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """A volume, the layer that makes it, and the layers after it that change its numbers only.

    `category` is None for the input. `bands` has one category for each layer of `extras`. `block` numbers
    the outermost block that the stage belongs to; None outside of blocks. A stage that is not known has a
    problem itself, or stands behind one that has.
    """

    title: str
    settings: str
    shape: str
    solid: Solid
    category: Category | None = None
    extras: tuple[str, ...] = ()
    bands: tuple[Category, ...] = ()
    is_known: bool = True
    has_problem: bool = False
    is_sum: bool = False
    block: int | None = None

    @property
    def plain_lines(self) -> tuple[str, ...]:
        """The lines under the title: shape, settings, then the layers that are drawn as bands."""
        return (self.shape, *((self.settings,) if self.settings else ()), *self.extras)


@dataclasses.dataclass(frozen=True, slots=True)
class Arc:
    """The way around a block: from what goes in, `first`, to the sum, `last`, as places of stages.

    Arcs inside each other have different levels, 0 innermost. `note` says what is done on the way.
    """

    first: int
    last: int
    level: int
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Stages:
    """All that a diagram shows, from the input to the output."""

    stages: tuple[Stage, ...]
    arcs: tuple[Arc, ...]


def stages_of(trace: NetworkTrace) -> Stages:
    """Return the volumes and arcs of a design."""
    collector = _Collector(trace.input_shape)
    collector.add_all(trace.layers)
    return Stages(tuple(collector.stages), tuple(collector.arcs))


def solid_of(shape: Shape | None) -> Solid:
    """Return the box that stands for a shape; one of middling size where the shape is not known."""
    if shape is None:
        return Solid(_UNKNOWN_THICKNESS, _UNKNOWN_SIDE)
    if len(shape) == 1:
        return Solid(_ROW_THICKNESS, _LEAST_ROW + _ROW_OF_DOUBLE * math.log2(shape[0]))
    height, width, channels = shape
    return Solid(
        width=_LEAST_THICKNESS + _THICKNESS_OF_DOUBLE * math.log2(channels),
        height=_LEAST_SIDE + _SIDE_OF_DOUBLE * math.log2(height),
        slant=_SLANT * (_LEAST_SIDE + _SIDE_OF_DOUBLE * math.log2(width)),
    )


class _Collector:
    """Goes through a design and writes down what is met."""

    def __init__(self, input_shape: Shape) -> None:
        self.stages = [Stage("Input", "", format_shape(input_shape), solid_of(input_shape))]
        self.arcs: list[Arc] = []
        self._blocks = 0
        self._takes_bands = False

    def add_all(self, records: Sequence[LayerTrace], block: int | None = None) -> int:
        """Add layers and return how many arcs stand above each other over them."""
        return max((self._add(record, block) for record in records), default=0)

    def _add(self, record: LayerTrace, block: int | None) -> int:
        if isinstance(record.layer, Residual):
            return self._add_block(record, block)
        last = self.stages[-1]
        in_place = record.layer.category in _IN_PLACE and record.output_shape == record.input_shape
        if in_place and record.output_shape is not None and self._takes_bands:
            self.stages[-1] = dataclasses.replace(
                last,
                extras=(*last.extras, record.layer.title),
                bands=(*last.bands, record.layer.category),
            )
        else:
            self._append(_stage(record, block))
        return 0

    def _add_block(self, record: LayerTrace, block: int | None) -> int:
        if block is None:
            block, self._blocks = self._blocks, self._blocks + 1
        before, shape = len(self.stages) - 1, record.input_shape
        self._takes_bands = False  # the arc begins behind the stage before, as it is
        level = self.add_all(record.inner, block)
        self._append(dataclasses.replace(_stage(record, block), is_sum=True))
        result = record.output_shape
        projected = shape is not None and result is not None and needs_projection(shape, result)
        self.arcs.append(Arc(before, len(self.stages) - 1, level, "projection" if projected else ""))
        return level + 1

    def _append(self, stage: Stage) -> None:
        self.stages.append(stage)
        self._takes_bands = True


def _stage(record: LayerTrace, block: int | None) -> Stage:
    shape = record.output_shape
    return Stage(
        title=record.layer.title,
        settings=_settings(record),
        shape=_UNKNOWN if shape is None else format_shape(shape),
        solid=solid_of(shape),
        category=record.layer.category,
        is_known=shape is not None,
        has_problem=bool(record.problems),
        block=block,
    )


def _settings(record: LayerTrace) -> str:
    """Return the window of a layer that has one, with what is unusual about it."""
    layer = record.layer
    if isinstance(layer, Residual):
        return "sum"
    if not isinstance(layer, Conv2D | MaxPool2D | AvgPool2D):
        return ""
    window = layer.kernel_size if isinstance(layer, Conv2D) else layer.pool_size
    usual = (1, 1) if isinstance(layer, Conv2D) else window
    stride = layer.stride[0] if layer.stride[0] == layer.stride[1] else format_shape(layer.stride)
    return format_shape(window) + (f", stride {stride}" if layer.stride != usual else "")
