"""How well each class is found, for a report: a row for each class with its figures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.number_files import CSV, NumberSet
from cnnviz.training.class_report import ClassReport
from cnnviz.training.report_text import report_csv
from cnnviz.ui.evaluation.words import figure, matrix_summary
from cnnviz.ui.export.bar_figure import Bar
from cnnviz.ui.export.evaluation_report import about_findings
from cnnviz.ui.export.report import Report
from cnnviz.ui.inspector.unit.figures import LEFT, RIGHT, Figure, boxed, line, stack
from cnnviz.ui.plots.end_labels import clipped
from cnnviz.ui.theme import SPACE_4, SPACE_12

if TYPE_CHECKING:
    from cnnviz.app.evaluation.examination import Findings
    from cnnviz.ui.inspector.unit.pens import Pens

MOST_CLASSES = 100
_BAR_PX, _BAR_HEIGHT_PX, _MOST_NAME_CHARACTERS = 72, 18, 32
_FIGURES = ("Precision", "Recall", "F1")
_MEANING = (
    "Precision is which share of the images taken for a class is of it, recall which share of its images is "
    "taken for it, F1 the harmonic mean of both; a dash stands where there is no such image."
)


def classes_report(findings: Findings, design: str) -> Report:
    """Return the table of the classes of a report on classes, in the order of the data set."""
    report = findings.report
    assert isinstance(report, ClassReport)
    figures, count = report.figures, len(report.class_names)
    notes = [matrix_summary(report), _MEANING]
    if count > MOST_CLASSES:
        notes.append(f"Shown are the first {MOST_CLASSES} of {count:,} classes.")
    return Report(
        name="classes",
        title="How well each class is found",
        about=about_findings(findings, design),
        body=lambda pens: _table(report, pens),
        notes=tuple(notes),
        numbers=NumberSet(
            {
                "f1": figures.f1,
                "precision": figures.precision,
                "recall": figures.recall,
                "images": figures.images,
            },
            files={CSV: lambda: report_csv(report).encode()},
        ),
    )


def _table(report: ClassReport, pens: Pens) -> Figure:
    figures = report.figures
    shown = range(min(len(report.class_names), MOST_CLASSES))
    names = [clipped(report.class_names[index], _MOST_NAME_CHARACTERS) for index in shown]
    widths = (
        max(pens.width(name, pens.strong) for name in (*names, "Class", "mean")),
        max(pens.width(words, pens.body) for words in ("Images", f"{report.images:,}")),
    )
    columns = (figures.precision, figures.recall, figures.f1)
    rows = [_heading(widths, pens)]
    for index, name in zip(shown, names, strict=True):
        values = [float(column[index]) for column in columns]
        rows.append(_row(name, int(figures.images[index]), values, widths, pens))
    rows.append(_row("mean", report.images, list(figures.means()), widths, pens, is_mean=True))
    return stack(rows, pens.px(SPACE_4))


def _heading(widths: tuple[int, int], pens: Pens) -> Figure:
    muted, caption = pens.colors.muted, pens.caption
    wide = _figure_width(pens)
    parts: list[Figure] = [
        boxed("Class", caption, muted, widths[0], pens, LEFT),
        boxed("Images", caption, muted, widths[1], pens, RIGHT),
        *(boxed(name, caption, muted, wide, pens, LEFT) for name in _FIGURES),
    ]
    return line(*parts, gap=pens.px(SPACE_12))


def _row(
    name: str, images: int, values: list[float], widths: tuple[int, int], pens: Pens, *, is_mean: bool = False
) -> Figure:
    text, font = pens.colors.text, pens.strong if is_mean else pens.body
    parts: list[Figure] = [
        boxed(name, font, text, widths[0], pens, LEFT),
        boxed(f"{images:,}", font, text, widths[1], pens, RIGHT),
    ]
    for value in values:
        length = 0.0 if math.isnan(value) else value
        bar = Bar(0.0, length, pens.px(_BAR_PX), pens.px(_BAR_HEIGHT_PX), pens, is_mean)
        said = boxed(figure(value), font, text, _digits_width(pens), pens, RIGHT)
        parts.append(line(bar, said, gap=pens.px(SPACE_4)))
    return line(*parts, gap=pens.px(SPACE_12))


def _digits_width(pens: Pens) -> int:
    return max(pens.width(figure(one), pens.strong) for one in (1.0, 0.5, np.nan))


def _figure_width(pens: Pens) -> int:
    return pens.px(_BAR_PX) + pens.px(SPACE_4) + _digits_width(pens)
