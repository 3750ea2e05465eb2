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
from cnnviz.files import check_writable, read_limited, write_atomic

if TYPE_CHECKING:
    from collections.abc import Callable
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


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_an_interrupted_writer_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def interrupt(*_: object) -> None:
        raise error

    monkeypatch.setattr("cnnviz.files.os.fsync", interrupt)
    with pytest.raises(error):
        write_atomic(tmp_path / "file", b"new")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="needs named pipes")
@pytest.mark.parametrize("attempt", [check_writable, lambda path: write_atomic(path, b"new")])
def test_devices_and_pipes_are_not_replaced(tmp_path: Path, attempt: Callable[[Path], None]) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match="it is a device or a pipe"):
        attempt(tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("attempt", [check_writable, lambda path: write_atomic(path, b"new")])
def test_impossible_places_are_named(tmp_path: Path, attempt: Callable[[Path], None]) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "pool")
    (tmp_path / "pool").symlink_to(tmp_path / "loop")
    (tmp_path / "file").touch()
    for path in ("loop/x", "none/x", "file/x", ".", "n" * 300):
        with pytest.raises(FileError, match="Cannot write"):
            attempt(tmp_path / path)


def test_any_name_that_the_disk_takes_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 250)
    check_writable(path)
    assert os.listdir(tmp_path) == []
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_folder_on_a_read_only_disk_is_found_out_beforehand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("cnnviz.files.tempfile.TemporaryFile", fail)
    with pytest.raises(FileError, match="Read-only file system"):
        check_writable(tmp_path / "file")


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


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_a_disk_that_really_takes_no_more_is_named_and_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from cnnviz.errors import FileError; from cnnviz.files import write_atomic\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n    write_atomic(Path(sys.argv[1]), bytes(5000))\n"
        "except FileError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"Cannot write {path}: File too large.\n"
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
