"""Reports with known mistakes, for tests of the views."""

from __future__ import annotations

import dataclasses

import numpy as np

from cnnviz.app.evaluation.examination import Findings
from cnnviz.data.dataset import Dataset, Split
from cnnviz.spec.losses import CrossEntropy
from cnnviz.training.class_report import ClassReport, class_report
from tests.helpers.runs import few_digits, linear_design


def named_digits(*names: str) -> Dataset:
    """The digits with other names of classes; more names than ten are of classes without images."""
    return dataclasses.replace(few_digits(), class_names=names)


def report_of(
    dataset: Dataset | None = None, *, said: dict[int, int] | None = None, split: Split = Split.VALIDATION
) -> ClassReport:
    """A report in which every image is right, but all those of a class in `said` are taken for another."""
    dataset = dataset or few_digits()
    indices = dataset.indices(split)
    scores = np.zeros((dataset.class_count, len(indices)), np.float32)
    for place, label in enumerate(dataset.labels[indices].tolist()):
        scores[(said or {}).get(label, label), place] = 2 + place / 10
    return class_report(dataset, indices, linear_design(), CrossEntropy(), scores)


def findings_of(report: ClassReport, dataset: Dataset | None = None, **changes) -> Findings:
    """Findings with this report."""
    fields = {"spec": linear_design(), "split": Split.VALIDATION, "step": 7, "epoch": 1} | changes
    return Findings(report=report, dataset=dataset or few_digits(), **fields)
