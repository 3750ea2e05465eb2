"""Variations of training images as the command line names them: `shift=0.1 rotate=15 flip-horizontal`."""

from __future__ import annotations

import argparse
from typing import Any

from cnnviz.spec.augmenting import Augmenting
from cnnviz.spec.fields import FieldKind, field_infos, value_problem

_INFOS = field_infos(Augmenting)
NAMES = tuple(
    word if _INFOS[name].kind is FieldKind.FLAG else f"{word}=X"
    for name, word in ((name, name.replace("_", "-")) for name in _INFOS)
)
"""Every variation as it is written."""


def variation(text: str) -> tuple[str, Any]:
    """Return the field of `Augmenting` that `text` names, and its value.

    Raises
    ------
    ArgumentTypeError
        There is no such variation, or its value is not allowed.
    """
    word, equals, number = text.partition("=")
    name = word.replace("-", "_")
    info = _INFOS.get(name)
    if info is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no variation; allowed are {', '.join(NAMES)}.")
    if info.kind is FieldKind.FLAG:
        if equals:
            raise argparse.ArgumentTypeError(f"{word} is named alone, without a value; received {text!r}.")
        return name, True
    try:
        value = float(number)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word} needs a number: {word}=X; received {text!r}.") from None
    problem = value_problem(info, value)
    if problem is not None:
        raise argparse.ArgumentTypeError(problem)
    return name, value


def add_augment(parser: argparse.ArgumentParser) -> None:
    """Let a command take variations of training images."""
    parser.add_argument(
        "--augment",
        action="extend",
        nargs="+",
        type=variation,
        metavar="NAME=X",
        help=f"vary the training images: {', '.join(NAMES)}",
    )
