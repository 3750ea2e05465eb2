"""The texts in a run file: everything about a run but its arrays."""

from __future__ import annotations

import dataclasses
import datetime
import json
import math
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

import cnnviz
from cnnviz.data.treatment import Treatment
from cnnviz.engine.schedules import PlateauState
from cnnviz.errors import FileError
from cnnviz.spec import io
from cnnviz.training.answer_names import check_answer_names
from cnnviz.training.history import MAY_BE_NAN, Change, EpochColumns, column_types
from cnnviz.training.quantity_record import is_quantity, quantities_of, quantity_to_dict
from cnnviz.training.random_state import RandomState
from cnnviz.training.result import DataFacts, RunFailure, RunResult, RunState, UseOfTestSet
from cnnviz.training.safetensors_reader import MAX_HEADER_BYTES
from cnnviz.training.treatment_record import treatment_from_dict, treatment_to_dict
from cnnviz.training.vital_columns import vital_layers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec

FORMAT = "cnnviz-run"
VERSION = "4"
_READABLE_VERSIONS = ("1", "2", "3", VERSION)
BEFORE_VITALS = ("1", "2", "3")
"""Versions of files that have no vitals."""
_BEFORE_CHANGES = ("1", "2")
MAX_CHANGES = 100_000
_SINCE_VERSION_2 = ("val_mean_absolute_error", "val_r_squared")
"""Columns of the epochs that files of version 1 have not."""
MAX_TEXT = 1_000
MAX_SOURCE = 1 << 20
"""Characters. Behind the path of a folder stand the names of all columns learned, spelt as in addresses."""
_MAX_COUNT = 2**53
_MAX_NUMBER = 1e300


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class RunMetadata:
    """What the metadata of a run file say. `state` has no optimizer arrays yet."""

    spec: NetworkSpec
    training: TrainingSpec
    data: DataFacts
    epochs: EpochColumns
    changes: tuple[Change, ...]
    state: RunState
    best_epoch: int | None
    threads: int
    program_version: str
    saved_at: str
    version: str
    vital_layers: tuple[str, ...] = ()
    test_uses: tuple[UseOfTestSet, ...] = ()
    failure: RunFailure | None = None


def to_metadata(run: RunResult) -> dict[str, str]:
    """Return the metadata of a run: JSON texts by name."""
    epochs = {name: _listed(getattr(run.history.epochs, name)) for name in column_types(EpochColumns)}
    values = {
        "training": io.training_to_dict(run.training),
        "data": _data_to_dict(run.data),
        "history": epochs,
        "changes": [[change.step, change.text] for change in run.history.changes],
        "vital_layers": vital_layers(run.history.vitals),
        "state": _state_to_dict(run.state),
        "best_epoch": run.best_epoch,
        "threads": run.threads,
        "test_uses": [dataclasses.astuple(use) for use in run.test_uses],
        "failure": None if run.failure is None else _failure_to_dict(run.failure),
    }
    return {
        "format": FORMAT,
        "version": VERSION,
        "program_version": cnnviz.__version__,
        "saved_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "design": io.to_json(run.spec),
        **{name: json.dumps(value, separators=(",", ":")) for name, value in values.items()},
    }


def from_metadata(metadata: Mapping[str, str], origin: str) -> RunMetadata:
    """Read the metadata of a run file, or raise `FileError` naming the place."""
    if metadata.get("format") != FORMAT:
        raise FileError(f'{origin} is not a cnnviz run: "format" must be "{FORMAT}".')
    version = str(metadata.get("version"))
    if version not in _READABLE_VERSIONS:
        raise FileError(
            f"{origin}: this program reads run files of versions {' and '.join(_READABLE_VERSIONS)}; "
            f"received {version[:80]}."
        )
    top = _Reader(dict(metadata), origin, "the metadata")
    parsed = {
        name: io.parse_json(top.text(name, limit=MAX_HEADER_BYTES), f"{origin}, in {name}")
        for name in ("training", "data", "history", "state", "best_epoch", "threads")
    }
    changes = _later(top, "changes", origin) if version not in _BEFORE_CHANGES else []
    measured = _later(top, "vital_layers", origin) if version not in BEFORE_VITALS else []
    numbers = _Reader(parsed, origin, "the metadata")
    epochs = _epochs(_Reader(parsed["history"], origin, "history"), version)
    state = _state(_Reader(parsed["state"], origin, "state"))
    spec = io.from_json(top.text("design", limit=io.MAX_FILE_BYTES), f"{origin}, in its design")
    training = io.training_from_dict(parsed["training"], f"{origin}, in its training settings")
    data = _data(_Reader(parsed["data"], origin, "data"))
    check_answer_names(spec, training.loss, data, origin)
    return RunMetadata(
        spec=spec,
        training=training,
        data=data,
        epochs=epochs,
        changes=_changes(_Reader({"changes": changes}, origin, "changes")),
        state=state,
        best_epoch=None if parsed["best_epoch"] is None else numbers.count("best_epoch", 1, state.epoch),
        threads=numbers.count("threads", 1, 4096),
        program_version=top.text("program_version"),
        saved_at=top.text("saved_at"),
        version=version,
        vital_layers=_vital_layers(_Reader({"vital_layers": measured}, origin, "the metadata")),
        test_uses=_test_uses(metadata.get("test_uses", "[]"), origin),
        failure=_failure(metadata.get("failure", "null"), origin),
    )


