"""How data sets that were used lately are named in lists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from cnnviz.spec.preparing import preparing_in_short, preparing_in_words

if TYPE_CHECKING:
    from PySide6.QtGui import QFontMetrics

    from cnnviz.app.data.recent_data import RecentData

PLACE_PX, _NAME_PX = 240, 300


def short_path(path: Path) -> str:
    """Return a path as people write it, with ~ for their own folder."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):  # it is not in there, or there is no home
        return str(path)


def named(entry: RecentData) -> str:
    """Return its title, with a mark where its images are prepared."""
    mark = preparing_in_short(entry.preparing)
    return f"{entry.title} · {mark}" if mark else entry.title


def said(entry: RecentData, metrics: QFontMetrics, why_missing: str = "") -> str:
    """Return a line with its name, what it is made of and where from, and why it cannot be opened."""
    name = metrics.elidedText(named(entry), Qt.TextElideMode.ElideMiddle, _NAME_PX)
    place = "" if entry.path is None else short_path(entry.path)
    elided = metrics.elidedText(place, Qt.TextElideMode.ElideMiddle, PLACE_PX)
    words = [entry.kind, *([elided] if elided else []), *([why_missing] if why_missing else [])]
    return f"{name} – {', '.join(words)}"


def tip(entry: RecentData, why_missing: str = "") -> str:
    """Return all of it, a line each."""
    steps = preparing_in_words(entry.preparing)
    lines = [entry.title, f"{entry.kind}: {entry.path or entry.source}"]
    if steps:
        lines.append(f"Prepared: {steps}")
    if why_missing:
        lines.append(f"It cannot be opened: {why_missing}.")
    return "\n".join(lines)
