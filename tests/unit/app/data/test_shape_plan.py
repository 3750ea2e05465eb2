from __future__ import annotations

import pytest

from cnnviz.app.data.shape_plan import PicturesWish, ShapePlan, plan_of
from cnnviz.data.shapes import ShapesSettings, ShapesTask, usual_settings


def test_the_plan_of_a_data_set_is_what_its_name_says():
    plan = plan_of("shapes-angle:noise=0.2,seed=7")
    assert (plan.task, plan.settings.noise, plan.settings.seed) == (ShapesTask.ANGLE, 0.2, 7)
    assert plan.name == "shapes-angle:noise=0.2,seed=7"
    assert not plan.is_usual
    assert plan_of("digits") == ShapePlan()
    assert ShapePlan().is_usual


def test_values_that_do_not_go_together_are_refused_until_they_do():
    plan = ShapePlan().with_setting("smallest", 0.95)
    assert plan.problem.field == "smallest"
    assert plan.problem.message.startswith("The smallest must not be above the largest")
    assert plan.settings == ShapesSettings()
    plan = plan.with_setting("largest", 1.0)
    assert plan.problem is None
    assert (plan.settings.smallest, plan.settings.largest) == (0.95, 1.0)


def test_a_value_that_was_refused_can_be_taken_back():
    plan = ShapePlan().with_setting("smallest", 0.95).with_setting("smallest", 0.4)
    assert plan.problem is None
    assert plan.settings.smallest == 0.4


def test_another_task_keeps_what_was_changed_and_takes_its_own_usual_rest():
    plan = ShapePlan().with_setting("noise", 0.3).with_task(ShapesTask.ANGLE)
    assert plan.settings.rotation == usual_settings(ShapesTask.ANGLE).rotation == 180
    assert plan.settings.noise == 0.3
    assert plan.with_task(ShapesTask.KIND) == ShapePlan().with_setting("noise", 0.3)
    assert plan.as_usual() == ShapePlan(ShapesTask.ANGLE, usual_settings(ShapesTask.ANGLE))


@pytest.mark.parametrize("task", list(ShapesTask))
def test_some_pictures_of_it_are_drawn(task):
    wish = PicturesWish(ShapePlan(task, usual_settings(task)), 5)
    assert wish.meet().images.shape == (5, 32, 32, 3)
    wish.cancelled.set()
    assert wish.meet() is None
