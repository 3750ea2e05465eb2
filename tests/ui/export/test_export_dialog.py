from __future__ import annotations

import errno
import os

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication

from cnnviz.interpret.number_files import NumberSet
from cnnviz.ui.export.export_dialog import ExportDialog
from cnnviz.ui.export.picture_files import PictureStyle
from cnnviz.ui.theme import DARK, LIGHT
from tests.ui.export.reports import VALUES, report_of


@pytest.fixture
def dialog(qtbot, questions, tmp_path):
    dialog = ExportDialog(report_of(), questions, PictureStyle(), tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.mark.parametrize(("name", "beginning"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml")])
def test_the_suffix_says_what_a_picture_is(dialog, questions, tmp_path, qtbot, name, beginning) -> None:
    questions.paths = [tmp_path / name]
    with qtbot.waitSignal(dialog.written) as written:
        dialog.save_button.click()
    assert written.args == [tmp_path / name]
    assert (tmp_path / name).read_bytes().startswith(beginning)
    assert dialog.note.text() == f"Written to {name}."
    assert questions.suggested == [tmp_path / "board.png"]


def test_numbers_are_arrays_or_a_table(dialog, questions, tmp_path) -> None:
    questions.paths = [tmp_path / "a.npz", tmp_path / "a.npy", tmp_path / "a.csv"]
    for _ in range(3):
        dialog.numbers_button.click()
    assert np.array_equal(np.load(tmp_path / "a.npz")["cells"], VALUES)
    assert np.array_equal(np.load(tmp_path / "a.npy"), VALUES)
    assert (tmp_path / "a.csv").read_text() == "a\n1.5\n"


def test_a_view_without_numbers_has_none_to_save(qtbot, questions) -> None:
    dialog = ExportDialog(report_of(numbers=NumberSet({})), questions, PictureStyle())
    qtbot.addWidget(dialog)
    assert not dialog.numbers_button.isEnabled()


def test_the_clipboard_gets_the_picture_in_the_size_that_is_chosen(dialog) -> None:
    dialog.scale.setCurrentIndex(2)
    dialog.copy_button.click()
    image = QGuiApplication.clipboard().image()
    assert f"{image.width():,} × {image.height():,}" in dialog.scale.currentText()
    assert f"{image.width():,} × {image.height():,}" in dialog.note.text()


def test_the_preview_follows_what_is_chosen_and_the_choice_is_told(dialog, qtbot) -> None:
    assert dialog.preview.image.pixelColor(0, 0) == LIGHT.base
    high = dialog.preview.image.height()
    with qtbot.waitSignal(dialog.style_chosen) as chosen:
        dialog.look.setCurrentIndex(1)
    assert chosen.args[0].colors is DARK
    assert dialog.preview.image.pixelColor(0, 0) == DARK.base
    dialog.words.setChecked(False)
    assert dialog.preview.image.height() < high
    assert dialog.style_now == PictureStyle(DARK, 2, with_words=False)


def test_a_cancelled_dialog_writes_nothing(dialog, questions, tmp_path) -> None:
    questions.paths = [None, None]
    dialog.save_button.click()
    dialog.numbers_button.click()
    assert not list(tmp_path.iterdir())
    assert not dialog.note.text()
    assert not dialog.problem.text


def test_what_cannot_be_written_is_said_in_one_sentence_and_leaves_nothing(
    dialog, questions, tmp_path
) -> None:
    questions.paths = [tmp_path / "no" / "a.png", tmp_path / "a.gif", tmp_path / "a.png"]
    dialog.save_button.click()
    assert dialog.problem.text.startswith("Cannot write")
    dialog.save_button.click()
    assert dialog.problem.text == '"a.gif" must end in .png or .svg.'
    assert not list(tmp_path.iterdir())
    dialog.save_button.click()
    assert not dialog.problem.text


def test_a_full_disk_leaves_the_file_that_was_there(dialog, questions, tmp_path, monkeypatch) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"before")

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    questions.paths = [path]
    dialog.save_button.click()
    assert "No space left on device" in dialog.problem.text
    assert [one.name for one in tmp_path.iterdir()] == ["a.png"]
    assert path.read_bytes() == b"before"


def test_a_picture_too_large_to_be_shown_can_be_saved_as_a_drawing(qtbot, questions, tmp_path) -> None:
    class Long:
        width, height = 10, 40_000

        def paint(self, painter, x, y, seen):
            painter.fillRect(x, y, 10, 10, DARK.base)

        def spot(self, *_):
            return None

    dialog = ExportDialog(report_of(body=lambda _pens: Long()), questions, PictureStyle())
    qtbot.addWidget(dialog)
    assert "It can be saved as SVG" in dialog.preview.words
    dialog.copy_button.click()
    assert "too large" in dialog.problem.text
    questions.paths = [tmp_path / "long.svg"]
    dialog.save_button.click()
    assert (tmp_path / "long.svg").stat().st_size > 100
