"""The runs of a folder, as the disk tells of them: all of them, or what other windows have done meanwhile."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from typing import TYPE_CHECKING

from cnnviz.app.runs.run_about import RunKind
from cnnviz.app.runs.run_folder import RunEntry, RunFolder, folders_in, is_trained
from cnnviz.app.runs.run_trash import TRASH

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_EMPTY_SECONDS = 60.0
"""A folder without a run may be that of one that another window begins this moment."""


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """Runs that are new or others than before, and the ids of those that are gone."""

    entries: tuple[RunEntry, ...] = ()
    gone: frozenset[str] = frozenset()


def runs_on_disk(root: Path, *, besides: str) -> list[RunEntry]:
    """Return every run but one, and remove folders that were left without any.

    The folder is made where it is missing, so that it can be watched.
    """
    with contextlib.suppress(OSError):
        root.mkdir(parents=True, exist_ok=True)
    entries = []
    for path in folders_in(root):
        if path.name in (TRASH, besides):
            continue
        folder = RunFolder(path)
        if not folder.is_empty:
            entries.append(folder.read())
        elif folder.age > _EMPTY_SECONDS:
            folder.remove()
    # Another window may have deleted one while it was read.
    return [entry for entry in entries if os.path.isdir(root / entry.id)]


def seen_elsewhere(root: Path, known: Mapping[str, RunEntry], trained: frozenset[str]) -> Seen:
    """Look once at the folder of all runs, and into those of runs that are `trained` elsewhere.

    `known` are all runs of the list, by their ids. Others are looked into where something was written beside
    them since: another window has named one, or goes on with it. Where the folder cannot be read, nothing is
    known to have changed.
    """
    try:
        names = {path.name for path in root.iterdir() if path.name != TRASH}
    except OSError:
        return Seen()
    folders = {name: RunFolder(root / name) for name in names}
    found = [folder for name, folder in folders.items() if name not in known and _has_begun(folder)]
    watched = [folders[name] for name in trained if name in names]
    over = [folder for folder in watched if not is_trained(folder.path)]
    gone = {name for name in known if name not in names}
    gone |= {folder.id for folder in over if folder.is_empty}
    ahead = [folder for folder in watched if folder not in over and folder.newest != known[folder.id].path]
    noted = [folders[name] for name in names & known.keys() if _is_noted(folders[name], known[name])]
    read = [folder.read() for folder in (*found, *over, *ahead, *noted) if folder.id not in gone]
    return Seen(tuple(entry for entry in read if not _is_in_motion(root / entry.id, entry)), frozenset(gone))


def _is_in_motion(folder: Path, entry: RunEntry) -> bool:
    """Return whether a run looks damaged only as its window replaces or deletes its files this moment."""
    return entry.kind is RunKind.DAMAGED and (not os.path.isdir(folder) or is_trained(folder))


def _is_noted(folder: RunFolder, known: RunEntry) -> bool:
    """Return whether something was written beside a run since; of one under way its window knows more."""
    return known.kind is not RunKind.RUNNING and folder.noted_at not in (0, known.noted_at)


def _has_begun(folder: RunFolder) -> bool:
    """Return whether a run is in a folder: its window writes what it is called once it has locked it.

    To ask for the lock before would take it from that window.
    """
    return folder.is_named and not folder.is_empty
