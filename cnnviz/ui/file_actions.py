"""New, open, save and close: what each asks first, and what it does then."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.files.file_kind import FileKind, kind_of
from cnnviz.app.runs.kept_runs import KeptRuns
from cnnviz.data.catalog import is_known, is_there
from cnnviz.errors import CnnvizError
from cnnviz.spec import io
from cnnviz.spec.preparing import preparing_in_short
from cnnviz.training.runfile import load_run
from cnnviz.ui.dialogs import (
    DATA_FILTER,
    DESIGN_FILTER,
    DESIGN_SUFFIX,
    IMAGE_FILTER,
    OPEN_FILTER,
    RUN_FILTER,
    RUN_SUFFIX,
    Answer,
    Questions,
)
from cnnviz.ui.run_words import run_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from cnnviz.app.data.recent_data import RecentData
    from cnnviz.app.files.recovery import UnsavedDesign
    from cnnviz.app.workbench import Workbench
    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.preparing import Preparing
    from cnnviz.training.result import DataFacts, RunResult

T = TypeVar("T")
_STEM_LENGTH = 60
"""Of a suggested file name; systems take 255 bytes, and a character may have four."""
_WEIGHTS_UNSAVED = "The trained weights are in no run file."


class FileActions(QObject):
    """Nothing is lost here: work that no file holds is asked about, and a file that fails changes nothing.

    Signals
    -------
    failed(str)
        A file could not be read or written; why, in one sentence.
    told(str)
        Something worth knowing about what was opened or saved.
    saved(Path)
        This file was written.
    run_opened(RunResult)
        A run file was opened: its design is in the document, its weights are in the session.
    import_requested(Path)
        The pictures in this folder, or those that this table names, are to become a data set.
    data_missed(str, str)
        The data set of this name, which a run learned from, is not where it was; and how it was prepared.
    design_replaced()
        Another design has taken the place of the one before.
    recent_changed()
    """

    failed = Signal(str)
    told = Signal(str)
    saved = Signal(object)
    run_opened = Signal(object)
    import_requested = Signal(object)
    data_missed = Signal(str, str)
    design_replaced = Signal()
    recent_changed = Signal()

    def __init__(self, window: QWidget, questions: Questions, workbench: Workbench) -> None:
        super().__init__(window)
        self._window = window
        self._questions = questions
        self._settings = workbench.settings
        self._document = workbench.document
        self._library = workbench.library
        self._kept = KeptRuns(workbench.session, workbench.library, self)
        self._session = workbench.session
        self._selection = workbench.selection
        self._opener = workbench.dataset_opener
        self._opener.opened.connect(self.take_dataset)
        self._opener.failed.connect(self.failed)

    def new(self, spec: NetworkSpec) -> bool:
        """Begin with a design, once the present work is settled. Return whether it was done."""
        if not self._settle("another design takes its place"):
            return False
        self._document.new(spec)
        self._session.reset_weights()
        self.design_replaced.emit()
        return True

    @Slot()
    def choose_and_open(self) -> bool:
        """Ask for a design or a run file and open it."""
        path = self._questions.file_to_open(self._window, "Open", OPEN_FILTER, self._settings.start_folder)
        return path is not None and self.open_path(path)

    def open_path(self, path: Path) -> bool:
        """Open a design, a run, a picture or a data set, by what the file is. Return whether it was begun."""
        match kind_of(path):
            case FileKind.RUN:
                return self._open_run(path)
            case FileKind.DESIGN:
                return self._open_design(path)
            case FileKind.PICTURE:
                return self._try(functools.partial(self._selection.use_file, path))
            case FileKind.PICTURES | FileKind.TABLE:
                return self._import(path)
        return self.open_dataset(str(path))

    def open_recent(self, path: Path) -> bool:
        """Open a file of the list, or say that it is gone and take it off the list."""
        if not _is_gone(path):
            return self.open_path(path)
        self._settings.remove_recent(path)
        self.recent_changed.emit()
        self.failed.emit(f"There is no file {path} any more. It was taken off the recent files.")
        return False

    def recover(self, unsaved: UnsavedDesign) -> bool:
        """Go on with a design that an earlier start left unsaved. Return whether it was done."""
        if not self._settle("the recovered design takes its place"):
            return False
        self._document.recover(unsaved.spec, unsaved.file)
        self._session.reset_weights()
        self.design_replaced.emit()
        if unsaved.data_source not in ("", self._selection.dataset.source):
            self._opener.open(unsaved.data_source)
        return True

    @Slot(str)
    def open_dataset(self, name_or_path: str, preparing: Preparing | None = None) -> bool:
        """Begin to read a data set; refused while a run is under way."""
        if not self._session.is_idle:
            self.failed.emit("A run is under way. Stop it first, then open another data set.")
            return False
        self._opener.open(name_or_path, preparing)
        return True

    def open_recent_data(self, entry: RecentData) -> bool:
        """Begin to read a data set that was used lately, prepared as it was then."""
        return self.open_dataset(entry.source, entry.preparing)

    def _import(self, path: Path) -> bool:
        if not self._session.is_idle:
            self.failed.emit("A run is under way. Stop it first, then import pictures.")
            return False
        self.import_requested.emit(path)
        return True

    @Slot()
    def choose_data_folder(self) -> None:
        """Ask for a folder of images or IDX files and open it."""
        first = self._settings.start_folder
        path = self._questions.folder_to_open(self._window, "Open Data Set Folder", first)
        if path is not None:
            self._settings.folder = path.parent
            self.open_path(path)

    @Slot()
    def choose_data_file(self) -> None:
        """Ask for a data set in a file and open it."""
        path = self._choose("Open Data Set File", DATA_FILTER)
        if path is not None:
            self.open_path(path) if kind_of(path) is FileKind.TABLE else self.open_dataset(str(path))

    @Slot()
    def choose_image(self) -> bool:
        """Ask for a picture and look at it. Return whether there is one."""
        path = self._choose("Open Image", IMAGE_FILTER)
        return path is not None and self._try(functools.partial(self._selection.use_file, path))

    @Slot()
    def save(self) -> bool:
        """Save the design to its file, or ask for one. Return whether it is saved."""
        if self._document.path is None:
            return self.save_as()
        return self._save_to(self._document.path)

    @Slot()
    def save_as(self) -> bool:
        """Ask for a name and save the design under it."""
        suggestion = self.suggestion(DESIGN_SUFFIX)
        path = self._questions.file_to_save(self._window, "Save Design", DESIGN_FILTER, suggestion)
        return path is not None and self._save_to(path)

    @Slot()
    def save_run(self) -> bool:
        """Ask for a name and save the trained run on screen under it."""
        return self._save_run(None, "Save Trained Run")

    @Slot(object)
    def bring_back(self, result: RunResult) -> None:
        """Show a run again that was made before, with its design: one step of undo."""
        if not self._session.is_idle:
            self.failed.emit("A run is under way. Stop it first, then bring another back.")
            return
        self._document.bring_in("Bring Back a Run", dataclasses.replace(result.spec))  # a design of its own
        self._session.bring_back(result)
        self.run_opened.emit(result)
        self.find_data(result.data)

    def find_data(self, data: DataFacts) -> None:
        """Open the data set that a run learned from where it is known, or say which one it was."""
        if data.content_hash == self._selection.dataset.content_hash:
            return
        if is_known(data.name):
            self._opener.open_for(data, data.name)
        elif is_there(data.source):
            self._opener.open_for(data, data.source)
        else:
            self.data_missed.emit(data.plain_name, preparing_in_short(data.treatment.preparing))

    def may_close(self) -> bool:
        """Return whether the window may close: nothing unsaved is left, and no run is under way."""
        return self._settle("the window closes")

    def may_reset(self) -> bool:
        """Return whether learned weights may be forgotten: they are kept, or given up."""
        return self._settle_runs("the weights are reset")

    def suggestion(self, suffix: str) -> Path:
        """Return a name with this suffix for a file of the design, which may not be there yet."""
        if self._document.path is not None:
            return self._document.path.with_suffix(suffix)
        words = "".join(char if char.isalnum() else " " for char in self._document.spec.name).split()
        stem = "-".join(words).lower()[:_STEM_LENGTH] or "network"
        return self._settings.start_folder / f"{stem}{suffix}"

    def _open_design(self, path: Path) -> bool:
        spec = self._read(io.load, path)
        if spec is None or not self._settle("another design takes its place"):
            return False
        self._document.open(spec, path)
        self._session.reset_weights()
        self._note_recent(path)
        self.design_replaced.emit()
        return True

    def _open_run(self, path: Path) -> bool:
        read = self._read(load_run, path)
        if read is None or not self._settle("another run takes its place"):
            return False
        result = read.result
        self._document.new(result.spec)
        self._session.reset_weights()
        self._session.bring_back(result)
        self._note_recent(path)
        self.run_opened.emit(result)
        self.design_replaced.emit()
        self.find_data(result.data)
        return True

    @Slot(object)
    def take_dataset(self, dataset: Dataset) -> bool:
        """Put a data set in the place of the one before; refused while a run is under way."""
        if not self._session.is_idle:
            self.failed.emit("A run has begun meanwhile, so the data set was not changed.")
            return False
        self._selection.set_dataset(dataset)
        learned_from = self._session.result.data if self._session.result is not None else None
        folder = dataset.source.rpartition("#")[0] or dataset.source  # runs once kept the path of it only
        if learned_from is None or learned_from.source not in (dataset.source, folder):
            return True
        if learned_from.treatment.preparing != dataset.treatment.preparing:
            self.told.emit("The images are prepared otherwise than for this run, so Train begins a new one.")
        elif learned_from.content_hash != dataset.content_hash:
            self.told.emit(
                f'"{dataset.plain_name}" has other images now than those that this run learned from.'
            )
        return True

    def _settle(self, why: str) -> bool:
        """Stop the run and save what is unsaved, or give it up, as the person wishes.

        What the list of runs keeps is not asked about.
        """
        what = self._unsaved_work()
        if not what:
            return self._stop_run() and self._settle_runs(why)
        answer = self._questions.keep(self._window, what, why)
        if answer is Answer.CANCEL or (answer is Answer.SAVE and not self._save_everything()):
            return False
        return self._stop_run()

    def _settle_runs(self, why: str) -> bool:
        """Save runs that nothing holds, or give them up; return False where neither is wanted."""
        if not self._kept.unkept_count:
            return True
        answer = self._questions.keep(self._window, self._unsaved_runs(), why)
        return answer is Answer.DISCARD or (answer is Answer.SAVE and self._save_runs())

    def _save_everything(self) -> bool:
        if not self._stop_run():
            return False
        if not self._document.is_clean and not self.save():
            return False
        return self._save_runs()

    def _save_runs(self) -> bool:
        """Ask for a name for every run that nothing holds; a name that is refused ends it."""
        runs = self._kept.unkept
        if len(runs) == 1:
            return self._save_run(runs[0], "Save Trained Run")
        return all(
            self._save_run(run, f"Save Trained Run {number} of {len(runs)} ({run_words(run)})", number)
            for number, run in enumerate(runs, 1)
        )

    def _save_run(self, run: RunResult | None, title: str, number: int = 1) -> bool:
        """Ask for a name and save a run under it, the one on screen where it is None."""
        suggestion = self.suggestion(RUN_SUFFIX)
        if number > 1:
            suggestion = suggestion.with_stem(f"{suggestion.stem}-{number}")
        path = self._questions.file_to_save(self._window, title, RUN_FILTER, suggestion)
        run = run or self._session.result
        marked = self._library.marked(run) if run is not None else None
        return path is not None and self._write(functools.partial(self._session.save_run, path, marked), path)

    def _stop_run(self) -> bool:
        if self._session.close():
            return True
        self.failed.emit("The run has not stopped yet: its batch takes long. Try again in a moment.")
        return False

    def _unsaved_work(self) -> str:
        parts = []
        if not self._document.is_clean:
            parts.append(f'The design "{self._document.spec.name or "Untitled"}" has unsaved changes.')
        if self._kept.unkept_count:
            parts.append(self._unsaved_runs())
        return " ".join(parts)

    def _unsaved_runs(self) -> str:
        count = self._kept.unkept_count
        return _WEIGHTS_UNSAVED if count == 1 else f"{count} trained runs are in no run file."

    def _save_to(self, path: Path) -> bool:
        return self._write(functools.partial(self._document.save, path), path)

    def _write(self, work: Callable[[], object], path: Path) -> bool:
        done = self._try(work, path)
        if done:
            self.saved.emit(path)
        return done

    def _try(self, work: Callable[[], object], path: Path | None = None) -> bool:
        """Do it, tell an error, and remember the file where it worked."""
        try:
            work()
        except CnnvizError as error:
            self.failed.emit(str(error))
            return False
        if path is not None:
            self._note_recent(path)
        return True

    def _read(self, read: Callable[[Path], T], path: Path) -> T | None:
        """Return what a file holds; tell why where it cannot be read, before anything is given up for it."""
        try:
            return read(path)
        except CnnvizError as error:
            self.failed.emit(str(error))
            return None

    def _note_recent(self, path: Path) -> None:
        self._settings.folder = path.absolute().parent
        self._settings.add_recent(path)
        self.recent_changed.emit()
        problem = self._settings.write()  # now, so that a crash does not lose it
        if problem:
            self.told.emit(problem)

    def _choose(self, title: str, pattern: str) -> Path | None:
        path = self._questions.file_to_open(self._window, title, pattern, self._settings.start_folder)
        if path is not None:
            self._settings.folder = path.absolute().parent
        return path


def _is_gone(path: Path) -> bool:
    """Return whether a file surely is no longer there; one that cannot be looked at may well be."""
    try:
        return not path.exists()
    except OSError:
        return False
