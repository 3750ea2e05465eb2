"""What the dialog of the shapes says, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.data.quantities import degrees
from cnnviz.data.shapes import ShapesTask

if TYPE_CHECKING:
    from cnnviz.app.data.shape_plan import ShapePlan
    from cnnviz.data.shapes import SomeShapes

TASKS = {
    ShapesTask.KIND: "Which of ten shapes it is",
    ShapesTask.BINARY: "Whether it is a circle or a square",
    ShapesTask.ANGLE: "Which way an arrow points",
    ShapesTask.SIZE: "How large a shape is",
}


def meaning(some: SomeShapes, place: int) -> str:
    """Return what is to be learned of a picture."""
    if some.targets is None:
        return some.task.class_names[int(some.labels[place])]
    angle = degrees(some.task.quantities, some.targets[place])
    return f"{float(some.targets[place, 0]):.2f}" if angle is None else f"{float(angle):.0f}°"


def summary(plan: ShapePlan) -> str:
    """Return how the pictures are divided, and the name that opens them again."""
    images = plan.settings.images
    tenth = images // 10
    return (
        f"{images - 2 * tenth:,} pictures to learn from, {tenth:,} for validation, {tenth:,} for the test. "
        f"The same settings always give the same pictures. Name: {plan.name}"
    )
