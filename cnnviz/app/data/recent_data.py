"""The data sets of one's own that were used last, and whether they are still there."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.threads.latest_wish import LatestWish
from cnnviz.data.catalog import CATALOG, is_known, known_datasets
from cnnviz.data.downloading.entries import find_download
from cnnviz.data.importing.recipe import Recipe, read_source
from cnnviz.errors import CnnvizError
from cnnviz.spec.io import preparing_from_dict, preparing_to_dict
from cnnviz.spec.preparing import Preparing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnviz.app.settings import Settings
    from cnnviz.data.dataset import Dataset

MAX_RECENT_DATA = 8
_MAX_TEXT = 8_000
"""Characters of a name or a source; more were not written by this program."""
_KINDS = {"folder:": "folder of pictures", "idx:": "IDX files", "npz:": "archive"}
_TEXTS = ("source", "name", "title")


@dataclass(frozen=True, slots=True)
class RecentData:
    """A data set that was used, and what opens it again.

    Attributes
    ----------
    source
        A catalog name with its settings, or an absolute path, perhaps with settings behind it.
    name, title
        Those of the data set.
    preparing
        What was done to its images.
    """

    source: str
    name: str
    title: str
    preparing: Preparing = field(default=Preparing())

    @property
    def path(self) -> Path | None:
        """Where its files are; None where it is one that the program knows by name."""
        return None if is_known(self.source) else _path_and_recipe(self.source)[0]

    @property
    def kind(self) -> str:
        """What it is made of, in words."""
        if self.path is not None and _path_and_recipe(self.source)[1].table:
            return "pictures of a table"
        of_program = "prepared" if self.preparing.is_on else "made by the program"
        return next((kind for start, kind in _KINDS.items() if self.name.startswith(start)), of_program)

    def is_like(self, other: RecentData) -> bool:
        """Return whether one of both is enough in a list: nobody could tell them apart."""
        mine, its = ((each.path or each.source, each.title, each.preparing) for each in (self, other))
        return mine == its

    def to_text(self) -> str:
        """Return it as a line of JSON."""
        values = {name: getattr(self, name) for name in _TEXTS}
        return json.dumps({**values, "preparing": preparing_to_dict(self.preparing)})


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """The wish to know which data sets are still there: the disk of one may sleep, or be far away."""

    entries: tuple[RecentData, ...]
    cancelled: threading.Event = field(default_factory=threading.Event)

    def meet(self) -> dict[RecentData, str] | None:
        """Return why each cannot be opened; an empty text where it can."""
        reasons = {}
        for entry in self.entries:
            if self.cancelled.is_set():
                return None
            reasons[entry] = why_missing(entry)
        return reasons


class RecentDatasets(QObject):
    """Remembers them from start to start, the newest first. Files are looked for beside the window.

    Signals
    -------
    changed()
        There are others, or it is known now which of them are missing.
    """

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._entries = tuple(_read(settings.recent_data))
        self._reasons: dict[RecentData, str] = {}
        self._wishes = LatestWish("cnnviz-recent", self)
        self._wishes.found.connect(self._on_looked)

    @property
    def entries(self) -> tuple[RecentData, ...]:
        """The data sets, the newest first."""
        return self._entries

    @property
    def missing(self) -> tuple[RecentData, ...]:
        """Those of which is known that they cannot be opened."""
        return tuple(entry for entry in self._entries if self.why_missing(entry))

    def why_missing(self, entry: RecentData) -> str:
        """Return why a data set cannot be opened, as it was found at the last look; else an empty text."""
        return self._reasons.get(entry, "")

    def note(self, dataset: Dataset) -> None:
        """Put a data set at the top, unless the program offers it anyway, or nothing opens it again."""
        entry = entry_of(dataset)
        if entry is None or self._entries[:1] == (entry,):
            return
        self._settings.look_again()  # other windows have used some, too
        others = (other for other in _read(self._settings.recent_data) if not other.is_like(entry))
        self._keep((entry, *others))

    def look(self) -> None:
        """Begin to look whether they are still there."""
        if self._entries:
            self._wishes.request(_Look(self._entries))

    def remove_missing(self) -> None:
        """Forget those that cannot be opened."""
        self._keep(entry for entry in self._entries if not self.why_missing(entry))

    def clear(self) -> None:
        """Forget all of them."""
        self._keep(())

    def close(self) -> bool:
        """End the thread, but wait for a disk that is silent only a moment. Return whether it has ended."""
        return self._wishes.close(seconds=0.5)

    def _keep(self, entries: Iterable[RecentData]) -> None:
        self._entries = tuple(entries)[:MAX_RECENT_DATA]
        self._settings.recent_data = tuple(entry.to_text() for entry in self._entries)
        self.changed.emit()

    @Slot(object, object)
    def _on_looked(self, _wish: object, reasons: dict[RecentData, str]) -> None:
        if reasons != self._reasons:
            self._reasons = reasons
            self.changed.emit()


def entry_of(dataset: Dataset) -> RecentData | None:
    """Return what opens a data set again; None where the program offers it by name, or where nothing does."""
    preparing = dataset.treatment.preparing
    is_offered = (
        any(info.name == dataset.source for info in CATALOG) or find_download(dataset.source) is not None
    )
    if not dataset.source or (is_offered and not preparing.is_on):
        return None
    return RecentData(dataset.source, dataset.name, dataset.title, preparing)


def why_missing(entry: RecentData) -> str:
    """Return why a data set cannot be opened now, in a few words; an empty text where nothing is known."""
    path = entry.path
    if path is None:
        known = {info.name: info for info in known_datasets()}
        is_here = entry.source not in known or known[entry.source].on_disk
        return "" if is_here else "not downloaded"
    table = _path_and_recipe(entry.source)[1].table
    try:
        if not path.exists():
            return f"{'file' if path.suffix else 'folder'} not found"
        if table and path.is_dir() and not (path / table).exists():
            return f"{table} not found"
        return ""
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _path_and_recipe(source: str) -> tuple[Path, Recipe]:
    try:
        path, recipe = read_source(source)
    except CnnvizError:  # settings of another version: opening it will say what is wrong with them
        return Path(source.rpartition("#")[0]), Recipe()
    return path, recipe or Recipe()


def _read(texts: Iterable[str]) -> Iterable[RecentData]:
    """Return what can be read of the settings; whatever cannot is not offered."""
    for text in texts:
        with contextlib.suppress(ValueError, KeyError, TypeError, CnnvizError):
            value = json.loads(text)
            source, name, title = words = [value[name] for name in _TEXTS]
            if all(isinstance(word, str) and 0 < len(word) <= _MAX_TEXT for word in words):
                yield RecentData(source, name, title, preparing_from_dict(value["preparing"]))
