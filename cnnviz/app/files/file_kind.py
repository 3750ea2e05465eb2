"""What a file is, so that it can be opened: by its name, or else by how it begins."""

from __future__ import annotations

import enum
import itertools
import os
from typing import TYPE_CHECKING

from cnnviz.data.table_names import TABLE_SUFFIXES

if TYPE_CHECKING:
    from pathlib import Path

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"})
_PICTURE_BEGINNINGS = (b"\x89PNG", b"\xff\xd8\xff", b"BM", b"GIF8", b"RIFF", b"II*\0", b"MM\0*")
_DESIGN_BEGINNINGS = (b"{", b"\xef\xbb\xbf{")
_MAX_LOOKED_AT = 2_000
"""Files of a folder that are looked at to tell what it is: a large one must not hold up the window."""
_HEADER_AT = 8
"""A run file begins with the length of its header, in this many bytes; the header is JSON."""


class FileKind(enum.Enum):
    """What can be opened. Whatever is nothing else can only be a data set."""

    DESIGN = "design"
    RUN = "trained run"
    PICTURE = "picture"
    PICTURES = "folder of pictures"
    TABLE = "table of pictures"
    DATA = "data set"


def kind_of(path: Path) -> FileKind:
    """Return what `path` is; a file that is not there, or cannot be read, goes by its name alone."""
    suffix = path.suffix.lower()
    try:
        if path.is_dir():
            return FileKind.DATA if _holds_idx(path) else FileKind.PICTURES
        if suffix == ".cnnviz":
            return FileKind.RUN
        if suffix == ".json":
            return FileKind.DESIGN
        if suffix in PICTURE_SUFFIXES:
            return FileKind.PICTURE
        if suffix in TABLE_SUFFIXES:
            return FileKind.TABLE
        return _kind_by_content(path) if path.is_file() else FileKind.DATA
    except OSError:
        return FileKind.DATA


def _holds_idx(folder: Path) -> bool:
    """Return whether a folder has files of MNIST's kind; else it can only hold pictures."""
    with os.scandir(folder) as entries:
        return any("idx" in entry.name.lower() for entry in itertools.islice(entries, _MAX_LOOKED_AT))


def _kind_by_content(path: Path) -> FileKind:
    with path.open("rb") as file:
        beginning = file.read(64)
    if beginning[_HEADER_AT : _HEADER_AT + 1] == b"{" and beginning[_HEADER_AT - 1] == 0:
        return FileKind.RUN
    if beginning.lstrip(b" \t\r\n").startswith(_DESIGN_BEGINNINGS):
        return FileKind.DESIGN
    return FileKind.PICTURE if beginning.startswith(_PICTURE_BEGINNINGS) else FileKind.DATA
