"""The doctor: everything about a run that can be measured, judged against what is taken for healthy.

Nothing is guessed: where something was not measured, that is said. The sources of the rules stand with them.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from cnnviz.spec.losses import MeanSquaredError
from cnnviz.training.doctor_curves import first_loss, over_fitting, rate
from cnnviz.training.doctor_data import examine_data
from cnnviz.training.doctor_fixes import with_rate
from cnnviz.training.doctor_layers import examine_layers
from cnnviz.training.doctor_revival import revived, without_idle
from cnnviz.training.doctor_tests import LEARNED_LOSS
from cnnviz.training.findings import Finding, Kind, Severity, figure, fine, percent, unknown

if TYPE_CHECKING:
    from cnnviz.training.doctor_tests import RateTest
    from cnnviz.training.findings import Case

TOO_LOW = 30.0
"""A rate is too low where the loss begins to fall only at so many times as much."""
_BATCH_LOSS = f"{percent(LEARNED_LOSS)} of the first loss"


def examine(case: Case) -> tuple[Finding, ...]:
    """Return everything that was examined, the worst first, and at the end what was not measured."""
    return in_order((*examine_run(case), *data_findings(case)))


def examine_run(case: Case) -> tuple[Finding, ...]:
    """Return what the run and the tests say, in no order."""
    judged = [_rate(case), _one_batch(case), over_fitting(case), *examine_layers(case)]
    first = first_loss(case)
    found = revived(tuple(judged if first is None else [first, *judged]), case)
    found = tuple(without_idle(one) for one in found)
    if any(one.kind is Kind.UPDATES and one.is_trouble and one.layer is None for one in found):
        # The steps of the whole network are too long or too short, so the rate is not right.
        return tuple(one for one in found if one.kind is not Kind.RATE or one.is_trouble)
    return found


def data_findings(case: Case) -> tuple[Finding, ...]:
    """Return what the images say; see `DataExaminer` for whoever asks again and again."""
    return tuple(examine_data(case, case.dataset)) if case.dataset is not None else ()


def in_order(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return findings with the worst first; of equal ones, in the order of `Kind`."""
    severities, kinds = list(Severity), list(Kind)
    return tuple(sorted(findings, key=lambda one: (severities.index(one.severity), kinds.index(one.kind))))


def _rate(case: Case) -> Finding:
    """Judge the rate by a test of rates where there was one, else by the curves."""
    by_curves = rate(case)
    test = case.rate_test
    if by_curves.is_trouble or test is None:
        return _with_suggestion(by_curves, case)
    return by_rate_test(case, test)


def by_rate_test(case: Case, test: RateTest) -> Finding:
    """Judge the learning rate by a range test (Smith 2015), see `doctor_tests.try_rates`."""
    now = case.training.optimizer.learning_rate
    low = f"{figure(test.falls_from / TOO_LOW, 2)}" if test.falls_from else "0"
    high = f" and below {figure(test.lost_from, 2)}" if test.lost_from else "; no rate tried was too high"
    threshold = f"in the range test, above {low}{high}"
    if test.suggested is None or test.falls_from is None:
        meaning = "No rate made the loss fall, so the fault is somewhere else. Try one batch by heart."
        number = f"rate {now:g}; the loss fell at no rate"
        return Finding(Kind.RATE, Severity.PROBLEM, number, threshold, meaning, value=now)
    falls_from, suggested = figure(test.falls_from, 2), figure(test.suggested, 2)
    number = f"rate {now:g}; the loss falls from {falls_from} on; {suggested} is suggested"
    fixes = (with_rate(case.training, test.suggested),)
    if test.lost_from is not None and now >= test.lost_from:
        meaning = "At this rate all that was learned was lost again in the range test."
        return Finding(Kind.RATE, Severity.PROBLEM, number, threshold, meaning, fixes=fixes, value=now)
    if now * TOO_LOW < test.falls_from:
        meaning = "At this rate the loss did not fall yet in the range test: learning takes far too long."
        return Finding(Kind.RATE, Severity.NOTICE, number, threshold, meaning, fixes=fixes, value=now)
    return dataclasses.replace(fine(Kind.RATE, number, threshold, now), fixes=fixes)


def _with_suggestion(finding: Finding, case: Case) -> Finding:
    """Put the suggestion of a range test in the place of a tenth of the rate."""
    test = case.rate_test
    if not finding.is_trouble or test is None or test.suggested is None:
        return finding
    if test.suggested >= case.training.optimizer.learning_rate:
        return finding
    better = with_rate(case.training, test.suggested)
    return dataclasses.replace(finding, fixes=(better, *finding.fixes[1:]))


def _one_batch(case: Case) -> Finding:
    """Judge whether the design can learn a few images by heart, see `doctor_tests.learn_one_batch`."""
    test, has_answers = case.batch_test, not isinstance(case.training.loss, MeanSquaredError)
    threshold = f"every answer right, and {_BATCH_LOSS}" if has_answers else _BATCH_LOSS
    if test is None:
        return unknown(Kind.ONE_BATCH, "Run the overfit test.", threshold)
    first, last = float(test.losses[0]), float(test.losses[-1])
    right = "" if math.isnan(test.accuracy) else f", {percent(test.accuracy)} right"
    losses, steps = f"loss {figure(first)} → {figure(last)}", len(test.losses)
    number = f"{losses}{right}, in {steps:,} steps on {test.images:,} images"
    if test.floor:
        threshold += f", counted from the {figure(test.floor)} that label smoothing leaves"
    if test.is_learned:
        return fine(Kind.ONE_BATCH, number, threshold, last)
    meaning = (
        "A network that cannot learn a handful of images by heart cannot learn at all. Look for a layer that "
        "is too narrow, units that let no gradient through, or labels that do not belong to the images."
    )
    value = last if math.isfinite(last) else None
    return Finding(Kind.ONE_BATCH, Severity.PROBLEM, number, threshold, meaning, value=value)
