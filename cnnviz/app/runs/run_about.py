"""What the library of runs knows of a run beside its file, in `about.json`."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import itertools
import json
from typing import TYPE_CHECKING, Any

from cnnviz.data.plain_names import plain_name
from cnnviz.errors import FileError
from cnnviz.files import read_limited, write_atomic
from cnnviz.spec.io import parse_json
from cnnviz.training.result import UseOfTestSet
from cnnviz.training.run_metadata import MAX_TEXT, is_test_use

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

FORMAT, VERSION = "cnnviz-run-folder", 1
MAX_NAME_LENGTH = 80
COLORS = 8
"""So many colours there are; every run has the number of one."""
MAX_USES = 1_000
_MAX_PART = 34
_MAX_ABOUT_BYTES = 1_000_000


class RunKind(enum.Enum):
    """What has become of a run."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    DAMAGED = "damaged"


@dataclasses.dataclass(frozen=True, slots=True)
class About:
    """What a person calls a run, its colour by number, when it began, and how it has ended.

    Attributes
    ----------
    ended
        Why it ended as it did, in one or two sentences; empty where there is nothing to say.
    steps_per_epoch
        How many batches an epoch has; 0 where that is not known.
    twin_of
        The id of the run it was begun as a twin of; empty for most.
    is_from_first
        Whether it began with the first weights of its seed, so that the seed gives it again.
    is_offered
        Whether somebody was asked, after the program had been interrupted, if it is to go on.
    test_uses
        When somebody looked at the test set with its weights.
    """

    name: str
    color: int
    began_at: datetime.datetime
    kind: RunKind = RunKind.RUNNING
    ended: str = ""
    steps_per_epoch: int = 0
    twin_of: str = ""
    is_from_first: bool = True
    is_offered: bool = False
    test_uses: tuple[UseOfTestSet, ...] = ()


def write_about(path: Path, about: About) -> None:
    """Write all of it; raises `FileError`."""
    values = {
        "format": FORMAT,
        "version": VERSION,
        **dataclasses.asdict(about),
        "began_at": about.began_at.isoformat(),
        "kind": about.kind.value,
        "ended": about.ended[:MAX_TEXT],
        "test_uses": [dataclasses.astuple(use) for use in about.test_uses[-MAX_USES:]],
    }
    write_atomic(path, json.dumps(values).encode())


def read_about(path: Path) -> About:
    """Read what was written; what older versions did not write has its default.

    Raises
    ------
    FileError
        The file is missing, damaged or foreign.
    """
    try:
        value = parse_json(read_limited(path, _MAX_ABOUT_BYTES).decode(), str(path))
        if not isinstance(value, dict) or (value["format"], value["version"]) != (FORMAT, VERSION):
            raise FileError(f'{path} is not of the format "{FORMAT}", version {VERSION}.')
        return _about(value)
    except (UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise FileError(f"{path} is damaged.") from error


def _about(value: dict[str, Any]) -> About:
    began_at = datetime.datetime.fromisoformat(value["began_at"])
    if began_at.tzinfo is None:
        raise ValueError("a time without its zone")
    return About(
        name=_of(str, value["name"])[:MAX_NAME_LENGTH],
        color=_of(int, value["color"]) % COLORS,
        began_at=began_at,
        kind=RunKind(value["kind"]),
        ended=_of(str, value.get("ended", "")),
        steps_per_epoch=max(_of(int, value.get("steps_per_epoch", 0)), 0),
        twin_of=_of(str, value.get("twin_of", "")),
        is_from_first=_of(bool, value.get("is_from_first", True)),
        is_offered=_of(bool, value.get("is_offered", False)),
        test_uses=tuple(_use(item) for item in value.get("test_uses", ())),
    )


def _use(item: Any) -> UseOfTestSet:
    if not is_test_use(item):
        raise ValueError("no look at the test set that the file of a run can hold")
    return UseOfTestSet(*item)


def _of(kind: type[Any], value: Any) -> Any:
    if type(value) is not kind:
        raise ValueError("a value of another kind")
    return value


def new_name(wanted: str, taken: Container[str], *, design: str, data: str) -> str:
    """Return a name that no other run has: the one wanted, or that with the next free number.

    Where none is wanted, a run is called by its design and data set, with a number: `LeNet-5 on mnist 1`.
    """
    if not wanted:
        return numbered_name(f"{(design or 'Untitled')[:_MAX_PART]} on {_short(data)}", taken)
    return wanted if wanted not in taken else numbered_name(wanted, taken, 2)


def _short(data: str) -> str:
    """Return what tells a data set from others, of its name: `shapes-size` of `shapes-size:images=100`."""
    is_made = data.startswith("shapes")
    return (data.partition(":")[0] if is_made else plain_name(data))[:_MAX_PART]


def numbered_name(stem: str, taken: Container[str], first: int = 1) -> str:
    """Return `stem` with the first number from `first` on that makes a name no other run has."""
    stem = stem[: MAX_NAME_LENGTH - 8]
    return next(name for number in itertools.count(first) if (name := f"{stem} {number}") not in taken)
