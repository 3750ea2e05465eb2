from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from cnnviz.app.settings import Settings
from cnnviz.errors import FileError
from cnnviz.ui.widgets.file_export import FileExport, FileKind, file_filter, write_kind

TABLE = FileKind(".csv", "Table", lambda: b"1,2")


def _refuse() -> bytes:
    raise FileError("There is nothing to write yet.")


PICTURE = FileKind(".png", "Picture", _refuse)


@pytest.fixture
def parent(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    return parent


@pytest.fixture
def settings(tmp_path_factory):
    return Settings(tmp_path_factory.mktemp("settings") / "settings.ini")


@pytest.fixture
def export(parent, questions, settings):
    return FileExport(parent, questions, settings)


@pytest.fixture
def said(export) -> list[str]:
    words: list[str] = []
    export.told.connect(words.append)
    export.failed.connect(words.append)
    return words


def test_the_suffix_says_what_is_written(tmp_path):
    assert write_kind(tmp_path / "a.CSV", [PICTURE, TABLE]) is TABLE
    assert (tmp_path / "a.CSV").read_bytes() == b"1,2"


@pytest.mark.parametrize(
    ("kinds", "words"),
    [([TABLE], '"a.txt" must end in .csv.'), ([PICTURE, TABLE], '"a.txt" must end in .png or .csv.')],
)
def test_another_suffix_is_refused_and_the_right_ones_are_named(tmp_path, kinds, words):
    with pytest.raises(FileError, match="must end") as caught:
        write_kind(tmp_path / "a.txt", kinds)
    assert str(caught.value) == words
    assert not list(tmp_path.iterdir())


def test_the_dialog_offers_every_kind():
    assert file_filter([PICTURE, TABLE]) == "Picture (*.png);;Table (*.csv)"


def test_what_was_written_is_told(export, questions, said, tmp_path):
    questions.paths += [tmp_path / "a.csv", tmp_path / "b.csv"]
    assert export.ask("Export", "table.csv", [TABLE])
    assert export.ask("Export", "table.csv", [TABLE], subject="Curves")
    assert said == ["Table written to a.csv.", "Curves written to b.csv."]


def test_what_cannot_be_made_is_told_and_no_file_is_left(export, questions, said, tmp_path):
    questions.paths.append(tmp_path / "a.png")
    assert not export.ask("Export", "table.csv", [PICTURE])
    assert said == ["There is nothing to write yet."]
    assert not list(tmp_path.iterdir())


def test_nothing_happens_where_no_file_is_chosen(export, questions, said, tmp_path):
    questions.paths.append(None)
    assert not export.ask("Export", "table.csv", [TABLE])
    assert said == []


def test_the_folder_used_last_is_suggested_and_kept_only_if_something_was_written(
    export, questions, settings, tmp_path
):
    other = tmp_path / "other"
    other.mkdir()
    settings.folder = tmp_path
    questions.paths += [other / "a.png", other / "a.csv", None]
    for kind in (PICTURE, TABLE, TABLE):
        export.ask("Export", "table.csv", [kind])
    assert questions.suggested == [folder / "table.csv" for folder in (tmp_path, tmp_path, other)]
