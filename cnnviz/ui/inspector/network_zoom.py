"""Larger and smaller in the network view: whole pixels for each number, the same place under the mouse."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from cnnviz.ui.inspector.network_columns import ColumnKind

if TYPE_CHECKING:
    from cnnviz.ui.inspector.cell_block import CellBlock
    from cnnviz.ui.inspector.network_columns import Column
    from cnnviz.ui.inspector.network_layout import NetworkLayout

FIT, LEAST, LARGEST = 1.0, 0.25, 8.0
STEP = 1.25
_NOTCH = 120  # of a wheel, as Qt counts
_NEAR_FIT = 1.08
_FILLED = 0.8


def stepped(zoom: float, steps: float) -> float:
    """Return a zoom that is so many steps larger, within bounds; what is nearly a fit becomes one."""
    wanted = min(max(zoom * STEP**steps, LEAST), LARGEST)
    return FIT if 1 / _NEAR_FIT < wanted < _NEAR_FIT else wanted


def wheel_steps(turned: int) -> float:
    """Return how many steps a wheel was turned."""
    return turned / _NOTCH


def zoomed(block: CellBlock, column: Column, zoom: float) -> CellBlock:
    """Return the same tiles larger or smaller: in whole pixels for each number, or for each few of them.

    The rows of classes are text, and stay as they are.
    """
    if zoom == FIT or column.kind is ColumnKind.ANSWERS:
        return block
    cell = block.cell_width * zoom / block.stride
    if cell >= 1 or block.tile_rows * block.tile_columns == 1:
        stride = 1
        width, height = (
            max(1, round(side * zoom / block.stride)) for side in (block.cell_width, block.cell_height)
        )
    else:
        stride, width, height = math.ceil(1 / cell), 1, 1
    many = block.tile_rows * block.tile_columns > 1
    rows, columns = (math.ceil(side / stride) for side in (column.height, column.width)) if many else (1, 1)
    gaps = (block.pitch_x - block.tile_width, block.pitch_y - block.tile_height)
    across, down = (max(min(gap, 1), round(gap * min(zoom, 2))) for gap in gaps)
    return dataclasses.replace(
        block,
        tile_rows=rows,
        tile_columns=columns,
        cell_width=width,
        cell_height=height,
        pitch_x=columns * width + across,
        pitch_y=rows * height + down,
        stride=stride,
    )


def zoom_to(layout: NetworkLayout, index: int, width: int, height: int, zoom: float) -> float:
    """Return the zoom at which a column fills most of a room of device pixels, given the present one.

    At least two of its maps are seen below each other.
    """
    block = layout.columns[index].block
    below = max(1, height - layout.body_top)
    share = min(_FILLED * width / block.width, _FILLED * below / min(block.height, 2 * block.pitch_y))
    return min(max(zoom * share, LEAST), LARGEST)


@dataclasses.dataclass(frozen=True, slots=True)
class Anchor:
    """A place of the layout that is to stay where it is: in a column, by its shares of the block."""

    index: int
    across: float
    down: float

    @classmethod
    def at(cls, layout: NetworkLayout, x: float, y: float) -> Anchor:
        """Return the place nearest to a device pixel."""
        columns = layout.columns
        index = min(range(len(columns)), key=lambda one: abs(columns[one].left + columns[one].width / 2 - x))
        block = columns[index].block
        return cls(index, (x - block.x) / block.width, (y - block.y) / block.height)

    def place(self, layout: NetworkLayout) -> tuple[float, float]:
        """Return where it is in a layout of the same columns, in device pixels."""
        block = layout.columns[self.index].block
        return block.x + self.across * block.width, block.y + self.down * block.height
