"""What would come of a pattern: as a design of its own, or in the middle of the present one."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.errors import SpecError
from cnnviz.spec.layers import Dense
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.patterns import Pattern, pattern_layers, pattern_problems
from cnnviz.spec.trace import NetworkTrace, Problem, trace
from cnnviz.spec.tree_edits import Place, insert_layers, place_behind
from cnnviz.spec.validate import check_trace

if TYPE_CHECKING:
    from cnnviz.spec.layers import Layer
    from cnnviz.spec.shapes import Shape
    from cnnviz.spec.validate import DataShape

_NAME = "Pattern"
_CLASSES = "classes"


@dataclasses.dataclass(frozen=True, slots=True)
class PatternPlan:
    """The outcome of a pattern before anything is done.

    `layers` go to `place`; `spec` is the whole design then, None where it cannot be made. `part` has the
    layers of the pattern alone. Problems name the setting to blame, where there is one.
    """

    layers: tuple[Layer, ...]
    place: Place
    spec: NetworkSpec | None
    part: NetworkTrace
    problems: tuple[Problem, ...]

    @property
    def is_sound(self) -> bool:
        """Whether the pattern itself can be computed."""
        return self.spec is not None and not self.part.problems


def plan_design(pattern: Pattern, data: DataShape) -> PatternPlan:
    """Return what comes of a pattern as a new design for a data set."""
    image = InputSpec(height=data.height, width=data.width, channels=data.channels)
    layers = pattern_layers(pattern, image.shape)
    spec = NetworkSpec(name=_NAME, input=image, layers=layers)
    traced = trace(spec)
    own = pattern_problems(traced.layers)
    last = next((layer.id for layer in reversed(spec.layers) if isinstance(layer, Dense)), None)
    of_data = tuple(
        dataclasses.replace(problem, field=_CLASSES if problem.layer_id == last and last else None)
        for problem in check_trace(traced, data)
        if problem not in traced.problems
    )
    return PatternPlan(layers, Place(0), spec, traced, own or of_data)


def plan_insertion(pattern: Pattern, spec: NetworkSpec, layer_id: str) -> PatternPlan:
    """Return what comes of a pattern behind a layer of `spec`; the empty id is the input.

    Raises
    ------
    SpecError
        There is no such layer.
    """
    before = trace(spec)
    place, shape = place_behind(spec, layer_id), _output_of(before, layer_id)
    layers = pattern_layers(pattern, shape or spec.input.shape)
    try:
        longer, ids = insert_layers(spec, layers, place)
    except SpecError as error:
        nothing = NetworkTrace(shape or spec.input.shape, ())
        return PatternPlan(layers, place, None, nothing, (Problem(str(error)),))
    traced = trace(longer)
    records = tuple(record for record in traced.walk() if record.layer.id in ids)
    part = NetworkTrace(shape or spec.input.shape, records)
    problems = pattern_problems(records) or _new_problems(before, traced)
    if shape is None:
        unknown = "What comes out of it is not known until the problem there or above is solved."
        problems = (Problem(unknown, layer_id), *problems)
    return PatternPlan(layers, place, longer, part, problems)


def _output_of(traced: NetworkTrace, layer_id: str) -> Shape | None:
    if not layer_id:
        return traced.input_shape
    return next(record.output_shape for record in traced.walk() if record.layer.id == layer_id)


def _new_problems(before: NetworkTrace, after: NetworkTrace) -> tuple[Problem, ...]:
    """Return the problems of other layers that were not there before, with the layer in words."""
    return tuple(
        Problem(f'Layer "{problem.layer_id}" behind it: {problem.message}', problem.layer_id)
        for problem in after.problems
        if problem not in before.problems
    )


def default_pattern(data: DataShape, *, inserted: bool) -> Pattern:
    """Return the pattern to begin with: a whole network for the data set, or feature maps to be inserted."""
    return Pattern(classes=data.classes, ending="none" if inserted else "softmax")
