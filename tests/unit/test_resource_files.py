from __future__ import annotations

import pytest

from cnnviz import resource_files
from cnnviz.errors import FileError
from cnnviz.resource_files import resource_path


def test_a_bundled_file_is_found():
    assert resource_path("data", "digits.npz").is_file()


def test_without_parts_it_is_the_folder_itself():
    assert resource_path().is_dir()


def test_a_missing_file_is_named():
    with pytest.raises(FileError, match=r"data/nothing\.bin is missing"):
        resource_path("data", "nothing.bin")


def test_an_installed_copy_goes_first(tmp_path, monkeypatch):
    (tmp_path / "note.txt").write_text("installed")
    monkeypatch.setattr(resource_files, "_INSTALLED", tmp_path)
    assert resource_path("note.txt") == tmp_path / "note.txt"
    with pytest.raises(FileError):
        resource_path("data", "digits.npz")
