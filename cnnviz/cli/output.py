"""What commands print: results on standard output, progress on standard error."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rich.console import Console

_PLAIN_WIDTH = 200
"""Columns where the output is no terminal: room enough for every table."""


def print_json(values: Mapping[str, Any]) -> None:
    """Print one JSON object as one line; numbers that are not finite, which JSON has not, become null."""
    print(json.dumps(_finite(values), allow_nan=False), flush=True)


def print_files(names: Sequence[str], folder: Path | str) -> None:
    """Print which files were written."""
    count = "1 file is" if len(names) == 1 else f"{len(names)} files are"
    print(f"{count} in {folder}: {', '.join(names)}")


def console(*, to_stderr: bool = False) -> Console:
    """Return a console for standard output or standard error."""
    from rich.console import Console

    stream = sys.stderr if to_stderr else sys.stdout
    width = None if stream.isatty() else _PLAIN_WIDTH
    return Console(stderr=to_stderr, width=width, highlight=False)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, right_from: int) -> None:
    """Print a table on standard output; columns from number `right_from` on are flush right."""
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number >= right_from else "left")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    console().print(table)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {name: _finite(item) for name, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list) else value


def say(sentence: str) -> None:
    """Print a remark on standard error."""
    print(sentence, file=sys.stderr, flush=True)
