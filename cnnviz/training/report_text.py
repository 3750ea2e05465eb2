"""Reports as text for other programs."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

from cnnviz.training.class_report import ClassReport

if TYPE_CHECKING:
    from cnnviz.training.evaluation import Report
    from cnnviz.training.number_report import NumberReport


def report_csv(report: Report) -> str:
    """Return a report as a table with headings: a row for each class, or for each image where numbers are.

    A class has its figures and its row of the confusion matrix. What is no number stays empty.
    """
    rows = _class_rows(report) if isinstance(report, ClassReport) else _image_rows(report)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _class_rows(report: ClassReport) -> list[list[object]]:
    figures, names = report.figures, report.class_names
    columns = (figures.precision, figures.recall, figures.f1)
    rows: list[list[object]] = [
        ["class", "images", "precision", "recall", "f1", *(f"predicted as {name}" for name in names)]
    ]
    for number, name in enumerate(names):
        shares = ["" if math.isnan(value) else value for value in (float(c[number]) for c in columns)]
        rows.append([name, int(figures.images[number]), *shares, *report.confusion[number].tolist()])
    return rows


def _image_rows(report: NumberReport) -> list[list[object]]:
    if report.quantities:
        headings = [*report.names, *(f"true {name}" for name in report.names)]
    else:
        headings = [f"{kind} {number}" for kind in ("output", "target") for number in range(report.numbers)]
    rows: list[list[object]] = [["image", *headings, "loss"]]
    for place, image in enumerate(report.indices.tolist()):
        values = [*report.outputs[place].tolist(), *report.targets[place].tolist()]
        rows.append([image, *values, float(report.losses[place])])
    return rows
