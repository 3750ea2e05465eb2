"""What a drop would mean for a design, said before the drop. Pure: no Qt."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.spec.shapes import format_shape
from cnnviz.spec.words import counted
from cnnviz.ui.builder.cards import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from cnnviz.spec.shapes import Shape
    from cnnviz.spec.trace import LayerTrace, NetworkTrace, Problem

_MOST_SENTENCES = 2


@dataclasses.dataclass(frozen=True, slots=True)
class ShapeChange:
    """What a layer gives now, and what it would give."""

    before: str
    after: str


@dataclasses.dataclass(frozen=True, slots=True)
class DropPreview:
    """The consequences of a drop.

    `landing` says what the dragged layers would give there. `changes` has the layers that would give another
    shape, `broken` those that could not work any more with the reason. `warnings` and `notes` are sentences:
    what would be wrong, and what else there is to know. `refused` says that the drop cannot be made at all.
    """

    landing: str
    changes: Mapping[str, ShapeChange] = dataclasses.field(default_factory=dict)
    broken: Mapping[str, str] = dataclasses.field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    refused: bool = False


def refusal(reason: str) -> DropPreview:
    """Return what is said of a drop that cannot be made."""
    return DropPreview("Not here", warnings=(reason,), refused=True)


def drop_preview(
    before: tuple[NetworkTrace, Iterable[Problem]],
    after: tuple[NetworkTrace, Iterable[Problem]],
    landed: Collection[str],
    verb: str,
) -> DropPreview:
    """Compare a design, as its trace and its problems, before and after a drop of the layers `landed`."""
    old = {record.layer.id: record for record in before[0].walk()}
    new = {record.layer.id: record for record in after[0].walk()}
    known = {_key(problem) for problem in before[1]}
    is_begun = any(problem.is_unfinished for problem in before[1])  # then it may be so after the drop as well
    problems = [p for p in after[1] if _key(p) not in known and not (p.is_unfinished and is_begun)]
    broken = {problem.layer_id: problem.message for problem in reversed(problems) if problem.layer_id}
    solved = {_key(problem) for problem in after[1]}
    mended = dict.fromkeys(p.layer_id for p in before[1] if p.layer_id in new and _key(p) not in solved)
    return DropPreview(
        landing=_landing(verb, [new[layer_id] for layer_id in landed if layer_id in new]),
        changes=_changes(old, new, landed),
        broken=broken,
        warnings=_warnings(problems, landed),
        notes=(*_mended(list(mended)), *_totals(before[0], after[0])),
    )


def _key(problem: Problem) -> tuple[str | None, str | None, str]:
    """Tell problems apart; a layer's problem with a setting is the same one even with other numbers in it."""
    return (problem.layer_id, problem.field, "" if problem.layer_id else problem.message)


def _landing(verb: str, records: list[LayerTrace]) -> str:
    shape = _text(records[-1].output_shape) if records else UNKNOWN
    parameters = sum(record.parameters for record in records)
    words = f"{verb}: {shape}" if shape != UNKNOWN else f"{verb}: shape unknown"
    return f"{words}, {counted(parameters, 'parameter')}" if parameters else words


def _changes(
    old: Mapping[str, LayerTrace], new: Mapping[str, LayerTrace], landed: Collection[str]
) -> dict[str, ShapeChange]:
    return {
        layer_id: ShapeChange(_text(record.output_shape), _text(new[layer_id].output_shape))
        for layer_id, record in old.items()
        if layer_id in new and layer_id not in landed and record.output_shape != new[layer_id].output_shape
    }


def _warnings(problems: list[Problem], landed: Collection[str]) -> tuple[str, ...]:
    said = [_warning(problem, landed) for problem in problems[:_MOST_SENTENCES]]
    more = len(problems) - len(said)
    return (*said, f"And {counted(more, 'more problem')}.") if more else tuple(said)


def _warning(problem: Problem, landed: Collection[str]) -> str:
    if problem.layer_id is None:
        return problem.message
    if problem.layer_id in landed:
        return f"Would not work here: {problem.message}"
    return f"Would break {problem.layer_id}: {problem.message}"


def _mended(layer_ids: list[str | None]) -> tuple[str, ...]:
    names = ", ".join(layer_id for layer_id in layer_ids if layer_id)
    return (f"Solves the problem of {names}.",) if names else ()


def _totals(before: NetworkTrace, after: NetworkTrace) -> tuple[str, ...]:
    if before.parameters == after.parameters or after.output_shape is None:
        return ()
    return (f"Parameters of the network: {before.parameters:,} → {after.parameters:,}",)


def _text(shape: Shape | None) -> str:
    return UNKNOWN if shape is None else format_shape(shape)
