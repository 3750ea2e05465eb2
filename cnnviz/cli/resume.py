"""Going on with a run on the command line: its file, or the checkpoints of a run that was interrupted."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.errors import FileError, TrainingError
from cnnviz.spec.words import counted
from cnnviz.training.checkpoints import checkpoints_of
from cnnviz.training.runfile import load_run

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.result import RunResult


def run_file_of(named: Path) -> Path:
    """Return the run file that is meant by itself or by the folder of its checkpoints."""
    return named.with_suffix("") if checkpoints_of(named.with_suffix("")).path == named else named


def run_to_resume(named: Path) -> RunResult:
    """Return a run as it was last written: a run file, a checkpoint beside it, or the newest of a folder.

    Raises
    ------
    FileError
        There is neither, or what there is is damaged.
    """
    path = run_file_of(named)
    checkpoints = checkpoints_of(path)
    # A run file that is beside checkpoints is older than they are: whoever writes it takes them away.
    return (checkpoints.newest() if checkpoints.files else load_run(path)).result


def with_epochs(earlier: RunResult, epochs: int | None) -> TrainingSpec:
    """Return the settings of a run, with so many epochs in all where a number is given.

    Raises
    ------
    TrainingError
        The run has done them already.
    """
    wanted = earlier.training.epochs if epochs is None else epochs
    if wanted <= earlier.state.epoch:
        done = counted(earlier.state.epoch, "epoch")
        raise TrainingError(f"The run has done {done} already. Name more in all with --epochs.")
    return dataclasses.replace(earlier.training, epochs=wanted)


def check_no_checkpoints(out: Path | None) -> None:
    """Raise `FileError` where a run that was interrupted would lose its checkpoints to a new one."""
    if out is not None and checkpoints_of(out).files:
        raise FileError(
            f"{checkpoints_of(out).path} holds a run that was interrupted. Go on with it by "
            f"--resume {out}, or remove the folder."
        )


def clear_checkpoints(out: Path | None, resumed: Path | None) -> None:
    """Take away checkpoints that a run file holds now."""
    for path in (out, run_file_of(resumed) if resumed is not None else None):
        if path is not None:
            checkpoints_of(path).clear()
