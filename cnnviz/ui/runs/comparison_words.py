"""A comparison of two runs in words: rows for a table, and one text for a report."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.spec.design_diff import Fate
from cnnviz.spec.differences import NOTHING
from cnnviz.spec.words import counted
from cnnviz.training.run_comparison import Axis, Measure
from cnnviz.ui.format import duration, number, share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cnnviz.spec.design_diff import LayerFate
    from cnnviz.spec.differences import Difference
    from cnnviz.training.run_comparison import Comparison, Figure

_PERCENT = 100
_SHORT_SECONDS = 60


def points(value: float) -> str:
    """Return a difference of shares: `1.7 points`, as a percentage of a percentage would mislead."""
    return f"{_PERCENT * value:.1f} points"


MEASURES: dict[Measure, tuple[str, Callable[[float], str], Callable[[float], str]]] = {
    Measure.LOSS: ("Validation loss", number, number),
    Measure.ACCURACY: ("Validation accuracy, %", share, points),
    Measure.ERROR: ("Mean absolute error", number, number),
    Measure.TRAIN_LOSS: ("Training loss", number, number),
    Measure.TRAIN_ACCURACY: ("Training accuracy, %", share, points),
}
"""The title of each measure, and how its values and differences of them are written."""
AXES = {Axis.EPOCH: "at the same epoch", Axis.STEP: "at the same step", Axis.SECONDS: "after the same time"}
FATES = {
    Fate.ADDED: "added",
    Fate.REMOVED: "removed",
    Fate.MOVED: "moved",
    Fate.CHANGED: "",
    Fate.SAME: "",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `is_quiet` where both runs are the same in it.

    `tip` says more about what it is.
    """

    what: str
    left: str = ""
    right: str = ""
    change: str = ""
    is_quiet: bool = False
    children: tuple[Row, ...] = ()
    tip: str = ""


def rows_of(comparison: Comparison) -> tuple[Row, ...]:
    """Return the groups of the table, each with its lines."""
    design = comparison.design
    layers = [
        *(Row(f"Input, {one.label.lower()}", one.left, one.right) for one in design.input),
        *(_layer_row(layer) for layer in design.layers),
    ]
    if design.is_same:
        layers = [Row(f"{counted(len(layers), 'layer is', 'layers are')} the same", is_quiet=True)]
    return (
        Row("Key figures", children=tuple(_figure_row(figure) for figure in comparison.figures)),
        Row("Settings", children=_difference_rows(comparison.settings, "All settings are the same")),
        Row("Design" if design.is_same else f"Design: {design.summary}", children=tuple(layers)),
        Row(
            "Data and machine",
            children=_difference_rows(comparison.surroundings, "Images, threads and program are the same"),
        ),
    )


def comparison_text(comparison: Comparison, names: tuple[str, str]) -> str:
    """Return all of it as plain text, without the layers that are the same."""
    lines = [f"{names[0]}  |  {names[1]}"]
    lines += comparison.notes
    for group in rows_of(comparison):
        lines += ["", group.what]
        if group.what.startswith("Design:"):
            fates = (layer for layer in comparison.design.layers if layer.fate is not Fate.SAME)
            lines += [f"  {one.text}" for one in comparison.design.input]
            lines += [f"  {layer.text}" for layer in fates]
        else:
            lines += [f"  {_line(row)}" for row in group.children]
    return "\n".join(lines) + "\n"


def signed(value: float, written: Callable[[float], str]) -> str:
    """Return a difference with its sign: `+0.12`, `−3.0 %`, `0`."""
    text = written(abs(value)).lstrip("−")
    if not any(digit in text for digit in "123456789∞"):
        return text
    return f"{'−' if value < 0 else '+'}{text}"


def _line(row: Row) -> str:
    if row.is_quiet:
        return row.what
    change = f"  ({row.change})" if row.change else ""
    return f"{row.what}: {row.left}  |  {row.right}{change}"


def _figure_row(figure: Figure) -> Row:
    written = _WRITTEN[figure.kind]
    left, right = (NOTHING if one is None else written(one) for one in (figure.left, figure.right))
    change = "" if figure.change is None else signed(figure.change, _CHANGES.get(figure.kind, written))
    return Row(figure.label, left, right, change, tip=figure.meaning)


def _difference_rows(found: Iterable[Difference], alike: str) -> tuple[Row, ...]:
    rows = tuple(Row(one.label, one.left, one.right) for one in found)
    return rows or (Row(alike, is_quiet=True),)


def _layer_row(layer: LayerFate) -> Row:
    kind, _, settings = layer.words.partition(", ")
    what = f"{'    ' * layer.depth}{layer.layer_id}  {kind}"
    sides = {Fate.ADDED: (NOTHING, settings or "there"), Fate.REMOVED: (settings or "there", NOTHING)}
    left, right = sides.get(layer.fate, ("", ""))
    children = tuple(Row(one.label, one.left, one.right) for one in layer.changes)
    is_quiet = layer.fate is Fate.SAME
    return Row(what, left, right, FATES[layer.fate], is_quiet, children)


def _time(seconds: float) -> str:
    return duration(seconds) if seconds >= _SHORT_SECONDS else f"{seconds:.1f} s"


def _count(value: float) -> str:
    return f"{round(value):,}"


_WRITTEN: dict[str, Callable[[float], str]] = {
    "share": share,
    "number": number,
    "count": _count,
    "time": _time,
}
_CHANGES: dict[str, Callable[[float], str]] = {"share": points}
