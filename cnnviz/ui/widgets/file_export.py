"""Writing something that is on screen to a file whose suffix says as what."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cnnviz.errors import CnnvizError, FileError
from cnnviz.files import write_atomic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from cnnviz.app.settings import Settings
    from cnnviz.ui.dialogs import Questions


@dataclasses.dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its suffix with the dot, what people call it, and what makes its bytes."""

    suffix: str
    title: str
    make: Callable[[], bytes]


class FileExport(QObject):
    """Asks for a file and writes one of several kinds.

    Signals
    -------
    failed(str)
        Nothing was written; why.
    told(str)
        A file was written; which.
    """

    failed = Signal(str)
    told = Signal(str)

    def __init__(self, parent: QWidget, questions: Questions, settings: Settings) -> None:
        super().__init__(parent)
        self._widget, self._questions, self._settings = parent, questions, settings

    def ask(self, title: str, name: str, kinds: Sequence[FileKind], *, subject: str = "") -> bool:
        """Ask where to and write. Return whether it was done.

        A file of this name is suggested in the folder that was used last, which its own becomes. `subject` is
        what is said to be written; the kind of file where none is given.
        """
        suggestion = self._settings.start_folder / name
        path = self._questions.file_to_save(self._widget, title, file_filter(kinds), suggestion)
        if path is None:
            return False
        try:
            kind = write_kind(path, kinds)
        except CnnvizError as error:
            self.failed.emit(str(error))
            return False
        self._settings.folder = path.absolute().parent
        self.told.emit(f"{subject or kind.title} written to {path.name}.")
        return True


def write_kind(path: Path, kinds: Sequence[FileKind]) -> FileKind:
    """Write a file of the kind that its suffix says, and return the kind.

    Raises
    ------
    FileError
        There is no such kind, it cannot be made now, or the file cannot be written.
    """
    kind = next((kind for kind in kinds if kind.suffix == path.suffix.lower()), None)
    if kind is None:
        raise FileError(f'"{path.name}" must end in {_listed([kind.suffix for kind in kinds])}.')
    write_atomic(path, kind.make())
    return kind


def file_filter(kinds: Sequence[FileKind]) -> str:
    """Return kinds as a dialog wants them, such as `Picture (*.png);;Table (*.csv)`."""
    return ";;".join(f"{kind.title} (*{kind.suffix})" for kind in kinds)


def _listed(suffixes: Sequence[str]) -> str:
    *others, last = suffixes
    return f"{', '.join(others)} or {last}" if others else last
