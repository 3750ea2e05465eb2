"""What lies beside a run: written, read, and refused where the file of a run could not hold it."""

from __future__ import annotations

import datetime
import json

import pytest

from cnnviz.app.runs.run_about import MAX_NAME_LENGTH, About, new_name, read_about, write_about
from cnnviz.errors import FileError
from cnnviz.training.result import UseOfTestSet

ABOUT = About(
    "Mine",
    3,
    datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
    test_uses=(UseOfTestSet("2026-01-02T10:00:00+00:00", 40, 2),),
)


def test_what_is_written_is_read(tmp_path):
    write_about(tmp_path / "about.json", ABOUT)
    assert read_about(tmp_path / "about.json") == ABOUT


@pytest.mark.parametrize(
    "use",
    [
        ["now", -1, 0],
        ["now", 1, -2],
        ["x" * 1001, 1, 1],
        ["now", 2**53, 1],
        ["now", True, 1],
        ["now", 1],
        "now",
    ],
)
def test_a_look_at_the_test_set_that_a_run_could_not_hold_is_damage(tmp_path, use):
    path = tmp_path / "about.json"
    write_about(path, ABOUT)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"test_uses": [use]}))
    with pytest.raises(FileError, match="damaged"):
        read_about(path)


@pytest.mark.parametrize(
    ("design", "data", "name"),
    [
        ("LeNet-5", "mnist", "LeNet-5 on mnist 1"),
        ("", "digits", "Untitled on digits 1"),
        ("Tiny", "folder:cats and dogs", "Tiny on cats and dogs 1"),
        ("Tiny", "idx:mnist-t10k", "Tiny on mnist-t10k 1"),
        ("Tiny", "shapes-size:images=100", "Tiny on shapes-size 1"),
    ],
)
def test_a_run_is_called_by_its_design_and_what_it_learns_from(design, data, name):
    assert new_name("", (), design=design, data=data) == name
    assert new_name("", (name,), design=design, data=data) == f"{name[:-1]}2"


def test_a_name_is_never_too_long_and_a_wanted_one_is_given():
    assert len(new_name("", (), design="d" * 99, data="npz:" + "s" * 99)) <= MAX_NAME_LENGTH
    assert new_name("mine", ("mine",), design="d", data="s") == "mine 2"
