"""What lies beside a run: written, read, and refused where the file of a run could not hold it."""

from __future__ import annotations

import datetime
import json

import pytest

from cnnviz.app.runs.run_about import About, read_about, write_about
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
