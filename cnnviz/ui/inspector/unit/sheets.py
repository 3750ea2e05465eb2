"""Which figure belongs to which kind of explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.interpret.explain.pointwise import Bent, Normalised, Passed, Quieted
from cnnviz.interpret.explain.rows import Added, Shares, WeightedRow
from cnnviz.interpret.explain.windows import Largest, Mean, Weighted
from cnnviz.ui.inspector.unit.conv_sheet import ConvSheet
from cnnviz.ui.inspector.unit.maps_sheet import MapsSheet
from cnnviz.ui.inspector.unit.point_sheet import (
    added_sheet,
    bent_sheet,
    normal_sheet,
    passed_sheet,
    quieted_sheet,
)
from cnnviz.ui.inspector.unit.row_sheet import row_sheet, softmax_sheet
from cnnviz.ui.inspector.unit.window_sheet import window_sheet

if TYPE_CHECKING:
    from cnnviz.ui.inspector.unit.figures import Figure
    from cnnviz.ui.inspector.unit.scene import Scene


def sheet(scene: Scene, *, whole: bool = False) -> Figure:
    """Return the figure that shows how the number of a scene was made, or with `whole` how its map was."""
    how = scene.explanation.how
    match how:
        case Weighted() if whole:
            return MapsSheet(scene, how).figure()
        case Weighted():
            return ConvSheet(scene, how).figure()
        case Largest() | Mean():
            return window_sheet(scene, how)
        case WeightedRow():
            return row_sheet(scene, how)
        case Shares():
            return softmax_sheet(scene, how)
        case Bent():
            return bent_sheet(scene, how)
        case Normalised():
            return normal_sheet(scene, how)
        case Quieted():
            return quieted_sheet(scene, how)
        case Added():
            return added_sheet(scene, how)
        case Passed():
            return passed_sheet(scene, how)
