from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from typing import TYPE_CHECKING

import pytest

from cnnviz.errors import FileError
from cnnviz.files import read_limited, write_atomic

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("call", ["mkstemp", "fsync", "replace"])
def test_whatever_fails_the_old_file_stays_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "file"
    write_atomic(path, b"old")

    def fail(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(f"cnnviz.files.{'tempfile' if call == 'mkstemp' else 'os'}.{call}", fail)
    with pytest.raises(FileError, match="Permission denied"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"Cannot write .*none"):
        write_atomic(tmp_path / "none" / "file", b"")


def test_a_link_is_written_through(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_atomic(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a" * 100_000)
    program = textwrap.dedent(
        """
        import pathlib, sys
        from cnnviz.files import write_atomic
        path = pathlib.Path(sys.argv[1])
        print("ready", flush=True)
        while True:
            for letter in (b"a", b"b"):
                write_atomic(path, letter * 100_000)
        """
    )
    for attempt in range(5):
        with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(0.01 * attempt)  # the kill is to hit the writer at different places
            writer.send_signal(signal.SIGKILL)
        content = path.read_bytes()
        assert len(content) == 100_000
        assert len(set(content)) == 1


def test_reading_stops_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_limited(path, 5) == b"12345"
    with pytest.raises(FileError, match="at most 4 bytes"):
        read_limited(path, 4)
