"""Reports as files in a folder, without a window: what the command line writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from cnnviz.errors import FileError
from cnnviz.files import write_atomic
from cnnviz.ui.export.picture_files import write_picture

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.ui.export.report import Report


class SheetWriter:
    """Writes reports into a folder as the window would export them; no display is needed.

    `suffix` is .png or .svg; `with_numbers` has the arrays and the table behind each picture written beside
    it, under the same name.
    """

    def __init__(self, folder: Path, suffix: str, *, with_numbers: bool = False) -> None:
        self._app = QApplication.instance() or QApplication(["cnnviz", "-platform", "offscreen"])
        assert isinstance(self._app, QApplication)  # plots are widgets, which need all of it
        self._folder, self._suffix, self._with_numbers = folder, suffix, with_numbers

    def write(self, *reports: Report | None) -> list[str]:
        """Write reports, those that are None left out, and return the names of the files.

        Raises
        ------
        FileError
            The folder cannot be made, a picture is too large, or a file cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"Cannot make the folder {self._folder}: {error.strerror or error}.") from error
        return [name for report in reports if report is not None for name in self._files_of(report)]

    def _files_of(self, report: Report) -> list[str]:
        names = [f"{report.name}{self._suffix}"]
        write_picture(self._folder / names[0], report, QApplication.font())
        if self._with_numbers:
            for suffix in report.numbers.needed_suffixes:
                names.append(f"{report.name}{suffix}")
                write_atomic(self._folder / names[-1], report.numbers.encoded(suffix))
        return names
