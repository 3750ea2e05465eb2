"""`cnnviz doctor`: what was measured of a run, what is wrong with it, and what helps."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from cnnviz.cli.output import print_json, print_table, say
from cnnviz.cli.runs import dataset_of
from cnnviz.errors import DataError
from cnnviz.training.doctor import examine
from cnnviz.training.doctor_tests import learn_one_batch, try_rates
from cnnviz.training.findings import Case
from cnnviz.training.gate import Gate
from cnnviz.training.runfile import load_run

if TYPE_CHECKING:
    import argparse

    from cnnviz.data.dataset import Dataset
    from cnnviz.training.findings import Finding
    from cnnviz.training.result import RunResult

_HEADINGS = ("verdict", "examined", "layer", "measured", "helps")
_NONE = "-"


def run(options: argparse.Namespace) -> int:
    """Examine a run file and print the findings, the worst first."""
    result = load_run(options.run).result
    failure = result.failure
    case = Case(
        result.spec,
        result.training,
        result.history,
        _images(result, options.dataset),
        failure.reason if failure is not None and failure.diverged else "",
    )
    if options.tests:
        case = _tested(case, options.threads)
    findings = examine(case)
    for finding in findings:
        if finding.is_trouble and not options.json:
            say(f"{_subject(finding)}: {finding.number}. {finding.meaning}")
    troubles = sum(finding.is_trouble for finding in findings)
    if options.json:
        rows = [_to_dict(finding) for finding in findings]
        print_json({"run": str(options.run), "troubles": troubles, "findings": rows})
    else:
        print_table(_HEADINGS, [_row(finding) for finding in findings], right_from=len(_HEADINGS))
    return 0


def _images(result: RunResult, named: str | None) -> Dataset | None:
    """Return the images of a run; where they are not at hand, the run is judged without them."""
    try:
        dataset = dataset_of(result.data, named)
    except DataError as error:
        if named is not None:
            raise
        say(f"Note: {error} What concerns the images is left out.")
        return None
    if dataset.content_hash != result.data.content_hash:
        say(f'Note: the run learned from other images than those of "{dataset.plain_name}".')
        return None
    return dataset


def _tested(case: Case, threads: int | None) -> Case:
    """Return the case with both tests made.

    Raises
    ------
    DataError
        There are no images to test with.
    """
    dataset = case.dataset
    if dataset is None:
        raise DataError("The tests need the images that the run learned from. Name them with --dataset.")
    return dataclasses.replace(
        case,
        batch_test=learn_one_batch(case.spec, case.training, dataset, Gate(), _ignore, threads=threads),
        rate_test=try_rates(case.spec, case.training, dataset, Gate(), _ignore, threads=threads),
    )


def _ignore(share: float) -> None:
    """Take no notice of the progress: each test is a matter of seconds."""


def _subject(finding: Finding) -> str:
    return finding.kind.value + (f" in {finding.layer}" if finding.layer else "")


def _row(finding: Finding) -> tuple[str, ...]:
    helps = ", ".join(fix.label for fix in finding.fixes)
    return (
        finding.severity.value,
        finding.kind.value,
        finding.layer or _NONE,
        finding.number,
        helps or _NONE,
    )


def _to_dict(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind.name.lower(),
        "title": finding.kind.value,
        "severity": finding.severity.name.lower(),
        "layer": finding.layer,
        "value": finding.value,
        "measured": finding.number,
        "healthy": finding.threshold,
        "meaning": finding.meaning,
        "helps": [fix.label for fix in finding.fixes],
    }
