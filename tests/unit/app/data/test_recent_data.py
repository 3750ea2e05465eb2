"""Data sets that were used lately: remembered, looked for, forgotten."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cnnviz.app.data.recent_data import MAX_RECENT_DATA, RecentData, RecentDatasets, entry_of, why_missing
from cnnviz.app.settings import Settings
from cnnviz.data.catalog import open_dataset
from cnnviz.data.importing.recipe import Recipe, to_source
from cnnviz.data.preparing import prepared
from cnnviz.spec.preparing import Preparing
from tests.helpers.picture_folders import fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from cnnviz.data.dataset import Dataset

SMALL = Preparing(height=6, width=6, standardise=True)


@pytest.fixture
def settings(qapp: object, tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def recent(settings: Settings) -> Iterator[RecentDatasets]:
    made = RecentDatasets(settings)
    yield made
    assert made.close()


@pytest.fixture
def pets(tmp_path: Path) -> Dataset:
    for name in ("cat", "dog"):
        fill(tmp_path / "pets" / name, 5)
    return open_dataset(str(tmp_path / "pets"))


def test_a_folder_is_there_again_after_a_restart(
    settings: Settings, recent: RecentDatasets, pets: Dataset, tmp_path: Path
) -> None:
    recent.note(pets)
    settings.write()
    (again,) = RecentDatasets(Settings(settings.path)).entries
    assert (again.source, again.title, again.kind) == (pets.source, pets.title, "folder of pictures")
    assert again.path == tmp_path / "pets"
    assert open_dataset(again.source).content_hash == pets.content_hash


def test_what_is_offered_by_name_is_no_entry_unless_it_is_prepared(recent: RecentDatasets) -> None:
    digits = open_dataset("digits")
    recent.note(digits)
    recent.note(replace(digits, source=""))
    assert recent.entries == ()
    recent.note(prepared(digits, SMALL))
    (entry,) = recent.entries
    assert (entry.source, entry.preparing, entry.kind, entry.path) == ("digits", SMALL, "prepared", None)
    assert entry_of(open_dataset("shapes:images=300")) is not None


def test_the_newest_are_first_and_each_is_there_once(recent: RecentDatasets, pets: Dataset) -> None:
    recent.note(pets)
    recent.note(replace(pets, source=pets.source.replace("seed=1998", "seed=7")))
    assert len(recent.entries) == 1
    assert "seed=7" in recent.entries[0].source
    for number in range(MAX_RECENT_DATA + 2):
        recent.note(replace(pets, title=f"pets {number}"))
    titles = [entry.title for entry in recent.entries]
    assert titles == [f"pets {number}" for number in range(MAX_RECENT_DATA + 1, 1, -1)]


def test_what_another_window_has_used_since_stays(
    settings: Settings, recent: RecentDatasets, pets: Dataset
) -> None:
    recent.note(replace(pets, title="mine"))
    settings.write()
    elsewhere = "import sys, pathlib; from cnnviz.app.settings import Settings\n" + (
        "settings = Settings(pathlib.Path(sys.argv[1]))\n"
        "settings.recent_data = (settings.recent_data[0].replace('mine', 'its'), *settings.recent_data)\n"
        "settings.add_recent(pathlib.Path('its.cnnviz'))\n"
        "assert settings.write() == ''"
    )
    subprocess.run([sys.executable, "-c", elsewhere, str(settings.path)], check=True)
    recent.note(pets)
    assert [entry.title for entry in recent.entries] == [pets.title, "its", "mine"]
    settings.add_recent(Path("mine.cnnviz"))
    assert [path.name for path in settings.recent_files] == ["mine.cnnviz", "its.cnnviz"]


def test_a_look_tells_what_is_missing_and_it_can_be_removed(
    recent: RecentDatasets, pets: Dataset, tmp_path: Path, qtbot: QtBot
) -> None:
    recent.note(pets)
    recent.note(prepared(open_dataset("digits"), SMALL))
    shutil.move(tmp_path / "pets", tmp_path / "elsewhere")
    with qtbot.waitSignal(recent.changed):
        recent.look()
    assert [recent.why_missing(entry) for entry in recent.entries] == ["", "folder not found"]
    recent.remove_missing()
    assert [entry.source for entry in recent.entries] == ["digits"]
    assert recent.missing == ()
    recent.clear()
    assert recent.entries == ()


def test_one_that_is_back_is_no_longer_missing(
    recent: RecentDatasets, pets: Dataset, tmp_path: Path, qtbot: QtBot
) -> None:
    recent.note(pets)
    for moved, is_missing in ((("pets", "away"), True), (("away", "pets"), False)):
        shutil.move(tmp_path / moved[0], tmp_path / moved[1])
        with qtbot.waitSignal(recent.changed):
            recent.look()
        assert bool(recent.missing) is is_missing


def test_why_a_table_or_a_file_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / "faces"
    folder.mkdir()
    table = RecentData(to_source(folder, Recipe(table="ages.csv")), "folder:faces", "faces")
    assert (table.kind, why_missing(table)) == ("pictures of a table", "ages.csv not found")
    (folder / "ages.csv").write_text("name,age\n")
    assert why_missing(table) == ""
    assert why_missing(RecentData(str(tmp_path / "a.npz"), "npz:a", "a")) == "file not found"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"source": 3}', '{"source": "a", "name": "b", "title": "c", "preparing": 5}']
)
def test_settings_that_are_damaged_offer_nothing(settings: Settings, text: str) -> None:
    settings.recent_data = (text,)
    assert RecentDatasets(settings).entries == ()
