"""Every question the window asks, behind one seam, so that a test or another program can answer."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit, QMessageBox, QWidget

from cnnviz.ui.file_dialog import chosen_path, file_dialog

DESIGN_SUFFIX = ".json"
RUN_SUFFIX = ".cnnviz"
DESIGN_FILTER = f"Designs (*{DESIGN_SUFFIX})"
RUN_FILTER = f"Trained runs (*{RUN_SUFFIX})"
OPEN_FILTER = f"Designs and runs (*{DESIGN_SUFFIX} *{RUN_SUFFIX});;All files (*)"
DATA_FILTER = "Data sets (*.npz *ubyte *ubyte.gz *.idx *.csv *.tsv);;All files (*)"
DIAGRAM_FILTER = "Drawings that scale (*.svg);;Pictures of pixels (*.png)"
IMAGE_FILTER = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff);;All files (*)"


class Answer(enum.Enum):
    """What to do with work that would be lost."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class Questions(Protocol):
    """What the window may ask. None as a path means that nothing was chosen."""

    def keep(self, parent: QWidget, what: str, why: str) -> Answer:
        """Ask what to do with `what`, a sentence naming the unsaved work, before `why` happens."""
        ...

    def file_to_open(self, parent: QWidget, title: str, pattern: str, folder: Path) -> Path | None:
        """Ask for a file that exists."""
        ...

    def folder_to_open(self, parent: QWidget, title: str, folder: Path) -> Path | None:
        """Ask for a folder that exists."""
        ...

    def file_to_save(self, parent: QWidget, title: str, pattern: str, suggestion: Path) -> Path | None:
        """Ask for a name to save under; the suffix of `suggestion` is added where none is given."""
        ...

    def text(self, parent: QWidget, title: str, label: str, value: str) -> str | None:
        """Ask for a line of text, beginning with `value`; None where the person cancels."""
        ...


class Dialogs:
    """Asks with modal dialogs, the only ones of the program."""

    def keep(self, parent: QWidget, what: str, why: str) -> Answer:
        """Ask Save, Discard or Cancel; Escape is Cancel."""
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Unsaved Work", what, parent=parent)
        box.setTextFormat(Qt.TextFormat.PlainText)  # a design may have any name
        box.setInformativeText(f"What is not saved is lost when {why}.")
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.button(buttons.Discard).setText("&Discard")
        box.setDefaultButton(buttons.Save)
        box.setEscapeButton(buttons.Cancel)
        answers = {buttons.Save: Answer.SAVE, buttons.Discard: Answer.DISCARD}
        return answers.get(buttons(box.exec()), Answer.CANCEL)

    def file_to_open(self, parent: QWidget, title: str, pattern: str, folder: Path) -> Path | None:
        """Ask with the system's dialog."""
        dialog = file_dialog(parent, title, folder, pattern)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        name = chosen_path(dialog)
        return Path(name) if name else None

    def folder_to_open(self, parent: QWidget, title: str, folder: Path) -> Path | None:
        """Ask with the system's dialog."""
        dialog = file_dialog(parent, title, folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        name = chosen_path(dialog)
        return Path(name) if name else None

    def file_to_save(self, parent: QWidget, title: str, pattern: str, suggestion: Path) -> Path | None:
        """Ask with the system's dialog, which also asks before it replaces a file.

        The suffix that is added follows the kind of file that is chosen in it.
        """
        dialog = file_dialog(parent, title, folder_for(suggestion), pattern)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suggestion.suffix)
        dialog.filterSelected.connect(lambda pattern: dialog.setDefaultSuffix(_first_suffix(pattern)))
        dialog.selectFile(suggestion.name)
        name = chosen_path(dialog)
        return Path(name) if name else None

    def text(self, parent: QWidget, title: str, label: str, value: str) -> str | None:
        """Ask in a small dialog."""
        text, is_given = QInputDialog.getText(parent, title, label, QLineEdit.EchoMode.Normal, value)
        return text if is_given else None


def _first_suffix(pattern: str) -> str:
    """Return the first suffix of one pattern of a dialog, such as `svg` of `Drawings (*.svg)`."""
    return pattern.partition("*.")[2].split(" ")[0].rstrip(")")


def folder_for(suggestion: Path) -> Path:
    """Return where to look first for a name to save under: at home where it has no folder of its own.

    The folder in which the program was started says nothing: from a menu of programs it is often the root.
    """
    return suggestion.parent if suggestion.is_absolute() else Path.home() / suggestion.parent
