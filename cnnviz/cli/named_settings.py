"""Settings that are named one by one on the command line: `--augment shift=0.1 flip-horizontal`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from cnnviz.spec.augmenting import Augmenting
from cnnviz.spec.fields import FieldInfo, FieldKind, field_infos, value_problem
from cnnviz.spec.preparing import Preparing

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBERS: dict[FieldKind, type[int] | type[float]] = {FieldKind.INTEGER: int, FieldKind.NUMBER: float}


def add_augment(parser: argparse.ArgumentParser) -> None:
    """Let a command take variations of training images."""
    _add(parser, "--augment", Augmenting, "vary the training images")


def add_prepare(parser: argparse.ArgumentParser) -> None:
    """Let a command take what is done to every image."""
    _add(parser, "--prepare", Preparing, "prepare every image, also for the commands that use the run")


def names_of(cls: type[Any]) -> tuple[str, ...]:
    """Return every setting of a described dataclass as it is written: `shift=X`, `flip-horizontal`."""
    return tuple(_written(name, info) for name, info in field_infos(cls).items())


def reader_of(cls: type[Any]) -> Callable[[str], tuple[str, Any]]:
    """Return a reader of one word that gives the field it names, and its value.

    It raises `ArgumentTypeError` where there is no such setting, or its value is not allowed.
    """
    infos = field_infos(cls)

    def read(text: str) -> tuple[str, Any]:
        word, equals, value = text.partition("=")
        name = word.replace("-", "_")
        if name not in infos:
            names = ", ".join(names_of(cls))
            raise argparse.ArgumentTypeError(f"{text!r} is not known here; allowed are {names}.")
        if infos[name].kind is not FieldKind.FLAG:
            return name, _value(word, infos[name], value, text)
        if equals:
            raise argparse.ArgumentTypeError(f"{word} is named alone, without a value; received {text!r}.")
        return name, True

    return read


def _add(parser: argparse.ArgumentParser, option: str, cls: type[Any], what: str) -> None:
    parser.add_argument(
        option,
        action="extend",
        nargs="+",
        type=reader_of(cls),
        metavar="NAME=X",
        help=f"{what}: {', '.join(names_of(cls))}",
    )


def _written(name: str, info: FieldInfo) -> str:
    word = name.replace("_", "-")
    if info.kind is FieldKind.FLAG:
        return word
    if info.kind is FieldKind.CHOICE:
        return f"{word}={'|'.join(choice for choice, _ in info.choices)}"
    return f"{word}={'N' if info.kind is FieldKind.INTEGER else 'X'}"


def _value(word: str, info: FieldInfo, written: str, text: str) -> Any:
    value: Any = written
    if info.kind in _NUMBERS:
        try:
            value = _NUMBERS[info.kind](written)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{word} needs a number: {word}=X; received {text!r}.") from None
    problem = value_problem(info, value)
    if problem is not None:
        raise argparse.ArgumentTypeError(problem)
    return value
