"""What the list of runs says of how a run has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.app.runs.run_about import RunKind
from cnnviz.spec.words import counted
from cnnviz.training.events import Ending, Failed, Finished, Stopped

if TYPE_CHECKING:
    from cnnviz.training.result import RunResult

_KINDS: dict[type[Ending], RunKind] = {
    Finished: RunKind.FINISHED,
    Stopped: RunKind.STOPPED,
    Failed: RunKind.FAILED,
}


def kind_of(end: Ending) -> RunKind:
    """Return what has become of a run."""
    return _KINDS[type(end)]


def reason_of(end: Ending, earlier: RunResult | None = None) -> str:
    """Return why a run has ended as it did; empty where there is nothing to say.

    One that had done all its epochs, as `earlier`, and went on a little, has ended then.
    """
    if isinstance(end, Failed):
        return end.reason
    if isinstance(end, Stopped) and earlier is not None and earlier.state.epoch >= earlier.training.epochs:
        return f"finished, and {counted(end.result.state.step - earlier.state.step, 'step')} more"
    return end.note if isinstance(end, Finished) else ""
