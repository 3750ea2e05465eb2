from __future__ import annotations

import pytest

from cnnviz.app.files.folder_lock import LOCK_FILE, FolderLock
from cnnviz.cli.run_claim import claimed
from cnnviz.errors import FileError
from cnnviz.training.checkpoints import checkpoints_of
from cnnviz.training.runfile import save_run
from tests.helpers.runs import finished, stopped_after


def test_a_run_that_another_program_trains_is_left_alone(call, tmp_path):
    path = tmp_path / "run.cnnviz"
    save_run(path, finished())
    checkpoints_of(path).write(stopped_after(4))
    with claimed(path):
        status, out, errors = call("train", "--resume", path, "--epochs", 3)
    assert (status, out) == (1, "")
    assert f"{path} is being trained by another program." in errors
    assert len(checkpoints_of(path).files) == 1


def test_a_new_run_does_not_go_where_another_one_is_trained(call, design_file, data_file, tmp_path):
    with claimed(tmp_path / "run.cnnviz"):
        status, _, errors = call(
            "train", design_file, "--dataset", data_file, "--out", tmp_path / "run.cnnviz"
        )
    assert status == 1
    assert "trained by another program" in errors
    assert not list(tmp_path.glob("run.cnnviz*"))


def test_a_run_that_a_window_trains_is_left_alone(call, tmp_path):
    save_run(tmp_path / "run.cnnviz", finished())
    window = FolderLock.taken(tmp_path)
    assert window is not None
    status, _, errors = call("train", "--resume", tmp_path / "run.cnnviz", "--epochs", 3)
    window.release()
    assert status == 1
    assert "trained by another program" in errors
    with claimed(tmp_path / "run.cnnviz"):
        assert FolderLock.taken(tmp_path) is None
    assert (tmp_path / LOCK_FILE).exists()


def test_the_lock_leaves_nothing_behind_and_no_checkpoint_goes_with_it(tmp_path):
    path = tmp_path / "run.cnnviz"
    with claimed(path, path, None):
        assert checkpoints_of(path).path.is_dir()
        with pytest.raises(FileError, match="another program"), claimed(path):
            pass
    assert not list(tmp_path.iterdir())
    with claimed(path):
        checkpoints_of(path).write(stopped_after(4))
    assert [one.suffix for one in checkpoints_of(path).path.iterdir()] == [".cnnviz"]


def test_a_folder_that_is_not_there_is_nobodys(tmp_path):
    with claimed(tmp_path / "gone" / "run.cnnviz"):
        assert not (tmp_path / "gone").exists()
