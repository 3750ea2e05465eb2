"""Reports without a window, for the command line: the same pictures as in the program."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.app.looking.inspection import Inspection
from cnnviz.app.looking.layer_student import StudiedLayer
from cnnviz.interpret.explain.channel_maps import why_no_maps
from cnnviz.interpret.explain.effective import effective_field, unit_gradient
from cnnviz.interpret.filters import view_all_filters
from cnnviz.spec.layers import Conv2D, Dense
from cnnviz.ui.export.answer_report import AnswerShown, answer_report
from cnnviz.ui.export.layer_report import LayerShown, layer_report
from cnnviz.ui.export.network_report import network_report
from cnnviz.ui.export.unit_report import maps_report, reach_report, unit_report
from cnnviz.ui.inspector.answers import answers_of
from cnnviz.ui.inspector.network_shown import NetworkShown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Split
    from cnnviz.data.quantities import Quantity
    from cnnviz.interpret.explain.place import Look, Unit
    from cnnviz.interpret.layer_study import LayerStudy
    from cnnviz.spec.losses import Loss
    from cnnviz.ui.export.report import Report
    from cnnviz.ui.export.sheet_writer import SheetWriter

MOST_OPEN_LAYERS = 24
"""Networks of no more layers are shown with their blocks open, as in the window."""


class Studio:
    """Writes reports of one look at a network; `about` names the design, the image and the weights."""

    def __init__(self, writer: SheetWriter, look: Look, about: str, class_names: Sequence[str] = ()) -> None:
        self._writer = writer
        self._look, self._about, self._names = look, about, tuple(class_names)

    def write_unit(self, unit: Unit) -> list[str]:
        """Write how a number was made, what it sees, and of a convolution how its whole map was made.

        Return the names of the files.
        """
        field = effective_field(unit_gradient(self._look, unit))
        how = unit_report(self._look, unit, self._names, self._about)
        sees = reach_report(self._look, unit, self._names, self._about, field)
        has_maps = not why_no_maps(self._look, unit.layer_id)
        maps = [maps_report(self._look, unit, self._names, self._about)] if has_maps else []
        return self._writer.write(how, sees, *maps)

    def write_sheets(
        self,
        loss: Loss,
        quantities: tuple[Quantity, ...] = (),
        true_class: int | None = None,
        studies: Mapping[str, tuple[LayerStudy, Split]] | None = None,
        *,
        targets: NDArray[np.float32] | None = None,
        ranges: NDArray[np.float32] | None = None,
    ) -> list[str]:
        """Write the network, the answer, and each layer that has weights; return the names of the files.

        `targets` are the right numbers (K,), `ranges` the least and the largest ones of the data set (2, K).
        `studies` are what was measured of layers, on which part of a data set.
        """
        view = self._look.view
        opened = frozenset(one.parent for one in view.inner)
        is_small = len(view.layers) + len(view.inner) <= MOST_OPEN_LAYERS
        answers = dataclasses.replace(answers_of(view, loss, quantities, ranges), targets=targets)
        shown = NetworkShown(view, self._names, opened if is_small else frozenset(), answers=answers)
        network = network_report(shown, self._about)
        answer = answer_report(AnswerShown(view.picture, answers, self._names, true_class), self._about)
        return self._writer.write(network, answer, *self._layers(studies or {}))

    def _layers(self, studies: Mapping[str, tuple[LayerStudy, Split]]) -> Iterator[Report]:
        look, view = self._look, self._look.view
        filters = view_all_filters(look.spec, look.arrays)
        inspection = Inspection(look.spec, view, filters, parameters=dict(look.arrays))
        for layer in look.spec.walk():
            if not isinstance(layer, Conv2D | Dense):
                continue
            found = studies.get(layer.id)
            studied = StudiedLayer(found[0], found[1], view.step) if found is not None else None
            report = layer_report(LayerShown(inspection, layer.id, studied=studied), self._about)
            if report is not None:
                yield report
