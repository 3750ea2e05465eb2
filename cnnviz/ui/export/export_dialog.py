"""One view as it would stand in a report, and the ways to take it along."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cnnviz.errors import CnnvizError, FileError
from cnnviz.interpret.number_files import CSV, JSON, NPY, NPZ
from cnnviz.ui.export.picture_files import SCALES, PictureStyle, picture_bytes, picture_image, picture_size
from cnnviz.ui.export.preview import Preview
from cnnviz.ui.forms.problem_label import ProblemLabel
from cnnviz.ui.theme import DARK, LIGHT, SPACE_8, SPACE_12, SPACE_16, strong_font
from cnnviz.ui.widgets.file_export import FileKind, file_filter, write_kind
from cnnviz.ui.widgets.note_label import NoteLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.ui.dialogs import Questions
    from cnnviz.ui.export.report import Report

_SIZE_PX, _LEAST_SIZE_PX, _CHOICES_PX = (960, 640), (640, 420), 240
_LOOKS = (("Light, for paper", LIGHT), ("Dark, for a screen", DARK))
_SCALES_NOTE = "An SVG drawing has no pixels: it is sharp at any size."
_TITLES = {NPZ: "All arrays", NPY: "The main array", CSV: "Table", JSON: "Data"}


class ExportDialog(QDialog):
    """Shows a report as it will be, and writes it: as PNG, as SVG, to the clipboard; and its numbers.

    The report stays as it was when the dialog was opened, whatever the view shows meanwhile.

    Signals
    -------
    style_chosen(PictureStyle)
        Pictures are to look like this from now on.
    written(Path)
        This file was written.
    """

    style_chosen = Signal(object)
    written = Signal(object)

    def __init__(
        self,
        report: Report,
        questions: Questions,
        style: PictureStyle,
        folder: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._report, self._questions, self._style = report, questions, style
        self._folder = folder or Path()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Export")
        self.preview = Preview(self)
        self.look, self.scale, self.words = (
            QComboBox(self),
            QComboBox(self),
            QCheckBox("Title and notes", self),
        )
        self.problem, self.note = ProblemLabel(self), QLabel(self)
        self.save_button = QPushButton("&Save Picture…", self)
        self.copy_button = QPushButton("&Copy Picture", self)
        self.numbers_button = QPushButton("Save &Numbers…", self)
        self._fill()
        self._lay_out()
        self._connect()
        self._show_picture()
        self.resize(*_SIZE_PX)
        self.setMinimumSize(*_LEAST_SIZE_PX)

    @property
    def report(self) -> Report:
        """What is exported."""
        return self._report

    @property
    def style_now(self) -> PictureStyle:
        """How the picture is to look."""
        return self._style

    @Slot()
    def save_picture(self) -> None:
        """Ask for a file and write the picture."""
        kinds = [
            FileKind(suffix, title, lambda suffix=suffix: self._encoded(suffix))  # type: ignore[misc]
            for suffix, title in ((".png", "Picture of pixels"), (".svg", "Drawing that scales"))
        ]
        self._save("Save Picture", kinds)

    @Slot()
    def save_numbers(self) -> None:
        """Ask for a file and write the arrays or the table."""
        numbers = self._report.numbers
        kinds = [
            FileKind(suffix, _TITLES[suffix], lambda suffix=suffix: numbers.encoded(suffix))  # type: ignore[misc]
            for suffix in numbers.suffixes
        ]
        self._save("Save Numbers", kinds)

    @Slot()
    def copy_picture(self) -> None:
        """Put the picture on the clipboard."""
        try:
            image = picture_image(self._report, self.font(), self._style)
        except FileError as error:
            self._tell(problem=str(error))
            return
        QGuiApplication.clipboard().setImage(image)
        self._tell(f"Copied, {image.width():,} × {image.height():,} pixels.")

    def _encoded(self, suffix: str) -> bytes:
        return picture_bytes(suffix, self._report, self.font(), self._style)

    def _save(self, title: str, kinds: Sequence[FileKind]) -> None:
        suggestion = self._folder / f"{self._report.name}{kinds[0].suffix}"
        path = self._questions.file_to_save(self, title, file_filter(kinds), suggestion)
        if path is None:
            return
        try:
            write_kind(path, kinds)
        except CnnvizError as error:
            self._tell(problem=str(error))
            return
        self._folder = path.absolute().parent
        self._tell(f"Written to {path.name}.")
        self.written.emit(path)

    def _tell(self, note: str = "", *, problem: str = "") -> None:
        self.note.setText(note)
        self.problem.show_problems((problem,) if problem else ())

    def _fill(self) -> None:
        for text, colors in _LOOKS:
            self.look.addItem(text, colors)
        self.look.setCurrentIndex([colors.name for _, colors in _LOOKS].index(self._style.colors.name))
        for scale in SCALES:
            self.scale.addItem("", scale)
        self.scale.setCurrentIndex(SCALES.index(self._style.scale))
        self.words.setChecked(self._style.with_words)
        self.numbers_button.setEnabled(bool(self._report.numbers.suffixes))
        self.save_button.setProperty("primary", True)
        self.save_button.setDefault(True)
        self.look.setAccessibleName("Background")
        self.scale.setAccessibleName("Size of a PNG picture")

    def _lay_out(self) -> None:
        title = QLabel(self._report.title, self)
        title.setFont(strong_font(title))
        for label in (title, self.note):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        choices = QWidget(self)
        choices.setFixedWidth(_CHOICES_PX)
        form = QFormLayout()
        form.setSpacing(SPACE_8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.addRow("&Background", self.look)
        form.addRow("PNG si&ze", self.scale)
        hint = NoteLabel(self)
        hint.setText(_SCALES_NOTE)
        side = QVBoxLayout(choices)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(SPACE_12)
        side.addWidget(title)
        side.addLayout(form)
        side.addWidget(self.words)
        side.addWidget(hint)
        side.addStretch(1)
        side.addWidget(self.problem)
        side.addWidget(self.note)
        columns = QHBoxLayout()
        columns.setSpacing(SPACE_16)
        columns.addWidget(self.preview, 1)
        columns.addWidget(choices)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        layout.setSpacing(SPACE_12)
        layout.addLayout(columns, 1)
        layout.addWidget(self._button_box())

    def _button_box(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.addButton(self.save_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.numbers_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        return buttons

    def _connect(self) -> None:
        for choice in (self.look, self.scale):
            choice.currentIndexChanged.connect(self._on_style_chosen)
        self.words.toggled.connect(self._on_style_chosen)
        self.save_button.clicked.connect(self.save_picture)
        self.copy_button.clicked.connect(self.copy_picture)
        self.numbers_button.clicked.connect(self.save_numbers)

    @Slot()
    def _on_style_chosen(self) -> None:
        self._style = PictureStyle(
            self.look.currentData(), self.scale.currentData(), with_words=self.words.isChecked()
        )
        self._tell()
        self._show_picture()
        self.style_chosen.emit(self._style)

    def _show_picture(self) -> None:
        """Show the picture as large as the screen needs it, and say how large the others would be."""
        style, ratio = self._style, math.ceil(self.devicePixelRatioF())
        try:
            image = picture_image(self._report, self.font(), dataclasses.replace(style, scale=ratio))
        except FileError:
            self.preview.show_words("Too large to be shown here. It can be saved as SVG.")
        else:
            image.setDevicePixelRatio(ratio)
            self.preview.show_image(image, self._report.description)
        for index, scale in enumerate(SCALES):
            width, height = picture_size(self._report, self.font(), dataclasses.replace(style, scale=scale))
            self.scale.setItemText(index, f"{scale}×: {width:,} × {height:,}")
