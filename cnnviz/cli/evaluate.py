"""`cnnviz evaluate`: how well a trained network does on a part of a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.cli.output import print_files, print_json, say
from cnnviz.cli.runs import dataset_of, figures, read_run, report_on, share_right
from cnnviz.cli.sheets import sheet_writer
from cnnviz.cli.test_use import note_test_use, weights_at
from cnnviz.data.dataset import Split
from cnnviz.spec.words import counted
from cnnviz.training.class_report import ClassReport
from cnnviz.training.evaluation import in_short
from cnnviz.training.loop import check_fit

if TYPE_CHECKING:
    import argparse

    from cnnviz.data.dataset import Dataset
    from cnnviz.training.evaluation import Report
    from cnnviz.training.number_report import NumberReport
    from cnnviz.training.result import RunResult


def run(options: argparse.Namespace) -> int:
    """Print accuracy and loss."""
    result, parameters = read_run(options.run, options.weights)
    dataset = dataset_of(result.data, options.dataset)
    check_fit(result.spec, dataset, result.training.loss)
    same_data = dataset.content_hash == result.data.content_hash
    if not same_data:
        say(
            f'Note: the run learned from "{result.data.plain_name}"; these images ("{dataset.plain_name}") '
            "are not the same, so some of them may have been used for training."
        )
        _point_out_classes(result.data.class_names, dataset.class_names)
    split = Split(options.split)
    report = report_on(result, parameters, dataset, split)
    measured = in_short(report)
    uses = len(result.test_uses)
    if split is Split.TEST and same_data:
        uses = note_test_use(options.run, result, options.weights)
    written = _write_pages(result, dataset, split, report, options)
    if options.json:
        print_json(
            {
                **({} if options.out is None else {"out": str(options.out), "files": written}),
                "run": str(options.run),
                "dataset": dataset.name,
                "split": options.split,
                "weights": options.weights,
                "accuracy": share_right(measured),
                "top5_accuracy": measured.top_accuracy,
                "mean_absolute_error": measured.mean_absolute_error,
                "r_squared": measured.r_squared,
                "loss": measured.loss,
                "images": measured.images,
                "same_data": same_data,
                "test_uses": uses,
                **_by_class(report),
            }
        )
        return 0
    print(f"{options.split} {figures(measured)}, over {counted(measured.images, 'image')}")
    if written:
        print_files(written, options.out)
    return 0


def _write_pages(
    result: RunResult, dataset: Dataset, split: Split, report: Report, options: argparse.Namespace
) -> list[str]:
    """Write the pages of the evaluation where a folder is named; return the names of the files."""
    if options.out is None:
        return []
    writer = sheet_writer(options)
    from cnnviz.app.evaluation.examination import Findings
    from cnnviz.ui.export.headless_data import evaluation_reports

    step, epoch = weights_at(result, options.weights)
    findings = Findings(report, result.spec, dataset, split, step, epoch)
    return writer.write(*evaluation_reports(findings))


def _point_out_classes(known: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Say where a class of the images has another name than in the run: classes are told by their number."""
    for number, (own, name) in enumerate(zip(known, names, strict=False)):
        if own != name:
            say(f'Note: class {number} is "{name}" here, but "{own}" in the run; both count as one.')
            return


def _by_class(report: Report) -> dict[str, Any]:
    """Return the figures of each class and the confusion matrix, or of each number that was learned."""
    if not isinstance(report, ClassReport):
        return {"classes": None, "confusion_matrix": None, **_by_number(report)}
    figures = report.figures
    columns = (figures.images, figures.precision, figures.recall, figures.f1)
    rows = zip(report.class_names, *(column.tolist() for column in columns), strict=True)
    names = ("class", "images", "precision", "recall", "f1")
    return {
        "numbers": None,
        "mean_absolute_degrees": None,
        "classes": [dict(zip(names, row, strict=True)) for row in rows],
        "confusion_matrix": report.confusion.tolist(),
    }


def _by_number(report: NumberReport) -> dict[str, Any]:
    """Return how far each number is off, and how far the angle in degrees, where they are one."""
    angles = report.angles()
    off = None if angles is None else float(np.abs(angles[0] - angles[1]).mean())
    units = [what.unit for what in report.quantities] or [""] * report.numbers
    return {
        "mean_absolute_degrees": off,
        "numbers": [
            {
                "name": name,
                "unit": unit,
                "mean_absolute_error": report.mean_absolute_error(number),
                "r_squared": report.r_squared(number),
            }
            for number, (name, unit) in enumerate(zip(report.names, units, strict=True))
        ],
    }
