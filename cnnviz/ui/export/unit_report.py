"""One number taken apart, for a report."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.explain.channel_maps import channel_maps
from cnnviz.interpret.explain.explain import explain
from cnnviz.interpret.explain.numbers import numbers_of
from cnnviz.interpret.explain.rows import WeightedRow, as_maps
from cnnviz.interpret.explain.sentences import sentence, unit_file_name, unit_name
from cnnviz.interpret.explain.steps import rounding_text
from cnnviz.interpret.explain.windows import Weighted
from cnnviz.interpret.number_files import NumberSet
from cnnviz.ui.export.report import Report
from cnnviz.ui.format import number
from cnnviz.ui.inspector.unit.conv_sheet import ConvSheet
from cnnviz.ui.inspector.unit.figures import Figure, Line, Rows, Space, Stack, stack
from cnnviz.ui.inspector.unit.maps_sheet import MapsSheet
from cnnviz.ui.inspector.unit.parts import unit_map
from cnnviz.ui.inspector.unit.reach_sheet import reach_sheet
from cnnviz.ui.inspector.unit.result_sheet import result_figure
from cnnviz.ui.inspector.unit.scene import Scene
from cnnviz.ui.inspector.unit.sheets import sheet
from cnnviz.ui.theme import SPACE_16, SPACE_24

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cnnviz.interpret.explain.explain import Explanation
    from cnnviz.interpret.explain.place import Look, Unit
    from cnnviz.ui.inspector.unit.pens import Pens

MOST_CHANNELS = 12
_SHEET_PX, _RESULT_PX, _RESULT_HEIGHT_PX = 760, 236, 600
_MOST_TABLE_PX = 2100
_MOST_MAPS, _WHOLE_MAP_PX = 48, 160


def unit_report(look: Look, unit: Unit, class_names: Sequence[str], about: str) -> Report:
    """Return how a number was made.

    Raises
    ------
    ExplainError
        There is no such number.
    """
    explanation, names = explain(look, unit), tuple(class_names)
    notes = [sentence(look, explanation), rounding_text(explanation)]
    channels = _channels(explanation)
    if channels > MOST_CHANNELS:
        notes.append(f"Shown are the {MOST_CHANNELS} of {channels:,} maps with the largest sums.")
    return Report(
        name=unit_file_name(look, unit),
        title=f"{unit_name(look, unit)} = {number(explanation.engine)}",
        about=about,
        body=lambda pens: _body(look, explanation, names, pens),
        notes=tuple(notes),
        numbers=numbers_of(explanation),
    )


def reach_report(
    look: Look, unit: Unit, class_names: Sequence[str], about: str, field: NDArray[np.float32]
) -> Report:
    """Return what a number sees: `field` (H, W) is how strongly each pixel moves it, from 0 to 1."""
    explanation, names = explain(look, unit), tuple(class_names)
    return Report(
        name=f"{unit_file_name(look, unit)}-sees",
        title=f"What {unit_name(look, unit)} sees",
        about=about,
        body=lambda pens: reach_sheet(_scene(look, explanation, names, pens, _SHEET_PX), field),
        notes=(
            "Frames are the exact receptive field. Strength is the size of the gradient of the number with "
            "respect to a pixel, as a share of the largest.",
        ),
        numbers=NumberSet({"field": field}),
    )


def maps_report(look: Look, unit: Unit, class_names: Sequence[str], about: str) -> Report:
    """Return what each map before a convolution adds to the map of a number.

    Raises
    ------
    ExplainError
        The number belongs to no convolution, or these are too many numbers.
    """
    explanation, names = explain(look, unit), tuple(class_names)
    found = channel_maps(look, unit.layer_id, unit.channel)
    how, count = explanation.how, len(found.maps)
    assert isinstance(how, Weighted)
    sizes = np.where(np.isnan(found.maps), np.inf, np.abs(found.maps)).sum(axis=(1, 2))
    order = np.sort(np.argsort(-sizes, kind="stable")[:_MOST_MAPS])
    notes = ["Each map is slid over by its own kernel; what all of them add, and the bias, make the map."]
    if count > _MOST_MAPS:
        notes.append(f"Shown are the {_MOST_MAPS} of {count:,} maps that add most.")

    def body(pens: Pens) -> Figure:
        scene = _scene(look, explanation, names, pens, _SHEET_PX)
        whole = unit_map(scene, unit, pens.px(_WHOLE_MAP_PX), moves=False)
        return stack((MapsSheet(scene, how, order).figure(), whole), pens.px(SPACE_16))

    arrays = {"kernels": found.kernels, "maps": found.maps, "bias": np.array(found.bias or 0.0)}
    arrays["map"] = look.values(unit.layer_id)[unit.channel]
    return Report(
        name=f"{unit_file_name(look, unit)}-maps",
        title=f"What {unit.layer_id}, map {unit.channel}, is added up from",
        about=about,
        body=body,
        notes=tuple(notes),
        numbers=NumberSet(arrays),
    )


def _body(look: Look, explanation: Explanation, names: tuple[str, ...], pens: Pens) -> Figure:
    scene = _scene(look, explanation, names, pens, _SHEET_PX)
    beside = dataclasses.replace(scene, width=pens.px(_RESULT_PX))
    result = result_figure(beside, pens.px(_RESULT_HEIGHT_PX))
    parts = (_shortened(_how(scene), pens), result)
    height = max(part.height for part in parts)
    at_top = tuple(stack((part, Space(0, height - part.height))) for part in parts)
    return Line(at_top, pens.px(SPACE_24))


def _scene(look: Look, explanation: Explanation, names: tuple[str, ...], pens: Pens, width: int) -> Scene:
    return Scene(look, explanation, pens, pens.px(width), names)


def _how(scene: Scene) -> Figure:
    """Return the figure of an explanation, of a convolution the channels that count most."""
    how = scene.explanation.how
    if not isinstance(how, Weighted) or len(how.sums) <= MOST_CHANNELS:
        return sheet(scene)
    strongest = np.argsort(-np.abs(np.nan_to_num(how.sums)), kind="stable")[:MOST_CHANNELS]
    return ConvSheet(scene, how, np.sort(strongest)).figure()


def _channels(explanation: Explanation) -> int:
    """Return how many maps have a row of their own."""
    how = explanation.how
    if isinstance(how, WeightedRow):
        maps = as_maps(how)
        return len(maps.sums) if maps is not None else 0
    return len(how.sums) if isinstance(how, Weighted) else 0


def _shortened(figure: Figure, pens: Pens) -> Figure:
    """Return a figure without the rows of maps that a page of a report cannot hold."""
    match figure:
        case Stack():
            return stack(
                [_shortened(part, pens) for part in figure.parts], figure.gap, centered=figure.is_centered
            )
        case Rows():
            is_long = figure.height > pens.px(_MOST_TABLE_PX)
            return dataclasses.replace(figure, count=MOST_CHANNELS) if is_long else figure
        case _:
            return figure
