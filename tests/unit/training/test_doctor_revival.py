"""Dead units: no rate brings them back, so a fix that only lowers the rate is not offered."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.spec.training import SGD, Adam, TrainingSpec
from cnnviz.training.doctor import by_rate_test, examine_run
from cnnviz.training.doctor_fixes import with_rate
from cnnviz.training.doctor_revival import are_dead, restarted, without_idle
from cnnviz.training.doctor_tests import RateTest
from cnnviz.training.events import LayerVitals, Vitals
from cnnviz.training.findings import Case, Finding, Kind, Severity
from tests.helpers.sick_runs import curves, plain_design

HOT = TrainingSpec(optimizer=Adam(learning_rate=100.0))


def vitals(*shares: float | None) -> tuple[Vitals, ...]:
    layers = tuple(
        LayerVitals(f"relu{number}", 1e-7, 1.0, share, None) for number, share in enumerate(shares, 1)
    )
    return tuple(Vitals(step, layers) for step in (20, 30, 40, 50))


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ((1.0, 0.2), True),
        ((0.95, 0.9), True),
        ((0.6, 0.9), False),
        ((None,), False),
    ],
)
def test_a_network_is_dead_where_a_layer_or_nearly_every_unit_is(
    shares: tuple[float | None, ...], expected: bool
) -> None:
    assert are_dead(vitals(*shares)) is expected


def test_nothing_measured_is_not_dead() -> None:
    assert not are_dead(())


@pytest.mark.parametrize(
    ("training", "suggested", "rate"),
    [
        (HOT, None, 0.001),
        (HOT, 0.018, 0.018),
        (TrainingSpec(optimizer=SGD(learning_rate=3.0)), None, 0.05),
        (TrainingSpec(), None, 0.0001),
        (TrainingSpec(), 0.018, 0.0001),
    ],
)
def test_the_rate_to_begin_again_with_suits(
    training: TrainingSpec, suggested: float | None, rate: float
) -> None:
    fix = restarted(training, suggested)
    assert fix.restarts
    assert fix.label == f"Set Rate {rate:g} and Restart"
    assert fix.training is not None
    assert fix.training.optimizer.learning_rate == pytest.approx(rate)


def test_the_doctor_offers_no_rate_alone_where_all_is_dead() -> None:
    case = Case(plain_design(), HOT, curves([2.3] * 12, vitals=vitals(1.0, 1.0)), failure="It is not finite.")
    rates = [
        fix
        for finding in examine_run(case)
        for fix in finding.fixes
        if fix.training is not None and fix.training.optimizer != HOT.optimizer
    ]
    assert rates
    assert all(fix.restarts for fix in rates)
    (rate,) = (one for one in examine_run(case) if one.kind is Kind.RATE)
    assert rate.meaning.endswith("then Restart.")


def test_a_change_that_changes_nothing_is_not_offered() -> None:
    idle, lower = with_rate(HOT, 1e4), with_rate(HOT, 0.1)
    finding = Finding(Kind.RATE, Severity.PROBLEM, "", "", fixes=(idle, lower))
    assert without_idle(finding).fixes == (lower,)
    assert without_idle(dataclasses.replace(finding, fixes=(lower,))).fixes == (lower,)


def test_what_a_range_test_suggests_can_be_set_although_the_rate_is_fine() -> None:
    nothing = np.zeros(0)
    case = Case(plain_design(), TrainingSpec(), curves([2.3, 1.0]))
    spec, training = case.spec, case.training
    test = RateTest(spec, training, "", nothing, nothing, nothing, 1e-4, None, 0.018)
    found = by_rate_test(case, test)
    assert found.severity is Severity.FINE
    assert [fix.label for fix in found.fixes] == ["Rate 0.018"]
    assert found.threshold.endswith("; no rate tried was too high")
    same = dataclasses.replace(test, suggested=training.optimizer.learning_rate)
    assert without_idle(by_rate_test(case, same)).fixes == ()
