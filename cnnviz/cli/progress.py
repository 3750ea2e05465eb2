"""Progress of a training run on standard error: a live bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING, Protocol

from cnnviz.cli.output import console, say
from cnnviz.training.events import EpochDone, RunStarted, StepDone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress, TaskID

    from cnnviz.training.events import Event


class Reporter(Protocol):
    """Shows the events of a run as they come."""

    def show(self, event: Event) -> None:
        """Take notice of one event."""


@contextlib.contextmanager
def reporter() -> Iterator[Reporter]:
    """Yield what shows progress here: a bar on a terminal, otherwise one line for each epoch."""
    terminal = console(to_stderr=True)
    if not terminal.is_terminal:
        yield _Lines()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("epoch {task.fields[epoch]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]:,.0f} images/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=terminal, transient=True) as progress:
        yield _Bar(progress)


class _Lines:
    def __init__(self) -> None:
        self._epochs = 0

    def show(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._epochs = event.epochs
        elif isinstance(event, EpochDone):
            say(_line(event, self._epochs))


class _Bar:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None
        self._epochs = 0

    def show(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._epochs = event.epochs
            steps = event.epochs * event.steps_per_epoch
            self._task = self._progress.add_task(
                "", total=steps, completed=event.first_step, epoch="", speed=0
            )
        elif isinstance(event, StepDone) and self._task is not None:
            speed = event.images / event.seconds if event.seconds > 0 else 0.0
            epoch = f"{event.epoch}/{self._epochs}"
            self._progress.update(self._task, completed=event.step, epoch=epoch, speed=speed)
        elif isinstance(event, EpochDone):
            self._progress.console.print(_line(event, self._epochs))


def _line(event: EpochDone, epochs: int) -> str:
    train, validation = f"train loss {event.train_loss:.4f}", f"validation loss {event.val_loss:.4f}"
    if math.isnan(event.val_accuracy):
        error, share = event.val_mean_absolute_error, event.val_r_squared
        validation += f" mean absolute error {error:.4f} R² {share:.4f}"
    else:
        train += f" accuracy {event.train_accuracy:.2%}"
        validation += f" accuracy {event.val_accuracy:.2%}"
    speed = f"{event.images_per_second:,.0f} images/s"
    return f"epoch {event.epoch}/{epochs}  {train}  {validation}  {speed}"
