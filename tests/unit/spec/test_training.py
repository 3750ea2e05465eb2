from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.errors import FileError
from cnnviz.spec import io
from cnnviz.spec.augmenting import Augmenting
from cnnviz.spec.fields import FieldInfo, FieldKind, field_infos, value_problem
from cnnviz.spec.losses import LOSS_TYPES
from cnnviz.spec.schedules import SCHEDULE_TYPES
from cnnviz.spec.training import OPTIMIZER_TYPES, SGD, TrainingSpec

PARTS = {"optimizer": OPTIMIZER_TYPES, "loss": LOSS_TYPES, "schedule": SCHEDULE_TYPES}


def numbers(info: FieldInfo) -> st.SearchStrategy[Any]:
    if info.kind is FieldKind.CHOICE:
        return st.sampled_from([word for word, _ in info.choices])
    if info.kind is FieldKind.FLAG:
        return st.booleans()
    if info.kind is FieldKind.INTEGER:
        return st.integers(int(info.minimum), int(min(info.maximum, 2**31)))
    return st.floats(info.minimum, info.maximum)


def records(cls: Any, **others: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(cls, **{name: numbers(info) for name, info in field_infos(cls).items()}, **others)


settings_of_every_kind = records(
    TrainingSpec,
    augmenting=records(Augmenting),
    **{name: st.one_of([records(kind) for kind in kinds]) for name, kinds in PARTS.items()},
)


@given(settings_of_every_kind)
def test_settings_come_back_as_they_were(training: TrainingSpec) -> None:
    plain = json.loads(json.dumps(io.training_to_dict(training)))
    assert io.training_from_dict(plain) == training


@pytest.mark.parametrize("cls", [*(kind for kinds in PARTS.values() for kind in kinds), Augmenting])
def test_every_kind_is_explained_and_its_defaults_allowed(cls: Any) -> None:
    assert cls.title
    assert cls.summary.endswith(".")
    for name, info in field_infos(cls).items():
        assert info.label
        assert info.meaning.endswith(".")
        assert value_problem(info, getattr(cls(), name)) is None


def test_settings_from_before_there_was_a_choice_are_those_of_then() -> None:
    old = {"optimizer": {"type": "SGD", "learning_rate": 0.3}, "batch_size": 8, "epochs": 2, "seed": 1}
    expected = TrainingSpec(optimizer=SGD(learning_rate=0.3), batch_size=8, epochs=2, seed=1)
    assert io.training_from_dict(old) == expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"optimizer": None}, "at optimizer: must be an object"),
        ({"loss": {"type": "Hinge"}}, "at loss.type: 'Hinge' is not known.*MulticlassSVM"),
        ({"loss": {"type": "MulticlassSVM", "margin": -1}}, "at loss.margin: Margin must be from 0"),
        ({"loss": None}, "at loss: must be an object"),
        (
            {"schedule": {"type": "Cosine", "restart": 1.5}},
            "at schedule.restart: Restart after must be a whole",
        ),
        ({"schedule": {"type": "Constant", "factor": 1}}, '"factor" is not known here'),
        ({"l2": -0.1}, "at l2: L2 must be from 0"),
        ({"clip_norm": "no"}, "at clip_norm"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change: dict[str, Any], message: str) -> None:
    plain = {**io.training_to_dict(TrainingSpec()), **change}
    with pytest.raises(FileError, match=message):
        io.training_from_dict(plain, "the file")
