"""A data set of shapes that is being planned: its settings, and what is wrong with them."""

from __future__ import annotations

import dataclasses
import threading
from typing import TYPE_CHECKING, Any

from cnnviz.data.shapes import (
    ShapesSettings,
    ShapesTask,
    SomeShapes,
    first_shapes,
    is_shapes_name,
    read_shapes_name,
    shapes_name,
    usual_settings,
)
from cnnviz.errors import DataError
from cnnviz.spec.fields import field_infos
from cnnviz.spec.trace import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class ShapePlan:
    """A task and settings; `wanted` are those that do not go together with the others, by their names.

    As long as there are any, `settings` are the last that could be drawn.
    """

    task: ShapesTask = ShapesTask.KIND
    settings: ShapesSettings = dataclasses.field(default_factory=ShapesSettings)
    wanted: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    problem: Problem | None = None

    @property
    def name(self) -> str:
        """What opens the data set."""
        return shapes_name(self.task, self.settings)

    @property
    def is_usual(self) -> bool:
        """Whether nothing differs from the usual settings of the task."""
        return self.settings == usual_settings(self.task) and not self.wanted

    def with_setting(self, name: str, value: Any) -> ShapePlan:
        """Return the plan with another value, refused or taken together with those refused before."""
        wanted = {**self.wanted, name: value}
        try:
            settings = dataclasses.replace(self.settings, **wanted)
        except DataError as error:
            words = str(error).removeprefix("Shapes: ")
            problem = Problem(words[:1].upper() + words[1:], field=name)
            return dataclasses.replace(self, wanted=wanted, problem=problem)
        return ShapePlan(self.task, settings)

    def with_task(self, task: ShapesTask) -> ShapePlan:
        """Return the plan for another task: what was as usual is as usual there, too."""
        before = usual_settings(self.task)
        own = {
            name: getattr(self.settings, name)
            for name in field_infos(ShapesSettings)
            if getattr(self.settings, name) != getattr(before, name)
        }
        return ShapePlan(task, usual_settings(task)).with_settings(own)

    def with_settings(self, values: Mapping[str, Any]) -> ShapePlan:
        """Return the plan with several values at once, or as it is where they do not go together."""
        try:
            return ShapePlan(self.task, dataclasses.replace(self.settings, **values))
        except DataError:
            return self

    def as_usual(self) -> ShapePlan:
        """Return the plan with the usual settings of its task."""
        return ShapePlan(self.task, usual_settings(self.task))


def plan_of(dataset_name: str) -> ShapePlan:
    """Return the plan of which a data set was made; of any other, that of the kinds of shapes."""
    if not is_shapes_name(dataset_name):
        return ShapePlan()
    return ShapePlan(*read_shapes_name(dataset_name))


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class PicturesWish:
    """Of which plan the first pictures are wanted, and how many."""

    plan: ShapePlan
    count: int
    cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)

    def meet(self) -> SomeShapes | None:
        """Return the pictures."""
        return (
            None if self.cancelled.is_set() else first_shapes(self.plan.task, self.plan.settings, self.count)
        )
