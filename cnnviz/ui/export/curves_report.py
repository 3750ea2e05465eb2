"""The curves of a run for a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize

from cnnviz.interpret.number_files import CSV, JSON, NumberSet
from cnnviz.training.history_text import history_arrays, history_csv, history_json
from cnnviz.ui.export.plot_figure import plot_figure
from cnnviz.ui.export.report import Report
from cnnviz.ui.inspector.unit.figures import Figure, line, stack, text
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_16
from cnnviz.ui.training.quantities import WORDS, Quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.training.history import History
    from cnnviz.ui.inspector.unit.pens import Pens
    from cnnviz.ui.plots.curve_plot import CurvePlot

_ALONE_PX, _BESIDE_PX = (760, 340), (460, 300)
_IN_A_ROW = 2


def curves_report(
    plots: Sequence[CurvePlot], history: History, about: str, *, mean_of: int = 1, in_epochs: bool = False
) -> Report | None:
    """Return plots as they are now, two in a row; None before the first step.

    `mean_of` is of how many batches each point of a training curve is the mean; `in_epochs` tells an axis of
    epochs from one of steps.
    """
    if not len(history.steps) or not plots:
        return None
    kept = [plot.twin() for plot in plots]
    axis = f"Along the lower edge are {'epochs' if in_epochs else 'steps of training'}."
    means = f" Training curves are means of {mean_of:,} batches; single batches lie faintly behind."
    notes = [*(plot.summary() for plot in kept), axis + (means if mean_of > 1 else "")]
    return Report(
        name="curves",
        title="Curves of training",
        about=about,
        body=lambda pens: _body(kept, pens),
        notes=tuple(notes),
        numbers=_numbers(history),
    )


def _numbers(history: History) -> NumberSet:
    """Return all columns. The losses come first: they are the main array."""
    arrays = history_arrays(history)
    main = "steps/loss"
    files = {CSV: lambda: history_csv(history).encode(), JSON: lambda: history_json(history).encode()}
    return NumberSet({main: arrays[main], **arrays}, files=files)


def _body(plots: Sequence[CurvePlot], pens: Pens) -> Figure:
    size = QSize(*(_ALONE_PX if len(plots) == 1 else _BESIDE_PX))
    parts = [_named(plot, size, pens) for plot in plots]
    rows = [parts[first : first + _IN_A_ROW] for first in range(0, len(parts), _IN_A_ROW)]
    return stack([line(*row, gap=pens.px(SPACE_16)) for row in rows], pens.px(SPACE_16))


def _named(plot: CurvePlot, size: QSize, pens: Pens) -> Figure:
    """Return a plot below its name and what is to be known of it."""
    note = WORDS[Quantity(plot.title)].note
    heading = line(
        text(plot.title, pens.strong, pens.colors.text, pens),
        text(note, pens.caption, pens.colors.muted, pens),
        gap=pens.px(SPACE_8),
    )
    return stack((heading, plot_figure(plot, size, pens)), pens.px(SPACE_4))
