from __future__ import annotations

import warnings

import numpy as np
import pytest

from cnnviz.engine.schedules import PlateauState, RateSchedule
from cnnviz.spec.schedules import (
    SCHEDULE_TYPES,
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    ReduceOnPlateau,
    StepDecay,
)

EPOCHS, STEPS = 7, 11
TOTAL = EPOCHS * STEPS
BASE = 0.05


def rates(schedule, warmup_steps=0, epochs=EPOCHS):
    whole = RateSchedule(schedule, BASE, warmup_steps)
    return np.array([whole.rate(step, STEPS, epochs) for step in range(STEPS * epochs)])


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


def torch_rates(torch, make, places):
    """Return the rates of a PyTorch schedule, moved on once for each of `places` (None: by one step)."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=BASE)
    scheduler = make(torch.optim.lr_scheduler, optimizer)
    result = []
    for place in places:
        result.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it advises against the argument that it takes
            scheduler.step() if place is None else scheduler.step(place)
    return np.array(result)


@pytest.mark.torch
def test_steps_equal_those_of_torch(torch):
    expected = torch_rates(torch, lambda s, o: s.StepLR(o, 2, gamma=0.3), [None] * EPOCHS)
    np.testing.assert_allclose(rates(StepDecay(every=2, factor=0.3)), np.repeat(expected, STEPS))


@pytest.mark.torch
def test_exponential_equals_that_of_torch(torch):
    expected = torch_rates(torch, lambda s, o: s.ExponentialLR(o, 0.8), [None] * EPOCHS)
    np.testing.assert_allclose(rates(Exponential(factor=0.8)), np.repeat(expected, STEPS))


@pytest.mark.torch
@pytest.mark.parametrize("growth", [1, 2])
def test_cosine_with_restarts_equals_that_of_torch(torch, growth):
    expected = torch_rates(
        torch,
        lambda s, o: s.CosineAnnealingWarmRestarts(o, 2 * STEPS, growth, eta_min=0.1 * BASE),
        [None] * TOTAL,
    )
    np.testing.assert_allclose(rates(Cosine(restart=2, growth=growth, lowest=0.1)), expected)


@pytest.mark.torch
def test_a_single_cosine_equals_that_of_torch(torch):
    expected = torch_rates(torch, lambda s, o: s.CosineAnnealingLR(o, TOTAL), [None] * TOTAL)
    np.testing.assert_allclose(rates(Cosine(growth=3)), expected, rtol=1e-6, atol=1e-12)


@pytest.mark.torch
def test_one_cycle_equals_that_of_torch(torch):
    expected = torch_rates(
        torch,
        lambda s, o: s.OneCycleLR(
            o,
            BASE,
            total_steps=TOTAL,
            pct_start=0.4,
            div_factor=20,
            final_div_factor=100,
            cycle_momentum=False,
        ),
        [None] * (TOTAL - 1),
    )
    received = rates(OneCycle(rise=0.4, start_divisor=20, end_divisor=100))
    np.testing.assert_allclose(received[:-1], expected)
    assert received[-1] == pytest.approx(BASE / 2000)
    assert received.max() == pytest.approx(BASE, rel=0.01)


LOSSES = [1.0, 0.9, 0.95, 0.91, 0.89999, 0.7, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.6]


@pytest.mark.torch
@pytest.mark.parametrize("patience", [0, 2])
def test_a_plateau_equals_that_of_torch(torch, patience):
    expected = torch_rates(
        torch, lambda s, o: s.ReduceLROnPlateau(o, factor=0.5, patience=patience, eps=0), LOSSES
    )
    whole = RateSchedule(ReduceOnPlateau(factor=0.5, patience=patience), BASE)
    state, received = PlateauState(), []
    for epoch, loss in enumerate(LOSSES):
        received.append(whole.rate(epoch * STEPS, STEPS, len(LOSSES), state))
        state = whole.after_epoch(state, loss)
    np.testing.assert_allclose(received, expected)
    assert received[-1] < BASE


def test_only_a_plateau_remembers():
    assert RateSchedule(Constant(), BASE).after_epoch(PlateauState(), 3.0) == PlateauState()


@pytest.mark.parametrize("kind", SCHEDULE_TYPES)
def test_a_warm_up_rises_in_equal_parts_and_then_the_schedule_begins(kind):
    warm, cold = rates(kind(), warmup_steps=STEPS), rates(kind(), epochs=EPOCHS - 1)
    np.testing.assert_allclose(warm[:STEPS], BASE * np.arange(1, STEPS + 1) / STEPS)
    np.testing.assert_allclose(warm[STEPS:], cold)


@pytest.mark.parametrize("kind", SCHEDULE_TYPES)
@pytest.mark.parametrize("warmup_steps", [0, 3, 1000])
def test_rates_are_above_zero_and_at_most_the_learning_rate(kind, warmup_steps):
    for steps_per_epoch, epochs in ((1, 1), (1, 3), (2, 1), (STEPS, EPOCHS)):
        whole = RateSchedule(kind(), BASE, warmup_steps)
        # A run that is prolonged asks for steps beyond its first end.
        for step in range(steps_per_epoch * epochs + 5):
            assert 0 <= whole.rate(step, steps_per_epoch, epochs) <= BASE
