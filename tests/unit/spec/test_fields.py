from __future__ import annotations

import math

import pytest

from cnnviz.spec.fields import FieldInfo, FieldKind, field_infos, value_problem
from cnnviz.spec.layers import LAYER_TYPES, Dropout
from cnnviz.spec.network import InputSpec
from cnnviz.spec.training import OPTIMIZER_TYPES, TrainingSpec

EVERY_CLASS = (*LAYER_TYPES, InputSpec, TrainingSpec, *OPTIMIZER_TYPES)


@pytest.mark.parametrize("cls", EVERY_CLASS)
def test_every_setting_is_explained_and_its_default_allowed(cls: type) -> None:
    for name, info in field_infos(cls).items():
        assert info.label
        assert info.meaning.endswith(".")
        assert value_problem(info, getattr(cls(), name)) is None


@pytest.mark.parametrize("cls", [*LAYER_TYPES, InputSpec])
def test_every_setting_of_a_layer_says_what_it_changes_and_what_is_allowed(cls: type) -> None:
    for name, info in field_infos(cls).items():
        assert info.effect.endswith("."), name
        assert info.effect not in info.meaning
        if info.kind is FieldKind.CHOICE:
            assert len({shown for _, shown in info.choices}) == len(info.choices) > 1
            assert info.tooltip == f"{info.meaning}\n{info.effect}"
        elif info.kind is not FieldKind.FLAG:
            assert info.minimum < info.maximum < math.inf
            assert info.tooltip == f"{info.meaning}\n{info.effect}\n{info.allowed}"
            below, above = info.minimum - 1, info.maximum + 1
            for number in (below, above):
                count = {FieldKind.PAIR: 2, FieldKind.PADDING: 4}.get(info.kind, 0)
                assert value_problem(info, (number,) * count if count else number) is not None


@pytest.mark.parametrize("cls", LAYER_TYPES)
def test_every_layer_can_be_shown_in_a_palette(cls: type) -> None:
    assert cls.title
    assert cls.summary.endswith(".")
    assert cls.stem.isalpha()
    assert cls.category.value


@pytest.mark.parametrize("value", [math.nan, math.inf, "0.5", None, True, (0.5,)])
def test_values_of_the_wrong_form_are_refused(value: object) -> None:
    assert value_problem(field_infos(Dropout)["rate"], value) is not None


def test_tooltips_say_meaning_effect_and_range() -> None:
    info = FieldInfo(FieldKind.INTEGER, "Filters", "How many.", "More cost.", minimum=1, maximum=4096)
    assert info.tooltip == "How many.\nMore cost.\nFrom 1 to 4,096."
    pair = FieldInfo(FieldKind.PAIR, "Stride", "How far.", minimum=1, maximum=9)
    assert pair.tooltip == "How far.\nEach from 1 to 9."
    sides = FieldInfo(FieldKind.PADDING, "Padding", "Zeros.", maximum=9)
    assert sides.allowed == "Each side from 0 to 9."


def test_a_choice_is_one_of_its_words() -> None:
    info = FieldInfo(FieldKind.CHOICE, "Start", "How.", choices=(("he", "He"), ("zero", "Zero")))
    assert value_problem(info, "he") is None
    assert value_problem(info, "He") == "Start must be one of he, zero; received 'He'."
    assert value_problem(info, ["he"]) is not None
    assert info.tooltip == "How."
