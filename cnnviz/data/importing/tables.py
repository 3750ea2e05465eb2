"""Tables of names and labels in text files: the separator, the encoding and the heading are found out."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnviz.errors import DataError, FileError
from cnnviz.files import read_limited

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 64 << 20
MAX_ROWS = 1_000_000
MAX_FIELDS = 1_000
MAX_TEXT = 1_000
"""Characters of one field that are kept; names and labels are far shorter."""

_SEPARATORS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 50
_SAMPLE_CHARACTERS = 64_000
_BEGINNINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rows of text, all of one width, and what was found out about the file.

    Attributes
    ----------
    rows
        The first may be a heading. Fields have no blanks around them.
    separator
        What stands between two fields.
    uneven
        Numbers, from 1, of lines that had fewer or more fields and were left out.
    """

    rows: tuple[tuple[str, ...], ...]
    separator: str
    uneven: tuple[int, ...] = ()

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0])

    def number(self, text: str) -> float | None:
        """Return the number that a field says, or None; a comma may stand for the point."""
        if self.separator != ",":
            text = text.replace(",", ".")
        # What Python takes beyond that (1_000, infinity, other alphabets' digits) is no number in a table.
        if not text.isascii() or "_" in text or not text.strip("+-").replace(".", "", 1)[:1].isdecimal():
            return None
        try:
            return float(text)
        except ValueError:
            return None


def read_table(path: Path) -> Table:
    """Read a table in UTF-8, UTF-16 with its mark, or else Windows' western alphabet.

    Raises
    ------
    DataError
        The file cannot be read, is too large, or holds no table.
    """
    text = _text(path)
    separator = _separator(text)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    try:
        reader = csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True)
        for row in reader:
            if not any(field.strip() for field in row):
                continue
            if len(row) > MAX_FIELDS or len(rows) > MAX_ROWS:
                raise DataError(f"{path} is too large: at most {MAX_ROWS:,} rows of {MAX_FIELDS:,} fields.")
            rows.append(tuple(field.strip()[:MAX_TEXT] for field in row))
            lines.append(reader.line_num)
    except csv.Error as error:
        raise DataError(f"{path} is not a readable table: {error}.") from error
    if not rows:
        raise DataError(f"{path} is empty: a table of names and labels is needed.")
    width = Counter(map(len, rows[:1000])).most_common(1)[0][0]
    uneven = tuple(line for line, row in zip(lines, rows, strict=True) if len(row) != width)
    return Table(tuple(row for row in rows if len(row) == width), separator, uneven)


def _text(path: Path) -> str:
    try:
        content = read_limited(path, MAX_BYTES)
    except FileError as error:
        raise DataError(str(error)) from error
    encoding = next((name for mark, name in _BEGINNINGS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if text.count("\0") > len(text) // 100:
        raise DataError(f"{path} is not a table: it holds bytes that are no text.")
    return text.replace("\0", "")


def _separator(text: str) -> str:
    """Return the separator that divides the first rows into most columns of the same number.

    `csv.Sniffer` is not asked: it takes letters for separators, and needs minutes for some texts.
    """
    start = text[:_SAMPLE_CHARACTERS]
    if len(text) > len(start):
        start = start[: start.rfind("\n") + 1] or start

    def evenness(separator: str) -> tuple[float, int]:
        widths = []
        try:
            for row in csv.reader(io.StringIO(start), delimiter=separator, skipinitialspace=True):
                if row:
                    widths.append(len(row))
                if len(widths) == _SAMPLE_ROWS:
                    break
        except csv.Error:
            return 0.0, 0
        if not widths:
            return 0.0, 0
        width, count = Counter(widths).most_common(1)[0]
        return (count / len(widths) if width > 1 else 0.0), width

    return max(_SEPARATORS, key=evenness)
