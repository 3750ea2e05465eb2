"""What a network gets right and wrong on a part of a data set, for a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize

from cnnviz.interpret.number_files import CSV, NumberSet, Table
from cnnviz.spec.words import counted
from cnnviz.training.class_report import ClassReport
from cnnviz.training.report_text import report_csv
from cnnviz.ui.evaluation.confusion_view import ConfusionView
from cnnviz.ui.evaluation.number_plots import NumberPlots
from cnnviz.ui.evaluation.words import matrix_summary, moment
from cnnviz.ui.export.report import Report
from cnnviz.ui.export.widget_figure import WidgetFigure, widget_figure
from cnnviz.ui.format import number
from cnnviz.ui.preparing.words import said_of

if TYPE_CHECKING:
    from cnnviz.app.evaluation.examination import Findings
    from cnnviz.training.number_report import NumberReport
    from cnnviz.ui.inspector.unit.pens import Pens

_MATRIX_PX, _LEAST_WIDTH_PX, _LEAST_CELL_PX, _MOST_CELL_PX = 640, 480, 4, 44
_NAMES_PX = (132, 88)
_PLOTS_PX = (760, 320)


def evaluation_report(findings: Findings, design: str, *, by_row: bool = False) -> Report:
    """Return the confusion matrix, or of numbers what is predicted against what is true.

    `by_row` writes shares of the images of a class into the matrix.
    """
    report, about = findings.report, about_findings(findings, design)
    if isinstance(report, ClassReport):
        return _of_classes(report, about, by_row=by_row)
    return _of_numbers(report, about)


def about_findings(findings: Findings, design: str) -> str:
    """Return of which design, images and weights findings are."""
    images = counted(findings.report.images, f"{findings.split.value} image")
    return f"{design} · {images} of {said_of(findings.dataset)} · {moment(findings.step, findings.epoch)}"


def _of_classes(report: ClassReport, about: str, *, by_row: bool) -> Report:
    unit = "shares of the images of a class" if by_row else "numbers of images"
    return Report(
        name="confusion-matrix",
        title="Confusion matrix",
        about=about,
        body=lambda pens: _matrix(report, pens, by_row=by_row),
        notes=(matrix_summary(report), f"Rows are true classes, columns predicted ones; {unit}."),
        numbers=NumberSet(
            {"confusion": report.confusion, "labels": report.labels, "predicted": report.predicted},
            files={CSV: lambda: report_csv(report).encode()},
        ),
    )


def _matrix(report: ClassReport, pens: Pens, *, by_row: bool) -> WidgetFigure:
    view = ConfusionView()
    view.set_by_row(by_row)
    view.set_report(report)
    cell = min(max(_MATRIX_PX // len(report.class_names), _LEAST_CELL_PX), _MOST_CELL_PX)
    side = cell * len(report.class_names)
    figure = widget_figure(view, QSize(side, side) + QSize(*_NAMES_PX), pens)
    layout = view.layout_now()
    fitting = layout.names + layout.whole
    view.resize(fitting.expandedTo(QSize(_LEAST_WIDTH_PX, 0)))
    return figure


def _of_numbers(report: NumberReport, about: str) -> Report:
    names = report.names
    columns = [f"{kind} {name}" for kind in ("output", "true") for name in names]
    rows = [
        (int(index), *output.tolist(), *target.tolist(), float(loss))
        for index, output, target, loss in zip(
            report.indices, report.outputs, report.targets, report.losses, strict=True
        )
    ]
    return Report(
        name="predicted-against-true",
        title="Predicted against true",
        about=about,
        body=lambda pens: _plots(report, pens),
        notes=(f"Mean squared error {number(float(report.losses.mean()))}.",),
        numbers=NumberSet(
            {"outputs": report.outputs, "targets": report.targets, "indices": report.indices},
            Table(("image", *columns, "loss"), rows),
        ),
    )


def _plots(report: NumberReport, pens: Pens) -> WidgetFigure:
    plots = NumberPlots()
    plots.set_report(report)
    return widget_figure(plots, QSize(*_PLOTS_PX), pens)
