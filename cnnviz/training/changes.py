"""What may be changed while a run is on, and how a change is told."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from cnnviz.engine.optimizers import OptimizerState, make_optimizer
from cnnviz.errors import TrainingError
from cnnviz.spec.fields import field_infos

if TYPE_CHECKING:
    from cnnviz.engine.network import Network
    from cnnviz.spec.training import Optimizer, TrainingSpec

LIVE_SETTINGS = frozenset(
    {
        *("optimizer", "schedule", "warmup_steps", "l1", "l2", "clip_value", "clip_norm"),
        *("augmenting", "epochs", "patience"),
    }
)
"""Fields of `TrainingSpec` that a run can take over between two batches."""

_ALONE = {"clip_norm": "Clip gradients at norm"}
"""Names of fields whose labels lean on the one before them in the form."""


def check_change(before: TrainingSpec, after: TrainingSpec) -> None:
    """Raise `TrainingError` where a run cannot go on with other settings.

    The kind of optimizer stays, as each remembers something else; and so do loss, batch size and seed.
    """
    fixed = [
        field.name
        for field in dataclasses.fields(before)
        if field.name not in LIVE_SETTINGS and getattr(before, field.name) != getattr(after, field.name)
    ]
    if fixed:
        infos = field_infos(type(before))
        names = ", ".join(infos[name].label if name in infos else name for name in fixed)
        raise TrainingError(f"A run cannot change its {names.lower()} on the way. Stop it first.")
    if type(before.optimizer) is not type(after.optimizer):
        raise TrainingError("A run cannot change the kind of its optimizer on the way. Stop it first.")


def retuned(optimizer: OptimizerState, spec: Optimizer, network: Network) -> OptimizerState:
    """Return an optimizer with other numbers that remembers what the given one does."""
    tuned = make_optimizer(spec, network.parameters, network.frozen)
    tuned.load_state(optimizer.state())
    return tuned


def change_in_words(before: TrainingSpec, after: TrainingSpec) -> str:
    """Return what differs, such as `learning rate 0.001 → 0.0001, L2 0 → 0.001`; empty where nothing does."""
    changes: list[str] = []
    if type(before.schedule) is not type(after.schedule):
        changes.append(f"schedule {before.schedule.title} → {after.schedule.title}")
    for one, other in (
        (before.optimizer, after.optimizer),
        (before.schedule, after.schedule),
        (before.augmenting, after.augmenting),
        (before, after),
    ):
        if type(one) is type(other):
            changes.extend(_changes(one, other))
    return ", ".join(changes)


def _changes(before: Any, after: Any) -> list[str]:
    infos = field_infos(type(before))
    return [
        f"{_lowered(_ALONE.get(name, info.label))} "
        f"{_written(getattr(before, name))} → {_written(getattr(after, name))}"
        for name, info in infos.items()
        if getattr(before, name) != getattr(after, name)
    ]


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _lowered(label: str) -> str:
    """Return a label within a sentence; names such as L2 stay as they are."""
    return label if len(label) < 3 else label[0].lower() + label[1:]
