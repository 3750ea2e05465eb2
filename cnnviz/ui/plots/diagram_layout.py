"""Where the parts of a network diagram stand: rows of volumes with their words underneath."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.ui.plots.diagram_stages import Arc, Stage, Stages

STAGE_GAP = 20.0
BAND_WIDTH = 4.0
ARC_GAP = 9.0
ARC_RISE = 15.0
MARGIN = 18.0
_LABEL_GAP = 7.0
_ROW_GAP = 18.0
_HALVINGS = 12
"""How often the width of the rows is halved while the narrowest is sought."""


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """How much room the words of each stage need: the widest line, and the height of a line."""

    widths: tuple[float, ...]
    line_height: float


@dataclasses.dataclass(frozen=True, slots=True)
class PlacedStage:
    """A stage with the middle of its room, its width, and the corner of its box.

    `left` and `top` are the corner of the box's front; its back rises above and to the right of that.
    """

    stage: Stage
    row: int
    center: float
    room: float
    left: float
    top: float

    @property
    def front_width(self) -> float:
        """The width of the front, with the bands."""
        return self.stage.solid.width + BAND_WIDTH * len(self.stage.bands)

    @property
    def right(self) -> float:
        """Where the box ends."""
        return self.left + self.front_width + self.stage.solid.slant

    @property
    def peak(self) -> tuple[float, float]:
        """(x, y) of the middle of the upper edge of the back."""
        solid = self.stage.solid
        return (self.left + self.front_width / 2 + solid.slant, self.top - solid.slant)

    @property
    def sum_place(self) -> tuple[float, float]:
        """(x, y) of where a block's sum is met: before the bands, which change the sum."""
        solid = self.stage.solid
        return (self.left + solid.width / 2 + solid.slant, self.top - solid.slant)

    @property
    def exit(self) -> tuple[float, float]:
        """(x, y) of where the stage's last numbers are met on the upper edge: behind all of its bands."""
        if not self.stage.bands:
            return self.peak
        solid = self.stage.solid
        return (self.left + self.front_width - BAND_WIDTH / 2 + solid.slant, self.top - solid.slant)


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A row of the diagram: its top, the line through the middle of its boxes, and where words begin."""

    top: float
    axis: float
    arcs_bottom: float
    words_top: float


@dataclasses.dataclass(frozen=True, slots=True)
class DiagramLayout:
    """Everything in its place, in units of the diagram, from (0, 0) to (`width`, `height`)."""

    stages: tuple[PlacedStage, ...]
    arcs: tuple[Arc, ...]
    rows: tuple[Row, ...]
    width: float
    height: float


def lay_out(shown: Stages, words: Words, width: float) -> DiagramLayout:
    """Let the stages run through rows no wider than `width`, or than the widest single stage.

    The stages of a block stay in one row where they fit into one. The rows are made about equally long.
    """
    rooms = _rooms(shown, words)
    count = len(_greedy(shown.stages, rooms, max(width - 2 * MARGIN, max(rooms))))
    return _in_rows(shown, words, rooms, count)


def lay_out_in_rows(shown: Stages, words: Words, count: int) -> DiagramLayout:
    """Let the stages run through at most `count` rows, as narrow as can be."""
    return _in_rows(shown, words, _rooms(shown, words), count)


def _in_rows(shown: Stages, words: Words, rooms: Sequence[float], count: int) -> DiagramLayout:
    rows = _narrowest(shown.stages, rooms, count)
    widest = max(sum(rooms[place] for place in row) for row in rows) + 2 * MARGIN
    placed: list[PlacedStage] = []
    lines: list[Row] = []
    top = 0.0
    for number, row in enumerate(rows):
        line = _row(shown, row, top)
        lines.append(line)
        left = MARGIN
        for place in row:
            placed.append(_placed(shown.stages[place], number, line, left, rooms[place]))
            left += rooms[place]
        most = max(len(shown.stages[place].plain_lines) for place in row) + 1
        top = line.words_top + most * words.line_height + _ROW_GAP
    return DiagramLayout(tuple(placed), shown.arcs, tuple(lines), widest, top - _ROW_GAP)


def _rooms(shown: Stages, words: Words) -> list[float]:
    """Return how wide each stage is with its words and the gap behind it."""
    wanted = zip(shown.stages, words.widths, strict=True)
    return [max(_box_width(stage), width) + STAGE_GAP for stage, width in wanted]


def _narrowest(stages: Sequence[Stage], rooms: Sequence[float], count: int) -> list[list[int]]:
    """Return the places of the stages row by row, in at most `count` rows that are as narrow as can be."""
    narrow, wide = max(rooms), sum(rooms)
    rows = [list(range(len(stages)))]
    for _ in range(_HALVINGS):
        middle = (narrow + wide) / 2
        tried = _greedy(stages, rooms, middle)
        if len(tried) > count:
            narrow = middle
        else:
            rows, wide = tried, middle
    return rows


def _greedy(stages: Sequence[Stage], rooms: Sequence[float], width: float) -> list[list[int]]:
    rows: list[list[int]] = [[]]
    filled = 0.0
    for unit in _units(stages):
        whole = sum(rooms[place] for place in unit)
        parts = [unit] if whole <= width else [[place] for place in unit]
        for part in parts:
            room = sum(rooms[place] for place in part)
            if rows[-1] and filled + room > width:
                rows.append([])
                filled = 0.0
            rows[-1].extend(part)
            filled += room
    return rows


def _units(stages: Sequence[Stage]) -> list[list[int]]:
    """Return the places of stages that should not be torn apart: those of one block."""
    units: list[list[int]] = []
    for place, stage in enumerate(stages):
        if units and stage.block is not None and stage.block == stages[place - 1].block:
            units[-1].append(place)
        else:
            units.append([place])
    return units


def _row(shown: Stages, row: Sequence[int], top: float) -> Row:
    levels = [arc.level + 1 for arc in shown.arcs if arc.first <= row[-1] and arc.last >= row[0]]
    arcs = ARC_GAP + ARC_RISE * max(levels) if levels else 0.0
    solids = [shown.stages[place].solid for place in row]
    up = max(solid.height / 2 + solid.slant for solid in solids)
    down = max(solid.height / 2 for solid in solids)
    axis = top + arcs + up
    return Row(top, axis, top + arcs - ARC_GAP if arcs else top, axis + down + _LABEL_GAP)


def _placed(stage: Stage, number: int, row: Row, left: float, room: float) -> PlacedStage:
    box_left = left + (room - _box_width(stage)) / 2
    return PlacedStage(
        stage, number, left + room / 2, room - STAGE_GAP, box_left, row.axis - stage.solid.height / 2
    )


def _box_width(stage: Stage) -> float:
    return stage.solid.width + BAND_WIDTH * len(stage.bands) + stage.solid.slant