def _state_to_dict(state: RunState) -> dict[str, Any]:
    names = ("step", "epoch", "images_in_epoch", "loss_sum", "correct", "images", "seconds")
    values = {name: getattr(state, name) for name in names}
    records = {name: dataclasses.asdict(getattr(state, name)) for name in ("order", "dropout", "plateau")}
    return {**values, **records}


def _state(reader: _Reader) -> RunState:
    images_in_epoch = reader.count("images_in_epoch")
    return RunState(
        step=reader.count("step"),
        epoch=reader.count("epoch"),
        images_in_epoch=images_in_epoch,
        loss_sum=reader.number("loss_sum"),
        correct=reader.count("correct", 0, images_in_epoch),
        order=reader.random_state("order"),
        dropout=reader.random_state("dropout"),
        optimizer={},
        images=reader.count("images"),
        seconds=reader.number("seconds"),
        plateau=_plateau(reader.inner("plateau")) if reader.has("plateau") else PlateauState(),
    )


def _plateau(reader: _Reader) -> PlateauState:
    best = reader.number("best") if reader.has("best") else None
    share = reader.number("share")
    if not 0 <= share <= 1:
        reader.fail("share", "must be from 0 to 1")
    return PlateauState(best, reader.count("waited"), share)


def _data(reader: _Reader) -> DataFacts:
    shape = reader.items("image_shape")
    if len(shape) != 3 or not all(type(side) is int and 1 <= side <= 65_536 for side in shape):
        reader.fail("image_shape", "must be height, width and channels")
    names = reader.items("class_names")
    if not names or not all(isinstance(name, str) and len(name) <= MAX_TEXT for name in names):
        reader.fail("class_names", "must be a list of texts")
    treatment = reader.treatment("treatment") if reader.has("treatment") else Treatment()
    items = reader.items("quantities") if reader.has("quantities") else []
    if not all(map(is_quantity, items)):
        reader.fail("quantities", "must be a list of names with units")
    try:
        quantities = quantities_of(items, treatment)
    except ValueError as error:
        reader.fail("quantities", str(error))
    return DataFacts(
        name=reader.text("name"),
        content_hash=reader.text("content_hash"),
        image_shape=(shape[0], shape[1], shape[2]),
        max_value=reader.count("max_value", 1, 255),
        class_names=tuple(names),
        source=reader.text("source", limit=MAX_SOURCE),
        quantities=quantities,
        treatment=treatment,
    )


def _data_to_dict(data: DataFacts) -> dict[str, Any]:
    """Return the facts; the treatment only where images were treated, as files had none before."""
    plain = dataclasses.asdict(dataclasses.replace(data, treatment=Treatment()))
    del plain["treatment"]
    plain["quantities"] = [quantity_to_dict(what) for what in data.quantities]
    if not data.treatment.preparing.is_on:
        return plain
    return {**plain, "treatment": treatment_to_dict(data.treatment)}


def _changes(reader: _Reader) -> tuple[Change, ...]:
    """Return what was changed on the way; versions before 3 recorded nothing of it."""
    items = reader.items("changes")
    if len(items) > MAX_CHANGES or not all(_is_change(item) for item in items):
        reader.fail("changes", "must be a list of pairs of a step and a text")
    return tuple(Change(step, text) for step, text in items)


def _later(reader: _Reader, name: str, origin: str) -> Any:
    """Read what not every version has."""
    return io.parse_json(reader.text(name, limit=MAX_HEADER_BYTES), f"{origin}, in {name}")


def _vital_layers(reader: _Reader) -> tuple[str, ...]:
    """Return the layers that the columns of vitals are of; versions before 4 measured none."""
    items = reader.items("vital_layers")
    if not all(isinstance(item, str) for item in items) or len(set(items)) < len(items):
        reader.fail("vital_layers", "must be a list of different layers")
    return tuple(items)


def _is_change(item: Any) -> bool:
    return (
        isinstance(item, list)
        and len(item) == 2
        and type(item[0]) is int
        and 0 <= item[0] < _MAX_COUNT
        and isinstance(item[1], str)
        and len(item[1]) <= MAX_TEXT
    )


def _failure_to_dict(failure: RunFailure) -> dict[str, Any]:
    return dataclasses.asdict(failure) | {"reason": failure.reason[:MAX_TEXT]}


