"""What was done to the images of a run, as it stands in a run file."""

from __future__ import annotations

from typing import Any

from cnnviz.data.importing.recipe import MAX_COLUMNS
from cnnviz.data.treatment import Treatment
from cnnviz.errors import DataError, FileError
from cnnviz.spec import io

_MAX_CHANNELS = 16
_MAX_NUMBER = 1e6
"""Pixels become numbers of up to 255, and so do their means."""
_MAX_TARGET = 3.5e38
"""Numbers to be learned are at most as large as single precision can be."""
_OF_TARGETS = frozenset({"target_means", "target_deviations"})


def treatment_to_dict(treatment: Treatment) -> dict[str, Any]:
    """Return a treatment as plain JSON values."""
    values = {
        "preparing": io.preparing_to_dict(treatment.preparing),
        "max_value": treatment.max_value,
        "original_shape": list(treatment.original_shape) if treatment.original_shape else None,
        "means": list(treatment.means),
        "deviations": list(treatment.deviations),
    }
    if treatment.target_means:  # files without are those of earlier versions, too
        values["target_means"] = list(treatment.target_means)
        values["target_deviations"] = list(treatment.target_deviations)
    return values


def treatment_from_dict(value: Any, origin: str) -> Treatment:
    """Read a treatment from plain JSON values, or raise `FileError` naming the place."""
    names = {"preparing", "max_value", "original_shape", "means", "deviations"}
    if not isinstance(value, dict) or set(value) - _OF_TARGETS != names:
        raise FileError(f"{origin}: must have {', '.join(sorted(names))}.")
    shape = value["original_shape"]
    if type(value["max_value"]) is not int or not 1 <= value["max_value"] <= 255:
        raise FileError(f'{origin}: "max_value" must be a whole number from 1 to 255.')
    if shape is not None and not _is_shape(shape):
        raise FileError(f'{origin}: "original_shape" must be height, width and channels.')
    for name in ("means", "deviations"):
        if not _are_numbers(value[name]):
            raise FileError(f'{origin}: "{name}" must be a list of at most {_MAX_CHANNELS} numbers.')
    of_targets = {name: value.get(name, []) for name in sorted(_OF_TARGETS)}
    for name, numbers in of_targets.items():
        if not _are_numbers(numbers, MAX_COLUMNS, _MAX_TARGET):
            raise FileError(f'{origin}: "{name}" must be a list of at most {MAX_COLUMNS} numbers.')
    try:
        return Treatment(
            preparing=io.preparing_from_dict(value["preparing"], f"{origin}, in preparing"),
            max_value=value["max_value"],
            original_shape=None if shape is None else (shape[0], shape[1], shape[2]),
            means=tuple(map(float, value["means"])),
            deviations=tuple(map(float, value["deviations"])),
            **{name: tuple(map(float, numbers)) for name, numbers in of_targets.items()},
        )
    except DataError as error:
        raise FileError(f"{origin}: {error}") from error


def _is_shape(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 3
        and all(type(side) is int and 1 <= side <= 65_536 for side in value)
    )


def _are_numbers(value: Any, most: int = _MAX_CHANNELS, largest: float = _MAX_NUMBER) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= most
        and all(type(number) in (int, float) and abs(number) <= largest for number in value)
    )
