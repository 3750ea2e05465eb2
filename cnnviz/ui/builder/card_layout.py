"""Where the parts of a card stand, by how deep in blocks it is. Pixels of the list's width."""

from __future__ import annotations

from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_16

TILE_PX = 28
SLIM_ICON_PX = 14
VOLUME_PX = 26
FOOTER_PX = 18
"""Below the last layer of a block, where its sum with the input stands."""
EMPTY_BODY_PX = 34
"""Below the card of an open block without layers, where some can be dropped."""
FRAME_INSET_PX = SPACE_4
FRAME_STEP_PX = 3
"""How much further inside the right edge of a frame is than that of the frame around it."""
_STEP_PX = 16
_DEEP_STEP_PX = 6
_DEEP = 3
"""From here on a block moves its layers less to the right, for they must stay readable."""
_NARROW_PX = 250
"""A list narrower than this leaves the drawings of volumes out, for names need the room."""


def indent(depth: int) -> int:
    """Return how far to the right the card of a layer in `depth` blocks begins."""
    return _STEP_PX * min(depth, _DEEP) + _DEEP_STEP_PX * max(depth - _DEEP, 0)


def depth_at(x: float) -> int:
    """Return the depth of the blocks whose frames are left of `x`."""
    depth = 0
    while indent(depth + 1) + FRAME_INSET_PX <= x:
        depth += 1
    return depth


def tile_left(depth: int) -> int:
    """Return where the icon of a card begins."""
    return indent(depth) + SPACE_16


def text_left(depth: int) -> int:
    """Return where the words of a card begin."""
    return tile_left(depth) + TILE_PX + SPACE_8 + 2


def rail_x(depth: int) -> int:
    """Return where the line stands that leads the input past the body of a block in `depth` others."""
    return indent(depth) + SPACE_8 + 2


def volume_width(width: int) -> int:
    """Return how much a list of this width leaves for the drawing of a volume; 0 for none."""
    return VOLUME_PX if width >= _NARROW_PX else 0


def right_edge(width: int) -> int:
    """Return where the parts of a card end."""
    return width - SPACE_12
