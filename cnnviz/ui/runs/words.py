"""What is said about a run of the list."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

from cnnviz.app.runs.run_about import RunKind
from cnnviz.spec.words import counted
from cnnviz.ui.format import number, share
from cnnviz.ui.preparing.words import said_of

if TYPE_CHECKING:
    from cnnviz.app.runs.run_folder import RunEntry

_KINDS = {
    RunKind.RUNNING: "under way",
    RunKind.FINISHED: "finished",
    RunKind.STOPPED: "stopped",
    RunKind.FAILED: "failed",
    RunKind.INTERRUPTED: "interrupted",
    RunKind.DAMAGED: "damaged",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def began(at: datetime.datetime, now: datetime.datetime | None = None) -> str:
    """Return when a run began, on this computer's clock.

    `14:05` is today, `22 Nov 14:05` another day of this year, `22 Nov 2025` another year.
    """
    here, today = at.astimezone(), (now or datetime.datetime.now(datetime.UTC)).astimezone()
    if here.date() == today.date():
        return f"{here:%H:%M}"
    when = f"{here:%H:%M}" if here.year == today.year else str(here.year)
    return f"{here.day} {_MONTHS[here.month - 1]} {when}"


def progress_words(entry: RunEntry) -> str:
    """Return how far a run has come: `at step 410 of 2,000`."""
    return f"at step {entry.steps:,}{f' of {entry.all_steps:,}' if entry.all_steps else ''}"


def state_words(entry: RunEntry) -> str:
    """Return what has become of a run, in a few words."""
    words = _KINDS[entry.kind]
    if entry.kind is RunKind.STOPPED and entry.about.ended:
        return entry.about.ended
    if entry.kind in (RunKind.STOPPED, RunKind.INTERRUPTED):
        return f"{words} {'after all its epochs' if entry.is_done else progress_words(entry)}"
    if entry.kind is RunKind.FAILED and entry.about.ended:
        return f"{words}: {entry.about.ended}"
    if entry.kind is RunKind.FINISHED and entry.about.ended:
        return f"{words} early"
    return words


def short_state(entry: RunEntry) -> str:
    """Return what has become of a run, as short as a column of a list needs it: `stopped, 8 %`."""
    if entry.kind in (RunKind.STOPPED, RunKind.INTERRUPTED) and not entry.about.ended:
        done = f"step {entry.steps:,}" if not entry.all_steps else percent(entry.steps, entry.all_steps)
        return f"{_KINDS[entry.kind]}, {percent(1, 1) if entry.is_done else done}"
    return re.split("[:,]", state_words(entry))[0]


def percent(steps: int, all_steps: int) -> str:
    """Return the whole per cent of the steps that are done; all of them only where none is left."""
    return f"{min(100 * steps // all_steps, 100)} %"


def state_details(entry: RunEntry) -> str:
    """Return all that is known about how a run has ended, and what can be done."""
    words, ended = state_words(entry), entry.about.ended
    parts = [words if ended in words else ended, entry.problem]
    if entry.can_resume:
        parts.append("Resume goes on as if there had been no break.")
    return "\n".join(part for part in parts if part)


def looks_words(entry: RunEntry) -> str:
    """Return how often somebody looked at the test set with a run, and when."""
    uses = entry.test_uses
    if not uses:
        return "Nobody has looked at the test set with this run"
    lines = (f"{use.at[:16].replace('T', ' ')}, step {use.step:,}" for use in uses)
    return "\n".join((f"{counted(len(uses), 'look', 'looks')} at the test set:", *lines))


def data_words(entry: RunEntry) -> str:
    """Return what a run learned from, with a mark where its images were prepared: `pets · 32×32`."""
    return said_of(entry.facts.data) if entry.facts is not None else "–"


def entry_words(entry: RunEntry) -> str:
    """Return a run's name, length and success: `LeNet-5 3: 12 epochs, 98.2 % right in validation`."""
    length = counted(entry.epochs, "epoch") if entry.epochs else counted(entry.steps, "step")
    if entry.best_accuracy is not None:
        return f"{entry.about.name}: {length}, {share(entry.best_accuracy)} right in validation"
    if entry.best_loss is not None:
        return f"{entry.about.name}: {length}, validation loss {number(entry.best_loss)}"
    return f"{entry.about.name}: {length}"


def done_words(entry_name: str, epochs: int) -> str:
    """Return what is to be said where a run has nothing left to do."""
    return f'"{entry_name}" has done {f"all its {epochs:,} epochs" if epochs > 1 else "its epoch"}.'
