"""Keeps with a run that the test set was looked at: looked at again and again, it says ever less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.cli.output import say
from cnnviz.errors import FileError
from cnnviz.spec.training import BEST
from cnnviz.training.result import UseOfTestSet, with_test_uses
from cnnviz.training.runfile import load_facts, save_run

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.training.result import RunResult


def with_use(result: RunResult, weights: str | None = None) -> RunResult:
    """Return a run that knows of one more look at the test set, now.

    `weights` says with which ones, "last" or "best" as on the command line: "last" means those that the run
    leaves to look at, as nothing does.
    """
    return with_test_uses(result, [UseOfTestSet.now(*weights_at(result, weights))])


def weights_at(result: RunResult, weights: str | None = None) -> tuple[int, int]:
    """Return after which step and in which epoch some weights of a run were taken, named as above."""
    state, best = result.state, result.best_epoch
    is_best = weights == BEST or result.training.final_weights == BEST
    if not is_best or best is None:
        return state.step, state.current_epoch
    epochs = result.history.epochs
    return int(epochs.step[epochs.epoch.tolist().index(best)]), best


def note_test_use(path: Path, result: RunResult, weights: str) -> int:
    """Write one more look at the test set into the file of a run, and return how many there are.

    A run that has gone on since it was read keeps its newer file; that the look is not kept then is said.
    """
    marked = with_use(result, weights)
    count = len(marked.test_uses)
    try:
        if load_facts(path).state.step != result.state.step:
            raise FileError(f"{path} has changed meanwhile.")
        save_run(path, marked)
    except FileError as error:
        say(f"Note: that the test set was used is not kept with the run. {error}")
    else:
        say(f"The test set has been used {'once' if count == 1 else f'{count:,} times'} with this run.")
    return count
