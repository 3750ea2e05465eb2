"""A twin of a run: the same design, settings, seed and order of images, but for one thing."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from cnnviz.spec.design_diff import Fate, diff_designs
from cnnviz.spec.differences import value_in_words
from cnnviz.spec.fields import field_infos
from cnnviz.spec.losses import LOSS_TYPES
from cnnviz.spec.schedules import SCHEDULE_TYPES
from cnnviz.spec.trace import trace
from cnnviz.spec.training import OPTIMIZER_TYPES
from cnnviz.spec.validate import check_trace
from cnnviz.training.run_comparison import setting_differences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.spec.validate import DataShape

PART_KINDS: dict[str, tuple[type[Any], ...]] = {
    "optimizer": OPTIMIZER_TYPES,
    "schedule": SCHEDULE_TYPES,
    "loss": LOSS_TYPES,
}
"""Parts of the settings of which there are several kinds."""
_TITLES = {"optimizer": "Optimizer", "schedule": "Schedule", "loss": "Loss"}
_SETTINGS = "Settings"
_FIRST = ("batch_size", "epochs", "l2", "seed")
"""What is changed most often comes first."""


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One thing in which a twin may differ.

    `group` and `label` are for people; `value` is what it is now. `part` is "optimizer", "schedule", "loss"
    or "augmenting" for their numbers, and `layer` the id for the setting of a layer; without either it is a
    setting of the run. An empty `name` is the kind of the part itself.
    """

    group: str
    label: str
    value: str
    name: str
    part: str = ""
    layer: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class TwinPlan:
    """What a twin would be. `words` say in what it differs; empty where it would be the very same run."""

    spec: NetworkSpec
    training: TrainingSpec
    words: str = ""
    problems: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether it differs and can be trained."""
        return bool(self.words) and not self.problems


def fields_of(spec: NetworkSpec, training: TrainingSpec) -> tuple[Field, ...]:
    """Return everything in which a twin of a run may differ: settings first, then layer by layer."""
    return (*_setting_fields(training), *_layer_fields(spec))


def subject_of(field: Field, spec: NetworkSpec, training: TrainingSpec) -> Any:
    """Return the record in which a field stands: the settings, a part of them, or a layer."""
    if field.layer:
        return spec.layer(field.layer)
    return getattr(training, field.part) if field.part else training


def planned(
    field: Field, value: Any, spec: NetworkSpec, training: TrainingSpec, data: DataShape | None
) -> TwinPlan:
    """Return the twin that has another value in one field; for the kind of a part, another part.

    `data` is what the data set demands, where it is known.
    """
    twin_spec, twin_training = spec, training
    if field.layer:
        changed = dataclasses.replace(spec.layer(field.layer), **{field.name: value})
        twin_spec = spec.replace(changed)
    elif field.part:
        part = getattr(training, field.part)
        other = dataclasses.replace(part, **{field.name: value}) if field.name else value
        twin_training = dataclasses.replace(training, **{field.part: other})
    else:
        twin_training = dataclasses.replace(training, **{field.name: value})
    problems = check_trace(trace(twin_spec), data, twin_training.loss)
    words = difference_in_words((spec, training), (twin_spec, twin_training))
    return TwinPlan(twin_spec, twin_training, words, tuple(problem.message for problem in problems))


def difference_in_words(
    before: tuple[NetworkSpec, TrainingSpec], after: tuple[NetworkSpec, TrainingSpec]
) -> str:
    """Return in what a design and its settings differ, for a name: `learning rate 0.01 → 0.001`."""
    settings = setting_differences(before[1], after[1])
    kinds = [one for one in settings if one.label in _TITLES.values()]
    words = [one.text for one in (kinds or settings)]
    for layer in diff_designs(before[0], after[0]).layers:
        if layer.fate is not Fate.SAME:
            changes = ", ".join(change.text for change in layer.changes)
            words.append(f"{layer.layer_id} {changes or layer.fate.value}")
    return ", ".join(words)


def _setting_fields(training: TrainingSpec) -> Iterator[Field]:
    optimizer = training.optimizer
    yield from _fields(optimizer, _SETTINGS, ("learning_rate",), part="optimizer")
    yield Field(_SETTINGS, "Optimizer", optimizer.title, "", "optimizer")
    yield from _fields(training, _SETTINGS, _FIRST)
    yield Field(_SETTINGS, "Schedule", training.schedule.title, "", "schedule")
    yield Field(_SETTINGS, "Loss", training.loss.title, "", "loss")
    others = [name for name in field_infos(type(training)) if name not in _FIRST]
    yield from _fields(training, _SETTINGS, tuple(others))
    for part, title in _TITLES.items():
        record = getattr(training, part)
        names = tuple(name for name in field_infos(type(record)) if name != "learning_rate")
        yield from _fields(record, f"{title}: {record.title}", names, part=part)
    varied = training.augmenting
    yield from _fields(varied, "Augmenting", tuple(field_infos(type(varied))), part="augmenting")


def _layer_fields(spec: NetworkSpec) -> Iterator[Field]:
    for layer in spec.walk():
        names = tuple(field_infos(type(layer)))
        yield from _fields(layer, f"{layer.id}: {layer.title}", names, layer=layer.id)


def _fields(
    record: Any, group: str, names: tuple[str, ...], *, part: str = "", layer: str = ""
) -> Iterator[Field]:
    infos = field_infos(type(record))
    for name in names:
        info = infos[name]
        if info.only_with is None or getattr(record, info.only_with[0]) in info.only_with[1]:
            value = value_in_words(info, getattr(record, name))
            yield Field(group, info.label, value, name, part, layer)
