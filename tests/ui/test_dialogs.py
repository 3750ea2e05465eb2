from __future__ import annotations

from pathlib import Path

from cnnviz.ui.dialogs import folder_for


def test_a_name_without_a_folder_is_saved_at_home_and_not_where_the_program_was_started(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert folder_for(Path("film.gif")) == tmp_path
    assert folder_for(Path("films/film.gif")) == tmp_path / "films"
    assert folder_for(tmp_path / "mine" / "film.gif") == tmp_path / "mine"
