"""The plan of the rate is what the loop will do, step by step."""

from __future__ import annotations

import pytest

from cnnviz.app.training.rate_plan import rate_plan
from cnnviz.engine.schedules import RateSchedule
from cnnviz.spec.schedules import (
    SCHEDULE_TYPES,
    Constant,
    Cosine,
    OneCycle,
    ReduceOnPlateau,
    StepDecay,
)
from cnnviz.spec.training import SGD, TrainingSpec


@pytest.mark.parametrize("kind", SCHEDULE_TYPES)
def test_every_schedule_is_planned_as_the_run_follows_it(kind):
    training = TrainingSpec(schedule=kind(), epochs=4, batch_size=10, warmup_steps=5)
    plan = rate_plan(training, 95)
    schedule = RateSchedule(training.schedule, training.optimizer.learning_rate, 5)
    assert plan.steps == 40
    assert plan.rates[:-1].tolist() == [schedule.rate(step, 10, 4) for step in range(40)]
    assert plan.epochs.tolist() == [step / 10 for step in range(41)]
    assert plan.length == 4


def test_a_long_run_has_few_points_and_the_end_of_its_warm_up():
    training = TrainingSpec(schedule=OneCycle(), epochs=100_000, batch_size=1, warmup_steps=1234)
    plan = rate_plan(training, 60_000)
    assert len(plan.rates) < 500
    assert 1234 / 60_000 in plan.epochs.tolist()
    assert plan.length == 100_000


def test_the_words_name_start_top_and_end():
    schedule = StepDecay(every=1, factor=0.1)
    training = TrainingSpec(optimizer=SGD(learning_rate=0.5), schedule=schedule, epochs=3)
    words = str(rate_plan(training, 320))
    assert words == "The rate is 0.5 at first, 0.5 at most and 0.005 at the end of 3 epochs or 30 steps."
    assert "not known before" in str(rate_plan(TrainingSpec(schedule=ReduceOnPlateau()), 320))


def test_the_rate_at_a_time_is_that_of_the_nearest_point():
    plan = rate_plan(TrainingSpec(schedule=Cosine(), epochs=2), 64)
    assert plan.rate_at(0) == pytest.approx(0.001)
    assert plan.rate_at(1.1) == plan.rates[2]


def test_without_images_there_is_a_plan_all_the_same():
    assert rate_plan(TrainingSpec(schedule=Constant(), epochs=1), 0).steps == 1
