"""Exporting from the window: asked once, written, said."""

from __future__ import annotations

import pytest

from cnnviz.ui.saved_label import SavedLabel


@pytest.mark.parametrize(("name", "beginning"), [("mine.svg", b"<?xml"), ("mine.png", b"\x89PNG")])
def test_the_diagram_is_written_where_it_was_asked_for(window, questions, tmp_path, name, beginning):
    questions.paths = [tmp_path / name]
    window.commands["export_diagram"].trigger()
    assert questions.asked == ["Export Diagram"]
    assert questions.suggested[0].name == "digits-cnn.svg"
    assert (tmp_path / name).read_bytes().startswith(beginning)
    assert f"Saved {name}" in window.findChild(SavedLabel).text()
    assert window.workbench.document.is_clean
    assert window.workbench.settings.recent_files == ()


def test_a_design_with_a_problem_can_be_exported_too(window, questions, tmp_path):
    window.workbench.document.remove_layer("flatten1")
    assert window.workbench.document.problems
    questions.paths = [tmp_path / "mine.svg"]
    assert window.exports.export_diagram()


def test_no_name_no_file(window, questions, tmp_path):
    questions.paths = [None]
    assert not window.exports.export_diagram()
    assert not list(tmp_path.glob("*.svg"))


def test_a_file_that_cannot_be_written_is_told(window, questions, tmp_path):
    questions.paths = [tmp_path / "no" / "mine.svg"]
    assert not window.exports.export_diagram()
    assert "Cannot write" in window.banner.text
    assert window.findChild(SavedLabel).isHidden()


def test_a_suggested_name_is_short_enough_for_any_disk(window, questions):
    window.workbench.document.rename("网" * 200)
    questions.paths = [None]
    window.exports.export_diagram()
    assert len(questions.suggested[0].name.encode()) <= 255
