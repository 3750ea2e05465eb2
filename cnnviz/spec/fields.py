"""One description per setting, from which forms, tooltips, file checks and help are made."""

from __future__ import annotations

import dataclasses
import enum
import math
from typing import Any

_METADATA_KEY = "cnnviz"


class FieldKind(enum.Enum):
    """What sort of value a setting takes, which decides the control that edits it."""

    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    PAIR = "pair"
    """Two integers (vertical, horizontal)."""
    PADDING = "padding"
    """`"valid"`, `"same"`, or four integers (top, bottom, left, right)."""
    CHOICE = "choice"
    """One of the words in `choices`."""


@dataclasses.dataclass(frozen=True, slots=True)
class FieldInfo:
    """Everything there is to say about one setting.

    `minimum` and `maximum` are inclusive and hold for every number inside the value. `effect` says what
    changes when the setting grows, in the learner's words. `choices` has each word that a choice may be, and
    what a form shows for it. `only_with` names another setting and its values without which this one means
    nothing. `at_least` is what a form shows in the place of the least whole number, where that is no number.
    """

    kind: FieldKind
    label: str
    meaning: str
    effect: str = ""
    minimum: float = 0
    maximum: float = math.inf
    step: float = 1
    choices: tuple[tuple[str, str], ...] = ()
    only_with: tuple[str, tuple[str, ...]] | None = None
    at_least: str = ""

    @property
    def tooltip(self) -> str:
        """Meaning, effect and range in one short text."""
        return "\n".join(part for part in (self.meaning, self.effect, self.allowed) if part)

    @property
    def allowed(self) -> str:
        """The range in words; empty for choices and flags, whose control shows all there is."""
        if self.kind in (FieldKind.FLAG, FieldKind.CHOICE):
            return ""
        subject = {FieldKind.PAIR: "Each from", FieldKind.PADDING: "Each side from"}.get(self.kind, "From")
        return f"{subject} {_plain(self.minimum)} to {_plain(self.maximum)}."


def described(default: Any, info: FieldInfo) -> Any:
    """Return a dataclass field with the given default that carries its description."""
    return dataclasses.field(default=default, metadata={_METADATA_KEY: info})


def field_infos(cls: type[Any]) -> dict[str, FieldInfo]:
    """Return the described fields of a dataclass, in the order in which they are declared."""
    return {
        field.name: field.metadata[_METADATA_KEY]
        for field in dataclasses.fields(cls)
        if _METADATA_KEY in field.metadata
    }


def value_problem(info: FieldInfo, value: Any) -> str | None:
    """Return a sentence saying why `value` is not allowed, or None where it is."""
    if info.kind is FieldKind.CHOICE:
        return _choice_problem(info, value)
    if not _has_right_form(info.kind, value):
        return f"{info.label} must be {_FORMS[info.kind]}; received {value!r}."
    if info.kind is FieldKind.FLAG or isinstance(value, str):
        return None
    numbers = value if isinstance(value, tuple) else (value,)
    if all(info.minimum <= number <= info.maximum for number in numbers):
        return None
    allowed = f"from {_plain(info.minimum)} to {_plain(info.maximum)}"
    return f"{info.label} must be {allowed}; received {value}."


def _choice_problem(info: FieldInfo, value: Any) -> str | None:
    words = [word for word, _ in info.choices]
    if isinstance(value, str) and value in words:
        return None
    return f"{info.label} must be one of {', '.join(words)}; received {value!r}."


_FORMS = {
    FieldKind.INTEGER: "a whole number",
    FieldKind.NUMBER: "a number",
    FieldKind.FLAG: "true or false",
    FieldKind.PAIR: "two whole numbers (vertical, horizontal)",
    FieldKind.PADDING: '"valid", "same" or four whole numbers (top, bottom, left, right)',
}


def _has_right_form(kind: FieldKind, value: Any) -> bool:
    if kind is FieldKind.INTEGER:
        return _is_integer(value)
    if kind is FieldKind.NUMBER:
        return _is_integer(value) or (isinstance(value, float) and math.isfinite(value))
    if kind is FieldKind.FLAG:
        return isinstance(value, bool)
    if kind is FieldKind.PADDING and isinstance(value, str):
        return value in ("valid", "same")
    length = 2 if kind is FieldKind.PAIR else 4
    return isinstance(value, tuple) and len(value) == length and all(_is_integer(item) for item in value)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _plain(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:,g}"
