"""What can be done about a problem of a design: a few edits that surely solve it, the smallest first."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import TYPE_CHECKING

from cnnviz.errors import SpecError
from cnnviz.spec.fields import field_infos, value_problem
from cnnviz.spec.layers import AvgPool2D, Conv2D, Dense, MaxPool2D, Residual, Softmax
from cnnviz.spec.losses import CrossEntropy
from cnnviz.spec.repair_edits import changed_layers
from cnnviz.spec.repair_ends import end_ideas, memory_ideas, whole_ideas
from cnnviz.spec.repair_layers import (
    block_ideas,
    group_ideas,
    pool_padding_ideas,
    removal_idea,
    row_ideas,
    surroundings,
    value_ideas,
    volume_ideas,
    window_ideas,
)
from cnnviz.spec.shapes import ShapeError, format_shape, output_shape
from cnnviz.spec.trace import trace
from cnnviz.spec.validate import check_trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnnviz.spec.layers import Layer
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.repair_edits import Idea
    from cnnviz.spec.shapes import Shape
    from cnnviz.spec.trace import LayerTrace, NetworkTrace, Problem
    from cnnviz.spec.validate import DataShape

MAX_REPAIRS = 3
_MOST_SHAPES = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Repair:
    """One edit that solves a problem.

    `label` says what is done. `shapes` has the shapes that come about where the design is changed, such as
    `6×6×16 → 576 → 10`; it is empty where they cannot be known yet. `parameters` and `multiply_adds` are
    those of the repaired design, `more_parameters` and `more_multiply_adds` what it has more than the broken
    one: None where the broken one could not be followed to its end. `left` is how many problems remain.
    """

    label: str
    spec: NetworkSpec
    shapes: str
    parameters: int
    multiply_adds: int
    more_parameters: int | None
    more_multiply_adds: int | None
    left: int


def repairs(
    problem: Problem,
    spec: NetworkSpec,
    data: DataShape | None = None,
    loss: Loss | None = None,
    *,
    traced: NetworkTrace | None = None,
) -> tuple[Repair, ...]:
    """Return up to three repairs of a problem that `check(spec, data, loss)` has found.

    Each of them solves the problem and makes no new one at an earlier place of the design. First come those
    that bring no new problem at all, among these those that keep the layer, those that change the fewest
    layers, then those that change the shapes in front of the problem the least. `traced` is the trace of
    `spec`, where it is at hand.
    """
    before = _Checked.of(spec, data, loss, known=traced)
    if problem not in before.problems:
        return ()
    found: list[tuple[tuple[float, ...], Repair]] = []
    for place, idea in enumerate(_ideas(problem, before, data, loss or CrossEntropy())):
        try:
            new_spec = idea.apply(spec)
        except SpecError:
            continue  # too many layers, or too deep
        after = _Checked.of(new_spec, data, loss, known=before.traced)
        if _is_sound(problem, before, after) and all(new_spec != repair.spec for _, repair in found):
            rank = (*_costs(problem, before, after), place)
            found.append((rank, _repair(idea.label, problem, before, after)))
    ranked = sorted(found, key=lambda item: item[0])
    return tuple(repair for _, repair in ranked[:MAX_REPAIRS])


@dataclasses.dataclass(frozen=True, slots=True)
class _Checked:
    """A design with everything that is known of it. `order` has every layer, a block behind its body."""

    spec: NetworkSpec
    traced: NetworkTrace
    problems: tuple[Problem, ...]
    order: tuple[str, ...]

    @classmethod
    def of(
        cls, spec: NetworkSpec, data: DataShape | None, loss: Loss | None, *, known: NetworkTrace | None
    ) -> _Checked:
        traced = trace(spec, known)
        return cls(spec, traced, check_trace(traced, data, loss), tuple(_post_order(spec.layers)))

    def place(self, problem: Problem) -> int:
        """Return where a problem comes up: with its layer, or behind all where it is one of the design's end.

        That nothing is there to learn comes up at the end too.
        """
        if problem.layer_id is None or problem not in self.traced.problems:
            return len(self.order)
        return self.order.index(problem.layer_id)


def _post_order(layers: Iterable[Layer]) -> Iterator[str]:
    for layer in layers:
        if isinstance(layer, Residual):
            yield from _post_order(layer.layers)
        yield layer.id


def _ideas(problem: Problem, before: _Checked, data: DataShape | None, loss: Loss) -> Iterator[Idea]:
    if problem.layer_id is None:
        yield from whole_ideas(before.traced, data, loss)
    elif problem not in before.traced.problems:
        if data is not None:
            yield from end_ideas(before.traced, data, loss)
    else:
        record = next(r for r in before.traced.walk() if r.layer.id == problem.layer_id)
        yield from _layer_ideas(problem, record, before)
        if len(before.order) > 1:
            yield removal_idea(record.layer)


def _layer_ideas(problem: Problem, record: LayerTrace, before: _Checked) -> Iterator[Idea]:
    layer, shape = record.layer, record.input_shape
    info = field_infos(type(layer)).get(problem.field or "")
    if problem.field and info is not None and value_problem(info, getattr(layer, problem.field)):
        yield from value_ideas(layer, problem.field)
    elif shape is not None:
        try:
            output_shape(layer, shape)
        except ShapeError as error:
            yield from _shape_ideas(error, record, shape, before)
        else:
            yield from memory_ideas(before.traced, record)


def _shape_ideas(error: ShapeError, record: LayerTrace, shape: Shape, before: _Checked) -> Iterator[Idea]:
    here = surroundings(before.spec, before.traced, record.layer.id)
    match record.layer:
        case Residual() as block:
            result = record.inner[-1].output_shape if record.inner else None
            yield from block_ideas(block, shape, result)
        case Dense() | Softmax() as layer:
            yield from row_ideas(layer, here)
        case layer if len(shape) == 1:
            yield from volume_ideas(layer, here)
        case Conv2D() as layer if error.field == "groups":
            yield from group_ideas(layer, shape[2], here)
        case MaxPool2D() | AvgPool2D() as layer if error.field == "padding":
            yield from pool_padding_ideas(layer, shape)
        case Conv2D() | MaxPool2D() | AvgPool2D() as layer:
            yield from window_ideas(layer, shape, here)


def _is_sound(problem: Problem, before: _Checked, after: _Checked) -> bool:
    """Return whether the problem is solved, and every new one comes up later than it did.

    What is wrong with another setting of the same layer comes up later: a layer says one reason at a time.
    """
    if problem in after.problems:
        return False
    reached = _reached(problem, before, after)
    new = [other for other in after.problems if other not in before.problems]
    same = [p for p in new if p.layer_id == problem.layer_id and p.layer_id and p.field != problem.field]
    return all(after.place(other) > reached - (other in same) for other in new)


def _reached(problem: Problem, before: _Checked, after: _Checked) -> int:
    """Return the place in the new design where the problem was."""
    if problem.layer_id is None:
        return -1
    if problem not in before.traced.problems:
        return len(after.order)
    if problem.layer_id in after.order:
        return after.order.index(problem.layer_id)
    earlier = set(before.order[: before.order.index(problem.layer_id)])
    return max((place for place, name in enumerate(after.order) if name in earlier), default=-1)


def _costs(problem: Problem, before: _Checked, after: _Checked) -> tuple[float, ...]:
    """Return what speaks against a repair, the weightiest first."""
    is_gone = problem.layer_id in before.order and problem.layer_id not in after.order
    return (
        sum(other not in before.problems for other in after.problems),
        is_gone and len(after.order) < len(before.order),
        changed_layers(before.spec, after.spec),
        _distance(problem, before, after),
    )


def _distance(problem: Problem, before: _Checked, after: _Checked) -> float:
    """Return by what factors, as powers of two, the outputs of the layers in front of the problem change."""
    known = {record.layer.id: record.output_shape for record in after.traced.walk()}
    total = 0.0
    for record in before.traced.walk():
        if record.layer.id == problem.layer_id:
            break
        old, new = record.output_shape, known.get(record.layer.id)
        if old is not None and new is not None:
            total += abs(math.log2(math.prod(old) / math.prod(new)))
    return total


def _repair(label: str, problem: Problem, before: _Checked, after: _Checked) -> Repair:
    old, new = before.traced, after.traced
    is_known = old.output_shape is not None and new.output_shape is not None
    return Repair(
        label=label,
        spec=after.spec,
        shapes=_shapes(problem, before, after),
        parameters=new.parameters,
        multiply_adds=new.multiply_adds,
        more_parameters=new.parameters - old.parameters if is_known else None,
        more_multiply_adds=new.multiply_adds - old.multiply_adds if is_known else None,
        left=len(after.problems),
    )


def _shapes(problem: Problem, before: _Checked, after: _Checked) -> str:
    """Return what goes into the first layer that matters, what comes out of the last, and what is between."""
    old = {layer.id: layer for layer in before.spec.walk()}
    concerned = {layer.id for layer in after.spec.walk() if old.get(layer.id) != layer}
    concerned.add(problem.layer_id or "")
    if not concerned.intersection(after.order):
        concerned = {_next_one(problem, before, after)}
    stretch = _stretch(after.traced.layers, concerned)
    if not stretch:
        return ""
    shapes = [stretch[0].input_shape, *(record.output_shape for record in stretch)]
    words = [format_shape(shape) for shape, _ in itertools.groupby(shapes) if shape is not None]
    if len(words) > _MOST_SHAPES:
        words = [words[0], "…", *words[2 - _MOST_SHAPES :]]
    return " → ".join(words)


def _next_one(problem: Problem, before: _Checked, after: _Checked) -> str:
    """Return the first layer behind a removed one, the last of the design where there is none."""
    place = before.order.index(problem.layer_id) if problem.layer_id in before.order else 0
    behind = (name for name in before.order[place:] if name in after.order)
    return next(behind, after.order[-1] if after.order else "")


def _stretch(records: tuple[LayerTrace, ...], concerned: set[str]) -> tuple[LayerTrace, ...]:
    """Return the records from the first layer concerned to the last, in the innermost block with all."""
    places = [
        place
        for place, record in enumerate(records)
        if any(inner.layer.id in concerned for inner in record.walk())
    ]
    if len(places) == 1:
        block = records[places[0]]
        inner = _stretch(block.inner, concerned - {block.layer.id})
        if inner:
            return inner
    return records[places[0] : places[-1] + 1] if places else ()
