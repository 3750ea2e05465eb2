"""Twins that wait outlive their window, are taken over once, and by one window."""

from __future__ import annotations

import dataclasses
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from cnnviz.app.runs.kept_twins import KeptTwins
from cnnviz.app.runs.twin_plan import TwinPlan
from cnnviz.app.runs.twin_queue import WaitingTwin
from cnnviz.errors import FileError
from cnnviz.spec.training import SGD, TrainingSpec
from tests.helpers.designs import small_design

if TYPE_CHECKING:
    from pathlib import Path

TRAINING = TrainingSpec(optimizer=SGD(learning_rate=0.5), epochs=3, seed=9)


def twin(name: str) -> WaitingTwin:
    return WaitingTwin("20260101-original", TwinPlan(small_design(), TRAINING, f"in {name}"), name)


def alike(one: WaitingTwin, other: WaitingTwin) -> bool:
    return dataclasses.astuple(one) == dataclasses.astuple(other)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "waiting-twins"


def left_behind(root: Path, *names: str) -> None:
    window = KeptTwins(root)
    window.write([twin(name) for name in names])
    window.release()


def test_what_waits_is_found_again_in_its_order(root: Path) -> None:
    left_behind(root, "a", "b")
    found, problem = KeptTwins(root).take_over()
    assert problem == ""
    assert [one.name for one in found] == ["a", "b"]
    assert alike(found[0], twin("a"))


def test_no_two_windows_take_over_the_same(root: Path) -> None:
    left_behind(root, "a")
    first, second = KeptTwins(root), KeptTwins(root)
    taken, _ = first.take_over()
    assert len(taken) == 1
    assert second.take_over() == ((), "")
    first.write(taken)
    assert second.take_over() == ((), "")
    first.release()
    assert len(second.take_over()[0]) == 1


def test_what_was_taken_over_but_never_written_is_still_there(root: Path) -> None:
    left_behind(root, "a")
    first = KeptTwins(root)
    first.take_over()
    first.release()
    assert len(KeptTwins(root).take_over()[0]) == 1


def test_where_nothing_waits_nothing_is_left(root: Path) -> None:
    left_behind(root, "a")
    window = KeptTwins(root)
    window.write(window.take_over()[0])
    window.write(())
    assert list(root.iterdir()) == []
    window.write([twin("b")])
    assert len(list(root.iterdir())) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        b"{",
        b"[]",
        b'{"format": "other", "version": 1, "twins": []}',
        b'{"format": "cnnviz-waiting-twins", "version": 1}',
        b'{"format": "cnnviz-waiting-twins", "version": 1, "twins": [3]}',
        json.dumps(
            {
                "format": "cnnviz-waiting-twins",
                "version": 1,
                "twins": [{"original": 1, "name": "a", "words": "", "design": {}, "training": {}}],
            }
        ).encode(),
    ],
)
def test_a_damaged_file_is_told_once_and_stands_in_nobodys_way(root: Path, content: bytes) -> None:
    left_behind(root, "a")
    (path,) = root.glob("*/twins.json")
    path.write_bytes(content)
    left_behind(root, "b")
    window = KeptTwins(root)
    found, problem = window.take_over()
    assert [one.name for one in found] == ["b"]
    assert problem.startswith("Twins that waited are lost. ")
    window.write(found)
    window.release()
    assert KeptTwins(root).take_over()[1] == ""


def test_one_twin_that_cannot_be_read_takes_no_other_along(root: Path) -> None:
    left_behind(root, "a", "b", "c")
    (path,) = root.glob("*/twins.json")
    content = json.loads(path.read_text())
    content["twins"][1]["design"] = {}
    path.write_text(json.dumps(content))
    found, problem = KeptTwins(root).take_over()
    assert [one.name for one in found] == ["a", "c"]
    assert problem.endswith("1 of 3 twins cannot be read.")


def test_what_a_newer_program_left_stays_for_it(root: Path) -> None:
    left_behind(root, "a")
    (path,) = root.glob("*/twins.json")
    newer = path.read_text().replace('"version": 1', '"version": 2', 1)
    path.write_text(newer)
    window = KeptTwins(root)
    found, problem = window.take_over()
    assert found == ()
    assert "stay on the disk" in problem
    assert "version 2; this program reads version 1" in problem
    window.write([])
    window.release()
    assert path.read_text() == newer


def test_what_cannot_be_read_now_may_be_another_time(root: Path) -> None:
    left_behind(root, "a")
    (path,) = root.glob("*/twins.json")
    content = path.read_bytes()
    path.unlink()
    path.mkdir()
    assert "stay on the disk" in KeptTwins(root).take_over()[1]
    path.rmdir()
    path.write_bytes(content)
    assert len(KeptTwins(root).take_over()[0]) == 1


def test_where_the_folder_was_cleared_away_what_waits_is_kept_in_another(root: Path) -> None:
    window = KeptTwins(root)
    window.write([twin("a")])
    shutil.rmtree(root)
    window.write([twin("a"), twin("b")])
    assert KeptTwins(root).take_over() == ((), "")
    window.release()
    assert [one.name for one in KeptTwins(root).take_over()[0]] == ["a", "b"]


def test_a_disk_that_takes_nothing_is_an_error(root: Path) -> None:
    root.touch()
    with pytest.raises(FileError, match="Cannot write"):
        KeptTwins(root).write([twin("a")])
