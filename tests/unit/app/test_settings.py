"""Settings: kept between starts, never a reason not to start."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QStandardPaths

from cnnviz.app.settings import MAX_RECENT, MapPace, Settings, ThemeMode
from cnnviz.interpret.atlas import Scale

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "settings.ini"


@pytest.fixture
def settings(path):
    return Settings(path)


def reopened(settings):
    settings.write()
    return Settings(settings.path)


def test_defaults(settings):
    assert settings.theme is ThemeMode.SYSTEM
    assert settings.scale is Scale.PER_LAYER
    assert settings.map_pace is MapPace.SPARING
    assert settings.recent_files == ()
    assert settings.folder is None
    assert settings.layout(1) is None
    assert settings.notice == ""


def test_everything_is_there_again_after_a_restart(settings, tmp_path):
    settings.theme = ThemeMode.DARK
    settings.scale = Scale.PER_MAP
    settings.map_pace = MapPace.SMOOTH
    settings.folder = tmp_path
    settings.add_recent(tmp_path / "a.json")
    settings.keep_layout(3, QByteArray(b"geometry\x00"), QByteArray(b"state"))
    again = reopened(settings)
    assert again.theme is ThemeMode.DARK
    assert again.scale is Scale.PER_MAP
    assert again.map_pace is MapPace.SMOOTH
    assert again.folder == tmp_path
    assert again.recent_files == (tmp_path / "a.json",)
    assert again.layout(3) == (QByteArray(b"geometry\x00"), QByteArray(b"state"))
    assert again.layout(4) is None


def test_recent_files_are_the_newest_ten_each_once(settings, tmp_path):
    for number in range(12):
        settings.add_recent(tmp_path / f"{number}.json")
    settings.add_recent(tmp_path / "5.json")
    names = [path.stem for path in reopened(settings).recent_files]
    assert names == ["5", "11", "10", "9", "8", "7", "6", "4", "3", "2"]
    assert len(names) == MAX_RECENT
    settings.clear_recent()
    assert reopened(settings).recent_files == ()


def test_a_folder_that_is_gone_is_forgotten(settings, tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    settings.folder = folder
    folder.rmdir()
    assert settings.folder is None


def test_a_folder_that_the_system_refuses_to_look_at_is_forgotten(settings, tmp_path, monkeypatch):
    documents = tmp_path / ("d" * 300)  # refused as a disk of the network is that does not answer
    monkeypatch.setattr(QStandardPaths, "standardLocations", lambda _kind: [str(documents)])
    settings.folder = tmp_path / ("f" * 300)
    assert settings.folder is None
    assert settings.start_folder == Path.home()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00garbage", b"[view\ntheme", b"a\x00b"])
def test_a_damaged_file_is_put_aside_and_the_defaults_used(path, content):
    path.write_bytes(content)
    settings = Settings(path)
    assert "settings.broken" in settings.notice
    assert path.with_suffix(".broken").read_bytes() == content
    settings.theme = ThemeMode.LIGHT
    again = reopened(settings)
    assert again.theme is ThemeMode.LIGHT
    assert again.notice == ""


def test_values_that_mean_nothing_are_defaults(path):
    path.write_text("[view]\ntheme=purple\nscale=7\n[window]\nversion=1\ngeometry=no\nstate=no\n")
    settings = Settings(path)
    assert settings.theme is ThemeMode.SYSTEM
    assert settings.scale is Scale.PER_LAYER
    assert settings.layout(1) is None
    assert settings.notice == ""


def test_a_file_is_taken_off_the_recent_ones(settings, tmp_path):
    for name in ("a", "b", "c"):
        settings.add_recent(tmp_path / name)
    settings.remove_recent(tmp_path / "b")
    assert [path.name for path in reopened(settings).recent_files] == ["c", "a"]


def test_a_place_that_cannot_be_written_is_told_at_once_and_once(tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings = Settings(tmp_path / "file" / "settings.ini")
    assert "Settings are lost when the window closes" in settings.notice
    settings.theme = ThemeMode.DARK
    assert settings.write() == ""
    assert settings.theme is ThemeMode.DARK


def test_a_place_that_cannot_be_written_any_more_is_told_once(settings):
    settings.path.unlink(missing_ok=True)
    settings.path.mkdir()
    settings.theme = ThemeMode.DARK
    assert str(settings.path) in settings.write()
    settings.theme = ThemeMode.LIGHT
    assert settings.write() == ""
