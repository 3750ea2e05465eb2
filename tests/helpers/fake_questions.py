"""Answers to the window's questions, given beforehand; what was asked is kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from cnnviz.ui.dialogs import Answer


class FakeQuestions:
    """Gives `answer` to what to do with unsaved work; `paths` and `texts` in turn where such are wanted."""

    def __init__(self) -> None:
        self.answer = Answer.CANCEL
        self.paths: list[Path | None] = []
        self.texts: list[str | None] = []
        self.asked: list[str] = []
        self.suggested: list[Path] = []
        self.folders: list[Path] = []

    def keep(self, parent: QWidget, what: str, why: str) -> Answer:
        """Return the answer given beforehand."""
        self.asked.append(f"{what} | {why}")
        return self.answer

    def file_to_open(self, parent: QWidget, title: str, pattern: str, folder: Path) -> Path | None:
        """Return the next path."""
        self.folders.append(folder)
        return self._next(title)

    def folder_to_open(self, parent: QWidget, title: str, folder: Path) -> Path | None:
        """Return the next path."""
        self.folders.append(folder)
        return self._next(title)

    def file_to_save(self, parent: QWidget, title: str, pattern: str, suggestion: Path) -> Path | None:
        """Return the next path."""
        self.suggested.append(suggestion)
        return self._next(title)

    def text(self, parent: QWidget, title: str, label: str, value: str) -> str | None:
        """Return the next text."""
        self.asked.append(f"{title} | {value}")
        return self.texts.pop(0)

    def _next(self, title: str) -> Path | None:
        self.asked.append(title)
        return self.paths.pop(0)
