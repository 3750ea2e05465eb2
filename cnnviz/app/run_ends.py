"""What the list of runs says of how a run has ended."""

from __future__ import annotations

from cnnviz.app.run_about import RunKind
from cnnviz.training.events import Ending, Failed, Finished, Stopped

_KINDS: dict[type[Ending], RunKind] = {
    Finished: RunKind.FINISHED,
    Stopped: RunKind.STOPPED,
    Failed: RunKind.FAILED,
}


def kind_of(end: Ending) -> RunKind:
    """Return what has become of a run."""
    return _KINDS[type(end)]


def reason_of(end: Ending) -> str:
    """Return why a run has ended as it did; empty where there is nothing to say."""
    if isinstance(end, Failed):
        return end.reason
    return end.note if isinstance(end, Finished) else ""
