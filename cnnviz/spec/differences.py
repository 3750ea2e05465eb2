"""What differs between two records of the same kind, in the words that forms use."""

from __future__ import annotations

import dataclasses
from typing import Any

from cnnviz.spec.fields import FieldInfo, FieldKind, field_infos

NOTHING = "–"
"""Stands for a value where a record has no such setting."""


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One setting that is not the same on both sides; values as a form shows them."""

    label: str
    left: str
    right: str

    @property
    def text(self) -> str:
        """The change in one line: `filters 16 → 32`."""
        return f"{lowered(self.label)} {self.left} → {self.right}"


def differences(left: Any, right: Any) -> tuple[Difference, ...]:
    """Return the described settings that differ between two dataclass instances, in their order.

    Where the kinds differ, settings of the one that the other has not are left out.
    """
    mine, others = field_infos(type(left)), field_infos(type(right))
    return tuple(
        Difference(info.label, value_in_words(info, getattr(left, name)), value_in_words(info, other))
        for name, info in mine.items()
        if name in others and _means_something(info, left, right)
        for other in (getattr(right, name),)
        if getattr(left, name) != other
    )


def settings_in_words(record: Any) -> str:
    """Return every described setting of a record in one line: `filters 16, kernel 3×3, …`."""
    return ", ".join(
        f"{lowered(info.label)} {value_in_words(info, getattr(record, name))}"
        for name, info in field_infos(type(record)).items()
        if _means_something(info, record, record)
    )


def value_in_words(info: FieldInfo, value: Any) -> str:
    """Return the value of a setting as a form shows it."""
    if info.kind is FieldKind.CHOICE:
        return next((shown for word, shown in info.choices if word == value), str(value))
    if info.kind is FieldKind.FLAG:
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ("×" if info.kind is FieldKind.PAIR else ", ").join(str(number) for number in value)
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:.10g}"


def lowered(label: str) -> str:
    """Return a label within a sentence; names such as L2 stay as they are."""
    return label if len(label) < 3 or label[1].isupper() else label[0].lower() + label[1:]


def _means_something(info: FieldInfo, left: Any, right: Any) -> bool:
    """Return whether a setting has an effect on either side, as forms show it only then."""
    if info.only_with is None:
        return True
    other, allowed = info.only_with
    return getattr(left, other) in allowed or getattr(right, other, None) in allowed
