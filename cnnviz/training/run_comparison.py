"""Two runs beside each other: what differs in how they were set up, and in what they have come to.

Only what stands in the metadata of a run file is needed, so that no weights have to be read.
"""

from __future__ import annotations

import csv
import dataclasses
import enum
import io
import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.spec.design_diff import DesignDiff, diff_designs
from cnnviz.spec.differences import Difference, differences, lowered
from cnnviz.spec.preparing import preparing_in_words
from cnnviz.spec.trace import trace
from cnnviz.spec.words import counted
from cnnviz.training.history import best_epoch

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.run_metadata import RunMetadata

    Values = NDArray[np.float64]

_HASH_LENGTH = 8
_PARTS = ("optimizer", "loss", "schedule")
_PART_LABELS = {"optimizer": "Optimizer", "loss": "Loss", "schedule": "Schedule"}
BEST_ACCURACY, BEST_LOSS, BEST_ERROR = "Best accuracy", "Best loss", "Best mean absolute error"
_THE_BEST = 'of the best epoch; the setting "Best epoch by" of a run says which one that is'
BEST_MEANINGS = {
    BEST_ACCURACY: f"Validation accuracy {_THE_BEST}",
    BEST_LOSS: f"Validation loss {_THE_BEST}",
    BEST_ERROR: f"Mean absolute error of the validation images {_THE_BEST}",
}
"""What the key figures of a run are, wherever they stand: all are of one epoch."""


class Axis(enum.Enum):
    """By what two runs are laid beside each other."""

    EPOCH = "epoch"
    STEP = "step"
    SECONDS = "second"


class Measure(enum.Enum):
    """What is known of each epoch: of the validation images at its end, of the training images as it went."""

    LOSS = "validation loss"
    ACCURACY = "validation accuracy"
    ERROR = "validation mean absolute error"
    TRAIN_LOSS = "training loss"
    TRAIN_ACCURACY = "training accuracy"


