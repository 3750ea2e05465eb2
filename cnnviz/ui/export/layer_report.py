"""One layer for a report: its filters, its feature maps, one of them enlarged, and its histograms."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QTextDocumentFragment

from cnnviz.interpret.number_sets import layer_numbers
from cnnviz.interpret.unit_templates import view_templates
from cnnviz.spec.layers import Dense
from cnnviz.spec.words import counted
from cnnviz.ui.export.filter_figures import MOST_CHANNELS, MOST_FILTERS, filters_figure
from cnnviz.ui.export.map_figures import (
    atlas_tiles,
    map_tile,
    numbered_map,
    scale_note,
    scaling_of,
    strip_of,
    tile_grid,
)
from cnnviz.ui.export.report import Report
from cnnviz.ui.export.widget_figure import widget_figure
from cnnviz.ui.inspector.layer_findings import findings_text, marks_of
from cnnviz.ui.inspector.unit.blocks import ScaleStrip
from cnnviz.ui.inspector.unit.figures import Figure, Space, line, stack, text
from cnnviz.ui.inspector.words import shown_shape, tile_name
from cnnviz.ui.plots.atlas_painting import picture_image, tile_image
from cnnviz.ui.plots.histogram_plot import HistogramPlot
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_24

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnnviz.app.looking.inspection import Inspection
    from cnnviz.app.looking.layer_student import StudiedLayer
    from cnnviz.interpret.activations import LayerView
    from cnnviz.interpret.filters import FilterView
    from cnnviz.spec.layers import Layer
    from cnnviz.ui.inspector.unit.pens import Pens

MOST_MAPS = 128
WIDTH_PX = 760
_TILE_PX, _UNIT_PX, _LARGE_PX, _IMAGE_PX = 64, 24, 320, 160
_PLOT_PX = (364, 150)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class LayerShown:
    """A layer as the panel shows it: the order of its maps, the enlarged one, and what was measured."""

    inspection: Inspection
    layer_id: str
    map_index: int = 0
    order: Sequence[int] | None = None
    studied: StudiedLayer | None = None

    @property
    def layer(self) -> Layer | None:
        """The layer in the design; None for the input."""
        return next((one for one in self.inspection.spec.walk() if one.id == self.layer_id), None)

    @property
    def view(self) -> LayerView | None:
        """What comes out of it; None where that could not be computed."""
        return self.inspection.image_view.layer(self.layer_id)

    @property
    def filters(self) -> FilterView | None:
        """Its kernels, or the templates of a Dense layer over the image."""
        inspection = self.inspection
        found = inspection.filters_of(self.layer_id)
        if found is None and isinstance(self.layer, Dense):
            scale = inspection.image_view.input.atlas.scale
            found = view_templates(inspection.spec, inspection.parameters, self.layer_id, scale=scale)
        return found

    @property
    def noun(self) -> str:
        """What one of its filters is called."""
        return "unit" if isinstance(self.layer, Dense) else "filter"


def layer_report(shown: LayerShown, about: str) -> Report | None:
    """Return all there is of a layer; None where nothing of it could be computed."""
    view, filters, layer = shown.view, shown.filters, shown.layer
    if view is None and filters is None:
        return None
    kind = layer.title if layer is not None else "the image as the network receives it"
    shape = f", {shown_shape(view.values)}" if view is not None else ""
    study = shown.studied.study if shown.studied is not None else None
    return Report(
        name=f"layer-{shown.layer_id or 'input'}",
        title=f"{shown.layer_id or 'input'}: {kind}{shape}",
        about=about,
        body=lambda pens: _body(shown, pens),
        notes=tuple(_notes(shown)),
        numbers=layer_numbers(view, filters, study),
    )


def map_report(shown: LayerShown, about: str) -> Report | None:
    """Return one map enlarged; None where the layer has no maps."""
    view = shown.view
    if view is None or view.values.ndim != 3:
        return None
    whole = layer_report(shown, about)
    assert whole is not None
    name = tile_name(view, shown.map_index)
    values = view.values[shown.map_index : shown.map_index + 1]
    single = dataclasses.replace(view, values=values)
    return dataclasses.replace(
        whole,
        name=f"map-{shown.layer_id or 'input'}-{shown.map_index}",
        title=f"{shown.layer_id or 'input'}, {name}",
        body=lambda pens: _enlarged(shown, view, pens, 2 * _LARGE_PX),
        notes=(scale_note(view.atlas, "map"),),
        numbers=layer_numbers(single, None, None),
    )


def _body(shown: LayerShown, pens: Pens) -> Figure:
    view, filters, width = shown.view, shown.filters, pens.px(WIDTH_PX)
    marks = _signs(shown)
    parts: list[Figure] = []
    if filters is not None:
        title = "Templates" if isinstance(shown.layer, Dense) else "Filters"
        order = shown.order or range(len(filters.weight))
        parts.append(_section(title, filters_figure(filters, order, marks, width, pens), pens))
    if view is not None:
        has_maps = view.values.ndim == 3
        title = "Feature maps" if has_maps else "Outputs"
        parts.append(_section(title, _maps(shown, view, marks, pens), pens))
        if has_maps and len(view.values) > 1:
            large = _enlarged(shown, view, pens, _LARGE_PX)
            parts.append(_section(f"Map {shown.map_index}", large, pens))
    if shown.studied is not None:
        parts.append(_histograms(shown.studied, pens))
    return stack(parts, pens.px(SPACE_24))


def _section(heading: str, figure: Figure, pens: Pens) -> Figure:
    return stack((text(heading, pens.strong, pens.colors.text, pens), figure), pens.px(SPACE_8))


def _signs(shown: LayerShown) -> Mapping[int, str]:
    if shown.studied is None:
        return {}
    return {index: mark.sign for index, mark in marks_of(shown.studied.study, shown.noun).items()}


def _maps(shown: LayerShown, view: LayerView, marks: Mapping[int, str], pens: Pens) -> Figure:
    order = list(shown.order or range(len(view.values)))[:MOST_MAPS]
    names = [f"{index} {marks[index]}" if index in marks else f"{index}" for index in order]
    side = pens.px(_TILE_PX if view.values.ndim == 3 else _UNIT_PX)
    grid = tile_grid(atlas_tiles(view.atlas, order, names, pens), side, pens.px(WIDTH_PX), pens)
    return stack((grid, strip_of(scaling_of(view.atlas, shown.map_index), pens)), pens.px(SPACE_8))


def _enlarged(shown: LayerShown, view: LayerView, pens: Pens, side_px: int) -> Figure:
    side, scaling = pens.px(side_px), scaling_of(view.atlas, shown.map_index)
    image = tile_image(view.atlas, shown.map_index, pens.colors)
    large = numbered_map(view.values[shown.map_index], scaling, image, side, pens)
    strip = ScaleStrip(scaling, max(large.width, pens.px(96)), pens)
    if not view.layer_id:
        return stack((large, strip), pens.px(SPACE_4))
    seen = map_tile(picture_image(shown.inspection.image_view.picture), pens.px(_IMAGE_PX), pens)
    beside = stack((_caption("the image", pens), seen), pens.px(SPACE_4))
    named = stack((_caption(tile_name(view, shown.map_index), pens), large, strip), pens.px(SPACE_4))
    height = max(beside.height, named.height)
    at_top = (stack((part, Space(0, height - part.height))) for part in (beside, named))
    return line(*at_top, gap=pens.px(SPACE_24))


def _caption(words: str, pens: Pens) -> Figure:
    return text(words, pens.caption, pens.colors.muted, pens)


def _histograms(studied: StudiedLayer, pens: Pens) -> Figure:
    study = studied.study
    found = (
        ("Weights", study.weights, study.weights_at_start),
        ("Activations", study.outputs, study.outputs_at_start),
    )
    figures: list[Figure] = []
    for title, now, start in found:
        plot = HistogramPlot(title)
        plot.set_histograms(now, start, studied.start)
        figure = widget_figure(plot, QSize(*_PLOT_PX), pens)
        figures.append(_section(title, figure, pens))
    return line(*figures, gap=pens.px(SPACE_24))


def _notes(shown: LayerShown) -> list[str]:
    view, filters = shown.view, shown.filters
    notes = [] if view is None else [scale_note(view.atlas, "map")]
    if view is not None and len(view.values) > MOST_MAPS:
        notes.append(f"Shown are {MOST_MAPS} of {counted(len(view.values), 'map')}.")
    if filters is not None:
        count, channels = filters.weight.shape[:2]
        if count > MOST_FILTERS:
            notes.append(f"Shown are {MOST_FILTERS} of {counted(count, shown.noun)}.")
        if channels > MOST_CHANNELS:
            notes.append(f"Of each {shown.noun} {MOST_CHANNELS} of {channels:,} kernels are shown.")
    if shown.studied is not None:
        found = findings_text(shown.studied, shown.noun)
        notes.append(f"Measured: {QTextDocumentFragment.fromHtml(found).toPlainText()}.")
    return notes
