"""What helps where units have died: no rate brings them back, so the network has to begin again."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.training.doctor_fixes import with_rate
from cnnviz.training.findings import Kind

if TYPE_CHECKING:
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.events import Vitals
    from cnnviz.training.findings import Case, Finding, Fix

ALL_DEAD = 0.99
"""A layer with so many dead units of all lets nothing through."""
NEARLY_ALL_DEAD = 0.9
"""So many of the units over all layers, on average, are nearly all."""
_THEN_RESTART = "So many units are dead that no rate helps these weights: set one that suits, then Restart."


def usual_rate(training: TrainingSpec) -> float:
    """Return the rate that the optimizer has unless another one is set."""
    return type(training.optimizer)().learning_rate


def restarted(training: TrainingSpec, suggested: float | None = None) -> Fix:
    """Return a rate that suits, to begin again with: the suggested one, else the usual one, else a lower one.

    `suggested` is that of a range test.
    """
    now = training.optimizer.learning_rate
    suits = suggested if suggested is not None and suggested < now else usual_rate(training)
    fix = with_rate(training, suits if suits < now else now / 10)
    return dataclasses.replace(fix, label=f"Set {fix.label} and Restart", restarts=True)


def restart_of(case: Case) -> Fix:
    """Return the rate for the settings of a case to begin again with."""
    return restarted(case.training, case.rate_test.suggested if case.rate_test is not None else None)


def are_dead(vitals: tuple[Vitals, ...]) -> bool:
    """Return whether, when last measured, a layer was dead as a whole, or nearly all units were."""
    measured = [
        share for one in vitals[-1:] for layer in one.layers if (share := layer.dead_share) is not None
    ]
    return bool(measured) and (max(measured) >= ALL_DEAD or sum(measured) >= NEARLY_ALL_DEAD * len(measured))


def revived(findings: tuple[Finding, ...], case: Case) -> tuple[Finding, ...]:
    """Return findings with a restart in the place of rates that cannot help, as units are dead."""
    if not are_dead(case.history.vitals):
        return findings
    fix = restart_of(case)
    return tuple(_with_restart(one, fix) if _offers_rate(one) else one for one in findings)


def _offers_rate(finding: Finding) -> bool:
    return (
        finding.is_trouble
        and finding.kind in (Kind.RATE, Kind.UPDATES)
        and any(_is_rate(fix) for fix in finding.fixes)
    )


def _with_restart(finding: Finding, restart: Fix) -> Finding:
    rest = tuple(fix for fix in finding.fixes if not _is_rate(fix))
    return dataclasses.replace(finding, meaning=f"{finding.meaning} {_THEN_RESTART}", fixes=(restart, *rest))


def _is_rate(fix: Fix) -> bool:
    """Whether a fix is about the rate, be it the one that is set already."""
    return fix.training is not None and fix.label.startswith("Rate ")


def without_idle(finding: Finding) -> Finding:
    """Return a finding without changes of settings that would change nothing."""
    fixes = tuple(fix for fix in finding.fixes if fix.training is None or fix.training != fix.of)
    return finding if len(fixes) == len(finding.fixes) else dataclasses.replace(finding, fixes=fixes)
