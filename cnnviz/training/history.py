"""The curves of a run as plain columns."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cnnviz.spec.training import VAL_ACCURACY, VAL_LOSS
from cnnviz.training.events import EpochDone, SettingsChanged, StepDone, Vitals

Counts = NDArray[np.int64]
Values = NDArray[np.float64]

MAY_BE_NAN = frozenset(
    {
        *("accuracy", "learning_rate", "gradient_norm"),
        *("train_accuracy", "val_accuracy", "val_mean_absolute_error", "val_r_squared"),
    }
)
"""Columns in which NaN says that something was not measured."""
MOST_VITALS = 2_000
"""As many of a run are kept, more or less."""
_FIRST_CAPACITY = 1024


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class StepColumns:
    """One entry per step, read-only; the columns are the fields of `StepDone`."""

    step: Counts
    epoch: Counts
    loss: Values
    accuracy: Values
    images: Counts
    seconds: Values
    learning_rate: Values
    gradient_norm: Values

    def __len__(self) -> int:
        """Return the number of steps."""
        return len(self.step)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class EpochColumns:
    """One entry per epoch, read-only; the columns are the fields of `EpochDone`."""

    epoch: Counts
    step: Counts
    train_loss: Values
    train_accuracy: Values
    val_loss: Values
    val_accuracy: Values
    seconds: Values
    images_per_second: Values
    val_mean_absolute_error: Values
    val_r_squared: Values

    def __len__(self) -> int:
        """Return the number of epochs."""
        return len(self.epoch)


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """After `step` the run had other settings; `text` says what differs."""

    step: int
    text: str


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class History:
    """What a run has reported so far. It never changes, so it can cross threads.

    `best_by` is what tells the best epoch: the highest `val_accuracy`, or the lowest `val_loss`. `vitals` are
    of some of the steps, in their order; in a long run they are thinned evenly to about `MOST_VITALS`.
    """

    steps: StepColumns
    epochs: EpochColumns
    changes: tuple[Change, ...] = ()
    best_by: str = VAL_ACCURACY
    vitals: tuple[Vitals, ...] = ()

    @property
    def best_epoch(self) -> int | None:
        """The index of the best epoch; None before one is done."""
        return best_epoch(self.epochs, self.best_by)

    def until(self, steps: int, epochs: int) -> History:
        """Return the first `steps` steps and `epochs` epochs."""
        return dataclasses.replace(
            self,
            steps=_first(self.steps, steps),
            epochs=_first(self.epochs, epochs),
            changes=tuple(change for change in self.changes if change.step <= steps),
            vitals=tuple(vitals for vitals in self.vitals if vitals.step <= steps),
        )


_Columns = TypeVar("_Columns", StepColumns, EpochColumns)


def _first(columns: _Columns, count: int) -> _Columns:
    names = column_types(type(columns))
    return type(columns)(**{name: getattr(columns, name)[:count] for name in names})


def _thinned(kept: tuple[Vitals, ...], newest: Vitals) -> tuple[Vitals, ...]:
    """Return `kept` with the newest: of each stretch of steps the first.

    How long the stretches are depends on the newest step only, and short ones are halves of long ones. So it
    does not matter whether the run was interrupted.
    """
    stretch = _stretch(newest.step)
    if kept and stretch > _stretch(kept[-1].step):
        first = {vitals.step // stretch: vitals for vitals in reversed(kept)}
        kept = tuple(reversed(first.values()))
    return kept if kept and kept[-1].step // stretch == newest.step // stretch else (*kept, newest)


def _stretch(step: int) -> int:
    """Return the power of two by which so many steps become at most `MOST_VITALS` stretches."""
    return 1 << max(0, (step // MOST_VITALS).bit_length())


class HistoryLog:
    """Collects events into columns. `frozen` costs next to nothing, however long the run is."""

    def __init__(
        self,
        history: History | None = None,
        best_by: str = VAL_ACCURACY,
        *,
        capacity: int = _FIRST_CAPACITY,
    ) -> None:
        """Begin empty, with room for `capacity` entries, or go on from an earlier history."""
        self._changes = history.changes if history else ()
        self._vitals = history.vitals if history else ()
        self._best_by = best_by
        self._steps = _Table(StepColumns, history.steps if history else None, capacity)
        self._epochs = _Table(EpochColumns, history.epochs if history else None, capacity)

    def append(self, event: StepDone | Vitals | EpochDone | SettingsChanged) -> None:
        """Add a step, what was measured in it, an epoch or a change."""
        if isinstance(event, SettingsChanged):
            self._changes = (*self._changes, Change(event.step, event.text))
            return
        if isinstance(event, Vitals):
            self._vitals = _thinned(self._vitals, event)
            return
        table = self._steps if isinstance(event, StepDone) else self._epochs
        table.append(event)

    def frozen(self) -> History:
        """Return the columns as they are now; what is appended later does not show in them."""
        steps, epochs = self._steps.columns(StepColumns), self._epochs.columns(EpochColumns)
        return History(steps, epochs, self._changes, self._best_by, self._vitals)


def column_types(cls: type[StepColumns | EpochColumns]) -> dict[str, type[np.int64 | np.float64]]:
    """Return the element type of every column of a table, in order."""
    return {
        field.name: np.int64 if field.type == "Counts" else np.float64 for field in dataclasses.fields(cls)
    }


def empty_history() -> History:
    """Return the history of a run that has done nothing yet; it takes next to no memory."""
    return HistoryLog(capacity=0).frozen()


def best_epoch(epochs: EpochColumns, best_by: str = VAL_ACCURACY) -> int | None:
    """Return the index of the epoch with the highest validation accuracy; of equal ones, the lowest loss.

    Where there is no accuracy, or `best_by` is `val_loss`, the lowest loss alone decides.
    """
    if not len(epochs):
        return None
    if best_by == VAL_LOSS:
        return int(np.argmin(epochs.val_loss))
    accuracy = np.where(np.isnan(epochs.val_accuracy), 0.0, epochs.val_accuracy)
    highest = np.flatnonzero(accuracy == accuracy.max())
    return int(highest[np.argmin(epochs.val_loss[highest])])


class _Table:
    """Columns that double when full. Written entries are never written again, so views of them stay true."""

    def __init__(self, cls: type[StepColumns | EpochColumns], start: Any, capacity: int) -> None:
        self._count = len(start) if start is not None else 0
        capacity = max(capacity, 2 * self._count)
        self._arrays = {name: np.zeros(capacity, kind) for name, kind in column_types(cls).items()}
        if start is not None:
            for name, array in self._arrays.items():
                array[: self._count] = getattr(start, name)

    def append(self, event: StepDone | EpochDone) -> None:
        if self._count == len(self._arrays["step"]):
            more = max(self._count, _FIRST_CAPACITY)
            self._arrays = {
                name: np.concatenate([array, np.zeros(more, array.dtype)])
                for name, array in self._arrays.items()
            }
        for name, array in self._arrays.items():
            array[self._count] = getattr(event, name)
        self._count += 1

    def columns(self, cls: type[_Columns]) -> _Columns:
        count = self._count  # once, and first: another thread may be appending
        views: dict[str, Any] = {}
        for name, array in self._arrays.items():
            views[name] = array[:count]
            views[name].flags.writeable = False
        return cls(**views)
