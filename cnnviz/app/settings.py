"""What the program remembers between two starts, with a type for every value."""

from __future__ import annotations

import contextlib
import enum
import os
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from cnnviz.errors import FileError
from cnnviz.files import check_writable
from cnnviz.interpret.atlas import Scale

MAX_RECENT = 10
_Kind = TypeVar("_Kind", bound=enum.Enum)


class ThemeMode(enum.Enum):
    """Which colours the window has."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class MapPace(enum.Enum):
    """How often maps are drawn anew during a run: as it costs the run little, or ten times a second."""

    SPARING = "sparing"
    SMOOTH = "smooth"


class Settings:
    """Values in an INI file. Whatever cannot be understood counts as not there, so a default is used.

    `notice` is a sentence for the person where the file was damaged and put aside, or cannot be written;
    else it is empty.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.notice = ""
        self._has_told = False
        self._store = self._opened()
        self._try_to_write()

    @property
    def path(self) -> Path:
        """The file that holds the settings."""
        return self._path

    @property
    def theme(self) -> ThemeMode:
        """Light, dark, or as the system has it."""
        return self._choice("view/theme", ThemeMode.SYSTEM)

    @theme.setter
    def theme(self, mode: ThemeMode) -> None:
        self._store.setValue("view/theme", mode.value)

    @property
    def scale(self) -> Scale:
        """Over what the colours of maps are spread."""
        return self._choice("view/scale", Scale.PER_LAYER)

    @scale.setter
    def scale(self, scale: Scale) -> None:
        self._store.setValue("view/scale", scale.value)

    @property
    def map_pace(self) -> MapPace:
        """How often maps are drawn anew during a run."""
        return self._choice("view/map_pace", MapPace.SPARING)

    @map_pace.setter
    def map_pace(self, pace: MapPace) -> None:
        self._store.setValue("view/map_pace", pace.value)

    @property
    def recent_files(self) -> tuple[Path, ...]:
        """The files opened or saved last, the newest first."""
        value = self._store.value("files/recent", [])
        texts = value if isinstance(value, list) else [value]
        return tuple(Path(text) for text in texts if isinstance(text, str) and text)[:MAX_RECENT]

    def add_recent(self, path: Path) -> None:
        """Put a file at the top of the recent ones."""
        path = path.absolute()
        self.look_again()
        paths = [path, *(other for other in self.recent_files if other != path)]
        self._store.setValue("files/recent", [str(item) for item in paths[:MAX_RECENT]])

    def remove_recent(self, path: Path) -> None:
        """Take a file off the recent ones."""
        self._store.setValue("files/recent", [str(other) for other in self.recent_files if other != path])

    def clear_recent(self) -> None:
        """Forget the recent files."""
        self._store.remove("files/recent")

    @property
    def recent_data(self) -> tuple[str, ...]:
        """The data sets used last, each as the text that `cnnviz.app.data.recent_data` made of it."""
        value = self._store.value("data/recent", [])
        texts = value if isinstance(value, list) else [value]
        return tuple(text for text in texts if isinstance(text, str) and text)[:MAX_RECENT]

    @recent_data.setter
    def recent_data(self, texts: tuple[str, ...]) -> None:
        self._store.setValue("data/recent", list(texts))

    @property
    def folder(self) -> Path | None:
        """The folder in which a file was chosen last, where it still exists."""
        value = self._store.value("files/folder", "")
        folder = Path(value) if isinstance(value, str) and value else None
        return folder if folder is not None and _is_there(folder) else None

    @folder.setter
    def folder(self, folder: Path) -> None:
        self._store.setValue("files/folder", str(folder.absolute()))

    @property
    def start_folder(self) -> Path:
        """Where to look first for a file: in the folder used last, else among the documents, else at home.

        The folder in which the program was started says nothing: a menu of programs often begins at the root.
        """
        places = QStandardPaths.standardLocations(QStandardPaths.StandardLocation.DocumentsLocation)
        return self.folder or next(filter(_is_there, map(Path, places)), Path.home())

    def layout(self, version: int) -> tuple[QByteArray, QByteArray] | None:
        """Return geometry and dock state of the window, or None where none of this version was kept."""
        if self._store.value("window/version", None) not in (version, str(version)):
            return None
        geometry, state = self._store.value("window/geometry"), self._store.value("window/state")
        if isinstance(geometry, QByteArray) and isinstance(state, QByteArray):
            return geometry, state
        return None

    def keep_layout(self, version: int, geometry: QByteArray, state: QByteArray) -> None:
        """Remember geometry and dock state of the window."""
        self._store.setValue("window/version", version)
        self._store.setValue("window/geometry", geometry)
        self._store.setValue("window/state", state)

    def look_again(self) -> None:
        """Write what was changed here, and take in what other windows have written since the last look."""
        self._store.sync()

    def write(self) -> str:
        """Write everything to the file now. Return why that is not possible, once; else an empty text."""
        self._store.sync()
        if self._store.status() is QSettings.Status.NoError or self._has_told:
            return ""
        self._has_told = True
        return f"The settings cannot be written to {self._path}, so they are lost when the window closes."

    def _try_to_write(self) -> None:
        """Say at once where nothing can be kept: when the window closes, nobody can be told any more."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            check_writable(self._path)
        except (OSError, FileError) as error:
            reason = f"Cannot make its folder: {error.strerror}." if isinstance(error, OSError) else error
            self._has_told = True
            self.notice = f"{self.notice} Settings are lost when the window closes. {reason}".lstrip()

    def _opened(self) -> QSettings:
        store = QSettings(str(self._path), QSettings.Format.IniFormat)
        if store.status() is QSettings.Status.NoError and _is_text(self._path):
            return store
        aside = self._path.with_suffix(".broken")
        self.notice = f"The settings could not be read, so the defaults are used. The old file is {aside}."
        del store
        with contextlib.suppress(OSError):
            self._path.replace(aside)
        return QSettings(str(self._path), QSettings.Format.IniFormat)

    def _choice(self, key: str, default: _Kind) -> _Kind:
        try:
            return type(default)(self._store.value(key, default.value))
        except ValueError:
            return default


def _is_there(folder: Path) -> bool:
    """Return whether a folder can be seen: `Path.is_dir` raises for a disk of the network that is dead."""
    return os.path.isdir(folder)


def _is_text(path: Path) -> bool:
    """Return whether the file can be an INI file at all: Qt takes any bytes for one."""
    if not path.exists():
        return True
    try:
        return "\0" not in path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
