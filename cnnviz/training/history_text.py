"""The curves of a run as text that other programs read: CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING

from cnnviz.training.history import column_types

if TYPE_CHECKING:
    from cnnviz.training.history import EpochColumns, History, StepColumns


def history_csv(history: History) -> str:
    """Return one line for each step; the line of an epoch's last step has that epoch's columns too.

    Columns of epochs begin with `epoch_`. Cells of what was not measured are empty.
    """
    steps, epochs = history.steps, history.epochs
    step_names = list(column_types(type(steps)))
    epoch_names = [name for name in column_types(type(epochs)) if name not in ("step", "epoch")]
    ends = {int(step): index for index, step in enumerate(epochs.step)}
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*step_names, *(f"epoch_{name}" for name in epoch_names)])
    for row in range(len(steps)):
        cells = [_cell(getattr(steps, name)[row]) for name in step_names]
        end = ends.get(int(steps.step[row]))
        cells += ["" if end is None else _cell(getattr(epochs, name)[end]) for name in epoch_names]
        writer.writerow(cells)
    return text.getvalue()


def history_json(history: History) -> str:
    """Return an object of two objects, `steps` and `epochs`, of one list for each column.

    What was not measured, or is not finite, is null.
    """
    return json.dumps({"steps": _lists(history.steps), "epochs": _lists(history.epochs)}, allow_nan=False)


def _lists(columns: StepColumns | EpochColumns) -> dict[str, list[float | int | None]]:
    return {
        name: [value if math.isfinite(value) else None for value in getattr(columns, name).tolist()]
        for name in column_types(type(columns))
    }


def _cell(value: float) -> str:
    return "" if math.isnan(value) else repr(value.item() if hasattr(value, "item") else value)
