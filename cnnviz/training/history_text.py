"""The curves of a run as text that other programs read: CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.training.history import column_types
from cnnviz.training.vital_columns import MEASURES, vital_columns, vital_layers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.training.history import Counts, EpochColumns, History, StepColumns, Values


def history_csv(history: History) -> str:
    """Return one line for each step; the line of an epoch's last step has that epoch's columns too.

    Columns of epochs begin with `epoch_`; those of layers, such as `conv1/update_ratio`, have a cell in the
    lines of steps in which they were measured. `changed` says in the line of the first step with other
    settings what differs. Cells of what was not measured are empty.
    """
    steps, epochs, layers = history.steps, history.epochs, _of_layers(history)
    changes = _changes_by_step(history)
    step_names = list(column_types(type(steps)))
    epoch_names = [name for name in column_types(type(epochs)) if name not in ("step", "epoch")]
    ends = {int(step): index for index, step in enumerate(epochs.step)}
    looks = {vitals.step: index for index, vitals in enumerate(history.vitals)}
    text = io.StringIO()
    writer = csv.writer(text)
    measures = [f"{layer}/{name}" for layer, name in layers]
    writer.writerow([*step_names, "changed", *(f"epoch_{name}" for name in epoch_names), *measures])
    for row in range(len(steps)):
        cells = [_cell(getattr(steps, name)[row]) for name in step_names]
        cells.append(changes.get(int(steps.step[row]), ""))
        end, look = ends.get(int(steps.step[row])), looks.get(int(steps.step[row]))
        cells += ["" if end is None else _cell(getattr(epochs, name)[end]) for name in epoch_names]
        cells += ["" if look is None else _cell(values[look]) for values in layers.values()]
        writer.writerow(cells)
    return text.getvalue()


def history_json(history: History) -> str:
    """Return an object of two objects, `steps` and `epochs`, of one list for each column, and two more.

    `changes` has the lists `step`, the first with other settings, and `text`, what differs. `vitals` has the
    list `step` and for each layer, by its id in `layers`, one list for each measure. What was not measured,
    or is not finite, is null.
    """
    layers: dict[str, dict[str, list[float | int | None]]] = {}
    for (layer, name), values in _of_layers(history).items():
        layers.setdefault(layer, {})[name] = _list(values)
    vitals = {"step": [one.step for one in history.vitals], "layers": layers}
    changes = {
        "step": [one.step + 1 for one in history.changes],
        "text": [one.text for one in history.changes],
    }
    tables = {"steps": _lists(history.steps), "epochs": _lists(history.epochs)}
    return json.dumps({**tables, "changes": changes, "vitals": vitals}, allow_nan=False)


def history_arrays(history: History) -> dict[str, NDArray[Any]]:
    """Return the columns of steps and epochs by names such as `steps/loss`."""
    return {
        f"{name}/{column}": getattr(columns, column)
        for name, columns in (("steps", history.steps), ("epochs", history.epochs))
        for column in column_types(type(columns))
    }


def _changes_by_step(history: History) -> dict[int, str]:
    """Return what was changed by the first step that was learned with it."""
    texts: dict[int, list[str]] = {}
    for change in history.changes:
        texts.setdefault(change.step + 1, []).append(change.text)
    return {step: "; ".join(found) for step, found in texts.items()}


def _of_layers(history: History) -> dict[tuple[str, str], Values]:
    """Return every measure of every layer that was taken at all, by the layer's id and the measure's name."""
    columns = vital_columns(history.vitals)
    return {
        (layer, name): columns[name][:, place]
        for place, layer in enumerate(vital_layers(history.vitals))
        for name in MEASURES
        if not np.isnan(columns[name][:, place]).all()
    }


def _lists(columns: StepColumns | EpochColumns) -> dict[str, list[float | int | None]]:
    return {name: _list(getattr(columns, name)) for name in column_types(type(columns))}


def _list(column: Values | Counts) -> list[float | int | None]:
    return [value if math.isfinite(value) else None for value in column.tolist()]


def _cell(value: float) -> str:
    return "" if math.isnan(value) else repr(value.item() if hasattr(value, "item") else value)
