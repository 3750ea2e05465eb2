"""What a crash leaves is found again, by one program only, and never at the cost of what is saved."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.app.files.recovery import RecoveryFolder, UnsavedDesign, find_orphans
from cnnviz.errors import FileError
from cnnviz.spec import io
from tests.helpers.designs import small_design

NOW = datetime.datetime(2026, 3, 4, 14, 3, tzinfo=datetime.UTC)
LEAVE = """
import os, sys
from pathlib import Path
from cnnviz.app.files.recovery import RecoveryFolder
from tests.unit.app.files.test_recovery import unsaved
folder = RecoveryFolder(Path(sys.argv[1]))
folder.write(unsaved(sys.argv[2]))
print("written", flush=True)
if sys.argv[3] == "wait":
    sys.stdin.read()
os._exit(1)
"""


def unsaved(name="lost", file=None, changed_at=NOW):
    return UnsavedDesign(small_design().renamed(name), file, changed_at, "photos#size=32x32")


def leave(root, name="lost"):
    """Write unsaved work from a program that then ends without clearing it."""
    subprocess.run([sys.executable, "-c", LEAVE, str(root), name, "end"], check=False, timeout=60)


def names(orphans):
    return [orphan.unsaved.spec.name for orphan in orphans]


def test_nothing_is_there_before_the_first_write_and_after_clearing(tmp_path):
    root = tmp_path / "recovery"
    folder = RecoveryFolder(root)
    folder.clear()
    assert not root.exists()
    folder.write(unsaved())
    assert len(list(root.iterdir())) == 1
    folder.clear()
    assert list(root.iterdir()) == []
    folder.write(unsaved())
    assert len(list(root.iterdir())) == 1
    folder.clear()


def test_what_an_ended_program_left_comes_back_as_it_was(tmp_path):
    leave(tmp_path)
    (orphan,), notes = find_orphans(tmp_path)
    assert (orphan.unsaved, notes) == (unsaved(), ())
    orphan.discard()
    assert list(tmp_path.iterdir()) == []


def test_what_is_released_waits_for_the_next_start(tmp_path):
    leave(tmp_path)
    for _ in range(2):
        (orphan,), _notes = find_orphans(tmp_path)
        orphan.release()
        orphan.release()
    orphan.discard()


def test_the_work_of_a_living_program_is_not_offered(tmp_path):
    command = [sys.executable, "-c", LEAVE, str(tmp_path), "alive", "wait"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout.readline() == b"written\n"
        assert find_orphans(tmp_path) == ((), ())
        program.kill()
        program.wait()
    (orphan,), _ = find_orphans(tmp_path)
    assert orphan.unsaved == unsaved("alive")
    orphan.discard()


def test_windows_of_one_program_do_not_take_each_other_s_work(tmp_path):
    first, second = RecoveryFolder(tmp_path), RecoveryFolder(tmp_path)
    first.write(unsaved("first"))
    second.write(unsaved("second"))
    assert find_orphans(tmp_path) == ((), ())
    first.clear()
    assert len(list(tmp_path.iterdir())) == 1
    second.clear()


def test_what_one_start_offers_another_does_not(tmp_path):
    leave(tmp_path)
    (orphan,), _ = find_orphans(tmp_path)
    assert find_orphans(tmp_path) == ((), ())
    orphan.discard()


def test_the_newest_is_offered_first(tmp_path):
    for minutes, name in ((5, "middle"), (0, "old"), (9, "new")):
        leave(tmp_path, name)
        path = next(path for path in tmp_path.rglob("design.json") if f'"{name}"' in path.read_text())
        values = json.loads(path.read_text())
        values["changed_at"] = (NOW + datetime.timedelta(minutes=minutes)).isoformat()
        path.write_text(json.dumps(values))
    orphans, _ = find_orphans(tmp_path)
    assert names(orphans) == ["new", "middle", "old"]
    for orphan in orphans:
        orphan.discard()


def test_a_design_that_its_file_holds_after_all_is_not_offered(tmp_path):
    saved = tmp_path / "saved.json"
    io.save(small_design(), saved)
    root = tmp_path / "recovery"
    for file, offered in ((saved, False), (tmp_path / "gone.json", True), (None, True)):
        folder = RecoveryFolder(root)
        folder.write(UnsavedDesign(small_design(), file, NOW))
        folder._lock.release()  # as the system does it when the program ends
        orphans, _ = find_orphans(root)
        assert [orphan.unsaved.file for orphan in orphans] == [file] * offered
        for orphan in orphans:
            orphan.discard()
        assert list(root.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not valid JSON"),
        ("[]", "not of the format"),
        ('{"format": "cnnviz-recovery", "version": 2}', "version 1"),
        ("\ud800", "not UTF-8"),
    ],
)
def test_what_is_damaged_is_put_aside_and_told_once(tmp_path, text, words):
    leave(tmp_path)
    path = next(tmp_path.rglob("design.json"))
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    orphans, (note,) = find_orphans(tmp_path)
    assert orphans == ()
    assert words in note
    (aside,) = tmp_path.iterdir()
    assert str(aside) in note
    assert aside.read_bytes() == text.encode("utf-8", "surrogatepass")
    assert find_orphans(tmp_path) == ((), ())


@pytest.mark.parametrize(
    "change",
    [{"file": 7}, {"file": "a\0b"}, {"changed_at": "soon"}, {"changed_at": 3}, {"data_source": 5}],
)
def test_wrong_values_are_damage(tmp_path, change):
    leave(tmp_path)
    path = next(tmp_path.rglob("design.json"))
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    orphans, notes = find_orphans(tmp_path)
    assert orphans == ()
    assert next(iter(change)) in notes[0]


def test_work_of_before_data_sets_were_kept_is_read(tmp_path):
    leave(tmp_path)
    path = next(tmp_path.rglob("design.json"))
    values = json.loads(path.read_text())
    assert values.pop("data_source") == "photos#size=32x32"
    path.write_text(json.dumps(values))
    (orphan,), _ = find_orphans(tmp_path)
    assert orphan.unsaved.data_source == ""
    orphan.release()


@given(st.integers(0, 700), st.binary(min_size=1, max_size=4))
@settings(max_examples=60)
def test_a_mutated_file_is_read_or_told_and_nothing_else(tmp_path_factory, place, noise):
    root = tmp_path_factory.mktemp("recovery")
    folder = RecoveryFolder(root)
    folder.write(unsaved())
    folder._lock.release()
    path = next(root.rglob("design.json"))
    content = bytearray(path.read_bytes())
    content[place : place + len(noise)] = noise
    path.write_bytes(bytes(content))
    orphans, notes = find_orphans(root)
    assert len(orphans) + len(notes) == 1
    for orphan in orphans:
        orphan.discard()


def test_other_files_of_a_window_are_never_removed(tmp_path):
    leave(tmp_path)
    run = next(tmp_path.iterdir()) / "run.cnnviz"
    run.write_bytes(b"a run")
    (orphan,), _ = find_orphans(tmp_path)
    orphan.discard()
    assert run.read_bytes() == b"a run"


def test_a_folder_without_a_design_is_cleared_away(tmp_path):
    (tmp_path / "window-empty").mkdir()
    assert find_orphans(tmp_path) == ((), ())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_removed_under_our_feet_is_made_anew(tmp_path):
    folder = RecoveryFolder(tmp_path)
    folder.write(unsaved())
    (made,) = tmp_path.iterdir()
    for path in made.iterdir():
        path.unlink()
    made.rmdir()
    folder.write(unsaved())
    assert len(list(tmp_path.rglob("design.json"))) == 1
    folder.clear()


def test_starts_that_look_around_never_take_a_folder_that_is_being_made(tmp_path):
    done = threading.Event()
    found = []

    def look_around():
        while not done.is_set():
            found.extend(find_orphans(tmp_path)[0])

    looker = threading.Thread(target=look_around)
    looker.start()
    try:
        for _ in range(200):
            folder = RecoveryFolder(tmp_path)
            folder.write(unsaved())
            assert (folder._lock.folder / "design.json").is_file()  # a search would meet folders that vanish
            folder.clear()
    finally:
        done.set()
        looker.join()
    assert found == []


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileError, match="Cannot write in .*recovery: Not a directory"):
        RecoveryFolder(tmp_path / "file" / "recovery").write(unsaved())
    assert find_orphans(tmp_path / "file" / "recovery") == ((), ())


@pytest.mark.skipif(sys.platform == "win32", reason="paths there are text")
def test_a_file_name_that_is_no_text_comes_back(tmp_path):
    folder = RecoveryFolder(tmp_path)
    odd = Path("/tmp/b\udcffd.json")
    folder.write(unsaved(file=odd))
    folder._lock.release()
    (orphan,), _ = find_orphans(tmp_path)
    assert orphan.unsaved.file == odd
    orphan.discard()