def _failure(text: str, origin: str) -> RunFailure | None:
    """Return why the run has failed; files from before it was kept say nothing of it."""
    value = io.parse_json(text, f"{origin}, in failure")
    if value is None:
        return None
    reader = _Reader(value, origin, "failure")
    return RunFailure(
        reason=reader.text("reason"),
        step=reader.count("step"),
        layer=reader.text("layer") if reader.has("layer") else None,
        diverged=reader.flag("diverged"),
    )


def _test_uses(text: str, origin: str) -> tuple[UseOfTestSet, ...]:
    """Return the looks at the test set; files from before they were recorded have none."""
    items = io.parse_json(text, f"{origin}, in test_uses")
    reader = _Reader({"test_uses": items}, origin, "the metadata")
    if not all(is_test_use(item) for item in reader.items("test_uses")):
        reader.fail("test_uses", "must be a list of a time, a step and an epoch each")
    return tuple(UseOfTestSet(*item) for item in items)


def is_test_use(item: Any) -> bool:
    """Return whether a value read from a file is a look at the test set: a time, a step and an epoch."""
    return (
        isinstance(item, list)
        and len(item) == 3
        and isinstance(item[0], str)
        and len(item[0]) <= MAX_TEXT
        and all(type(count) is int and 0 <= count < _MAX_COUNT for count in item[1:])
    )


def _listed(column: NDArray[Any]) -> list[float | None]:
    """Return a column for JSON, which has no NaN: null stands for what was not measured."""
    return [None if number != number else number for number in column.tolist()]


def _epochs(reader: _Reader, version: str) -> EpochColumns:
    kinds = column_types(EpochColumns)
    columns: dict[str, Any] = {}
    for name, kind in kinds.items():
        if version == "1" and name in _SINCE_VERSION_2:
            columns[name] = np.full(len(columns["epoch"]), np.nan)
        else:
            columns[name] = np.array(_numbers(reader, name, whole=kind is np.int64), kind)
        columns[name].flags.writeable = False
    if len({len(column) for column in columns.values()}) != 1:
        reader.fail("epoch", "must be as long as every other column")
    return EpochColumns(**columns)


def _numbers(reader: _Reader, name: str, *, whole: bool) -> list[float]:
    allowed, limit = ((int,), _MAX_COUNT) if whole else ((int, float), _MAX_NUMBER)
    items = reader.items(name)
    if name in MAY_BE_NAN:
        items = [0 if item is None else item for item in items]
    if not all(type(item) in allowed and abs(item) < limit for item in items):
        reader.fail(name, "must be a list of numbers")
    return [math.nan if item is None else item for item in reader.items(name)]


class _Reader:
    """Reads values of one JSON object by name and says where something is wrong."""

    def __init__(self, value: Any, origin: str, place: str) -> None:
        self._origin = origin
        self._place = place
        if not isinstance(value, dict):
            raise FileError(f"{origin}, in {place}: must be an object with named values.")
        self._value = value

    def fail(self, name: str, reason: str) -> NoReturn:
        raise FileError(f'{self._origin}, in {self._place}: "{name}" {reason}.')

    def has(self, name: str) -> bool:
        """Whether there is a value that is not null."""
        return self._value.get(name) is not None

    def inner(self, name: str) -> _Reader:
        return _Reader(self._value.get(name), self._origin, f"{self._place}.{name}")

    def text(self, name: str, limit: int = MAX_TEXT) -> str:
        value = self._value.get(name)
        if isinstance(value, str) and len(value) <= limit:
            return value
        self.fail(name, f"must be text of at most {limit:,} characters")

    def count(self, name: str, low: int = 0, high: int = _MAX_COUNT) -> int:
        value = self._value.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.fail(name, f"must be a whole number from {low:,} to {high:,}")

    def flag(self, name: str) -> bool:
        value = self._value.get(name)
        if isinstance(value, bool):
            return value
        self.fail(name, "must be true or false")

    def number(self, name: str) -> float:
        value = self._value.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _MAX_NUMBER:
            return float(value)
        self.fail(name, "must be a number")

    def items(self, name: str) -> list[Any]:
        value = self._value.get(name)
        if isinstance(value, list):
            return value
        self.fail(name, "must be a list")

    def treatment(self, name: str) -> Treatment:
        return treatment_from_dict(self._value.get(name), f"{self._origin}, in {self._place}.{name}")

    def random_state(self, name: str) -> RandomState:
        value = self._value.get(name)
        names = {field.name for field in dataclasses.fields(RandomState)}
        if not isinstance(value, dict) or set(value) != names:
            self.fail(name, f"must have {', '.join(sorted(names))}")
        try:
            return RandomState(**value)
        except ValueError as error:
            self.fail(name, str(error))
