from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QFileDialog, QToolButton, QWidget

from cnnviz.ui.dialogs import Dialogs, folder_for
from cnnviz.ui.file_dialog import file_dialog
from cnnviz.ui.theme import DARK, LIGHT, apply_theme


def test_a_name_without_a_folder_is_saved_at_home_and_not_where_the_program_was_started(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert folder_for(Path("film.gif")) == tmp_path
    assert folder_for(Path("films/film.gif")) == tmp_path / "films"
    assert folder_for(tmp_path / "mine" / "film.gif") == tmp_path / "mine"


@pytest.mark.parametrize(("before", "after"), [(LIGHT, DARK), (DARK, LIGHT), (DARK, DARK)])
def test_arrows_of_an_open_file_dialog_go_with_the_theme(tmp_path, qtbot, before, after) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    old = (app.palette(), app.styleSheet())
    try:
        apply_theme(app, before.name)
        dialog = file_dialog(None, "Open", tmp_path)
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        apply_theme(app, after.name)
        button = dialog.findChild(QToolButton, "toParentButton")
        place = QRect(button.mapTo(dialog, QPoint()), button.size())
        image = dialog.grab(place).toImage()
        seen = {
            image.pixelColor(x, y).lightness() for x in range(image.width()) for y in range(image.height())
        }
        arrow, paper = after.text.lightness(), after.window.lightness()
        assert min(abs(found - paper) for found in seen) < 10
        assert min(abs(found - arrow) for found in seen) < 10
    finally:
        app.setPalette(old[0])
        app.setStyleSheet(old[1])


def test_files_and_folders_are_looked_for_in_the_folder_given(tmp_path, qtbot, monkeypatch) -> None:
    seen: list[tuple[str, QFileDialog.FileMode]] = []

    def cancel(dialog: QFileDialog) -> int:
        seen.append((dialog.directory().path(), dialog.fileMode()))
        return 0

    monkeypatch.setattr(QFileDialog, "exec", cancel)
    parent = QWidget()
    qtbot.addWidget(parent)
    assert Dialogs().folder_to_open(parent, "Open Data Set Folder", tmp_path) is None
    assert Dialogs().file_to_open(parent, "Open", "All files (*)", tmp_path) is None
    modes = QFileDialog.FileMode
    assert seen == [(str(tmp_path), modes.Directory), (str(tmp_path), modes.ExistingFile)]