_COLUMNS = {
    Measure.LOSS: "val_loss",
    Measure.ACCURACY: "val_accuracy",
    Measure.ERROR: "val_mean_absolute_error",
    Measure.TRAIN_LOSS: "train_loss",
    Measure.TRAIN_ACCURACY: "train_accuracy",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """One number of both runs. `kind` says how it is written: share, number, count or time.

    `meaning` says more where the label does not say all.
    """

    label: str
    kind: str
    left: float | None
    right: float | None
    meaning: str = ""

    @property
    def change(self) -> float | None:
        """The right one minus the left one; None where one is missing."""
        return None if self.left is None or self.right is None else self.right - self.left


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Points of a curve: x grows, and both are float64 arrays of one length."""

    x: Values
    y: Values

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.x)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """All that differs between two runs. `notes` say what cannot be compared, and why."""

    design: DesignDiff
    settings: tuple[Difference, ...]
    surroundings: tuple[Difference, ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...]
    measures: tuple[Measure, ...]

    @property
    def is_set_up_alike(self) -> bool:
        """Whether nothing differs but, at most, the machine and the length."""
        return self.design.is_same and not self.settings


def compare_runs(left: RunMetadata, right: RunMetadata) -> Comparison:
    """Compare what is known of two runs."""
    measures = tuple(measure for measure in Measure if len(line(left, measure)) and len(line(right, measure)))
    return Comparison(
        design=diff_designs(left.spec, right.spec),
        settings=(*setting_differences(left.training, right.training), *_changed_on_the_way(left, right)),
        surroundings=_surroundings(left, right),
        figures=_figures(left, right),
        notes=_notes(left, right, measures),
        measures=measures,
    )


def setting_differences(left: TrainingSpec, right: TrainingSpec) -> tuple[Difference, ...]:
    """Return what differs between two settings, in the words of the form.

    Where the kind of optimizer, loss or schedule differs, the numbers that both have are compared as well.
    """
    found: list[Difference] = []
    for name in _PARTS:
        mine, other = getattr(left, name), getattr(right, name)
        if type(mine) is not type(other):
            found.append(Difference(_PART_LABELS[name], mine.title, other.title))
        found.extend(differences(mine, other))
    found.extend(
        dataclasses.replace(one, label=f"Augmenting: {lowered(one.label)}")
        for one in differences(left.augmenting, right.augmenting)
    )
    found.extend(differences(left, right))
    if left.frozen != right.frozen:
        frozen = (", ".join(one.frozen) or "none" for one in (left, right))
        found.append(Difference("Frozen layers", *frozen))
    return tuple(found)


def line(run: RunMetadata, measure: Measure, axis: Axis = Axis.EPOCH) -> Line:
    """Return how a measure went, as far as it was measured."""
    epochs = run.epochs
    values = getattr(epochs, _COLUMNS[measure])
    along = {Axis.EPOCH: epochs.epoch, Axis.STEP: epochs.step, Axis.SECONDS: epochs.seconds}
    known = np.isfinite(values)
    return Line(along[axis][known].astype(np.float64), values[known])


def difference_line(left: Line, right: Line) -> Line:
    """Return the right line minus the left one, at every x of either where both have begun and none is over.

    Between two points each goes straight.
    """
    if not len(left) or not len(right):
        return Line(np.empty(0), np.empty(0))
    low, high = max(left.x[0], right.x[0]), min(left.x[-1], right.x[-1])
    x = np.union1d(left.x, right.x)
    x = x[(x >= low) & (x <= high)]
    return Line(x, np.interp(x, right.x, right.y) - np.interp(x, left.x, left.y))


def comparison_csv(left: RunMetadata, right: RunMetadata, axis: Axis, names: tuple[str, str]) -> str:
    """Return every measure of both runs and the difference, right minus left, as a table with headings.

    There is a line for every x of either run. Between two points each goes straight; cells where a run has
    not begun or is over are empty. `names` are those of the runs.
    """
    measures = compare_runs(left, right).measures
    pairs = [(line(left, measure, axis), line(right, measure, axis)) for measure in measures]
    columns = [f"{measure.value}, {part}" for measure in measures for part in (*names, "difference")]
    x = np.unique(np.concatenate([np.empty(0), *(one.x for pair in pairs for one in pair)]))
    cells = [_at(one, x) for pair in pairs for one in (*pair, difference_line(*pair))]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([axis.value, *columns])
    for row, place in enumerate(x.tolist()):
        values = (float(column[row]) for column in cells)
        writer.writerow([f"{place:.10g}", *("" if math.isnan(value) else repr(value) for value in values)])
    return text.getvalue()


def _at(one: Line, x: Values) -> Values:
    """Return the values of a line at `x`, NaN outside of it."""
    if not len(one):
        return np.full(len(x), math.nan)
    return np.interp(x, one.x, one.y, left=math.nan, right=math.nan)


def _changed_on_the_way(left: RunMetadata, right: RunMetadata) -> tuple[Difference, ...]:
    """Return what was changed while the runs were under way, as the settings are those of their ends."""
    words = [
        "; ".join(f"from step {change.step + 1:,}: {change.text}" for change in run.changes)
        for run in (left, right)
    ]
    if words[0] == words[1]:
        return ()
    return (Difference("Changed on the way", *(text or "nothing" for text in words)),)


def _surroundings(left: RunMetadata, right: RunMetadata) -> tuple[Difference, ...]:
    """Return what differs in data, threads and program."""
    pairs = (
        ("Data set", left.data.plain_name, right.data.plain_name),
        ("Preparation", _preparation(left), _preparation(right)),
        ("Images", left.data.content_hash[:_HASH_LENGTH], right.data.content_hash[:_HASH_LENGTH]),
        ("Threads used", str(left.threads), str(right.threads)),
        ("Program", left.program_version, right.program_version),
    )
    return tuple(Difference(*pair) for pair in pairs if pair[1] != pair[2])


def _preparation(run: RunMetadata) -> str:
    return preparing_in_words(run.data.treatment.preparing) or "none"


def _figures(left: RunMetadata, right: RunMetadata) -> tuple[Figure, ...]:
    def figure(label: str, kind: str, value: Callable[[RunMetadata], float | None]) -> Figure:
        return Figure(label, kind, value(left), value(right), BEST_MEANINGS.get(label, ""))

    figures = [
        figure(BEST_ACCURACY, "share", lambda run: value_of_best(run, "val_accuracy")),
        figure(BEST_LOSS, "number", lambda run: value_of_best(run, "val_loss")),
        figure(BEST_ERROR, "number", lambda run: value_of_best(run, "val_mean_absolute_error")),
        figure("Best epoch", "count", _best_epoch),
        figure("Last training loss", "number", lambda run: _last(run, "train_loss")),
        figure("Last validation loss", "number", lambda run: _last(run, "val_loss")),
        figure("Epochs", "count", lambda run: float(run.state.epoch)),
        figure("Steps", "count", lambda run: float(run.state.step)),
        figure("Time in training", "time", lambda run: run.state.seconds),
        figure("Images a second", "count", _speed),
        figure("Parameters", "count", lambda run: float(trace(run.spec).parameters)),
    ]
    looks = figure("Looks at the test set", "count", lambda run: float(len(run.test_uses)))
    known = [one for one in figures if one.left is not None or one.right is not None]
    return (*known, looks) if looks.left or looks.right else tuple(known)


def value_of_best(run: RunMetadata, column: str) -> float | None:
    """Return what a column of `EpochColumns` holds of the best epoch; None where nothing was measured."""
    index = best_epoch(run.epochs, run.training.best_by)
    return None if index is None else _or_none(float(getattr(run.epochs, column)[index]))


def _best_epoch(run: RunMetadata) -> float | None:
    return value_of_best(run, "epoch")


def _last(run: RunMetadata, column: str) -> float | None:
    values = getattr(run.epochs, column)
    return _or_none(float(values[-1])) if len(values) else None


def _speed(run: RunMetadata) -> float | None:
    return run.state.images / run.state.seconds if run.state.seconds > 0 else None


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _notes(left: RunMetadata, right: RunMetadata, measures: tuple[Measure, ...]) -> tuple[str, ...]:
    notes = []
    if left.data.treatment != right.data.treatment:
        notes.append("Their images were prepared otherwise: a difference may come from that alone.")
    elif left.data.content_hash != right.data.content_hash:
        notes.append("They learned from other images, so a difference may come from the images alone.")
    if left.training.loss != right.training.loss:
        notes.append("Their losses are not the same quantity: compare the accuracy, not the loss.")
    if left.training.batch_size != right.training.batch_size:
        sizes = f"{left.training.batch_size:,} and {right.training.batch_size:,}"
        notes.append(
            f"Batches of {sizes}: an epoch has another number of steps. Compare by epoch or by time."
        )
    if left.training.seed != right.training.seed:
        notes.append("Other seeds: first weights and the order of the images differ, too.")
    if left.training.best_by != right.training.best_by:
        notes.append("Their best epochs are told otherwise: one by the accuracy, the other by the loss.")
    lengths = sorted((len(left.epochs), len(right.epochs)))
    if not measures:
        notes.append("There are no curves to compare before both have done a whole epoch.")
    elif lengths[0] != lengths[1]:
        notes.append(f"One has done {counted(lengths[0], 'epoch')}, the other {lengths[1]:,}.")
    return tuple(notes)
