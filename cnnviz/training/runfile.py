"""Run files `*.cnnviz`: a whole run in one safetensors file, readable by any safetensors reader.

Tensors `model/<layer id>/<parameter>` (the last weights), `best/…` (those of the best epoch), `optimizer/…`
`history/<column>` (one entry per step) and `vitals/<column>` (one row for each step that was measured, one
column for each of the `vital_layers`); everything else stands in the metadata as JSON texts.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from cnnviz.engine.network import network_array_shapes, network_parameter_shapes
from cnnviz.engine.optimizers import make_optimizer
from cnnviz.errors import FileError
from cnnviz.files import read_limited, write_atomic
from cnnviz.spec.validate import check, in_words
from cnnviz.training.history import MAY_BE_NAN, History, StepColumns, column_types
from cnnviz.training.result import RunResult
from cnnviz.training.run_metadata import BEFORE_VITALS, RunMetadata, from_metadata, to_metadata
from cnnviz.training.safetensors_reader import read_metadata, read_tensors
from cnnviz.training.vital_columns import MEASURES, SHARES, vital_columns, vital_steps, vitals_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.events import Vitals

SUFFIX = ".cnnviz"
MAX_FILE_BYTES = 2**36
"""Above any run that a machine can train, so that whatever was saved can be opened."""

_SINCE_VERSION_2 = ("learning_rate", "gradient_norm")
"""Columns of the steps that files of version 1 have not."""

_Arrays = dict[str, NDArray[Any]]


@dataclasses.dataclass(frozen=True, slots=True)
class _Expected:
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    may_be_nan: bool = False


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class SavedRun:
    """A run read from a file. `saved_at` is the time of saving as ISO 8601 text (UTC)."""

    result: RunResult
    program_version: str
    saved_at: str


def save_run(path: Path, run: RunResult) -> None:
    """Write a run, whole or not at all; raises `FileError` where it cannot, and keeps the old file."""
    write_atomic(path, to_bytes(run))


def to_bytes(run: RunResult) -> bytes:
    """Return the content of a run file."""
    tensors: _Arrays = {f"model/{name}": array for name, array in run.parameters.items()}
    if run.best_parameters is not None:
        tensors |= {f"best/{name}": array for name, array in run.best_parameters.items()}
    tensors |= {f"optimizer/{name}": array for name, array in run.state.optimizer.items()}
    tensors |= {f"history/{name}": getattr(run.history.steps, name) for name in column_types(StepColumns)}
    tensors["vitals/step"] = vital_steps(run.history.vitals)
    tensors |= {f"vitals/{name}": column for name, column in vital_columns(run.history.vitals).items()}
    dense = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    return safetensors.numpy.save(dense, to_metadata(run))


def load_run(path: Path) -> SavedRun:
    """Read a run file and check all of it.

    Raises
    ------
    FileError
        The file is missing, too large, damaged or foreign, or its arrays do not fit its own design. The
        message is one sentence that names the file and the place.
    """
    file = read_tensors(read_limited(path, MAX_FILE_BYTES), str(path))
    metadata = from_metadata(file.metadata, str(path))
    groups = _grouped(file.tensors, str(path))
    expected = _expected_parameters(metadata.spec, str(path))
    model = _checked(groups["model"], expected, f"{path}, in model")
    best = None
    if metadata.best_epoch is not None:
        best = _checked(groups["best"], expected, f"{path}, in best")
    elif groups["best"]:
        raise FileError(f"{path} holds weights of a best epoch, but names none.")
    _check_optimizer(groups["optimizer"], metadata, model, str(path))
    steps = _steps(groups["history"], metadata.version, str(path))
    vitals = _vitals(groups["vitals"], metadata, steps, str(path))
    history = History(steps, metadata.epochs, metadata.changes, metadata.training.best_by, vitals)
    if len(history.steps) < metadata.state.step or len(history.epochs) < metadata.state.epoch:
        raise FileError(f"{path} is damaged: its curves are shorter than the run.")
    result = RunResult(
        spec=metadata.spec,
        training=metadata.training,
        data=metadata.data,
        history=history,
        parameters=model,
        best_parameters=best,
        best_epoch=metadata.best_epoch,
        state=dataclasses.replace(metadata.state, optimizer=groups["optimizer"]),
        threads=metadata.threads,
        test_uses=metadata.test_uses,
        failure=metadata.failure,
    )
    return SavedRun(result, metadata.program_version, metadata.saved_at)


def load_facts(path: Path) -> RunMetadata:
    """Read what a run file says about its run, without weights and the curves of the steps.

    Raises
    ------
    FileError
        The file is missing, or what is read of it is damaged or foreign.
    """
    return from_metadata(read_metadata(path), str(path))


def _grouped(tensors: _Arrays, origin: str) -> dict[str, _Arrays]:
    groups: dict[str, _Arrays] = {"model": {}, "best": {}, "optimizer": {}, "history": {}, "vitals": {}}
    for name, array in tensors.items():
        group, _, rest = name.partition("/")
        if group not in groups or not rest:
            raise FileError(f'{origin} holds "{name[:80]}", which no run file has.')
        groups[group][rest] = array
    return groups


def _expected_parameters(spec: NetworkSpec, origin: str) -> dict[str, _Expected]:
    problems = check(spec)
    if problems:
        raise FileError(f"{origin} holds a design that cannot be computed: {in_words(problems[:1])}")
    kind = np.dtype(np.float32)
    return {name: _Expected(shape, kind) for name, shape in network_array_shapes(spec).items()}


def _checked(arrays: _Arrays, expected: Mapping[str, _Expected], place: str) -> _Arrays:
    """Return `arrays` in the order of `expected`, after comparing names, shapes, types and finiteness."""
    for name in (*expected, *arrays):
        if name not in arrays or name not in expected:
            what = "is missing" if name not in arrays else "does not belong here"
            raise FileError(f'{place}: "{name[:80]}" {what}.')
        array, wanted = arrays[name], expected[name]
        if array.shape != wanted.shape or array.dtype != wanted.dtype:
            raise FileError(
                f'{place}: "{name}" must be {wanted.dtype} {wanted.shape}; '
                f"received {array.dtype} {array.shape}."
            )
        if not (np.isfinite(array) | (np.isnan(array) & wanted.may_be_nan)).all():
            raise FileError(f'{place}: "{name}" holds numbers that are infinite or not a number.')
    return {name: arrays[name] for name in expected}


def _steps(arrays: _Arrays, version: str, origin: str) -> StepColumns:
    count = arrays["step"].size if "step" in arrays else 0
    expected = {
        name: _Expected((count,), np.dtype(kind), may_be_nan=name in MAY_BE_NAN)
        for name, kind in column_types(StepColumns).items()
    }
    if version == "1":
        arrays = arrays | {name: np.full(count, np.nan) for name in _SINCE_VERSION_2 if name not in arrays}
    return StepColumns(**_checked(arrays, expected, f"{origin}, in history"))


def _vitals(arrays: _Arrays, metadata: RunMetadata, steps: StepColumns, origin: str) -> tuple[Vitals, ...]:
    """Return what was measured in some of the steps; versions before 4 have nothing of it."""
    place = f"{origin}, in vitals"
    if metadata.version in BEFORE_VITALS:
        _checked(arrays, {}, place)
        return ()
    count = arrays["step"].size if "step" in arrays else 0
    shape = (count, len(metadata.vital_layers))
    expected = {name: _Expected(shape, np.dtype(np.float64), may_be_nan=True) for name in MEASURES}
    columns = _checked(arrays, {"step": _Expected((count,), np.dtype(np.int64)), **expected}, place)
    known = {layer.id for layer in metadata.spec.walk()}
    for layer_id in metadata.vital_layers:
        if layer_id not in known:
            raise FileError(f'{place}: the design has no layer "{layer_id[:80]}".')
    if not np.isin(columns["step"], steps.step).all() or (np.diff(columns["step"]) <= 0).any():
        raise FileError(f"{place}: the steps must be steps of the run, in their order.")
    for name in MEASURES:
        if (columns[name] < 0).any() or (name in SHARES and (columns[name] > 1).any()):
            raise FileError(f'{place}: "{name}" holds numbers that it cannot have.')
    return vitals_of(metadata.vital_layers, columns["step"], columns)


def _check_optimizer(arrays: _Arrays, metadata: RunMetadata, model: _Arrays, origin: str) -> None:
    """Let the run's optimizer judge its own arrays."""
    try:
        learned = {name: model[name] for name in network_parameter_shapes(metadata.spec)}
        optimizer = make_optimizer(metadata.training.optimizer, learned)
        optimizer.load_state(arrays)
    except FileError as error:
        raise FileError(f"{origin}, in optimizer: {error}") from error
    if not 0 <= optimizer.steps <= metadata.state.step:
        raise FileError(
            f"{origin}, in optimizer: the steps must be from 0 to {metadata.state.step}; "
            f"received {optimizer.steps}."
        )
